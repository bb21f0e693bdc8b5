"""``smtp``: a mail server that answers 4xx to a fifth, cuts in mid-DATA, stalls, refuses.

Every recipient must end in one named state, whoever is said to have no mail must have none, and nobody
gets two.
"""

from collections.abc import Mapping

import msgspec

from bench.chaos.counted import Ledger, judge
from bench.chaos.mail_server import MailServer
from bench.chaos.stage import Stage
from bench.chaos.verdict import Verdict
from bench.mail_stage import MailStage, Servers, a_card
from contracts.lead import ContactCard

NAME = "smtp"
MAILS = 4_000
MAILS_WHEN_SHORT = 400
SENDERS = 2
SECONDS = 1200.0
SETTINGS = {
    "FANFARE_OUTREACH_SMTP_SECONDS": "1",
    "FANFARE_OUTREACH_SMTP_CONNECTIONS": "8",
    "FANFARE_OUTREACH_SEND_TRIES": "3",
    "FANFARE_OUTREACH_SEND_RETRY_SECONDS": "0.5",
    "FANFARE_OUTREACH_PAUSE_ERROR_PERCENT": "0",
}
ROTA = ("busy", "again", "refuse", "cut", "vanish", "busy", "again", "mute", "stall", "refuse")
"""The trouble of every second recipient: a fifth of all gets a 4xx."""

ENDS: Mapping[str, set[str]] = {
    "fine": {"accepted"},
    "busy": {"failed"},
    "again": {"accepted"},
    "refuse": {"failed"},
    "cut": {"failed", "uncertain"},
    "vanish": {"uncertain"},
    "mute": {"uncertain"},
    "stall": {"failed"},
}
"""How those who have consented may end. Of a cut mail all may have left our side before the cut shows."""


def run(stage: Stage, *, short: bool) -> Verdict:
    """Fewer people when ``short``."""
    mails = MAILS_WHEN_SHORT if short else MAILS
    folder = stage.fresh_folder()
    servers = Servers(stage.postgres, stage.rabbit)
    with (
        MailServer(folder) as server,
        MailStage(
            folder,
            servers=servers,
            senders=SENDERS,
            smtp_url=server.url,
            settings=SETTINGS,
            name=folder.name,
        ) as mail,
    ):
        contacts, template_id = mail.contacts(mails, card=_card), mail.template()
        mail.start_senders()
        wave_id = mail.release(contacts, template_id)
        mail.finished(wave_id, seconds=SECONDS)
        server.wait_calm()
        ledger = Ledger.of(mail, wave_id)
        doubtful = sum(mood in ("cut", "vanish", "mute") for mood in map(_mood, range(mails)))
        counts = ", ".join(f"{number} {state}" for state, number in sorted(ledger.counts().items()))
        verdict = judge(NAME, ledger, server.arrived(), most_uncertain=doubtful, notes=counts)
    verdict.broken += _wrong_ends(ledger)
    return verdict


def _mood(number: int) -> str:
    return ROTA[number // 2 % len(ROTA)] if number % 2 else "fine"


def _card(number: int) -> ContactCard:
    return msgspec.structs.replace(a_card(number), email=f"{_mood(number)}-{number}@example.org")


def _wrong_ends(ledger: Ledger) -> list[str]:
    found = []
    for address, (state, reason) in ledger.states.items():
        mood = address.partition("-")[0]
        if state not in ENDS[mood] and (state, reason) != ("suppressed", "no_consent"):
            found.append(f"{address} is {state}: {reason}")
        elif state != "accepted" and not reason:
            found.append(f"{address} is {state} for no reason")
    return found[:20]
