"""What goes into the press and what comes out of it, a line of JSON each."""

import msgspec


class Order(msgspec.Struct):
    """What to set: which documents, the code of each piece, and the address behind its QR code if it has one.

    ``job.json`` in the folder has the rest.
    """

    documents: list[str]
    codes: list[str]
    answers: list[str]


class Proof(msgspec.Struct):
    """What was set. ``starts`` are the pages on which pieces begin, of ``pages``; or why there is nothing."""

    error: str = ""
    starts: list[int] = []
    pages: dict[str, int] = {}
    megabytes: int = 0
