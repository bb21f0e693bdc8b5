"""Opens the ports that a process listens on, and says plainly when that cannot be."""

import socket

from chassis.config import ConfigError


def listen(host: str, port: int, *, purpose: str, backlog: int | None = None) -> socket.socket:
    """A socket that listens at ``host``:``port``, IPv4 or IPv6; port 0 takes a free one.

    ``purpose`` is what the port is for. Raises ConfigError where the port is taken or not allowed, or the
    address is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=backlog)
    except OSError as error:
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise ConfigError(f"{host}:{port} cannot be listened at for {purpose}: {reason}") from error
