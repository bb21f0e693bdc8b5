"""Sends the mails about submissions: asks to confirm, and brings check-in codes."""

import time

from chassis.clock import now
from chassis.database import Database, Session
from chassis.metrics import counter
from services.outreach.channels.channel import Message, Stream, Unsendable
from services.outreach.channels.email.mime import checked_address
from services.outreach.forms import mails, taking
from services.outreach.forms.design import Design
from services.outreach.forms.model import (
    CONFIRM,
    PENDING,
    SEATED,
    TICKET,
    Confirmation,
    FormVersion,
    Submission,
)
from services.outreach.settings import OutreachSettings
from services.outreach.singles.model import ENDED
from services.outreach.singles.postman import ACTOR, Postman

EXPIRY_SECONDS = 60.0


class Confirmer(Postman[Confirmation]):
    """Sends what is due, and forgets what nobody confirmed."""

    name = "confirmer"
    kind = Confirmation
    ended = counter(
        "outreach_form_mails_total",
        "Mails about submissions of forms that ended, by how.",
        ("outcome",),
        starts=[(one,) for one in ENDED],
    )

    def __init__(self, settings: OutreachSettings, database: Database, stream: Stream) -> None:
        super().__init__(settings, database, stream)
        self._expire_at = 0.0

    def step(self) -> bool:
        """Forget what nobody confirmed, then send. Whether there was work."""
        return bool(self._expire()) | super().step()

    def write(self, session: Session, mail: Confirmation) -> Message:
        """Raises Unsendable where it makes no sense any more, or the address is none."""
        submission = session.get_one(Submission, mail.submission_id)
        if mail.purpose == CONFIRM and submission.state != PENDING:
            raise Unsendable("not_pending")
        if mail.purpose == TICKET and submission.place != SEATED:
            raise Unsendable("no_place")
        address = checked_address(mail.address)
        version = session.get_one(FormVersion, (submission.form_id, submission.form_version))
        title = Design.of(version.design).texts[submission.language].title
        notice = mails.notice_of(mail.purpose, submission, title=title, settings=self._settings)
        return Message(mail.id, address, mails.write(mail, notice, self._settings, date=now()))

    def _expire(self) -> int:
        if time.monotonic() < self._expire_at:
            return 0
        self._expire_at = time.monotonic() + EXPIRY_SECONDS
        with self._database.transaction(ACTOR) as session:
            return taking.expire(session, days=self._settings.form_confirm_days)
