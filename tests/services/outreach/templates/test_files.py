"""Files that go along with mails."""

import io
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.errors import Invalid, Problem, TooLarge
from services.outreach.templates import queries
from services.outreach.templates.actions import change_template, publish_template
from services.outreach.templates.files import LARGEST, add_file, files
from tests.services.outreach.builders import HTML, MIA, STRANGER, DatabaseOf, a_template
from tests.services.outreach.conftest import Served

PDF = b"%PDF-1.7\n..."


def attach(database: Database, template_id: UUID, *file_ids: UUID) -> None:
    """Publish a version that has files attached."""
    with database.transaction(MIA) as session:
        template = queries.take_template(session, MIA, template_id)
        change_template(
            session, MIA, template=template, name="News", subject="x", html=HTML, attachments=file_ids
        )
        publish_template(session, MIA, template=template)


def upload(database: Database, template_id: UUID, *, name: str = "prices.pdf", data: bytes = PDF) -> UUID:
    with database.transaction(MIA) as session:
        template = queries.take_template(session, MIA, template_id)
        return add_file(session, MIA, template=template, name=name, stream=io.BytesIO(data)).id


def test_a_version_has_its_files_at_hand(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database)
    file_id = upload(database, template_id)
    attach(database, template_id, file_id)
    with database.reading(MIA) as session:
        edition = queries.edition(session, MIA, template_id)
    assert edition is not None
    (attachment,) = [edition.attachments[one] for one in edition.content().attachments]
    assert (attachment.name, attachment.media_type, attachment.data) == ("prices.pdf", "application/pdf", PDF)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("prices.exe", b"MZ"),
        ("prices", PDF),
        (".pdf", PDF),
        ("prices.pdf", b"not a pdf"),
        ("prices.txt", b"\xff\xfe"),
        ("prices.txt", b""),
        ("x" * 101 + ".pdf", PDF),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    database_of: DatabaseOf, name: str, data: bytes
) -> None:
    database = database_of("outreach")
    with pytest.raises(Invalid):
        upload(database, a_template(database), name=name, data=data)


def test_a_file_that_is_too_large_is_refused(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    with pytest.raises(TooLarge):
        upload(database, a_template(database), data=PDF + b"x" * LARGEST)


def test_a_name_cannot_lead_out_of_a_folder_or_break_a_header(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database)
    upload(database, template_id, name="..\\..\\etc/prices\r\nX: y.pdf")
    with database.reading(MIA) as session:
        (file,) = session.scalars(files(template_id))
    assert file.name == "prices X: y.pdf"


def test_only_files_of_the_template_can_be_attached_and_not_too_much_of_them(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id, other = a_template(database), a_template(database)
    with pytest.raises(Problem, match="the template has no file"):
        attach(database, template_id, upload(database, other))
    large = [upload(database, template_id, data=PDF + b"x" * (LARGEST - 20)) for _ in range(2)]
    with pytest.raises(Problem, match="at most 7.3 are sent"):
        attach(database, template_id, *large)


def test_files_are_uploaded_listed_and_downloaded(served: Served) -> None:
    template_id = a_template(served.database)
    path = f"/templates/{template_id}/files"
    client = served.client
    added = client.call("POST", f"{path}?name=Preise%20%C3%A4.pdf", as_=MIA, data=PDF)
    assert added.status_code == 201
    assert client.get(path, as_=MIA).json()["items"] == [added.json()]
    file = client.get(f"{path}/{added.json()['id']}", as_=MIA)
    assert file.content == PDF
    assert file.headers["Content-Type"] == "application/pdf"
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Preise%20%C3%A4.pdf"
    assert client.get(path, as_=STRANGER).status_code == 404
