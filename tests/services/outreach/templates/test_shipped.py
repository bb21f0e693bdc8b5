"""The templates that come with the service."""

from typing import Any

import pytest

from services.outreach.templates.actions import design_of
from services.outreach.templates.linting import lint
from services.outreach.templates.samples import sample_values, unknown_values
from services.outreach.templates.shipped import samples
from services.outreach.templates.source import CHANNELS
from tests.services.outreach.templates.designs import STANDARDS

every_sample = pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample["name"])


@every_sample
def test_a_sample_can_be_published_and_the_linter_only_misses_a_text_part(sample: dict[str, Any]) -> None:
    design = {name: value for name, value in sample.items() if name != "name"}
    report = lint(design_of(**design), STANDARDS)
    assert {one.code for one in report.findings} <= {"no_text"}
    assert len(report.contents) == len(sample["contents"])


@every_sample
def test_a_sample_says_something_to_a_stranger_too(sample: dict[str, Any]) -> None:
    design = {name: value for name, value in sample.items() if name != "name"}
    for content in lint(design_of(**design), STANDARDS).contents:
        values = sample_values(public_url="https://mail.example", numbers=content.link_numbers)
        copy = content.letter().render(values | unknown_values())
        assert "Spring seminar" in copy.text
        assert "  " not in copy.text.strip()


def test_the_channels_that_people_write_for_have_a_sample() -> None:
    assert {sample["channel"] for sample in samples()} == {*CHANNELS} - {"fax"}
