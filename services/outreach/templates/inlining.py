"""Writes the style rules of a page into the elements that they are about, as many mail programs need it.

Rules that cannot be written there stay in their <style>: those for other screens, and those for hovering.
"""

import css_inline

from services.outreach.templates.expressions import Masked
from services.outreach.templates.markup import pieces
from services.outreach.templates.page_rules import has_styles
from services.outreach.templates.shelter import Shelter

MOST_WORK = 4_000_000
"""Style rules times tags. So many take a quarter of a second, in which the service answers nobody."""

_inliner = css_inline.CSSInliner(
    keep_style_tags=True,
    remove_inlined_selectors=True,
    keep_link_tags=True,
    load_remote_stylesheets=False,
)


def inlined(masked: Masked) -> str:
    """The page with its styles inlined, still masked; as it is where it has none."""
    if "<style" not in masked.text.lower() or not has_styles(pieces(masked.text)):
        return masked.text
    shelter = Shelter(masked)
    return shelter.lift(_inliner.inline(shelter.text)).replace("<style></style>", "")


def is_too_much(masked: Masked) -> bool:
    """Whether there are too many rules for too many tags, both counted generously."""
    return masked.text.count("{") * masked.text.count("<") > MOST_WORK
