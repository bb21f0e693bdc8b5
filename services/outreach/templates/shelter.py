"""Takes a page through a foreign parser: what that would move or spoil waits in comments meanwhile.

A condition between table rows would be moved before the table, and ``<![if mso]>`` would be rewritten.
"""

import re

from services.outreach.templates.expressions import Masked, keyword
from services.outreach.templates.markup import pieces


class Shelter:
    """``text`` is fit for a parser; ``lift`` brings back what waits in what the parser made of it."""

    def __init__(self, masked: Masked) -> None:
        self._masked = masked
        self._declarations: list[str] = []
        self.text = "".join(
            self._sheltered(piece.kind, piece.name, masked.text[piece.start : piece.end], piece.hidden)
            for piece in pieces(masked.text)
        )

    def lift(self, text: str) -> str:
        """``text``, masked as before."""
        mark = self._masked.mark.pattern
        text = re.sub(
            rf"<!--{self._masked.prefix}d(\d+)-->", lambda match: self._declarations[int(match[1])], text
        )
        return re.sub(rf"<!--({mark})-->", r"\1", text)

    def _sheltered(self, kind: str, name: str, text: str, hidden: bool) -> str:
        if hidden:
            return text
        if kind == "text":
            return self._masked.mark.sub(self._aside, text)
        if kind == "comment" and name == "!" and text.startswith("<!["):
            self._declarations.append(text)
            return f"<!--{self._masked.prefix}d{len(self._declarations) - 1}-->"
        return text

    def _aside(self, mark: re.Match[str]) -> str:
        return f"<!--{mark[0]}-->" if keyword(self._masked.expressions[int(mark[1])]) else mark[0]
