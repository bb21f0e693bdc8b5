"""Mails are sorted one by one: one that breaks the reading stops nobody."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from chassis import clock
from chassis.clock import now
from services.outreach.hearing import sorter
from services.outreach.hearing.arriving import Arrival, keep
from services.outreach.hearing.model import InboundBody, inbound_mails
from services.outreach.hearing.reading import Unreadable, understand
from tests.services.outreach.hearing.conftest import MakePostbox
from tests.services.outreach.hearing.mails import a_bounce, a_letter
from tests.services.outreach.hearing.postbox import Postbox


def arrive(postbox: Postbox, *mails: bytes) -> None:
    with postbox.database.transaction() as session:
        keep(session, [Arrival("smtp", raw, "", (postbox.return_path,)) for raw in mails])


def bodies(postbox: Postbox) -> int:
    with postbox.database.reading() as session:
        return len(session.scalars(select(InboundBody)).all())


def test_what_nobody_knows_is_listed_for_people(postbox: Postbox) -> None:
    raw = a_letter("Zorp.", From="postmaster@example.net", Subject="Zorp")
    assert postbox.get(raw).state == "unrecognised"
    assert postbox.feedback() == (None, None)


def test_a_mail_that_breaks_the_reading_is_set_aside_and_the_others_go_on(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:

    def breaks_on_poison(raw: bytes, *, sender: str) -> object:
        if b"poison" in raw:
            raise Unreadable("IndexError: string index out of range")
        return understand(raw, sender=sender)

    monkeypatch.setattr(sorter, "understand", breaks_on_poison)
    arrive(postbox, a_bounce(answer="550 poison"), a_bounce())
    postbox.sorter.step()
    states = [(mail.state, mail.reason) for mail in postbox.mails()]
    assert states == [("set_aside", "IndexError: string index out of range"), ("done", "unknown_user")]


def test_a_mail_on_which_the_process_keeps_ending_is_set_aside(postbox: Postbox) -> None:
    arrive(postbox, a_bounce())
    with postbox.database.transaction() as session:
        session.execute(update(inbound_mails).values(tries=sorter.TRIES))
    postbox.sorter.step()
    assert postbox.last().state == "set_aside"
    assert postbox.feedback() == (None, None)


def test_a_mail_held_by_a_dead_worker_is_taken_over_when_its_lease_runs_out(postbox: Postbox) -> None:
    arrive(postbox, a_bounce())
    with postbox.database.transaction() as session:
        session.execute(update(inbound_mails).values(tries=1, leased_until=now() + timedelta(seconds=60)))
    assert postbox.sorter.step() is False
    clock.travel(seconds=61)
    assert postbox.sorter.step() is True
    assert postbox.last().state == "done"


def test_many_mails_are_sorted_step_by_step(postbox: Postbox) -> None:
    arrive(postbox, *(a_letter(f"Reply {number}") for number in range(sorter.BATCH + 5)))
    assert [postbox.sorter.step() for _ in range(3)] == [True, True, False]
    assert {mail.state for mail in postbox.mails()} == {"done"}


def test_bodies_are_forgotten_when_their_time_is_over_and_what_was_read_stays(
    make_postbox: MakePostbox,
) -> None:
    postbox = make_postbox(inbound_keep_days=2)
    postbox.get(a_bounce())
    clock.travel(seconds=3 * 86400)
    arrive(postbox, a_bounce(answer="550 5.1.1 No such user here"))
    sorter.MailSorter(postbox.settings, postbox.database).step()
    assert bodies(postbox) == 1
    assert [mail.reason for mail in postbox.mails()] == ["unknown_user"] * 2


def test_a_mail_that_waits_keeps_its_body_however_old_it_is(make_postbox: MakePostbox) -> None:
    postbox = make_postbox(inbound_keep_days=2)
    arrive(postbox, a_bounce())
    clock.travel(seconds=3 * 86400)
    postbox.sorter.step()
    assert postbox.last().state == "done"
