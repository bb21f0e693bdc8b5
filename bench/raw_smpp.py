"""The limit of ``sms``: a bare loop of smpplib with a window of 50, receipts asked for and acknowledged.

``python -m bench.raw_smpp PORT COUNT`` prints messages a second, from the first submit to the last receipt.
"""

import logging
import sys
import time
from collections import Counter

from smpplib.client import Client

WINDOW = 50
TEXT = b"Dear Given7 Family7, our spring seminar opens on 12 May. Reply YES to take part, STOP to opt out."


def rate(port: int, count: int) -> float:
    """Messages a second."""
    client = Client("127.0.0.1", port, allow_unknown_opt_params=True)
    client.logger.setLevel(logging.WARNING)
    client.connect()
    client.bind_transceiver(system_id="fanfare", password="secret")
    figures = Counter[str]()
    client.set_message_sent_handler(lambda **_: figures.update(answered=1))
    client.set_message_received_handler(lambda **_: figures.update(receipts=1))
    began = time.monotonic()
    for number in range(count):
        while number - figures["answered"] >= WINDOW:
            client.read_once()
        client.send_message(
            source_addr_ton=5,
            source_addr="Fanfare",
            dest_addr_ton=1,
            dest_addr_npi=1,
            destination_addr=f"49151{number:08}",
            short_message=TEXT,
            registered_delivery=1,
        )
    while figures["answered"] < count or figures["receipts"] < count:
        client.read_once()
    lasted = time.monotonic() - began
    client.unbind()
    client.disconnect()
    return count / lasted


if __name__ == "__main__":
    print(rate(int(sys.argv[1]), int(sys.argv[2])))
