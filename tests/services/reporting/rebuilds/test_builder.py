"""Projections are built anew beside those that are read, while events flow, and change places at once."""

from collections.abc import Callable

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, text, update

from chassis import clock, migrate
from chassis.auth import Actor
from chassis.database import Database
from chassis.errors import Conflict, Invalid
from chassis.ids import new_id
from services.reporting.projections.model import Campaign
from services.reporting.projections.shapes import SHAPES
from services.reporting.rebuilds import queries
from services.reporting.rebuilds.actions import start_rebuild, stop_rebuild
from services.reporting.rebuilds.builder import LEASE_SECONDS, Builder, rebuild_now
from services.reporting.rebuilds.model import FAILED, RUNNING, STOPPED, SWITCHED, TRIES, Projection, Rebuild
from tests.harness.databases import POSTGRESQL, DatabaseFactory, SqliteFiles
from tests.services.reporting.builders import story
from tests.services.reporting.rows import deliver, folded, rows_of

ROOT = Actor.system("root")
WRONG = "a name that no event told"


@pytest.fixture(autouse=True)
def _small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.reporting.rebuilds.builder.CHUNK_EVENTS", 5)
    monkeypatch.setattr("services.reporting.archive.queries.READ_AT_ONCE", 3)


@pytest.fixture
def database(database_of: Callable[[str], Database]) -> Database:
    return database_of("reporting")


@pytest.fixture
def on_sqlite(fresh_database: DatabaseFactory) -> Database:
    return fresh_database("reporting")


def spoil(database: Database) -> None:
    """Make the rows that readers see tell something else than the archive."""
    with database.transaction() as session:
        session.execute(update(Campaign).values(name=WRONG))


def names(database: Database) -> set[str | None]:
    with database.reading() as session:
        return set(session.scalars(select(Campaign.name)))


def begin(database: Database, *projections: str) -> Rebuild:
    with database.transaction() as session:
        return start_rebuild(session, ROOT, projections or ("all",))


def state_of(database: Database, rebuild: Rebuild) -> Rebuild:
    with database.reading() as session:
        return session.get_one(Rebuild, rebuild.id)


def test_readers_see_the_old_rows_until_the_switch_and_then_a_fold_from_zero(database: Database) -> None:
    deliver(database, story(new_id()))
    spoil(database)
    rebuild, builder = begin(database), Builder(database)
    arriving = iter([story(new_id()), story(new_id())])
    while state_of(database, rebuild).state == RUNNING:
        assert WRONG in names(database)
        deliver(database, next(arriving, []))
        assert builder.step()
    assert WRONG not in names(database)
    assert rows_of(database) == folded(database)
    done = state_of(database, rebuild)
    assert (done.state, done.events) == (SWITCHED, 48)
    deliver(database, story(new_id()))
    assert rows_of(database) == folded(database)


def test_what_was_switched_has_the_names_that_migrations_know(database: Database) -> None:
    rebuild_now(database, ROOT, ["all"])
    mapped = migrate.models_of("reporting")
    with database.engine.connect() as connection:
        options = {"include_name": lambda name, kind, _: kind != "table" or name in mapped.tables}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), mapped) == []
        keys = {shape.name: inspect(connection).get_pk_constraint(shape.name)["name"] for shape in SHAPES}
    assert keys == {shape.name: f"pk_{shape.name}" for shape in SHAPES}


def test_one_projection_is_rebuilt_and_the_others_are_left_alone(database: Database) -> None:
    deliver(database, story(new_id()))
    spoil(database)
    assert rebuild_now(database, ROOT, ["leads", "targets"]).state == SWITCHED
    assert names(database) == {WRONG}
    rebuild_now(database, ROOT, ["campaigns"])
    assert rows_of(database) == folded(database)


def test_whoever_takes_over_goes_on_where_the_dead_one_stopped(database: Database) -> None:
    deliver(database, story(new_id()))
    rebuild, dead = begin(database), Builder(database)
    assert dead.step() and dead.step()
    reached = state_of(database, rebuild).position
    assert reached == 10
    assert not Builder(database).step()
    clock.travel(seconds=LEASE_SECONDS + 1)
    other = Builder(database)
    assert other.step()
    assert not dead.step()
    while state_of(database, rebuild).state == RUNNING:
        assert other.step()
    assert state_of(database, rebuild).events == 16
    assert rows_of(database) == folded(database)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["arrive", "step", "die"]), max_size=8))
