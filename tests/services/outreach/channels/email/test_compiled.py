"""A template taken apart says to everyone what jinja2 says with the whole of it."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.outreach.channels.email.compiled import Values, segments, text_of, used
from services.outreach.templates.language import FIELDS, environment

EXPRESSIONS = (
    "given_name",
    "company",
    "company | upper",
    "given_name | default('friend')",
    "region | d('north') | title",
    "company | e",
    "company | truncate(5)",
    "email | urlencode",
    "'<b>' ~ company",
    "'x & y'",
    "3",
    "given_name if company else region",
    "given_name | length",
)
TESTS = ("given_name", "not company", "region == 'north'", "given_name and company", "language != 'de'")
TEXT = st.text(alphabet="ab <>&\"'\n{}%=é", max_size=20).filter(
    lambda text: "{" not in text and "}" not in text
)


def outputs() -> st.SearchStrategy[str]:
    marks = st.sampled_from([("{{", "}}"), ("{{-", "}}"), ("{{", "-}}")])
    return st.builds(lambda ends, what: f"{ends[0]} {what} {ends[1]}", marks, st.sampled_from(EXPRESSIONS))


def choices(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def choice(test: str, then: str, elif_: tuple[str, str] | None, otherwise: str | None) -> str:
        parts = [f"{{% if {test} %}}{then}"]
        parts += [f"{{% elif {elif_[0]} %}}{elif_[1]}"] if elif_ else []
        parts += [f"{{%- else -%}}{otherwise}"] if otherwise is not None else []
        return "".join([*parts, "{% endif %}"])

    tests = st.sampled_from(TESTS)
    return st.builds(choice, tests, inner, st.none() | st.tuples(tests, inner), st.none() | inner)


SOURCES = st.recursive(
    st.lists(TEXT | outputs(), max_size=5).map("".join),
    lambda inner: st.lists(inner | choices(inner), max_size=4).map("".join),
    max_leaves=12,
)
VALUES = st.fixed_dictionaries(
    {name: st.sampled_from(["", "north", "de", "A & B", "<i>", "Ü 你好", 'say "hi"']) for name in FIELDS}
)


@settings(max_examples=50, deadline=None)
@given(source=SOURCES, values=VALUES, escaping=st.booleans())
def test_the_pieces_say_what_the_whole_says(source: str, values: Values, *, escaping: bool) -> None:
    whole = environment(escaping=escaping).from_string(source).render(values)
    assert text_of(segments(source, escaping=escaping, fixed={}), values) == whole


@settings(max_examples=50, deadline=None)
@given(source=SOURCES, values=VALUES, escaping=st.booleans())
def test_what_is_the_same_for_all_may_be_filled_in_beforehand(
    source: str, values: Values, *, escaping: bool
) -> None:
    whole = environment(escaping=escaping).from_string(source).render(values)
    others = {name: value for name, value in values.items() if name not in {"company", "region"}}
    fixed = {name: values[name] for name in ("company", "region")}
    assert text_of(segments(source, escaping=escaping, fixed=fixed), others) == whole


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("plain", set()),
        ("{{ given_name }} {{ link_3 }}", {"given_name", "link_3"}),
        ("{{ company | default(region) }}", {"company", "region"}),
        ("{% if region %}{{ link_0 }}{% elif company %}x{% else %}{{ link_1 }}{% endif %}", None),
    ],
)
def test_a_template_knows_the_values_that_it_uses(source: str, names: set[str] | None) -> None:
    expected = {"region", "link_0", "company", "link_1"} if names is None else names
    assert used(segments(source, escaping=True, fixed={})) == expected


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(LookupError):
        text_of(segments("{{ given_name }}", escaping=True, fixed={}), {})


def test_neighbouring_texts_become_one() -> None:
    def texts() -> Iterator[object]:
        yield from segments(
            "a{{ 'b' }}{{ company }}{# note #}c{{ campaign_code }}d", escaping=False, fixed=FIXED
        )

    assert [one for one in texts() if isinstance(one, str)] == ["a", "cS1d"]


FIXED = {"campaign_code": "S1"}
