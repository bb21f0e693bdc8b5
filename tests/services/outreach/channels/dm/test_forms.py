"""The forms hold together: everything lies on its paper, and what is behind a window inside it."""

from typing import get_args, get_type_hints

import pytest

from services.outreach.channels.dm.forms import EnvelopeForm, LabelForm, Layout, LetterForm, Spot, forms
from services.outreach.settings import OutreachSettings
from tests.services.outreach.channels.dm.pdfs import Box

INCH = 25.4


@pytest.mark.parametrize("form", forms().letters.values(), ids=list(forms().letters))
def test_sender_address_and_code_of_a_letter_lie_inside_its_window(form: LetterForm) -> None:
    code = Spot(form.code.x, form.code.y, form.code.size, form.code.size)
    for spot in (form.sender, form.address, code):
        assert Box.of(spot).inside(Box.of(form.window), play=0)
    assert not Box.of(code).inside(Box.of(form.address))
    assert form.window.y + form.window.height < form.body.top
    assert all(0 < fold < form.paper.height for fold in form.folds)


@pytest.mark.parametrize(
    ("name", "fold", "envelope", "window"),
    [
        ("din-5008-b", 105.0, (220.0, 110.0), (20.0, 50.0, 90.0, 45.0)),
        ("din-5008-b", 148.5, (229.0, 162.0), (20.0, 57.0, 90.0, 45.0)),
        (
            "us-10",
            3.875 * INCH,
            (9.5 * INCH, 4.125 * INCH),
            (0.875 * INCH, 2.5 * INCH, 4.5 * INCH, 1.125 * INCH),
        ),
    ],
    ids=["DL", "C5", "number 10"],
)
def test_the_window_shows_the_address_however_the_sheet_lies_in_the_envelope(
    name: str,
    fold: float,
    envelope: tuple[float, float],
    window: tuple[float, float, float, float],
) -> None:
    form = forms().letters[name]
    x, y, width, height = window
    for right in (0.0, envelope[0] - form.paper.width):
        for down in (0.0, envelope[1] - fold):
            shown = Box(x - right, y - down, x - right + width, y - down + height)
            assert Box.of(form.window).inside(shown, play=0.1)


@pytest.mark.parametrize("form", forms().envelopes.values(), ids=list(forms().envelopes))
def test_everything_on_an_envelope_lies_on_it_and_above_the_zone_of_the_machines(form: EnvelopeForm) -> None:
    paper = Box(0, 0, form.paper.width, form.paper.height - 15)
    for spot in (form.sender, form.address, Spot(form.code.x, form.code.y, form.code.size, form.code.size)):
        assert Box.of(spot).inside(paper)


@pytest.mark.parametrize("form", forms().labels.values(), ids=list(forms().labels))
def test_all_labels_lie_on_the_sheet_side_by_side(form: LabelForm) -> None:
    right = form.first.x + (form.across - 1) * form.step.x + form.label.width
    bottom = form.first.y + (form.down - 1) * form.step.y + form.label.height
    assert right <= form.paper.width and bottom <= form.paper.height
    assert form.step.x >= form.label.width and form.step.y >= form.label.height
    # What is left of the sheet is the same on both sides.
    assert form.paper.width - right == pytest.approx(form.first.x, abs=0.3)
    assert form.paper.height - bottom == pytest.approx(form.first.y, abs=0.5)


def test_the_settings_offer_exactly_the_forms_that_there_are() -> None:
    hints = get_type_hints(OutreachSettings)
    known = forms()
    assert set(get_args(hints["print_form"])) == set(known.letters)
    assert set(get_args(hints["print_envelopes"])) == {"none", *known.envelopes}
    assert set(get_args(hints["print_labels"])) == {"none", *known.labels}


def test_a_form_that_there_is_not_is_refused() -> None:
    for wrong in ({"form": "a5"}, {"envelope": "b4"}, {"labels": "1"}):
        names = {"form": "us-10", "envelope": "none", "labels": "none", "sender": "", **wrong}
        with pytest.raises(ValueError, match="there is no form"):
            Layout.named(**names)
