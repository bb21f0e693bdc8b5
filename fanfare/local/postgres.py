"""A private PostgreSQL server in a temporary folder, on a free port of the loopback interface.

PostgreSQL refuses to run as root, so root starts it as the user ``postgres``. Whoever reaches the
loopback interface may log in: it is for data that nobody minds.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2 import sql

from fanfare.local.ports import HOST, free_port
from fanfare.local.process import Child, StartFailed, run_tool
from fanfare.local.server import Server

SUPERUSER = "postgres"
ANSWER_SECONDS = 2
NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = (
    "max_connections=400",
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "unix_socket_directories=",
    "logging_collector=off",
    "autovacuum_naptime=10s",
)


def find_binaries() -> Path | None:
    """The folder with the newest ``postgres`` and ``initdb``, or None where there is none."""
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for folder in [*packaged, *on_path]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0.0


class PostgresServer(Server):
    """One server. ``durable`` turns on what makes a commit survive a crash of the machine.

    To stop it is a fast shutdown: open transactions are rolled back.
    """

    start_seconds = 60

    def __init__(self, *, durable: bool = False, settings: tuple[str, ...] = ()) -> None:
        binaries = find_binaries()
        if binaries is None:
            raise StartFailed("PostgreSQL is not installed (Debian: apt-get install postgresql)")
        self.port = free_port()
        self._ready_tool = binaries / "pg_isready"
        self.folder = Path(tempfile.mkdtemp(prefix="fanfare-postgres-"))
        self._user = _unprivileged_user()
        if self._user:
            shutil.chown(self.folder, self._user, self._user)
        data = self.folder / "data"
        run_tool(
            [f"{binaries}/initdb", "-D", str(data), "-U", SUPERUSER, "--auth=trust"]
            + ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
            user=self._user,
            folder=self.folder,
        )
        options = [f"listen_addresses={HOST}", f"port={self.port}", *SETTINGS]
        options += [] if durable else NOT_DURABLE
        arguments = [word for option in [*options, *settings] for word in ("-c", option)]
        self.process = Child(
            "postgres",
            [f"{binaries}/postgres", "-D", str(data), *arguments],
            log=self.folder / "server.log",
            folder=self.folder,
            user=self._user,
            stop_signal=signal.SIGINT,
        )

    def answers(self) -> bool:
        """Whether it lets somebody in now. Asks with the server's own tool, which knows a time limit."""
        ask = [str(self._ready_tool), "-q", "-h", HOST, "-p", str(self.port), "-t", str(ANSWER_SECONDS)]
        return subprocess.run(ask, check=False).returncode == 0

    def url(self, database: str, *, role: str = SUPERUSER) -> str:
        """The SQLAlchemy URL of a database for a role."""
        return f"postgresql+psycopg2://{role}@{HOST}:{self.port}/{database}"

    def create_service_database(self, service: str) -> str:
        """A database that only the role of the same name may open. Returns its URL for that role."""
        role = sql.Identifier(service)
        with self._superuser() as cursor:
            cursor.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
            cursor.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(role, role))
            cursor.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(role))
        return self.url(service, role=service)

    @contextmanager
    def _superuser(self) -> Iterator[Any]:
        connection = psycopg2.connect(
            host=HOST, port=self.port, user=SUPERUSER, dbname="postgres", connect_timeout=5
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()


def _unprivileged_user() -> str | None:
    if os.geteuid() != 0:
        return None
    for user in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(user).pw_name
    raise StartFailed("PostgreSQL does not run as root, and there is no user postgres to run it as")
