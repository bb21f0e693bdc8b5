"""What came through a personal link is an answer to the mail that the link stood in."""

from typing import Any, Literal

from chassis.clock import now
from chassis.database import Session
from contracts.outreach import SideScore
from services.outreach.forms.model import Form, Submission
from services.outreach.links.answers import tell_answer
from services.outreach.links.model import Answer

AnswerKind = Literal["form", "survey", "registration", "check_in"]
KIND_OF: dict[str, AnswerKind] = {
    "landing": "form",
    "feedback": "form",
    "survey": "survey",
    "registration": "registration",
}
LONGEST_NOTE = 2000
_IDS = ("mailing_id", "campaign_id", "wave_id", "target_id", "contact_id")
INTERESTED = "interested"
"""A field of this name says it by itself: yes or no. A landing page without one means yes."""


def publish_answer(session: Session, submission: Submission, form: Form, *, kind: AnswerKind) -> None:
    """Keep and publish the answer; nothing for a visitor that no mail of ours brought."""
    if submission.delivery_id is None:
        return
    ids: dict[str, Any] = {name: getattr(submission, name) for name in _IDS}
    coming = kind == "check_in"
    interested, note = (None, "") if coming else (_interested(form, submission), _note(submission))
    answer = Answer(
        delivery_id=submission.delivery_id,
        kind=kind,
        url="",
        interested=interested,
        note=note,
        clicks=0,
        received_at=now(),
        **ids,
    )
    session.add(answer)
    tell_answer(
        session,
        answer,
        form_id=form.id,
        score=None if coming else submission.score,
        sides=[] if coming else [SideScore(**side) for side in submission.sides],
    )


def _interested(form: Form, submission: Submission) -> bool | None:
    said = submission.answers.get(INTERESTED)
    if said is not None:
        return bool(said == "yes")
    return True if form.kind == "landing" else None


def _note(submission: Submission) -> str:
    """The answers as people would note them down."""
    said = [
        f"{name}: {', '.join(one) if isinstance(one, list) else one}"
        for name, one in submission.answers.items()
        if name != INTERESTED
    ]
    return "\n".join(said)[:LONGEST_NOTE]
