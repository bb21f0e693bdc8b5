"""Forms as people of ours keep them."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
import requests

from tests.services.outreach.builders import ANNA, MIA, OTTO, STRANGER
from tests.services.outreach.conftest import Served
from tests.services.outreach.forms.builders import (
    EMAIL,
    SATISFIED,
    VISITOR,
    Page,
    a_form,
    mails,
    questionnaire,
    recommending,
    send,
    submissions,
    survey,
    words,
)

FORM = {"code": "fair", "name": "Fair", "department": "north", "kind": "landing"}


def design(served: Served, **changes: Any) -> requests.Response:
    body = {**FORM, "design": questionnaire(), **changes}
    return served.client.post("/forms", as_=MIA, json=body)


def fields_of(problem: requests.Response) -> dict[str, str]:
    assert problem.status_code == 422, problem.text
    return {one["field"]: one["reason"] for one in problem.json()["errors"]}


def test_a_form_is_designed_published_and_hosted(hosting: Served) -> None:
    made = design(hosting)
    assert (made.status_code, made.json()["state"], made.json()["published"]) == (201, "draft", 0)
    path = f"/forms/{made.json()['id']}"
    shown = hosting.client.post(f"{path}/publication", as_=OTTO)
    assert (shown.json()["state"], shown.json()["published"]) == ("open", 1)
    assert hosting.client.get("/forms/fair").status_code == 200
    [version] = hosting.client.get(f"{path}/versions", as_=ANNA).json()["items"]
    assert (version["number"], version["published_by"]) == (1, "otto")


def test_publishing_what_is_published_makes_no_new_version(hosting: Served) -> None:
    form = a_form(hosting.database)
    again = hosting.client.post(f"/forms/{form.id}/publication", as_=MIA)
    assert again.json()["published"] == 1


def test_a_change_needs_the_version_it_builds_on(hosting: Served) -> None:
    made = design(hosting)
    path, body = f"/forms/{made.json()['id']}", {"name": "New", "design": questionnaire()}
    assert hosting.client.put(path, as_=MIA, json=body).status_code == 428
    changed = hosting.client.put(path, as_=MIA, json=body, headers={"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json()["name"]) == (200, "New")
    stale = hosting.client.put(path, as_=MIA, json=body, headers={"If-Match": made.headers["ETag"]})
    assert stale.status_code == 412


def test_only_a_draft_can_be_deleted(hosting: Served) -> None:
    draft = design(hosting).json()["id"]
    assert hosting.client.delete(f"/forms/{draft}", as_=MIA).status_code == 204
    assert hosting.client.get(f"/forms/{draft}", as_=MIA).status_code == 404
    public = a_form(hosting.database).id
    assert hosting.client.delete(f"/forms/{public}", as_=MIA).status_code == 409


def test_a_code_is_given_once_and_is_fit_for_an_address(hosting: Served) -> None:
    assert design(hosting).status_code == 201
    assert design(hosting).status_code == 409
    for code in ("A", "a b", "-a", "a-", "x" * 33, "", "ä", "a/b"):
        assert design(hosting, code=code).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"languages": ["en", "de"]}, "design.texts.de"),
        ({"fields": [{**EMAIL, "type": "text"}]}, "design.fields.email.type"),
        ({"fields": [EMAIL, EMAIL]}, "design.fields"),
        ({"fields": [{**EMAIL, "name": "page-stamp"}]}, "design.fields"),
        ({"fields": [{"name": "x", "type": "choice", "label": words("X")}]}, "design.fields.x.choices"),
        ({"fields": [{"name": "x", "type": "text"}]}, "design.fields.x.label"),
        ({"fields": [{"name": "x", "type": "consent", "label": words("X")}]}, "design.fields.x.channel"),
        (
            {"fields": [{"name": "x", "type": "consent", "label": words("X"), "channel": "sms"}]},
            "design.fields.x.channel",
        ),
        ({"fields": [{"name": "x", "type": "scale", "label": words("X"), "most": "99"}]}, "design.fields.x"),
        (
            {"fields": [{"name": "x", "type": "text", "label": words("X")}], "confirmed_opt_in": True},
            "design.confirmed_opt_in",
        ),
        ({"fields": []}, "design.fields"),
        ({"sides": survey()["sides"]}, "design.sides"),
        ({"redirect_url": "https://evil.example/"}, "design.redirect_url"),
        ({"redirect_url": "https://shop.example@evil.example/"}, "design.redirect_url"),
        ({"redirect_url": "http://shop.example/"}, "design.redirect_url"),
        ({"redirect_url": "https://shop.example\\@evil.example/"}, "design.redirect_url"),
    ],
)
def test_a_design_that_cannot_stand_is_refused_with_its_field(
    open_hosting: Served, changes: dict[str, Any], field: str
) -> None:
    assert field in fields_of(design(open_hosting, design=questionnaire(**changes)))


def test_places_are_for_registrations_and_times_in_their_order(hosting: Served) -> None:
    assert "capacity" in fields_of(design(hosting, capacity=5))
    times = {"opens_at": "2026-12-02T00:00:00Z", "closes_at": "2026-12-01T00:00:00Z"}
    assert "closes_at" in fields_of(design(hosting, **times))


def test_a_preview_shows_the_draft_and_cannot_be_sent(hosting: Served) -> None:
    form = a_form(hosting.database, published=False)
    page = hosting.client.get(f"/forms/{form.id}/preview", as_=ANNA)
    assert (page.status_code, "Spring fair" in page.text) == (200, True)
    assert "disabled" in page.text and "page-stamp" not in page.text


def test_results_count_each_answer_and_tell_the_gap_of_each_side(hosting: Served) -> None:
    choices = [{"value": one, "label": words(one)} for one in ("red", "blue")]
    fields = [
        {"name": "colour", "type": "choice", "label": words("Colour"), "choices": choices},
        {"name": "age", "type": "number", "label": words("Age")},
    ]
    form = a_form(hosting.database, kind="survey", design=survey(fields=fields))
    send(hosting.database, form, colour="red", age="20", **SATISFIED, **recommending(10))
    send(hosting.database, form, colour="red", age="30", **(SATISFIED | {"side.price.experience": "5"}))
    found = hosting.client.get(f"/forms/{form.id}/results", as_=ANNA).json()
    assert (found["states"], found["score"], found["scores"]) == ({"confirmed": 2}, "7.34", 2)
    colour, age = found["questions"]
    assert (colour["answered"], colour["choices"]) == (2, {"red": 2, "blue": 0})
    assert (age["least"], age["most"], age["average"]) == ("20", "30", "25.00")
    price = next(side for side in found["sides"] if side["side"] == "price")
    assert (price["expectation"], price["experience"], price["gap"]) == ("8.00", "4.00", "-4.00")
    assert found["nps"] == {"promoters": 1, "passives": 0, "detractors": 0, "score": "100.00"}


def test_submissions_are_listed_filtered_and_paged(hosting: Served) -> None:
    form = a_form(hosting.database, kind="registration", capacity=1)
    for name in ("ann", "ben", "cat"):
        send(hosting.database, form, email=f"{name}@example.com")
    path = f"/forms/{form.id}/submissions"
    page = hosting.client.get(f"{path}?limit=2", as_=ANNA).json()
    assert [one["email"] for one in page["items"]] == ["cat@example.com", "ben@example.com"]
    rest = hosting.client.get(f"{path}?limit=2&cursor={page['next']}", as_=ANNA).json()
    assert [one["email"] for one in rest["items"]] == ["ann@example.com"]
    seated = hosting.client.get(f"{path}?place=seated", as_=ANNA).json()["items"]
    assert [one["email"] for one in seated] == ["ann@example.com"]


def test_the_export_runs_no_formula(hosting: Served) -> None:
    fields = [EMAIL, {"name": "note", "type": "text", "label": words("Note")}]
    form = a_form(hosting.database, design=questionnaire(fields=fields))
    send(hosting.database, form, email="lin@example.com", note="=HYPERLINK(1)")
    got = hosting.client.get(f"/forms/{form.id}/submissions.csv", as_=ANNA)
    assert got.headers["Content-Type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(got.content.decode("utf-8-sig")))
    assert (row["email"], row["note"]) == ("lin@example.com", "'=HYPERLINK(1)")


def test_erasing_takes_away_who_it_was_and_leaves_the_figures(hosting: Served) -> None:
    fields = [EMAIL, {"name": "note", "type": "text", "label": words("Note")}]
    form = a_form(hosting.database, kind="survey", design=survey(fields=fields, confirmed_opt_in=True))
    send(hosting.database, form, email="lin@example.com", note="It was me", **SATISFIED)
    [submission] = submissions(hosting.database)
    path = f"/forms/{form.id}/submissions/{submission.id}"
    assert hosting.client.delete(path, as_=OTTO).status_code == 403
    assert hosting.client.delete(path, as_=MIA).status_code == 200
    [erased] = submissions(hosting.database)
    assert (erased.email, erased.answers, erased.origin) == (None, {}, "")
    assert erased.score == submission.score
    assert [(mail.address, mail.state, mail.reason) for mail in mails(hosting.database)] == [
        ("", "failed", "erased")
    ]


def test_at_the_door_a_code_is_taken_once(hosting: Served) -> None:
    form = a_form(hosting.database, kind="registration")
    thanks = Page(hosting.client).send(**VISITOR).text
    code = thanks.partition('id="check-in-code">')[2].partition("<")[0]
    assert "<svg" in thanks
    path = f"/forms/{form.id}/check-ins"
    told = [hosting.client.post(path, as_=OTTO, json={"code": code}).json() for _ in range(2)]
    assert [one["outcome"] for one in told] == ["checked_in", "used"]
    assert told[0]["submission"]["email"] == "lin@example.com"
    assert hosting.client.post(path, as_=OTTO, json={"code": "no"}).status_code == 404
    assert hosting.client.post(path, as_=ANNA, json={"code": code}).status_code == 403
    assert hosting.client.post(path, as_=STRANGER, json={"code": code}).status_code == 404


def test_a_mail_is_sent_again_only_when_it_failed_and_a_manager_says_so(hosting: Served) -> None:
    form = a_form(hosting.database, design=questionnaire(confirmed_opt_in=True))
    for _ in range(4):
        send(hosting.database, form, **VISITOR)
    listed = hosting.client.get(f"/forms/{form.id}/mails?state=failed", as_=ANNA).json()["items"]
    assert [one["reason"] for one in listed] == ["too_many_mails"]
    path = f"/forms/{form.id}/mails/{UUID(listed[0]['id'])}/resending"
    assert hosting.client.post(path, as_=OTTO).status_code == 403
    assert hosting.client.post(path, as_=MIA).json()["state"] == "queued"
    assert hosting.client.post(path, as_=MIA).status_code == 409


def test_a_registration_is_cancelled_by_staff(hosting: Served) -> None:
    form = a_form(hosting.database, kind="registration")
    send(hosting.database, form, **VISITOR)
    [submission] = submissions(hosting.database)
    path = f"/forms/{form.id}/submissions/{submission.id}/cancellation"
    assert hosting.client.post(path, as_=OTTO).json()["place"] == "cancelled"
    assert hosting.client.post(path, as_=OTTO).status_code == 409