def test_whatever_happens_in_between_the_new_rows_are_a_fold_from_zero(
    sqlite_files: SqliteFiles, on_sqlite: Database, course: list[str]
) -> None:
    database, messages = on_sqlite, story(new_id())
    sqlite_files.renew(database)
    deliver(database, messages[:6], batch=3)
    rebuild, builder = begin(database, "targets", "leads", "event_sources"), Builder(database)
    for number, act in enumerate(course):
        if act == "arrive":
            deliver(database, messages[6 + 2 * number : 8 + 2 * number])
        elif act == "die":
            builder = Builder(database)
            clock.travel(seconds=(number + 1) * (LEASE_SECONDS + 1))
        else:
            builder.step()
    while state_of(database, rebuild).state == RUNNING:
        builder.step()
    assert rows_of(database) == folded(database)
    clock.travel(seconds=0)


def test_only_one_rebuild_runs_and_only_of_what_there_is(database: Database) -> None:
    with pytest.raises(Invalid, match="there is no projection applause"):
        begin(database, "applause")
    rebuild = begin(database, "leads")
    with pytest.raises(Conflict, match="A rebuild of leads is running"):
        begin(database, "targets")
    with database.transaction() as session:
        stop_rebuild(session, ROOT, session.get_one(Rebuild, rebuild.id))
    with database.transaction() as session, pytest.raises(Conflict, match="stopped"):
        stop_rebuild(session, ROOT, session.get_one(Rebuild, rebuild.id))
    assert state_of(database, rebuild).state == STOPPED
    assert "leads_next" not in inspect(database.engine).get_table_names()


def test_what_other_code_built_is_rebuilt_without_being_asked(on_sqlite: Database) -> None:
    database = on_sqlite
    assert not Builder(database).step()
    deliver(database, story(new_id()))
    assert not Builder(database).step()
    with database.transaction() as session:
        session.execute(update(Projection).where(Projection.name == "campaigns").values(version=0))
    spoil(database)
    builder = Builder(database)
    while builder.step():
        pass
    assert WRONG not in names(database)
    with database.reading() as session:
        assert {one.state for one in queries.states(session)} == {"current"}


def test_a_rebuild_that_only_fails_is_given_up_and_not_begun_again(on_sqlite: Database) -> None:
    database = on_sqlite
    assert not Builder(database).step()
    deliver(database, story(new_id()))
    with database.transaction() as session:
        session.execute(update(Projection).where(Projection.name == "leads").values(version=0))
    rebuild = begin(database, "leads")
    with database.transaction() as session:
        session.get_one(Rebuild, rebuild.id).tries = TRIES
    assert not Builder(database).step()
    assert state_of(database, rebuild).state == FAILED
    assert not Builder(database).step()
    with database.reading() as session:
        outdated = [one.name for one in queries.states(session) if one.state == "outdated"]
    assert outdated == ["leads"]


def test_the_switch_gives_way_to_who_reads_the_old_table_for_long(fresh_database: DatabaseFactory) -> None:
    database = fresh_database("reporting", POSTGRESQL)
    deliver(database, story(new_id()))
    rebuild, builder = begin(database, "leads"), Builder(database)
    with database.engine.begin() as reader:
        reader.execute(text("SELECT count(*) FROM leads"))
        while builder.step():
            pass
        assert state_of(database, rebuild).state == RUNNING
    assert builder.step()
    assert state_of(database, rebuild).state == SWITCHED


def test_how_far_a_rebuild_has_come_is_told(on_sqlite: Database) -> None:
    database = on_sqlite
    deliver(database, story(new_id()))
    begin(database, "leads")
    Builder(database).step()
    with database.reading() as session:
        states = {one.name: one for one in queries.states(session)}
    leads, targets = states["leads"], states["targets"]
    assert (leads.state, leads.position, leads.behind, leads.progress) == ("rebuilding", 5, 11, 5 / 16)
    assert leads.lag_seconds > 0
    assert (targets.state, targets.behind, targets.progress) == ("current", 0, 1.0)
