"""Runs Alembic on the connection that ``chassis.migrate`` opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transaction_per_migration=False)
context.run_migrations()
