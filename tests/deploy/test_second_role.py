"""The second role of docs/operators.md, with which the password of a database is changed without a gap."""

import re
import secrets
from pathlib import Path

from sqlalchemy import make_url, text

from chassis import migrate
from chassis.database import Database
from tests.harness.databases import PostgresDatabases

GUIDE = Path("docs/operators.md")


def statements(first: str, password: str) -> list[str]:
    """The statements of the guide, for the role ``first``."""
    [block] = re.findall(r"```\n(CREATE ROLE lead_b.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    block = block.replace("lead", first).replace("\u2026", password)
    return [one.strip() for one in block.split(";") if one.strip()]


def test_a_second_role_does_all_that_the_first_one_did_and_owns_nothing(postgres: PostgresDatabases) -> None:
    first, url = postgres.create_owned()
    second, password = f"{first}_b", secrets.token_hex(16)
    boss = Database(postgres.url("postgres"), service="lead")
    try:
        migrate.upgrade("lead", url)
        with boss.engine.connect() as connection:
            for one in (*statements(first, password), f"ALTER ROLE {first} NOLOGIN"):
                connection.execute(text(one))
            connection.commit()
        address = make_url(url).set(username=second, password=password).render_as_string(hide_password=False)
        database = Database(address, service="lead")
        with database.engine.begin() as connection:
            assert connection.execute(text("SELECT current_user, session_user")).one() == (first, second)
            connection.execute(text("CREATE TABLE made_later (id int)"))
            connection.execute(text("DELETE FROM inbox_positions"))
            owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"
            assert connection.scalars(text(owners)).all() == [first]
        database.close()
    finally:
        with boss.engine.begin() as connection:
            connection.execute(text(f"DROP ROLE IF EXISTS {second}"))
        boss.close()
        postgres.drop_owned(first)
