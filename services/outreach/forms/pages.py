"""The pages of a form: rendered here, without scripts, usable with keys alone and on paper."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.wrappers import Response

from services.outreach.forms.design import Design
from services.outreach.forms.filling import NPS_INPUT, Sent, side_inputs
from services.outreach.forms.scoring import HIGHEST, LOWEST
from services.outreach.forms.words import FALLBACK, spoken, words_of

STYLE_PATH = "/forms/form.css"
TRAP_INPUT, STAMP_INPUT = "home-page", "page-stamp"

_FOLDER = Path(__file__).parent / "templates"
_STYLE = (_FOLDER / "form.css").read_text("utf-8")
_TEN = range(LOWEST, HIGHEST + 1)
_INPUT_TYPES = {"text": "text", "email": "email", "phone": "tel", "number": "text"}
_AUTOCOMPLETE = {
    "given_name": "given-name",
    "family_name": "family-name",
    "company": "organization",
    "email": "email",
    "phone": "tel",
}
_POLICY = (
    "default-src 'none'; style-src 'self'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
)

_environment = Environment(
    loader=FileSystemLoader(_FOLDER),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True)
class Frame:
    """What every page is shown with. ``base_path`` stands before the paths of the public URL."""

    language: str
    base_path: str = ""


@dataclass(frozen=True, kw_only=True)
class Entries:
    """What stands in the inputs, and what is told at them."""

    sent: Sent = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""

    def all(self, name: str) -> Sequence[str]:
        """The values of an input."""
        return self.sent.get(name, ())

    def one(self, name: str) -> str:
        """The first of them, empty where there is none."""
        return next(iter(self.all(name)), "")


def form(
    design: Design,
    frame: Frame,
    *,
    known: bool = False,
    stamp: str = "",
    entries: Entries | None = None,
    status: int = 200,
) -> Response:
    """The form itself; without a stamp it only can be looked at."""
    entries = entries or Entries()
    language, texts = frame.language, design.texts[frame.language]
    asked = design.asked(known=known)
    order = [one.name for one in asked]
    order += [name for side in design.sides for name in side_inputs(side.name)] + [NPS_INPUT]
    return _page(
        "form.html",
        frame,
        status=status,
        redirect_url=design.redirect_url,
        title=texts.title,
        own_title=True,
        intro=texts.intro,
        submit=texts.submit or words_of(language)["submit"],
        fields=asked,
        sides=design.sides,
        nps=design.nps,
        ten=_TEN,
        stamp=stamp,
        wrong=_Told(entries.wrong),
        first_wrong=next((name for name in order if name in entries.wrong), ""),
        notice=entries.notice,
        others=[one for one in design.languages if one != language],
        sent_all=entries.all,
        sent_one=entries.one,
        input_types=_INPUT_TYPES,
        autocomplete={name: _AUTOCOMPLETE.get(name, "") for name in order},
    )


class _Told(dict[str, str]):
    """What is told at each input; nothing at most."""

    def __missing__(self, _name: str) -> str:
        return ""


def done(
    design: Design, frame: Frame, *, place: str = "", code: str = "", mail_sent: bool = False
) -> Response:
    """Thanks, or that the mail must be opened. ``place`` is what became of a registration."""
    texts, words = design.texts[frame.language], words_of(frame.language)
    own = bool(texts.thanks_title) and not mail_sent
    said = texts.thanks_text or words["thanks_text"]
    return _page(
        "done.html",
        frame,
        title=words["mail_sent_title"] if mail_sent else texts.thanks_title or words["thanks_title"],
        own_title=own,
        text=words["mail_sent_text"] if mail_sent else said,
        place=words[place] if place else "",
        code=code,
        qr=qr_svg(code, title=words["qr"]) if code else "",
    )


def confirm(frame: Frame) -> Response:
    """Asks to confirm, with one button. Showing it changes nothing."""
    words = words_of(frame.language)
    return _page("confirm.html", frame, title=words["confirm_title"], text=words["confirm_text"])


def told(frame: Frame, what: str, *, status: int) -> Response:
    """A page that only says something: planned, closed, expired, unknown, too_many."""
    words = words_of(frame.language)
    return _page("page.html", frame, status=status, title=words[f"{what}_title"], text=words[f"{what}_text"])


def redirect(url: str) -> Response:
    """To the address that the form's design has fixed."""
    return Response(status=303, headers={**_headers(""), "Location": url}, content_type="text/plain")


def style() -> Response:
    """The style sheet of all of them."""
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return Response(_STYLE, headers=headers, content_type="text/css; charset=utf-8")


def qr_svg(text: str, *, title: str) -> Markup:
    """A QR code as SVG that a screen reader says as ``title``."""
    svg = segno.make_qr(text, error="m").svg_inline(
        scale=6, border=4, title=title, svgclass="qr", lineclass=None, omitsize=False
    )
    return Markup(svg.replace("<svg ", '<svg role="img" ', 1))


def qr_png(text: str) -> bytes:
    """A QR code as an image for a mail."""
    file = io.BytesIO()
    segno.make_qr(text, error="m").save(file, kind="png", scale=6, border=4)
    return file.getvalue()


def _page(name: str, frame: Frame, *, status: int = 200, redirect_url: str = "", **values: Any) -> Response:
    blank = {"wrong": {}, "notice": "", "text": "", "own_title": False}
    text = _environment.get_template(name).render(
        {
            **blank,
            **values,
            "language": frame.language or FALLBACK,
            "words": words_of(frame.language),
            "words_language": spoken(frame.language),
            "style_url": frame.base_path + STYLE_PATH,
        }
    )
    headers = _headers(redirect_url)
    return Response(text, status=status, headers=headers, content_type="text/html; charset=utf-8")


def _headers(redirect_url: str) -> dict[str, str]:
    """A browser also asks the policy before it follows a redirect that answers a form."""
    parts = urlsplit(redirect_url)
    targets = f"'self' {parts.scheme}://{parts.netloc}" if redirect_url else "'self'"
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": _POLICY.format(targets=targets),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
