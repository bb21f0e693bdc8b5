"""The pages that a recipient sees: small, without scripts, and readable on anything."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from jinja2 import DictLoader, Environment
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from services.outreach.preferences.actions import Choice

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{% if wrong %}Not sent yet: {% endif %}{{ title }}</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff }
h1 { line-height: 1.2 }
h1, p { overflow-wrap: anywhere }
label, legend, textarea, button { font: inherit; display: block; margin: .5rem 0 }
fieldset { margin: 1rem 0; border: 1px solid #767676 }
fieldset label { padding: .3rem 0 }
fieldset input { width: 1.2rem; height: 1.2rem; margin: 0 .4rem 0 0; vertical-align: -.15rem }
textarea { width: 100%; min-height: 6rem; box-sizing: border-box }
button { padding: .6rem 1.2rem; border: 0; border-radius: .3rem; background: #0b57d0; color: #fff }
:focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px }
.wrong { color: #b3261e; font-weight: bold }
[aria-invalid] { border: 2px solid #b3261e }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
{% block content %}<p>{{ text }}</p>{% endblock %}
</main>
</body>
</html>
"""

_UNSUBSCRIBE = """{% extends "page" %}{% block content %}
<p>If you press the button, you will get no more mails of this kind from us.</p>
<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">Unsubscribe</button>
</form>
{% endblock %}"""

_FORM = """{% extends "page" %}{% block content %}
{% macro flawed(field) %}{% if wrong[field] %}aria-invalid="true" aria-describedby="{{ field }}-wrong"
{%- endif %}{% endmacro %}
{% macro told(field) %}{% if wrong[field] %}<p class="wrong" id="{{ field }}-wrong">{{ wrong[field] }}</p>
{%- endif %}{% endmacro %}
<form method="post">
<fieldset role="radiogroup" {{ flawed("interested") }}>
<legend>Are you interested?</legend>
{{ told("interested") }}
<label><input type="radio" name="interested" value="yes" required
{% if interested == "yes" %}checked{% endif %} {% if wrong.interested %}autofocus{% endif %}>Yes</label>
<label><input type="radio" name="interested" value="no"
{% if interested == "no" %}checked{% endif %}>No</label>
</fieldset>
<label for="note">Anything you would like to tell us?</label>
{{ told("note") }}
<textarea id="note" name="note" maxlength="2000" {{ flawed("note") }}
{% if wrong and not wrong.interested %}autofocus{% endif %}>
{{ note }}</textarea>
<button type="submit">Send</button>
</form>
{% endblock %}"""

_PREFERENCES = """{% extends "page" %}{% block content %}
{% if saved %}<p role="status">Saved. It holds from now on.</p>{% endif %}
{% if choices %}
<form method="post">
<fieldset>
<legend>We may reach you by</legend>
{% for choice in choices %}
<label><input type="checkbox" name="channel" value="{{ choice.channel }}"
{% if choice.on %}checked{% endif %} {% if choice.fixed %}disabled{% endif %}>{{ labels[choice.channel] }}
{%- if choice.fixed %} (stopped; please ask us to start again){% endif %}</label>
{% endfor %}
</fieldset>
<button type="submit">Save</button>
</form>
{% else %}<p>We have no way to reach you, and will not look for one.</p>{% endif %}
{% endblock %}"""

LABELS = {
    "email": "E-mail",
    "sms": "Text message (SMS)",
    "dm": "Letter",
    "fax": "Fax",
    "chat": "Chat message",
}

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_environment = Environment(
    loader=DictLoader(
        {"page": _PAGE, "unsubscribe": _UNSUBSCRIBE, "form": _FORM, "preferences": _PREFERENCES}
    ),
    autoescape=True,
)


def unsubscribe() -> Response:
    """Asks, with one button. Showing it changes nothing."""
    return _page("unsubscribe", title="Unsubscribe?")


def unsubscribed() -> Response:
    return _page("page", title="You are unsubscribed", text="We will not write to you again.")


def form(
    *,
    campaign: str,
    interested: str = "",
    note: str = "",
    wrong: Mapping[str, str] = MappingProxyType({}),
) -> Response:
    """The answer form; with ``wrong``, what was sent, and at each field why it is not accepted."""
    return _page(
        "form",
        status=422 if wrong else 200,
        title=campaign,
        interested=interested,
        note=note,
        wrong=wrong,
    )


def preferences(choices: Sequence["Choice"], *, saved: bool = False) -> Response:
    """The channels that the recipient may choose from; ``saved`` says that a choice was taken over."""
    title = "How may we reach you?"
    return _page("preferences", title=title, choices=choices, labels=LABELS, saved=saved)


def thanks() -> Response:
    return _page("page", title="Thank you", text="Your answer has reached us.")


def not_found() -> Response:
    """For a link that is not ours or was changed on its way."""
    text = "The link is not complete, or it was changed on its way. Please open it from the mail again."
    return _page("page", status=404, title="This page does not exist", text=text)


def redirect(url: str) -> Response:
    """To an address that stands in a template."""
    return Response(status=302, headers={**_HEADERS, "Location": url}, content_type="text/plain")


def _page(name: str, *, status: int = 200, **values: object) -> Response:
    text = _environment.get_template(name).render(values)
    return Response(text, status=status, headers=_HEADERS, content_type="text/html; charset=utf-8")
