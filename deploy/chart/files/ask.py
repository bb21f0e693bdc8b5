"""Asks each service that ADDRESSES names for its description, and exits with 1 where one does not answer."""

import json
import os
import sys
import time
import urllib.request

SECONDS = float(os.environ.get("SECONDS", "60"))


def answers(address: str) -> bool:
    """Whether the service at ``address`` describes itself in time."""
    until = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}/openapi.json", timeout=5) as answer:
                return "paths" in json.load(answer)
        except (OSError, ValueError) as error:
            if time.monotonic() > until:
                print(f"{address}: {error}", file=sys.stderr)
                return False
            time.sleep(1)


silent = [address for address in os.environ["ADDRESSES"].split() if not answers(address)]
print(f"do not answer: {', '.join(silent)}" if silent else "every service answers")
sys.exit(bool(silent))
