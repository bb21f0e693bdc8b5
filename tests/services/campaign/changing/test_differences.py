"""What differs between two contents of a plan."""

from hypothesis import given
from hypothesis import strategies as st

from services.campaign.changing.differences import Difference, differences
from services.campaign.planning.plan import Content

GOALS = st.lists(
    st.fixed_dictionaries({"metric": st.sampled_from("abc"), "target": st.sampled_from("12")}),
    unique_by=lambda row: row["metric"],
)
CONTENTS = st.fixed_dictionaries(
    {"name": st.sampled_from(("x", "y"))},
    optional={"goals": GOALS, "regions": st.lists(st.sampled_from("nsw"), unique=True)},
)


def test_rows_are_known_again_by_their_key() -> None:
    before = {"goals": [{"metric": "leads", "target": "10"}, {"metric": "revenue", "target": "5"}]}
    after = {"goals": [{"metric": "leads", "target": "12"}]}
    assert differences(before, after) == [
        Difference("goals.leads.target", "10", "12"),
        Difference("goals.revenue", {"metric": "revenue", "target": "5"}, None),
    ]


@given(CONTENTS, CONTENTS)
def test_equal_contents_alone_have_no_differences(
    before: dict[str, object], after: dict[str, object]
) -> None:
    same = {name: rows for name, rows in before.items() if rows} == {
        name: rows for name, rows in after.items() if rows
    }
    assert same or differences(before, after)
    assert differences(before, before) == []


@given(CONTENTS, CONTENTS)
def test_the_way_back_has_the_same_differences_turned_round(before: Content, after: Content) -> None:
    turned = [Difference(one.field, one.after, one.before) for one in differences(after, before)]
    assert differences(before, after) == turned
