"""A service as small as can be, to try the HTTP side of the chassis on: it keeps parcels."""

import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import requests
from eventlet.event import Event
from marshmallow import Schema, fields, validate
from nameko.containers import ServiceContainer
from pytest import MonkeyPatch
from sqlalchemy import MetaData, Text, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.wrappers import Response

from chassis import database as chassis_database
from chassis.audit_api import AuditApi
from chassis.auth import Actor
from chassis.columns import PERSONAL, Amount, Document
from chassis.config import Settings
from chassis.database import NAMING, Aggregate, Database
from chassis.errors import Conflict, NotFound
from chassis.files.api import FilesApi
from chassis.files.store import FileSettings
from chassis.http import Page, Request, route
from chassis.openapi import OpenApi
from chassis.runtime import Runtime
from chassis.server import ApiServer
from contracts.roles import ANALYST, MARKETING_STAFF
from tests.harness.people import jwks, person, token_of

CLERK = person("ada", MARKETING_STAFF)
STRANGER = person("eve", MARKETING_STAFF, departments=("south",))
READER = person("bob", ANALYST)
UPLOAD_BYTES = 8 << 20


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class Parcel(Aggregate, Base):
    __tablename__ = "parcels"

    label: Mapped[str] = mapped_column(Text, unique=True)
    department: Mapped[str] = mapped_column(Text)
    weight: Mapped[Decimal] = mapped_column(Amount)
    pin: Mapped[str | None] = mapped_column(Text, info={"secret": True})
    note: Mapped[str] = mapped_column(Text, default="", info=PERSONAL)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Document)


class LineInput(Schema):
    item = fields.String(required=True)
    count = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


class ParcelInput(Schema):
    label = fields.String(required=True, validate=validate.Length(min=1, max=50))
    department = fields.String(required=True)
    weight = fields.Decimal(load_default=Decimal(1), as_string=True)
    pin = fields.String(allow_none=True)
    note = fields.String(load_default="")
    lines = fields.List(fields.Nested(LineInput), load_default=list)


class ParcelChange(Schema):
    label = fields.String()
    pin = fields.String()
    note = fields.String()


class ParcelFilter(Schema):
    department = fields.String()
    label = fields.List(fields.String())


class ParcelView(Schema):
    """A parcel."""

    id = fields.UUID()
    version = fields.Integer()
    label = fields.String()
    department = fields.String()
    weight = fields.Decimal(as_string=True)


class ParcelApi:
    @route("POST", "/parcels", roles=(MARKETING_STAFF,), body=ParcelInput, returns=ParcelView, status=201)
    def pack_parcel(self, request: Request) -> Parcel:
        """Pack a parcel.

        It stands on the shelf until it is sent.
        """
        request.actor.require_department(request.body["department"])
        parcel = Parcel(**{"pin": None, **request.body})
        request.session.add(parcel)
        return parcel

    @route(
        "GET", "/parcels", roles=(MARKETING_STAFF, ANALYST), query=ParcelFilter, returns=ParcelView, many=True
    )
    def list_parcels(self, request: Request) -> Page:
        """The parcels, latest first."""
        wanted = select(Parcel).where(request.actor.scope(Parcel.department))
        if labels := request.query.get("label"):
            wanted = wanted.where(Parcel.label.in_(labels))
        return request.page(wanted, Parcel.id)

    @route("GET", "/parcels/<uuid:parcel_id>", roles=(MARKETING_STAFF, ANALYST), returns=ParcelView)
    def show_parcel(self, request: Request, parcel_id: UUID) -> Parcel:
        """One parcel."""
        return _parcel(request, parcel_id)

    @route(
        "PATCH", "/parcels/<uuid:parcel_id>", roles=(MARKETING_STAFF,), body=ParcelChange, returns=ParcelView
    )
    def relabel_parcel(self, request: Request, parcel_id: UUID) -> Parcel:
        """Change a parcel."""
        parcel = _parcel(request, parcel_id)
        request.require_match(parcel)
        for name, value in request.body.items():
            setattr(parcel, name, value)
        parcel.version += 1
        return parcel

    @route("POST", "/parcels/<uuid:parcel_id>/dispatch", roles=(MARKETING_STAFF,))
    def send_parcel(self, request: Request, parcel_id: UUID) -> None:
        """Send a parcel."""
        parcel = _parcel(request, parcel_id)
        request.match(parcel)
        if parcel.label == "stuck":
            raise Conflict("It is stuck")
        request.session.delete(parcel)


