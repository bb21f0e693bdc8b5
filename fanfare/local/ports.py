"""Free TCP ports of the loopback interface."""

import random
import socket
from collections import deque

HOST = "127.0.0.1"
PORTS = range(12_000, 32_000)
"""Below those that systems give to outgoing connections, any of which would take a port away again."""

TRIES = 100
MOST_HELD = 64
"""So many ports a process remembers to have given out: by then their servers have long begun to listen."""

_chance = random.SystemRandom()
_held: deque[socket.socket] = deque()


def free_port() -> int:
    """A port that nobody listens on now, and that no other call here gives out until a server listens on it.

    Raises OSError where none is found.
    """
    for _ in range(TRIES):
        port = _chance.choice(PORTS)
        if _is_free(port) and _hold(port):
            return port
    raise OSError(f"no free port was found among {TRIES}")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _hold(port: int) -> bool:
    """Whether nobody else here has been given the port. The sign is its UDP twin, which only one can have."""
    sign = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sign.bind((HOST, port))
    except OSError:
        sign.close()
        return False
    _held.append(sign)
    while len(_held) > MOST_HELD:
        _held.popleft().close()
    return True


def is_open(port: int, *, host: str = HOST, timeout: float = 1.0) -> bool:
    """Whether somebody accepts connections on the port. ``timeout`` is in seconds."""
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return True
    except OSError:
        return False
