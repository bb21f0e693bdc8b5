"""``mail-signed``: the same wave as ``mail``, each mail with a DKIM signature (RSA-2048).

The limit is as many loops of bare signatures as there are cores, since the senders use them all.
"""

from bench import mail
from bench.result import Result


def run() -> list[Result]:
    """One wave between two measurements of the limit."""
    return mail.run(signed=True)
