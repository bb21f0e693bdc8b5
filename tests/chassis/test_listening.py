"""Ports are opened on either kind of address, or refused in one sentence."""

import socket

import pytest

from chassis.config import ConfigError
from chassis.listening import listen


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


NEEDS_IPV6 = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")


@pytest.mark.parametrize("host", ["127.0.0.1", pytest.param("::1", marks=NEEDS_IPV6)])
def test_a_port_is_opened_and_then_taken(host: str) -> None:
    with listen(host, 0, purpose="HTTP", backlog=5) as first:
        port = first.getsockname()[1]
        with pytest.raises(ConfigError) as refused:
            listen(host, port, purpose="HTTP")
    assert str(refused.value) == f"{host}:{port} cannot be listened at for HTTP: Address already in use"


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1:0 cannot be listened at for the probes: .*assign"):
        listen("192.0.2.1", 0, purpose="the probes")
