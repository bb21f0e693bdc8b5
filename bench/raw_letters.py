"""The limit of ``letters``: the same page set by typst in a bare loop, in batches of 500, and thrown away.

``python -m bench.raw_letters COUNT`` prints the seconds for the letters, and those for their envelopes.
"""

import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import typst
import zxingcpp

from services.outreach.channels.dm import fonts

BATCH = 500
PARAGRAPHS = (
    "The spring seminar of our house takes place on 12 May in the old town hall. We show what is new this "
    "year, from the first sketch to the machine that runs, and there is time to try everything yourself.",
    "You will meet the people who build it. Bring your drawings and your questions: in the afternoon the "
    "engineers sit down with each guest for half an hour and look at what the new line could do for you.",
    "There is no charge. Coffee and a meal are on us, and the train ticket as well if you answer by the end "
    "of the month. Parking is behind the hall; the entrance is on the left, and somebody will be there.",
    "If you cannot come, send somebody you trust. If nobody can, we will gladly send you the talks, printed "
    "or as a film, and call you in June to hear what you think of them.",
)
SENDER = ("Fanfare GmbH", "Musterstr. 1", "10115 Berlin")
FONTS = 'font: ("Noto Sans", "Noto Sans SC")'

LETTERS = f"""
#set page(paper: "a4", margin: (left: 25mm, right: 20mm, top: 98.5mm, bottom: 20mm))
#set text({FONTS}, size: 11pt, lang: "en")
#set par(leading: 0.6em, spacing: 1.1em)
#let at(x, y, body) = place(top + left, dx: x - 25mm, dy: y - 98.5mm, body)
#let codes = read("codes", encoding: none)
#let marks = {{
  for y in (105mm, 148.5mm, 210mm) {{ at(4mm, y, line(length: 5mm, stroke: 0.25pt)) }}
  at(125mm, 15mm, box(width: 65mm, align(right, text(size: 8pt)[
    *{SENDER[0]}* \\ {SENDER[1]} \\ {SENDER[2]}
  ])))
  at(25mm, 58.5mm, text(size: 6.5pt)[{" · ".join(SENDER)}])
}}
#for (number, piece) in json("pieces.json").enumerate() {{
  if number > 0 {{ pagebreak() }}
  marks
  at(25mm, 62.7mm, stack(dir: ttb, spacing: 0.5em, ..piece.lines))
  at(80.5mm, 63.5mm, image(codes.slice(number * 576, (number + 1) * 576), width: 10mm,
    format: (encoding: "luma8", width: 24, height: 24), scaling: "pixelated"))
  strong(piece.subject)
  for words in piece.body {{ par(words) }}
  place(bottom + right, dy: 10mm, text(size: 6pt, str(number + 1)))
}}
"""
ENVELOPES = f"""
#set page(width: 220mm, height: 110mm, margin: 0mm)
#set text({FONTS})
#let codes = read("codes", encoding: none)
#for (number, piece) in json("pieces.json").enumerate() {{
  if number > 0 {{ pagebreak() }}
  place(top + left, dx: 15mm, dy: 10mm, text(size: 9pt, stack(dir: ttb, spacing: 0.5em,
    ..{json.dumps(SENDER).replace("[", "(").replace("]", ")")})))
  place(top + left, dx: 105mm, dy: 50mm, text(size: 12pt, stack(dir: ttb, spacing: 0.5em, ..piece.lines)))
  place(top + left, dx: 15mm, dy: 40mm, image(codes.slice(number * 576, (number + 1) * 576), width: 12mm,
    format: (encoding: "luma8", width: 24, height: 24), scaling: "pixelated"))
}}
"""


def letter(number: int) -> dict[str, object]:
    """What one letter says, and where it goes."""
    name, company = f"Given{number % 997} Family{number % 9973}", f"Example & Sons {number % 4999}"
    lines = [name, company, f"Hauptstr. {number % 200}", f"{10000 + number % 80000} Berlin"]
    return {
        "lines": lines,
        "subject": "Spring seminar",
        "body": [f"Dear {name},", *PARAGRAPHS, f"We look forward to you and {company}.", "Fanfare"],
    }


def main(count: int) -> None:
    """Set ``count`` letters and their envelopes; what is set is made before, and not timed."""
    folder = Path(tempfile.mkdtemp(prefix="fanfare-bench-"))
    known = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(fonts.folders())
    )
    seconds = {"letters": 0.0, "envelopes": 0.0}
    for name, source in (("letters", LETTERS), ("envelopes", ENVELOPES)):
        (folder / f"{name}.typ").write_text(source)
    for first in range(-BATCH, count, BATCH):
        (folder / "pieces.json").write_text(json.dumps([letter(first + one) for one in range(BATCH)]))
        (folder / "codes").write_bytes(b"".join(_code() for _ in range(BATCH)))
        for name in seconds:
            began = time.perf_counter()
            compiler = typst.Compiler(
                input=str(folder / f"{name}.typ"),
                root=str(folder),
                font_paths=known,
                ignore_system_fonts=True,
            )
            compiler.compile(format="pdf")
            if first >= 0:
                seconds[name] += time.perf_counter() - began
    shutil.rmtree(folder)
    print(seconds["letters"], seconds["envelopes"])


def _code() -> bytes:
    symbol = zxingcpp.create_barcode(os.urandom(18).hex().upper()[:37], zxingcpp.BarcodeFormat.DataMatrix)
    image = memoryview(symbol.to_image(scale=1, add_quiet_zones=True))  # type: ignore[arg-type]
    return bytes(image).ljust(576, b"\xff")[:576]


if __name__ == "__main__":
    main(int(sys.argv[1]))
