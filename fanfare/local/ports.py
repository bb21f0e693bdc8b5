"""Free TCP ports of the loopback interface."""

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on now. It is not reserved: bind it soon."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_open(port: int, *, host: str = HOST, timeout: float = 1.0) -> bool:
    """Whether somebody accepts connections on the port. ``timeout`` is in seconds."""
    try:
        with socket.create_connection((host, port), timeout=timeout):
            return True
    except OSError:
        return False
