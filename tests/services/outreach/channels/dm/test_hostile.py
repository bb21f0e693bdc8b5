"""Names and addresses that nobody expects: each fits its place, or fails alone with a reason."""

import random
import re

import msgspec

from services.outreach.channels.dm.forms import forms
from services.outreach.channels.dm.writer import Piece
from services.outreach.mailings.audience import Recipient
from tests.services.outreach.channels.dm.pdfs import Box, pages_of
from tests.services.outreach.channels.dm.pieces import CODES, a_recipient, a_writer, printed, written

COUNT, PLAIN = 300, 60
REASONS = re.compile(r"(incomplete_address|unknown_country|address_too_long|unprintable)(: .+)?", re.DOTALL)
PARTS = (
    "Müller",
    "王伟明",
    "محمد عبد الله",
    "מרים",
    "김철수",
    "สมชาย",
    "नमस्ते",
    "Ω≈ç√",
    "😀👨‍👩‍👧",
    "\u202egnp.exe",
    "\u200b\u200d\ufeff",
    "\x00\x07\x1b[31m",
    "a\u0301\u0302\u0303\u0304" * 8,
    '#panic("x") $ \\ <b> @a',
    "{{ company }} {% if x %}",
    "=HYPERLINK(1)",
    "W" * 60,
    "lang " * 30,
    "አማርኛ",
    "\U0010ffff\ue000",
    "﷽",
    "ﬃ ﬁ ǅ",
    "\ud800",
    'O\'Brien "the" <Great>',
    "",
    " ",
)
COUNTRIES = ("DE", "US", "CN", "JP", "AE", "GB", "HU", "SE", "de", "", "XX", "\0")


def a_stranger(chance: random.Random) -> Recipient:
    """Somebody made of hostile parts."""

    def some(most: int, fewest: int = 0) -> str:
        return " ".join(chance.choice(PARTS) for _ in range(chance.randint(fewest, most)))

    postal = {
        "lines": [some(2, fewest=1) for _ in range(chance.randint(0, 3))],
        "postal_code": chance.choice(("10115", "94107", "", "𝟙𝟘", "9" * 40, "SW1A 1AA")),
        "city": chance.choice(("Berlin", "上海市", "الرياض", some(2))),
        "country": chance.choice(COUNTRIES),
    }
    return a_recipient(given_name=some(1), family_name=some(2), company=some(1), postal=postal)


def test_each_fits_its_place_or_fails_alone_with_a_reason() -> None:
    chance = random.Random(7)
    recipients = [a_stranger(chance) for _ in range(COUNT - PLAIN)] + [a_recipient() for _ in range(PLAIN)]
    chance.shuffle(recipients)
    copies, reasons = written(a_writer(), recipients)
    assert len(copies) + len(reasons) == COUNT
    assert len(copies) > 90 and len(reasons) > 30
    assert [one for one in reasons if not REASONS.fullmatch(one)] == []

    result = printed(copies)
    assert result.of_each == [1] * len(copies)
    form = forms().letters["din-5008-b"]
    room, window = Box.of(form.address), Box.of(form.window)
    # Marks stacked on a letter rise above their line, but not out of the window.
    room = Box(room.left, window.top, room.right, window.bottom)
    pages = pages_of(result.documents["letters"])
    for copy, page in zip(copies, pages, strict=True):
        ink = [box for _, box in page.characters if 61 < box.top < 90]
        assert [box for box in ink if not box.inside(room, play=0.3)] == [], msgspec.json.decode(
            copy.piece, type=Piece
        ).lines


def test_their_codes_can_still_be_read() -> None:
    chance = random.Random(8)
    copies, _ = written(a_writer(), [a_stranger(chance) for _ in range(40)])
    pages = pages_of(printed(copies).documents["letters"], codes=True)
    found = [{text for text, _ in page.codes} for page in pages]
    assert found == [{copy.code} for copy in copies]
    assert all(CODES.delivery_of(copy.code) for copy in copies)
