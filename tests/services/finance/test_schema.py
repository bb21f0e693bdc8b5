"""The migrated database has exactly the tables that the code maps."""

from collections.abc import Callable

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from chassis import migrate
from chassis.database import Database


def test_the_migrations_lead_to_the_mapped_tables(database_of: Callable[[str], Database]) -> None:
    mapped = migrate.models_of("finance")
    with database_of("finance").engine.connect() as connection:
        options = {
            "compare_type": True,
            "include_name": lambda name, kind, _parents: kind != "table" or name in mapped.tables,
        }
        assert compare_metadata(MigrationContext.configure(connection, opts=options), mapped) == []
