"""Histories may let go of words about a person who is erased; reps have no counter of turns any more."""

from collections.abc import Sequence

from alembic import op

from chassis.guards import grow_or_blank

revision = "lead_0007"
down_revision = "lead_0006"
branch_labels = None

_JUDGEMENT = (
    *("id", "lead_id", "outcome", "grade", "value", "currency"),
    *("judged_by", "on_behalf_of", "judged_at"),
)
_UNDONE = ("judgement_id", "undone_by", "undone_at")
_PROOF = ("id", "contact_id", "channel", "granted", "wording", "source", "recorded_by", "recorded_at")
_ASPECTS = ("budget", "authority", "need", "time")

_SAME = {"postgresql": "NEW.{0} IS NOT DISTINCT FROM OLD.{0}", "sqlite": "NEW.{0} IS OLD.{0}"}
_AT = {"postgresql": "{0} #>> '{{{1}}}'", "sqlite": "json_extract({0}, '$.{2}')"}
_LESS = {"postgresql": "({0} - '{1}')", "sqlite": "json_remove({0}, '$.{1}')"}


def upgrade() -> None:
    """An erasure blanks reasons and notes, and leaves of an address in a proof a digest; all else stays."""
    connection = op.get_bind()
    kind = connection.dialect.name
    judged = [
        *_unchanged(kind, _JUDGEMENT),
        "NEW.reason = ''",
        *(_equal(kind, "checklist", aspect, "answer") for aspect in _ASPECTS),
        *(f"COALESCE({_at(kind, 'NEW.checklist', aspect, 'note')}, '') = ''" for aspect in _ASPECTS),
        f"{_less(kind, 'NEW.before', 'reason')} = {_less(kind, 'OLD.before', 'reason')}",
        f"COALESCE({_at(kind, 'NEW.before', 'reason')}, '') = ''",
    ]
    undone = [*_unchanged(kind, _UNDONE), "NEW.reason = ''"]
    proven = [
        *_unchanged(kind, _PROOF),
        f"{_less(kind, 'NEW.evidence', 'address')} = {_less(kind, 'OLD.evidence', 'address')}",
        f"substr({_at(kind, 'NEW.evidence', 'address')}, 1, 7) = 'sha256:'",
    ]
    judgements = "judgements are only added"
    grow_or_blank(connection, "judgements", judgements, blanking=" AND ".join(judged))
    grow_or_blank(connection, "undone_judgements", judgements, blanking=" AND ".join(undone))
    proofs = "proofs of consent are never changed"
    grow_or_blank(connection, "consent_proofs", proofs, blanking=" AND ".join(proven))
    op.drop_column("reps", "turn")


def _unchanged(kind: str, columns: Sequence[str]) -> list[str]:
    return [_SAME[kind].format(name) for name in columns]


def _equal(kind: str, column: str, *path: str) -> str:
    same = "IS" if kind == "sqlite" else "IS NOT DISTINCT FROM"
    return f"{_at(kind, f'NEW.{column}', *path)} {same} {_at(kind, f'OLD.{column}', *path)}"


def _at(kind: str, document: str, *path: str) -> str:
    return _AT[kind].format(document, ",".join(path), ".".join(path))


def _less(kind: str, document: str, name: str) -> str:
    return _LESS[kind].format(document, name)
