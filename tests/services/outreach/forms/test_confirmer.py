"""The mails about submissions: each leaves once, or it is uncertain and a person decides."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import update

from chassis import clock
from chassis.database import Database
from fanfare.local.mailsink import MailSink
from services.outreach.channels.batches import stream_of
from services.outreach.channels.channel import Answer, Fate, Message
from services.outreach.channels.registry import mail_way
from services.outreach.forms.confirmer import Confirmer
from services.outreach.forms.model import Confirmation
from services.outreach.forms.sealing import Seals
from tests.services.outreach.builders import LINK_KEY, DatabaseOf, settings
from tests.services.outreach.forms.builders import VISITOR, a_form, mails, questionnaire, send, submissions

OPT_IN = questionnaire(confirmed_opt_in=True, texts={"en": {"title": "Frühlingsfest 春"}})


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


class Told:
    """A stream that answers every message with one fate, or dies."""

    def __init__(self, fate: Fate | None) -> None:
        self.fate = fate
        self.taken: list[Message] = []
        self.in_hand = 0

    def accept(self, messages: list[Message]) -> None:
        self.taken += messages
        self.in_hand = len(messages)

    def answers(self, *, patience: float) -> list[Answer]:
        if self.fate is None:
            raise OSError("the process ends here")
        self.in_hand = 0
        return [Answer(one.delivery_id, self.fate, "words of the server") for one in self.taken]

    def take_back(self) -> list[Message]:
        return []

    def wake(self) -> None: ...

    def close(self) -> None: ...


def step(database: Database, fate: Fate | None) -> Told:
    """One step of a worker whose stream answers so."""
    stream = Told(fate)
    Confirmer(settings(), database, stream).step()  # type: ignore[arg-type]
    return stream


@contextmanager
def working(database: Database, sink: MailSink) -> Iterator[Callable[[], bool]]:
    """The step of a worker that sends for real."""
    ours = settings(smtp_url=sink.url, public_url="https://mail.example")
    stream = stream_of(mail_way(ours))
    yield Confirmer(ours, database, stream).step
    stream.close()


def received(sink: MailSink) -> list[EmailMessage]:
    found = [message_from_bytes(bytes(one), policy=policy.default) for one in sink.messages()]
    return [one for one in found if isinstance(one, EmailMessage)]


def states(database: Database) -> list[tuple[str, str]]:
    return [(one.state, one.reason) for one in mails(database)]


def test_a_visitor_gets_one_mail_with_the_link_that_confirms(database: Database, mail_sink: MailSink) -> None:
    send(database, a_form(database, design=OPT_IN), **VISITOR)
    with working(database, mail_sink) as do:
        assert [do(), do()] == [True, False]
    [mail] = received(mail_sink)
    assert (mail["To"], mail["Subject"]) == ("lin@example.com", "Please confirm: Frühlingsfest 春")
    [submission] = submissions(database)
    link = f"https://mail.example/forms/confirmations/{Seals(LINK_KEY).confirmation(submission.id)}"
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        assert part is not None and link in part.get_content()
    assert states(database) == [("sent", "")]


def test_a_place_brings_a_mail_with_the_code_to_read_and_to_scan(
    database: Database, mail_sink: MailSink
) -> None:
    form = a_form(database, kind="registration")
    send(database, form, **VISITOR)
    with working(database, mail_sink) as do:
        do()
    [mail] = received(mail_sink)
    [submission] = submissions(database)
    code = Seals(LINK_KEY).code(form.id, submission.ticket or 0)
    plain = mail.get_body(("plain",))
    assert plain is not None and code in plain.get_content()
    [image] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert image.get_payload(decode=True).startswith(b"\x89PNG")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fate", "ended"),
    [
        ("accepted", ("sent", "")),
        ("refused", ("failed", "words of the server")),
        ("uncertain", ("uncertain", "no_answer")),
        ("deferred", ("queued", "words of the server")),
        ("broken", ("queued", "words of the server")),
        ("unreached", ("queued", "words of the server")),
    ],
)
def test_each_answer_has_its_end(database: Database, fate: Fate, ended: tuple[str, str]) -> None:
    send(database, a_form(database, design=OPT_IN), **VISITOR)
    step(database, fate)
    assert states(database) == [ended]


def test_what_is_deferred_is_tried_again_and_fails_in_the_end(database: Database) -> None:
    send(database, a_form(database, design=OPT_IN), **VISITOR)
    tries = 0
    while states(database)[0][0] == "queued" and tries < 20:
        tries += bool(step(database, "deferred").taken)
        clock.travel(seconds=3600.0 * (tries + 1))
    assert (tries, states(database)) == (8, [("failed", "words of the server")])


def test_what_a_dead_worker_had_handed_over_is_uncertain_and_not_sent_again(database: Database) -> None:
    send(database, a_form(database, design=OPT_IN), **VISITOR)
    with pytest.raises(OSError, match="ends here"):
        step(database, None)
    assert states(database) == [("handed_over", "")]
    assert step(database, "accepted").taken == []
    clock.travel(seconds=61)
    assert step(database, "accepted").taken == []
    assert states(database) == [("uncertain", "sender_lost")]


def test_an_answer_that_comes_after_the_lease_changes_nothing(database: Database) -> None:
    send(database, a_form(database, design=OPT_IN), **VISITOR)
    worker = Confirmer(settings(), database, Told("accepted"))  # type: ignore[arg-type]
    with database.transaction() as session:
        batch = worker._hand_over(session)
    assert batch is not None
    clock.travel(seconds=61)
    step(database, "accepted")
    with database.transaction() as session:
        worker._settle(session, batch, [Answer(batch.messages[0].delivery_id, "accepted", "")])
    assert states(database) == [("uncertain", "sender_lost")]


def test_a_wrong_address_fails_alone(database: Database) -> None:
    form = a_form(database, design=OPT_IN)
    for name in ("ann", "ben"):
        send(database, form, email=f"{name}@example.com")
    with database.transaction() as session:
        wrong = update(Confirmation).where(Confirmation.address == "ann@example.com")
        session.execute(wrong.values(address="ann@@example"))
    assert [one.address for one in step(database, "accepted").taken] == ["ben@example.com"]
    assert sorted(states(database)) == [("failed", "bad_address"), ("sent", "")]
