"""Many rows in one statement, on both databases."""

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import Table

from chassis.database import Database
from services.lead.customers.model import Contact
from services.lead.imports.bulk import insert_new
from tests.services.lead.builders import MIA, contact_row, contacts

PLACE = ("department", "match_key")


def test_of_new_rows_those_that_somebody_has_made_meanwhile_are_left_out(
    database_of: Callable[[str], Database],
) -> None:
    database = database_of("lead")
    table = cast(Table, Contact.__table__)
    blank: dict[str, Any] = {"country": "", "time_zone": "", "role": "", "attributes": {}, "reach": {}}
    names = enumerate(("ann", "ann", "bob"))
    first, again, second = (
        contact_row(number, {**blank, "email": f"{name}@example.com"}) for number, name in names
    )
    with database.transaction(MIA) as session:
        assert insert_new(session, table, [first], clash=PLACE) == {first["id"]}
        assert insert_new(session, table, [again, second], clash=PLACE) == {second["id"]}
    assert {one.id for one in contacts(database)} == {first["id"], second["id"]}
