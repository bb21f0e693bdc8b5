"""What became of every recipient of a wave: what the ledger says, against what the mail server has."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from bench.chaos.verdict import Verdict
from bench.mail_stage import MailStage

ENDED = {"accepted", "failed", "suppressed", "uncertain"}


@dataclass
class Ledger:
    """The state and the reason of each delivery of a wave, by address."""

    states: dict[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, stage: MailStage, wave_id: UUID) -> "Ledger":
        with stage.connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.email, d.state, d.reason FROM deliveries d "
                "JOIN mailings m ON m.id = d.mailing_id JOIN contact_points c ON c.id = d.contact_id "
                "WHERE m.wave_id = %s",
                [str(wave_id)],
            )
            return cls({address: (state, reason) for address, state, reason in cursor})

    def counts(self) -> Counter[str]:
        return Counter(state for state, _ in self.states.values())


def judge(
    name: str, ledger: Ledger, arrived: Counter[str], *, most_uncertain: int, notes: str = ""
) -> Verdict:
    """Lost is who has no mail although the ledger does not say so; duplicated, each mail beyond the first."""
    lost = [one for one, (state, _) in ledger.states.items() if state == "accepted" and not arrived[one]]
    lost += [one for one, (state, _) in ledger.states.items() if state not in ENDED]
    denied = [
        one for one, (state, _) in ledger.states.items() if state in ("failed", "suppressed") and arrived[one]
    ]
    strangers = arrived.keys() - ledger.states.keys()
    verdict = Verdict(
        name,
        lost=len(lost),
        duplicated=sum(times - 1 for times in arrived.values()),
        uncertain=ledger.counts()["uncertain"],
        differences=[],
        notes=notes,
        most_uncertain=most_uncertain,
        compared=False,
    )
    if denied:
        verdict.broken.append(f"{len(denied)} have a mail that the ledger denies, {denied[0]} for one")
    if strangers:
        verdict.broken.append(f"{len(strangers)} have a mail who are not in the wave")
    return verdict