class OddApi:
    arrived: ClassVar[Event]
    gate: ClassVar[Event]

    @route("POST", "/boom", roles=(MARKETING_STAFF,), body=ParcelInput)
    def explode(self, request: Request) -> None:
        """Adds a parcel and then fails in a way that nobody foresaw."""
        request.session.add(Parcel(pin=None, **request.body))
        request.session.flush()
        raise ZeroDivisionError("the secret formula is 42")

    @route("POST", "/uploads", roles=(MARKETING_STAFF,), stream=True, max_body=UPLOAD_BYTES, status=202)
    def upload(self, request: Request) -> dict[str, int]:
        """Count the lines of a file."""
        return {"lines": sum(1 for _ in io.TextIOWrapper(request.stream, "utf-8"))}

    @route("GET", "/export", roles=(ANALYST,))
    def export(self, request: Request) -> Response:
        """All labels as CSV, row by row."""
        rows = request.session.scalars(select(Parcel.label).order_by(Parcel.id))
        return Response((f"{label}\n" for label in rows), content_type="text/csv")

    @route("GET", "/hello/<name>", public=True)
    def greet(self, request: Request, name: str) -> Response:
        """Say hello."""
        return Response(f"Hello {name}, I take you for {request.actor.subject}", content_type="text/html")

    @route("GET", "/click/<name>", public=True, writes=True)
    def click(self, request: Request, name: str) -> Response:
        """Remember who clicked."""
        request.session.add(Parcel(label=name, department="north", weight=Decimal(1), pin=None, lines=[]))
        return Response(status=302, headers={"Location": "https://example.org/"})

    @route("GET", "/gate", roles=(ANALYST,))
    def wait_at_gate(self, request: Request) -> dict[str, bool]:
        """Wait until the test opens the gate."""
        self.arrived.send()
        self.gate.wait()
        return {"open": True}

    @route("POST", "/answers", public=True, stream=True)
    def answer(self, request: Request) -> dict[str, list[str]]:
        """Echo a form."""
        return request.form()


class Shop(ParcelApi, OddApi, FilesApi, AuditApi, OpenApi):
    """Keeps parcels."""

    name = "shop"
    Settings: ClassVar[type[Settings]] = FileSettings
    file_readers = (ANALYST,)


def _parcel(request: Request, parcel_id: UUID) -> Parcel:
    parcel = request.session.get(Parcel, parcel_id)
    if parcel is None or not request.actor.may_see(parcel.department):
        raise NotFound("parcel", parcel_id)
    return parcel


class RunningShop:
    """A shop that listens on a free port."""

    def __init__(self, container: Any) -> None:
        self.container = container
        self.server: ApiServer = _extension(container, ApiServer)
        self.database: Database = _extension(container, Runtime).database
        self.base_url = f"http://127.0.0.1:{self.server.port}"
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method: str, path: str, as_: Actor | None = CLERK, **options: Any) -> requests.Response:
        """One request as the clerk, or as whom ``as_`` says; None is nobody."""
        headers = dict(options.pop("headers", {}))
        if as_ is not None:
            headers.setdefault("Authorization", f"Bearer {token_of(as_)}")
        return self.session.request(method, f"{self.base_url}{path}", headers=headers, timeout=20, **options)

    def pack(self, label: str, **values: Any) -> requests.Response:
        return self.call("POST", "/parcels", json={"label": label, "department": "north", **values})

    def labels(self) -> list[str]:
        """What is really in the database."""
        with self.database.reading() as session:
            return list(session.scalars(select(Parcel.label).order_by(Parcel.id)))


def furnish(url: str) -> None:
    """Everything that a shop needs in its database, before it opens."""
    database = Database(url, service="shop")
    for metadata in (chassis_database.metadata, Base.metadata):
        metadata.create_all(database.engine)
    database.close()


def run_shop(database_url: str, monkeypatch: MonkeyPatch, **settings: object) -> Iterator[RunningShop]:
    """A shop on a furnished database, stopped afterwards."""
    values = {"database_url": database_url, "http_port": 0, "probe_port": 0, "oidc_jwks": jwks(), **settings}
    for name, value in values.items():
        monkeypatch.setenv(f"FANFARE_SHOP_{name.upper()}", str(value))
    container = ServiceContainer(Shop)
    container.start()
    shop = RunningShop(container)
    yield shop
    shop.session.close()
    container.stop()


def _extension(container: Any, kind: type[Any]) -> Any:
    return next(one for one in container.extensions if isinstance(one, kind))
