"""What requests hold about a person can be shown and taken away."""

from collections.abc import Callable

from sqlalchemy import func, select

from chassis.auth import Actor
from chassis.clock import now
from chassis.database import Database
from chassis.files import StoredFile
from contracts.lead import RequestChanged
from services.lead.requests.model import PreSalesRequest, SharedDocument
from services.lead.requests.persons import forget, requests_of
from services.lead.requests.sharing import Doorway, share
from tests.services.lead.builders import MIA, add_contact, events, open_request

Databases = Callable[[str], Database]

SYSTEM = Actor.system("lead")


def test_nothing_is_left_of_a_person_who_is_forgotten(database_of: Databases) -> None:
    database = database_of("lead")
    ann, bob = add_contact(database, email="ann@example.com"), add_contact(database, email="bob@example.com")
    hers = open_request(database, contact_id=ann.id, details="Call Ann on Monday", tasks=["Call Ann"])
    open_request(database, contact_id=bob.id, details="Bob")
    about = {"media_type": "text/plain", "size": 1, "sha256": "x", "uploaded_by": "mia", "uploaded_at": now()}
    with database.transaction(MIA) as session:
        file = StoredFile(name="offer.txt", **about)
        session.add(file)
        asked = session.get_one(PreSalesRequest, hers)
        share(session, MIA, asked, [file], doorway=Doorway("https://leads.example.com", 30))
    with database.transaction(SYSTEM) as session:
        assert [one.id for one in requests_of(session, [ann.id])] == [hers]
        assert forget(session, SYSTEM, [hers]) == 1
    with database.reading() as session:
        kept = session.get_one(PreSalesRequest, hers)
        assert (kept.title, kept.details, kept.tasks) == ("quotation", "", [{"title": "-", "done": False}])
        assert [one.details for one in requests_of(session, [bob.id])] == ["Bob"]
        assert session.scalar(select(func.count()).select_from(SharedDocument)) == 0
    assert [one.details for one in events(database, RequestChanged)] == [""]
