"""A private RabbitMQ node in a temporary folder, with its own port mapper, on the loopback interface.

It has no plugin but the one that splits a queue into lanes. The broker is started by its own script
and not by Debian's wrapper, so that it runs as whoever asks, in one process whose id is known, and
never meets a broker of the system.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from fanfare.local.ports import HOST, free_port, is_open
from fanfare.local.process import Child, StartFailed, run_tool
from fanfare.local.server import Server

USER = "guest"
PACKAGED = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
METHOD_FRAME = b"\x01"
PLUGINS = "[rabbitmq_consistent_hash_exchange].\n"
ON_LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}"
IDLE_SLEEPS = "+sbwt none +sbwtdcpu none +sbwtdio none"
"""Schedulers that have nothing to do sleep at once instead of spinning on cores that others need."""

MEASURED = "[rabbitmq_consistent_hash_exchange,rabbitmq_prometheus].\n"
MEASURE = """
    application:set_env(
        rabbitmq_prometheus, tcp_config, [{{ip, "{host}"}}, {{port, {port}}}], [{{persistent, true}}]),
    {{ok, _, _}} = rabbit_plugins:ensure("{plugins}")"""

WRITE_OUT = "mnesia:dump_log(), [dets:sync(Table) || Table <- dets:all()]"

ADD_VHOST = """
    rabbit_vhost:add(<<"{name}">>, <<"{user}">>),
    rabbit_auth_backend_internal:set_permissions(
        <<"{user}">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"{user}">>)"""


def find_server() -> Path | None:
    """The start script of the broker, or None where there is none."""
    on_path = shutil.which("rabbitmq-server")
    candidates = [PACKAGED, *([Path(on_path)] if on_path else [])]
    return next((path for path in candidates if path.exists()), None)


def find_port_mapper() -> Path | None:
    """Erlang's ``epmd``, or None where there is none."""
    on_path = shutil.which("epmd")
    candidates = [Path(on_path)] if on_path else sorted(Path("/usr/lib/erlang").glob("erts-*/bin/epmd"))
    return candidates[-1] if candidates else None


class RabbitServer(Server):
    """One node. Its durable queues outlive ``kill`` and ``restart``."""

    start_seconds = 120

    def __init__(self) -> None:
        server, port_mapper = find_server(), find_port_mapper()
        if server is None or port_mapper is None:
            raise StartFailed("RabbitMQ is not installed (Debian: apt-get install rabbitmq-server)")
        self.port = free_port()
        self._mapper_port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="fanfare-rabbitmq-"))
        self._server = server.resolve()
        self._environment = self._variables()
        self.mapper = Child(
            "epmd",
            [str(port_mapper), "-port", str(self._mapper_port), "-address", HOST],
            log=self.folder / "epmd.log",
            environment=self._environment,
        )
        self.process = Child(
            "rabbitmq",
            [str(server)],
            log=self.folder / "server.log",
            environment=self._environment,
            folder=self.folder,
        )
        (self.folder / "rabbitmq.conf").write_text(self._configuration())
        (self.folder / "plugins").write_text(PLUGINS)

    @property
    def url(self) -> str:
        return self.url_of("%2F")

    def url_of(self, vhost: str) -> str:
        """The AMQP URL of a virtual host."""
        return f"amqp://{USER}:{USER}@{HOST}:{self.port}/{vhost}"

    def create_vhosts(self, names: Sequence[str]) -> None:
        """Add empty virtual hosts, each a broker of its own to its users. Takes a second, however many."""
        additions = [ADD_VHOST.format(name=name, user=USER) for name in names]
        self._evaluate(",".join(additions))

    def measure(self) -> int:
        """Have it show its metrics to Prometheus from now on. Returns the port; takes a few seconds."""
        port, plugins = free_port(), self.folder / "plugins"
        plugins.write_text(MEASURED)
        self._evaluate(MEASURE.format(host=HOST, port=port, plugins=plugins))
        return port

    def write_out(self) -> None:
        """Have it write to the disk at once what was declared, which it does some seconds late."""
        self._evaluate(WRITE_OUT)

    def _evaluate(self, code: str) -> None:
        tool = self._server.with_name("rabbitmqctl")
        environment = self._environment | {"RABBITMQ_SERVER_START_ARGS": ""}
        run_tool([str(tool), "eval", f"{code}."], environment=environment)

    def start(self) -> Self:
        """Start its port mapper too."""
        self.mapper.start()
        self.mapper.wait_ready(lambda: is_open(self._mapper_port), seconds=10)
        return super().start()

    def remove(self) -> None:
        """Kill it, since an orderly end takes seconds, and its port mapper; delete its data."""
        self.process.kill()
        self.mapper.kill()
        super().remove()

    def answers(self) -> bool:
        """Whether it opens an AMQP conversation now."""
        try:
            with socket.create_connection((HOST, self.port), timeout=2) as connection:
                connection.sendall(PROTOCOL_HEADER)
                return connection.recv(1) == METHOD_FRAME
        except OSError:
            return False

    def _variables(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RABBITMQ_")}
        return inherited | {
            "HOME": str(self.folder),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_EPMD_PORT": str(self._mapper_port),
            "RABBITMQ_ALLOW_INPUT": "1",  # replaces the script by the server, so that signals reach it
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "no-such-file"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.folder / "generated"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_NODENAME": f"fanfare{self.port}@localhost",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{ON_LOOPBACK} {IDLE_SLEEPS}",
            "RABBITMQ_SERVER_START_ARGS": "-noinput +B i",
        }

    def _configuration(self) -> str:
        return "\n".join(
            [
                f"listeners.tcp.1 = {HOST}:{self.port}",
                "log.console = true",
                "log.console.level = warning",
                "log.file = false",
                "disk_free_limit.absolute = 50MB",
                "",
            ]
        )
