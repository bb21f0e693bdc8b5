"""The directory of staff over HTTP."""

from uuid import UUID

from chassis.http import Page, Request, route
from contracts.roles import ADMINISTRATOR, MARKETING_MANAGER, ROLES, SALES_MANAGER
from services.outreach.staff import actions, queries
from services.outreach.staff.model import Person
from services.outreach.staff.schemas import Muting, NewPerson, PersonEntry, PersonView, StaffFilter

KEEPERS = (ADMINISTRATOR,)
READERS = (MARKETING_MANAGER, SALES_MANAGER)


class StaffApi:
    """Routes of the people who get notices."""

    @route("GET", "/staff", roles=READERS, query=StaffFilter, returns=PersonView, many=True)
    def list_staff(self, request: Request) -> Page:
        """List the people of your departments."""
        return request.page(queries.staff(request.actor, **request.query), Person.id)

    @route("POST", "/staff", roles=KEEPERS, body=NewPerson, returns=PersonView, status=201)
    def enter_person(self, request: Request) -> Person:
        """Enter somebody, so that notices reach them."""
        return actions.enter_person(request.session, **request.body)

    @route("GET", "/staff/<uuid:person_id>", roles=READERS, returns=PersonView)
    def show_person(self, request: Request, person_id: UUID) -> Person:
        """Show somebody's entry."""
        return queries.person(request.session, request.actor, person_id)

    @route("PUT", "/staff/<uuid:person_id>", roles=KEEPERS, body=PersonEntry, returns=PersonView)
    def change_person(self, request: Request, person_id: UUID) -> Person:
        """Replace somebody's entry. If-Match is needed."""
        person = queries.person_for_update(request.session, request.actor, person_id)
        request.require_match(person)
        return actions.change_person(request.session, person=person, **request.body)

    @route("DELETE", "/staff/<uuid:person_id>", roles=KEEPERS, status=204)
    def remove_person(self, request: Request, person_id: UUID) -> None:
        """Take somebody out of the directory; no more notices go to them."""
        actions.remove_person(request.session, request.actor, person_id=person_id)

    @route("PUT", "/my-notices/muted", roles=ROLES, body=Muting, returns=PersonView)
    def mute_notices(self, request: Request) -> Person:
        """Say which kinds of notices you do not want."""
        return actions.mute(request.session, request.actor, **request.body)
