"""Free TCP ports of the loopback interface."""

import random
import socket

HOST = "127.0.0.1"
PORTS = range(12_000, 32_000)
"""Below those that systems give to outgoing connections, any of which would take a port away again."""

TRIES = 100
_chance = random.SystemRandom()


def free_port() -> int:
    """A port that nobody listens on now. It is not reserved, but hardly anybody else will hit on it.

    Raises OSError where none is found.
    """
    for _ in range(TRIES):
        port = _chance.choice(PORTS)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port was found among {TRIES}")


def is_open(port: int, *, host: str = HOST, timeout: float = 1.0) -> bool:
    """Whether somebody accepts connections on the port. ``timeout`` is in seconds."""
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return True
    except OSError:
        return False
