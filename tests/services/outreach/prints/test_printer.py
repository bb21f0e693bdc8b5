"""Letters are printed in the order of the post, each in one batch, and nothing is printed for nobody."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import NoResultFound

from chassis import clock
from chassis.database import Database
from contracts.outreach import MailingFinished, MailingOutcomes
from services.outreach.channels.dm.codes import Codes
from services.outreach.channels.dm.forms import Layout
from services.outreach.channels.dm.press import Copy, Press, PressFailed, Printed
from services.outreach.mailings import course, leases
from services.outreach.mailings.printer import Printer
from services.outreach.suppressions.actions import suppress_by_hand
from tests.services.outreach.builders import (
    LINK_KEY,
    MIA,
    DatabaseOf,
    a_wave,
    arrive,
    deliveries_of,
    know,
    mailing_of,
    published,
    release,
)
from tests.services.outreach.builders import pages_of as pages_of_targets
from tests.services.outreach.channels.dm.pdfs import pages_of
from tests.services.outreach.prints.builders import (
    a_letter_card,
    a_letter_mailing,
    a_letter_template,
    batches_of,
    document_of,
    manifest_of,
    print_all,
    print_settings,
)

CODES = Codes(LINK_KEY)


class MeddledPress(Press):
    """A press beside which something happens, once, while it is at work; it hangs at letters to ``hated``."""

    def __init__(self, meddle: Callable[[], None] = lambda: None, *, hated: str = "nobody at all") -> None:
        super().__init__(seconds=60)
        self._meddle: Callable[[], None] | None = meddle
        self._hated = hated.encode()
        self._hates = False

    def put_in(self, layout: Layout, copies: Sequence[Copy]) -> None:
        self._hates = any(self._hated in copy.piece for copy in copies)
        super().put_in(layout, copies)

    def take_out(self) -> Printed:
        if self._meddle is not None:
            meddle, self._meddle = self._meddle, None
            meddle()
        result = super().take_out()
        if self._hates:
            raise PressFailed("it hangs")
        return result


@pytest.fixture
def database(database_of: DatabaseOf) -> Database:
    return database_of("outreach")


def run(database: Database, press: Press, *, steps: int = 1, **changes: Any) -> None:
    """Let a printer with this press take some steps."""
    printer = Printer(print_settings(**changes), database)
    printer._press = press
    try:
        for _ in range(steps):
            printer.step()
    finally:
        printer.close()


def states(database: Database, mailing_id: UUID) -> list[str]:
    return sorted(f"{one.state} {one.reason}".strip() for one in deliveries_of(database, mailing_id).values())


def printed_codes(database: Database, mailing_id: UUID) -> list[UUID | None]:
    """The deliveries in all batches, as their manifests have them."""
    return [
        CODES.delivery_of(entry.token)
        for batch in batches_of(database, mailing_id)
        for entry in manifest_of(database, batch.id)
    ]


def test_batches_follow_country_and_postal_code_over_the_whole_mailing(database: Database) -> None:
    places = [
        ("DE", "80331"),
        ("US", "02101"),
        ("DE", "10 115"),
        ("AT", "1010"),
        ("DE", "10116"),
        ("AT", "9999"),
    ]
    cards = [a_letter_card(country=country, postal_code=code) for country, code in places]
    mailing_id = a_letter_mailing(database, cards)
    print_all(database, print_batch=2)
    batches = batches_of(database, mailing_id)
    assert [(batch.number, batch.pieces, batch.pages) for batch in batches] == [
        (1, 2, 2),
        (2, 2, 2),
        (3, 2, 2),
    ]
    order = [(one.country, one.postal_code) for batch in batches for one in manifest_of(database, batch.id)]
    assert order == [
        ("AT", "1010"),
        ("AT", "9999"),
        ("DE", "10 115"),
        ("DE", "10116"),
        ("DE", "80331"),
        ("US", "02101"),
    ]
    assert mailing_of(database, mailing_id).state == "finished"


def test_each_delivery_is_accepted_as_the_piece_that_the_manifest_says(database: Database) -> None:
    cards = [a_letter_card(family_name=f"Family{number}") for number in range(3)]
    mailing_id = a_letter_mailing(database, cards)
    print_all(database, print_envelopes="dl", print_labels="L7160")
    (batch,) = batches_of(database, mailing_id)
    found = {one.id: one.provider_id for one in deliveries_of(database, mailing_id).values()}
    manifest = manifest_of(database, batch.id)
    assert found == {CODES.delivery_of(one.token): f"{batch.id}-{one.sequence}" for one in manifest}
    pages = pages_of(document_of(database, batch.id))
    for one in manifest:
        assert one.name in pages[one.page - 1].text
    assert len(pages_of(document_of(database, batch.id, "envelopes"))) == 3
    assert len(pages_of(document_of(database, batch.id, "labels"))) == 1
    assert sum(len(page.outcomes) for page in published(database, MailingOutcomes)) == 3
    assert [one.accepted for one in published(database, MailingFinished)] == [3]


def test_whoever_cannot_or_must_not_be_reached_fails_alone(database: Database) -> None:
    cards = [
        a_letter_card(),
        a_letter_card(postal_code=""),
        a_letter_card(consents=[]),
        a_letter_card(address=None),
        a_letter_card(lines=["አማርኛ"]),
        a_letter_card(company="W" * 200),
    ]
    mailing_id = a_letter_mailing(database, cards)
    print_all(database)
    assert states(database, mailing_id) == [
        "accepted",
        "failed address_too_long: it could not be read",
        "failed incomplete_address: postal code",
        "failed unprintable: no font has U+12A0",
        "suppressed no_address",
        "suppressed no_consent",
    ]
    assert mailing_of(database, mailing_id).state == "finished"


def test_a_letter_with_too_many_pages_fails_alone(database: Database) -> None:
    text = "{% if company == 'Long' %}" + "word " * 3000 + "{% endif %}Dear {{ full_name }}"
    cards = [a_letter_card(), a_letter_card(company="Long"), a_letter_card()]
    mailing_id = a_letter_mailing(database, cards, text=text)
    print_all(database, print_pages=2)
    assert [one.split(":")[0] for one in states(database, mailing_id)] == [
        "accepted",
        "accepted",
        "failed too_long",
    ]
    (batch,) = batches_of(database, mailing_id)
    assert (batch.pieces, batch.pages) == (2, 2)


def test_a_letter_at_which_the_press_hangs_fails_alone(database: Database) -> None:
    cards = [a_letter_card(family_name=f"Family{number}") for number in range(7)]
    mailing_id = a_letter_mailing(database, cards)
    run(database, MeddledPress(hated="Family3"))
    assert states(database, mailing_id) == [*["accepted"] * 6, "failed cannot be printed: it hangs"]
    (batch,) = batches_of(database, mailing_id)
    assert batch.pieces == 6


def test_a_letter_is_not_blamed_for_a_press_that_was_killed(database: Database) -> None:
    mailing_id = a_letter_mailing(database, [a_letter_card()])

    def kill() -> None:
        assert press._process is not None
        press._process.kill()
        press._process.wait()

    press = MeddledPress(kill)
    run(database, press, steps=2)
    assert states(database, mailing_id) == ["accepted"]
    (batch,) = batches_of(database, mailing_id)
    assert batch.pieces == 1


def test_a_paused_mailing_prints_nothing_and_goes_on_when_it_is_resumed(database: Database) -> None:
    mailing_id = a_letter_mailing(database, [a_letter_card(), a_letter_card()])
    with database.transaction(MIA) as session:
        course.pause(session, MIA, mailing_id=mailing_id, reason="wait")
    print_all(database)
    assert batches_of(database, mailing_id) == []
    with database.transaction(MIA) as session:
        course.resume(session, MIA, mailing_id=mailing_id)
    print_all(database)
    assert states(database, mailing_id) == ["accepted", "accepted"]


def test_what_is_paused_at_the_press_is_not_stored(database: Database) -> None:
    mailing_id = a_letter_mailing(database, [a_letter_card(), a_letter_card()])

    def pause() -> None:
        with database.transaction(MIA) as session:
            course.pause(session, MIA, mailing_id=mailing_id, reason="wait")

    run(database, MeddledPress(pause))
    assert batches_of(database, mailing_id) == []
    assert states(database, mailing_id) == ["queued", "queued"]


def test_whoever_says_stop_while_their_letter_is_at_the_press_gets_none(database: Database) -> None:
    cards = [a_letter_card(), a_letter_card()]
    mailing_id = a_letter_mailing(database, cards)

    def stop() -> None:
        with database.transaction(MIA) as session:
            suppress_by_hand(session, MIA, contact_id=cards[0].contact_id, channel="dm")

    run(database, MeddledPress(stop))
    assert batches_of(database, mailing_id) == []
    print_all(database)
    assert states(database, mailing_id) == ["accepted", "suppressed manual"]
    (stopped,) = [one for one in deliveries_of(database, mailing_id).values() if one.state == "suppressed"]
    assert stopped.id not in printed_codes(database, mailing_id)


def test_a_printer_that_was_too_slow_stores_nothing(database: Database) -> None:
    mailing_id = a_letter_mailing(database, [a_letter_card(), a_letter_card()])

    def take_over() -> None:
        clock.travel(seconds=3600)
        with database.transaction() as session:
            assert leases.recover(session)
        clock.travel(seconds=0)

    run(database, MeddledPress(take_over))
    assert batches_of(database, mailing_id) == []
    print_all(database)
    assert states(database, mailing_id) == ["accepted", "accepted"]
    assert len(printed_codes(database, mailing_id)) == 2
    (batch,) = batches_of(database, mailing_id)
    assert batch.number == 1


def test_contacts_that_are_not_known_yet_are_printed_when_they_are(database: Database) -> None:
    late = a_letter_card(postal_code="01067")
    cards = [a_letter_card(), late]
    template_id = a_letter_template(database)
    know(database, cards[0])
    wave = a_wave(targets=2, pages=1, template_id=template_id, channel="dm")
    mailing_id = release(database, wave)
    arrive(database, pages_of_targets(wave, [card.contact_id for card in cards]))
    print_all(database)
    assert states(database, mailing_id) == ["accepted", "queued"]
    know(database, late)
    clock.travel(seconds=3)
    print_all(database)
    assert states(database, mailing_id) == ["accepted", "accepted"]
    assert [batch.pieces for batch in batches_of(database, mailing_id)] == [1, 1]


def test_a_template_may_name_the_form_that_it_is_printed_on(database: Database) -> None:
    mailing_id = a_letter_mailing(database, [a_letter_card()], layout="us-10")
    print_all(database)
    (batch,) = batches_of(database, mailing_id)
    (page,) = pages_of(document_of(database, batch.id))
    assert round(page.paper.width, 1) == 215.9


def test_printed_matter_is_dropped_some_time_after_it_was_sent(database: Database) -> None:
    mailing_id = a_letter_mailing(database, [a_letter_card()])
    print_all(database)
    with database.transaction(MIA) as session:
        (batch,) = batches_of(database, mailing_id)
        session.merge(batch).send("mia")
    clock.travel(seconds=86400 * 181)
    print_all(database)
    assert len(batches_of(database, mailing_id)) == 1
    with pytest.raises(NoResultFound):
        document_of(database, batch.id)
