"""Forms of other departments are not there, whatever one asks of them."""

import re
from typing import Any

from chassis.http import Declaration, declarations
from services.outreach.service import OutreachService
from tests.services.outreach.builders import MIA, STRANGER
from tests.services.outreach.conftest import Served
from tests.services.outreach.forms.builders import (
    VISITOR,
    a_form,
    form_of,
    mails,
    questionnaire,
    send,
    submissions,
)

BODIES: dict[str, dict[str, Any]] = {
    "PUT": {"name": "Theirs", "design": questionnaire()},
    "POST": {"code": "00000-00000-00000"},
}


def routes_of_one_form() -> list[Declaration]:
    return [
        route
        for route, function in declarations(OutreachService)
        if "outreach.forms" in function.__module__ and not route.public and "form_id" in route.path
    ]


def test_what_belongs_to_another_department_is_not_there(served: Served) -> None:
    form = a_form(served.database, kind="registration")
    send(served.database, form, **VISITOR)
    ids = {
        "form_id": form.id,
        "submission_id": submissions(served.database)[0].id,
        "mail_id": mails(served.database)[0].id,
    }
    asked: dict[str, int] = {}
    for route in routes_of_one_form():
        path = re.sub(r"<uuid:(\w+)>", lambda found: str(ids[found[1]]), route.path)
        options: dict[str, Any] = {"json": BODIES[route.method]} if route.body else {}
        answer = served.client.call(route.method, path, as_=STRANGER, headers={"If-Match": "*"}, **options)
        asked[f"{route.method} {route.path}"] = answer.status_code
    assert len(asked) >= 14
    assert asked == dict.fromkeys(asked, 404)
    assert form_of(served.database, form.id).version == form.version


def test_a_list_leaves_out_the_forms_of_others(served: Served) -> None:
    a_form(served.database)
    assert len(served.client.get("/forms", as_=MIA).json()["items"]) == 1
    assert served.client.get("/forms", as_=STRANGER).json()["items"] == []


def test_nobody_designs_a_form_for_a_foreign_department(served: Served) -> None:
    body = {
        "code": "fair",
        "name": "Fair",
        "department": "north",
        "kind": "landing",
        "design": questionnaire(),
    }
    assert served.client.post("/forms", as_=STRANGER, json=body).status_code == 403
