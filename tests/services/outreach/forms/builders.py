"""Builds forms, fills them in as a visitor would, and shows what came of it."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import requests
from sqlalchemy import select

from chassis.auth import Actor
from chassis.database import Database
from chassis.ids import new_id
from services.outreach.forms import queries, taking
from services.outreach.forms.actions import design_form, publish_form
from services.outreach.forms.filling import fill
from services.outreach.forms.model import Confirmation, Form, Submission
from services.outreach.links.queries import Origin
from services.outreach.links.tokens import Link, Signer
from services.outreach.mailings.model import Delivery, Mailing
from tests.harness.serving import Client
from tests.services.outreach.builders import (
    LINK_KEY,
    MIA,
    a_card,
    a_mailing,
    a_template,
    deliveries_of,
    settings,
)

HOSTS = {"shop.example"}

EMAIL = {"name": "email", "type": "email", "label": {"en": "Email"}, "required": True}
NEWS = {
    "name": "news",
    "type": "consent",
    "channel": "email",
    "label": {"en": "Yes, send me news by e-mail."},
}
VISITOR: dict[str, Any] = {"email": "lin@example.com"}
SATISFIED: dict[str, Any] = {
    "side.quality.expectation": "6",
    "side.quality.experience": "9",
    "side.price.expectation": "8",
    "side.price.experience": "3",
}


def recommending(step: int) -> dict[str, Any]:
    """The input of how likely somebody is to recommend us."""
    return {"nps.score": str(step)}


def words(text: str) -> dict[str, str]:
    return {"en": text}


def questionnaire(**changes: Any) -> dict[str, Any]:
    """What a form asks in English: an address and consent, without a mail to confirm."""
    plain: dict[str, Any] = {
        "languages": ["en"],
        "texts": {"en": {"title": "Spring fair"}},
        "fields": [EMAIL, NEWS],
        "confirmed_opt_in": False,
    }
    return {**plain, **changes}


def survey(**changes: Any) -> dict[str, Any]:
    """Quality counts twice as much as price; who it is, is not asked."""
    sides = [
        {"name": "quality", "label": words("Quality"), "weight": 2},
        {"name": "price", "label": words("Price")},
    ]
    return questionnaire(**{"fields": [], "sides": sides, "nps": True, **changes})


def a_form(database: Database, actor: Actor = MIA, *, published: bool = True, **changes: Any) -> Form:
    """A landing form of the north at /forms/spring-fair."""
    plain: dict[str, Any] = {
        "code": "spring-fair",
        "name": "Spring fair",
        "department": "north",
        "kind": "landing",
        "campaign_id": None,
        "wants_lead": False,
        "opens_at": None,
        "closes_at": None,
        "capacity": None,
        "design": questionnaire(),
    }
    with database.transaction(actor) as session:
        form = design_form(session, actor, hosts=HOSTS, **{**plain, **changes})
        return publish_form(session, actor, form, hosts=HOSTS) if published else form


@dataclass(frozen=True)
class Page:
    """The page of a form, as a visitor sees it at ``path``."""

    client: Client
    path: str = "/forms/spring-fair"

    def open(self, **options: Any) -> requests.Response:
        return self.client.get(self.path, **options)

    def stamp(self) -> str:
        found = re.search(r'name="page-stamp" value="([^"]+)"', self.open().text)
        assert found
        return found[1]

    def send(self, stamp: str | None = None, **inputs: Any) -> requests.Response:
        """Open the page and send it, or send the one with ``stamp`` again."""
        data = {"page-stamp": stamp or self.stamp(), **inputs}
        return self.client.post(self.path, data=data)


@dataclass(frozen=True)
class Letter:
    """A mail that somebody got, and the path of their personal page."""

    delivery: Delivery
    mailing: Mailing

    def path(self, code: str = "") -> str:
        token = Signer(LINK_KEY).token("p", self.delivery.id)
        return f"/p/{token}/{code}".rstrip("/")


def a_letter(database: Database, **changes: Any) -> Letter:
    """A mail of a campaign of the north to one contact."""
    mailing_id = a_mailing(database, [a_card(**changes)], template_id=a_template(database))
    (delivery,) = deliveries_of(database, mailing_id).values()
    with database.reading() as session:
        return Letter(delivery, session.get_one(Mailing, mailing_id))


def send(
    database: Database, form: Form, *, letter: Letter | None = None, nonce: UUID | None = None, **inputs: Any
) -> Submission:
    """Take what somebody sends, in one transaction, as the page does once it is read."""
    with database.transaction(Actor.anonymous()) as session:
        held = session.get_one(Form, form.id)
        number, design = queries.design(session, held)
        sent = {name: [value] for name, value in inputs.items()}
        filled = fill(design, sent, language="en", known=letter is not None)
        assert filled.wrong == {}
        came_by = None
        if letter is not None:
            came_by = Origin(Link("p", letter.delivery.id), letter.delivery, letter.mailing)
        visit = taking.Visit(
            form=held,
            version=number,
            design=design,
            language="en",
            nonce=nonce or new_id(),
            client="192.0.2.1",
            came_by=came_by,
        )
        return taking.take(session, visit, filled, settings())


def submissions(database: Database) -> list[Submission]:
    with database.reading() as session:
        return list(session.scalars(select(Submission).order_by(Submission.id)))


def mails(database: Database) -> list[Confirmation]:
    with database.reading() as session:
        return list(session.scalars(select(Confirmation).order_by(Confirmation.id)))


def form_of(database: Database, form_id: UUID) -> Form:
    with database.reading() as session:
        return session.get_one(Form, form_id)
