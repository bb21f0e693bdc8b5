"""The image that tells of an open, put into the HTML of a template."""

import re

PIXEL_FIELD = "open_url"
_PIXEL = f'<img src="{{{{ {PIXEL_FIELD} }}}}" width="1" height="1" alt="" style="border:0">'
_END = re.compile(r"</body\s*>", re.IGNORECASE)


def with_pixel(html: str) -> str:
    """An HTML source with the image at the end of its body."""
    ends = list(_END.finditer(html))
    at = ends[-1].start() if ends else len(html)
    return html[:at] + _PIXEL + html[at:]
