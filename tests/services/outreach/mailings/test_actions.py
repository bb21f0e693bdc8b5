"""How a mailing comes to be, before anything is sent."""

from chassis.database import Database
from chassis.ids import new_id
from contracts.outreach import MailingFinished, MailingStarted
from tests.services.outreach.builders import (
    DatabaseOf,
    a_wave,
    arrive,
    deliveries_of,
    mailing_of,
    pages_of,
    published,
    release,
)


def test_a_mailing_starts_with_its_last_page_whatever_the_order(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    wave = a_wave(targets=5, pages=3)
    mailing_id = release(database, wave)
    pages = pages_of(wave, [new_id() for _ in range(5)])
    arrive(database, [pages[2], pages[0]])
    assert mailing_of(database, mailing_id).state == "draft"
    arrive(database, [pages[1]])
    assert mailing_of(database, mailing_id).state == "sending"
    assert len(deliveries_of(database, mailing_id)) == 5


def test_what_comes_twice_counts_once(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    wave = a_wave(targets=4, pages=2)
    mailing_id = release(database, wave)
    assert release(database, wave) == mailing_id
    first, second = pages_of(wave, [new_id() for _ in range(4)])
    arrive(database, [first, first])
    assert mailing_of(database, mailing_id).state == "draft"
    arrive(database, [second, second])
    assert mailing_of(database, mailing_id).recipients == 4
    assert len(published(database, MailingStarted)) == 1


def test_a_wave_without_targets_is_finished_at_once(database_of: DatabaseOf) -> None:
    database: Database = database_of("outreach")
    mailing_id = release(database, a_wave(targets=0, pages=0))
    assert mailing_of(database, mailing_id).state == "finished"
    assert [one.recipients for one in published(database, MailingFinished)] == [0]


def test_a_wave_with_one_empty_page_is_finished_at_once(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    wave = a_wave(targets=0, pages=1)
    mailing_id = release(database, wave)
    arrive(database, pages_of(wave, []))
    assert mailing_of(database, mailing_id).state == "finished"
