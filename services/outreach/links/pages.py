"""The pages that a recipient sees: small, without scripts, and readable on anything."""

from jinja2 import DictLoader, Environment
from werkzeug.wrappers import Response

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{ title }}</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff }
label, legend, textarea, button { font: inherit; display: block; margin: .5rem 0 }
fieldset { border: 1px solid #767676 }
fieldset label, fieldset input { display: inline-block }
textarea { width: 100%; min-height: 6rem; box-sizing: border-box }
button { padding: .6rem 1.2rem; border: 0; border-radius: .3rem; background: #0b57d0; color: #fff }
:focus-visible { outline: 3px solid #ffbf47; outline-offset: 2px }
.wrong { color: #b3261e }
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
<p>You will get no more mails of this kind from us.</p>
<form method="post">
<input type="hidden" name="List-Unsubscribe" value="One-Click">
<button type="submit">Unsubscribe</button>
</form>
{% endblock %}"""

_FORM = """{% extends "page" %}{% block content %}
{% if wrong %}<p class="wrong" role="alert">{{ wrong }}</p>{% endif %}
<form method="post">
<fieldset>
<legend>Are you interested?</legend>
<input type="radio" id="yes" name="interested" value="yes" required
{% if interested == "yes" %}checked{% endif %}>
<label for="yes">Yes</label>
<input type="radio" id="no" name="interested" value="no"
{% if interested == "no" %}checked{% endif %}>
<label for="no">No</label>
</fieldset>
<label for="note">Anything you would like to tell us?</label>
<textarea id="note" name="note" maxlength="2000">{{ note }}</textarea>
<button type="submit">Send</button>
</form>
{% endblock %}"""

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
    loader=DictLoader({"page": _PAGE, "unsubscribe": _UNSUBSCRIBE, "form": _FORM}), autoescape=True
)


def unsubscribe() -> Response:
    """Asks, with one button. Showing it changes nothing."""
    return _page("unsubscribe", title="Unsubscribe?")


def unsubscribed() -> Response:
    return _page("page", title="You are unsubscribed", text="We will not write to you again.")


def form(*, campaign: str, interested: str = "", note: str = "", wrong: str = "") -> Response:
    """The answer form; with ``wrong``, what was sent and why it is not accepted."""
    return _page(
        "form",
        status=422 if wrong else 200,
        title=campaign,
        interested=interested,
        note=note,
        wrong=wrong,
    )


def thanks() -> Response:
    return _page("page", title="Thank you", text="Your answer has reached us.")


def not_found() -> Response:
    """For a link that is not ours or was changed on its way."""
    text = "The link is not complete, or it was changed on its way. Please open it from the mail again."
    return _page("page", status=404, title="This page does not exist", text=text)


def redirect(url: str) -> Response:
    """To an address that stands in a template."""
    return Response(status=302, headers={**_HEADERS, "Location": url}, content_type="text/plain")


def _page(name: str, *, status: int = 200, **values: str) -> Response:
    text = _environment.get_template(name).render(values)
    return Response(text, status=status, headers=_HEADERS, content_type="text/html; charset=utf-8")
