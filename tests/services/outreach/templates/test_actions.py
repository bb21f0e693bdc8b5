"""Writing, changing, publishing and finding templates, on both databases."""

from typing import Any

import pytest
from sqlalchemy import select

from chassis.audit import audit_entries
from chassis.errors import Conflict, Forbidden, Invalid
from services.outreach.templates import actions, queries
from services.outreach.templates.model import Template, TemplateVersion
from tests.services.outreach.builders import HTML, MIA, STRANGER, DatabaseOf, a_template


def test_a_template_is_found_by_what_it_is(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    a_template(database, name="50% News", channel="sms", default_language="pt-BR", text="Oi STOP")
    a_template(database, name="Draft", draft=True)
    wanted: list[tuple[dict[str, Any], list[str]]] = [
        ({"language": "pt_br"}, ["50% News"]),
        ({"language": "pt"}, []),
        ({"q": "% nEWS"}, ["50% News"]),
        ({"q": "_"}, []),
        ({"channel": "email"}, ["Draft"]),
        ({"state": "draft"}, ["Draft"]),
        ({"state": "archived"}, []),
    ]
    with database.reading() as session:
        for given, names in wanted:
            assert [one.name for one in session.scalars(queries.templates(MIA, **given))] == names, given
        assert list(session.scalars(queries.templates(STRANGER))) == []


def test_what_is_published_stays_as_it_was_when_the_draft_is_changed(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database, subject="first")
    with database.transaction(MIA) as session:
        template = queries.take_template(session, MIA, template_id)
        actions.change_template(session, MIA, template=template, name="News", subject="second", html=HTML)
    with database.reading() as session:
        template = session.get_one(Template, template_id)
        version = session.get_one(TemplateVersion, (template_id, 1))
        assert (template.published, template.contents[0]["subject"]) == (1, "second")
        assert version.contents[0]["subject"] == "first"


def test_a_draft_with_errors_is_not_published(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database, draft=True, subject="{{ nickname }}")
    with pytest.raises(Invalid, match="unknown field nickname"), database.transaction(MIA) as session:
        template = queries.take_template(session, MIA, template_id)
        actions.publish_template(session, MIA, template=template)
    with database.reading() as session:
        assert session.get(TemplateVersion, (template_id, 1)) is None


def test_the_same_is_not_published_twice(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database)
    with pytest.raises(Conflict, match="version 1"), database.transaction(MIA) as session:
        template = queries.take_template(session, MIA, template_id)
        actions.publish_template(session, MIA, template=template)


def test_every_change_of_a_template_is_in_the_audit(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database, draft=True)
    with database.transaction(MIA) as session:
        template = queries.take_template(session, MIA, template_id)
        actions.publish_template(session, MIA, template=template)
    with database.transaction(MIA) as session:
        actions.archive_template(template=queries.take_template(session, MIA, template_id))
    with database.reading() as session:
        entries = session.execute(
            select(audit_entries.c.actor, audit_entries.c.action, audit_entries.c.after)
            .where(audit_entries.c.entity_id == template_id)
            .order_by(audit_entries.c.id)
        ).all()
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("mia", "insert"),
        ("mia", "update"),
        ("mia", "update"),
    ]
    assert entries[1].after["published"] == 1
    assert entries[2].after["archived_at"]


def test_nobody_writes_a_template_for_a_foreign_department(database_of: DatabaseOf) -> None:
    with pytest.raises(Forbidden):
        a_template(database_of("outreach"), actor=STRANGER)
