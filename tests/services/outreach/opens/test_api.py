"""Opening a mail is noticed once for a person and once for a machine, and told of in pages."""

from uuid import UUID

from sqlalchemy import select

from chassis import clock
from chassis.database import Database
from contracts.outreach import MailingOpened
from services.outreach.links.model import Answer
from services.outreach.links.queries import origin
from services.outreach.links.tokens import Kind, Signer
from services.outreach.opens.actions import record_open
from services.outreach.opens.model import Open
from services.outreach.opens.pixel import with_pixel
from services.outreach.opens.reporter import OpensReporter
from services.outreach.opens.verdict import Verdict
from tests.harness.databases import DatabaseFactory
from tests.services.outreach.builders import LINK_KEY, a_card, a_mailing, deliveries_of, published
from tests.services.outreach.conftest import Served

SCANNER = {"User-Agent": "Barracuda Sentinel (EE)"}


def path(kind: Kind, delivery_id: UUID) -> str:
    return f"/{kind}/{Signer(LINK_KEY).token(kind, delivery_id)}"


def a_copy(database: Database) -> UUID:
    mailing_id = a_mailing(database, [a_card()])
    (delivery,) = deliveries_of(database, mailing_id).values()
    return delivery.id


def opens(served: Served) -> list[Open]:
    with served.database.reading() as session:
        return list(session.scalars(select(Open).order_by(Open.machine)))


def report(database: Database) -> None:
    reporter = OpensReporter(database)
    while reporter.step():
        pass


def test_opens_are_counted_apart_for_persons_and_machines(served: Served) -> None:
    copy = a_copy(served.database)
    for headers in ({}, {}, SCANNER):
        answer = served.client.get(path("o", copy), headers=headers)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/gif")
    assert [(one.machine, one.count, one.rule) for one in opens(served)] == [
        (False, 2, ""),
        (True, 1, "security_scanner"),
    ]


def test_each_first_open_is_told_once(fresh_database: DatabaseFactory) -> None:
    """Nobody ships what is told while the test looks."""
    database = fresh_database("outreach")
    signer, copy = Signer(LINK_KEY), a_copy(database)
    person, machine = Verdict(False, ""), Verdict(True, "security_scanner")
    for verdicts in ([person], [person, machine], [machine]):
        with database.transaction() as session:
            seen = origin(session, signer, kind="o", token=signer.token("o", copy))
            assert seen is not None
            for verdict in verdicts:
                record_open(session, seen, verdict, agent="")
        report(database)
    pages = published(database, MailingOpened)
    assert [[opening.machine for opening in page.openings] for page in pages] == [[False], [True]]


def test_an_open_right_after_the_mail_server_took_the_mail_is_a_machine_s(served: Served) -> None:
    copy = a_copy(served.database)
    with served.database.transaction() as session:
        from services.outreach.mailings.model import Delivery

        session.get_one(Delivery, copy).ended_at = clock.now()
    served.client.get(path("o", copy))
    assert [(one.machine, one.rule) for one in opens(served)] == [(True, "too_soon")]


def test_a_token_that_is_not_ours_gets_the_same_image_and_counts_nothing(served: Served) -> None:
    copy = a_copy(served.database)
    wrong = Signer("x" * 32).token("o", copy)
    genuine = served.client.get(path("o", copy))
    forged = served.client.get(f"/o/{wrong}")
    assert (forged.status_code, forged.content) == (genuine.status_code, genuine.content)
    assert len(opens(served)) == 1


def test_neither_an_address_nor_a_machine_s_address_is_kept() -> None:
    assert {column.name for column in Open.__table__.columns} == {
        "delivery_id",
        "machine",
        "mailing_id",
        "target_id",
        "rule",
        "agent",
        "count",
        "first_at",
        "last_at",
        "reported_at",
    }


def test_a_click_by_a_machine_is_an_answer_of_its_own_and_marked(served: Served) -> None:
    copy = a_copy(served.database)
    served.client.get(path("c", copy), headers=SCANNER)
    served.client.get(path("c", copy))
    served.client.get(path("c", copy))
    with served.database.reading() as session:
        clicks = session.scalars(select(Answer).order_by(Answer.machine)).all()
    assert [(click.machine, click.clicks, click.rule) for click in clicks] == [
        (False, 2, ""),
        (True, 1, "security_scanner"),
    ]


def test_the_image_stands_at_the_end_of_the_body() -> None:
    assert with_pixel("<body><p>Hello</p></body>").endswith('style="border:0"></body>')
    assert with_pixel("<p>Hello</p>").startswith("<p>Hello</p><img ")
