"""A wave keeps the version that was published when it was released."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from chassis.database import Database
from chassis.ids import new_id
from services.outreach.templates import queries
from services.outreach.templates.actions import change_template, publish_template
from services.outreach.templates.content import Edition
from services.outreach.templates.model import Template
from services.outreach.templates.releases import Unusable, held_edition, held_link, hold_versions
from tests.services.outreach.builders import HTML, MIA, DatabaseOf, a_mailing, a_template, mailing_of


def change(database: Database, template_id: UUID, **changes: Any) -> None:
    """Edit a template and publish it."""
    with database.transaction(MIA) as session:
        template = queries.take_template(session, MIA, template_id)
        change_template(session, MIA, template=template, **{"name": "News", "html": HTML, **changes})
        publish_template(session, MIA, template=template)


def hold(database: Database, template_ids: Sequence[UUID]) -> UUID:
    """Release a wave with these templates. Returns its id."""
    wave_id = new_id()
    with database.transaction() as session:
        hold_versions(session, wave_id=wave_id, template_ids=template_ids)
    return wave_id


def held(database: Database, wave_id: UUID, template_id: UUID, **changes: str) -> Edition:
    plain = {"department": "north", "channel": "email"}
    with database.reading() as session:
        return held_edition(session, wave_id=wave_id, template_id=template_id, **{**plain, **changes})


def test_what_is_published_later_does_not_change_what_was_released(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database, subject="first")
    before = hold(database, [template_id])
    page = HTML.replace("https://shop.example/new?x=1&amp;y=2", "https://shop.example/other")
    change(database, template_id, subject="second", html=page)
    after = hold(database, [template_id])
    assert [held(database, wave, template_id).content().subject for wave in (before, after)] == [
        "first",
        "second",
    ]
    with database.reading() as session:
        links = [
            held_link(session, wave_id=wave, template_id=template_id, number=0) for wave in (before, after)
        ]
        assert held_link(session, wave_id=before, template_id=template_id, number=1) is None
    assert links == ["https://shop.example/new?x=1&y=2", "https://shop.example/other"]


def test_a_draft_does_not_go_out_before_it_is_published(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database, draft=True)
    wave_id = hold(database, [template_id])
    with pytest.raises(Unusable, match="unpublished_template"):
        held(database, wave_id, template_id)


def test_a_template_that_was_published_after_the_release_does_not_go_out_either(
    database_of: DatabaseOf,
) -> None:
    database = database_of("outreach")
    template_id = a_template(database, draft=True)
    wave_id = hold(database, [template_id])
    change(database, template_id, subject="late")
    with pytest.raises(Unusable, match="unpublished_template"):
        held(database, wave_id, template_id)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"department": "south"}, "unknown_template"), ({"channel": "sms"}, "other_channel")],
)
def test_a_template_of_another_department_or_channel_is_refused(
    database_of: DatabaseOf, changes: dict[str, str], reason: str
) -> None:
    database = database_of("outreach")
    template_id = a_template(database)
    wave_id = hold(database, [template_id])
    with pytest.raises(Unusable, match=reason):
        held(database, wave_id, template_id, **changes)


def test_the_mailing_of_a_wave_holds_its_version_when_it_opens(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    template_id = a_template(database, subject="first")
    mailing = mailing_of(database, a_mailing(database, [], template_id=template_id))
    change(database, template_id, subject="second")
    assert held(database, mailing.wave_id, template_id).content().subject == "first"


def test_editions_of_a_template_in_several_languages_keep_them_apart(database_of: DatabaseOf) -> None:
    database = database_of("outreach")
    contents = [
        {"language": language, "subject": language, "html": HTML.replace("new", language)}
        for language in ("en", "de")
    ]
    template_id = a_template(database, contents=contents)
    edition = held(database, hold(database, [template_id]), template_id)
    assert [edition.content(one).subject for one in ("de-AT", "fr")] == ["de", "en"]
    assert [edition.content(one).link_numbers for one in ("en", "de")] == [(0,), (1,)]
    with database.reading() as session:
        assert session.get_one(Template, template_id).languages == " en de "
