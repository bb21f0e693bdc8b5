"""The raw limit of ``http``: a nameko service whose one handler answers a constant.

``python -m bench.bare_http PORT``.
"""

from chassis import green

green.patch()

import sys

from nameko import config
from nameko.containers import ServiceContainer
from nameko.web.handlers import http


class Bare:
    """Nothing but nameko."""

    name = "bare"

    @http("GET", "/leads")  # type: ignore[untyped-decorator]
    def answer(self, _request: object) -> str:
        return "ok"


if __name__ == "__main__":
    config.setup({"WEB_SERVER_ADDRESS": f"127.0.0.1:{sys.argv[1]}", "max_workers": 50})
    container = ServiceContainer(Bare)
    container.start()
    print("ready", flush=True)
    container.wait()
