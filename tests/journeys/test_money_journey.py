"""A campaign's money over the real stack, from design to close, against a spreadsheet worked out by hand.

The play is in ``money``: a first plan is rejected, the second passes a joint review; a wave, a purchase
with a partial receipt and an invoice over tolerance, and a claim that is cut are paid from it; the budget
changes in mid-run, bears its share of the office, and is settled. The figures of the spreadsheet
were worked out on paper.
"""

import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from fanfare.demo import staging
from fanfare.demo.api import Record
from fanfare.demo.people import ASSISTANT, CLERK, PLANNER, WATCHER
from fanfare.demo.staging import Servers
from tests.journeys.money.closing import allocate, end, move_money, settle
from tests.journeys.money.paying import buy, claim
from tests.journeys.money.planning import amend, design, get_approved, hash_of, import_contacts
from tests.journeys.money.play import ADMIN, Play, api_of, archived, attempt
from tests.journeys.money.sending import send
from tests.journeys.money.spreadsheet import SPREADSHEET, Figures

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

"""The lines that a step changes; the others stay as they were."""

TOTALS: dict[str, Figures] = {
    "opened": ("13000.00", "0.00", "0.00", "13000.00"),
    "purchase approved": ("13000.00", "5400.00", "10.96", "7589.04"),
    "claim paid": ("13000.00", "0.00", "5983.46", "7016.54"),
    "amended": ("14250.00", "0.00", "5983.46", "8266.54"),
    "settled": ("14150.00", "0.00", "6697.75", "7452.25"),
}

AT_THE_END: dict[str, Figures] = {
    "Mailing": ("500.00", "0.00", "10.96", "489.04"),
    "Print": ("6500.00", "0.00", "2520.00", "3980.00"),
    "Venue": ("5000.00", "0.00", "3040.00", "1960.00"),
    "Travel": ("1150.00", "0.00", "412.50", "737.50"),
    "Gifts": ("1000.00", "0.00", "0.00", "1000.00"),
    "Indirect costs": ("0.00", "0.00", "714.29", "-714.29"),
}

NAMES = ("budget", "committed", "incurred", "available")

ADDS = {
    "budget": ("budget",),
    "adjust": ("budget",),
    "transfer": ("budget",),
    "reserve": ("committed",),
    "commit": ("committed",),
    "allocate": ("incurred",),
    "incur": ("incurred",),
}
TAKES = {"release": ("committed",), "incur": ("committed",)}

TOLD = {
    "invoice/disputed": ["entered", "disputed", "accepted", "paid"],
    "invoice/accepted": ["entered", "accepted", "paid"],
    "claim/claim": ["submitted", "approved", "settled"],
    "claim/late claim": ["submitted", "settled"],
    "payment/payment": ["gathered", "exported", "closed"],
    "transfer/transfer": ["requested", "settled"],
    "pool/pool": ["opened", "allocated"],
    "purchase/late purchase": ["requested", "rejected"],
    "approval/plan approval": ["opened", "advanced", "advanced", "decided"],
    "approval/amendment approval": ["opened", "advanced", "advanced", "decided"],
}
"""What is told of each piece of paper, in order."""

TOLD_OF = {
    *("campaign", "wave", "import", "resolution", "mailing", "approval", "budget", "funding"),
    *("supplier", "purchase", "invoice", "claim", "payment", "transfer", "pool"),
}
"""What there are events about in the end."""


PLANNING = (import_contacts, design, get_approved)
SPENDING = (send, buy, claim, amend, move_money, allocate)
STEPS = (*PLANNING, *SPENDING, end, settle)


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory, servers: Servers) -> Iterator[Play]:
    folder = tmp_path_factory.mktemp("money")
    settings = {"FANFARE_AUDIT_SEAL_SECONDS": "0.5"}
    with staging.staged(servers, folder, embedded=False, settings=settings) as (world, stack):
        world.api = api_of(stack, world)
        played = Play(world, stack, today=datetime.now(UTC).date())
        for step in STEPS:
            step(played)
        yield played


def figures_of(shown: Record) -> dict[str, Figures]:
    return {line["name"]: tuple(line[name] for name in NAMES) for line in shown["lines"]}


def spreadsheet_until(step: str) -> dict[str, Figures]:
    lines: dict[str, Figures] = {}
    for name, changed in SPREADSHEET.items():
        lines |= changed
        if name == step:
            break
    return lines


@pytest.mark.parametrize("step", SPREADSHEET)
def test_every_figure_of_the_ledger_is_that_of_the_spreadsheet(journey: Play, step: str) -> None:
    assert figures_of(journey.seen[step]) == spreadsheet_until(step)


@pytest.mark.parametrize("step", TOTALS)
def test_the_total_is_that_of_the_spreadsheet(journey: Play, step: str) -> None:
    assert tuple(journey.seen[step]["total"][name] for name in NAMES) == TOTALS[step]


def test_no_step_was_left_out_of_the_spreadsheet(journey: Play) -> None:
    assert list(journey.seen) == list(SPREADSHEET)
    assert spreadsheet_until("settled") == AT_THE_END


def test_the_entries_of_each_line_add_up_to_its_figures(journey: Play) -> None:
    names = {line["id"]: line["name"] for line in journey.seen["settled"]["lines"]}
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in journey.entries():
        line, amount = names[entry["line_id"]], Decimal(entry["amount"])
        for figure in ADDS.get(entry["kind"], ()):
            sums[line, figure] += amount
        for figure in TAKES.get(entry["kind"], ()):
            sums[line, figure] -= amount
    added = {line: tuple(sums[line, figure] for figure in NAMES[:3]) for line in names.values()}
    assert added == {line: tuple(map(Decimal, figures[:3])) for line, figures in AT_THE_END.items()}


def test_the_evaluation_tells_direct_from_allocated_cost_alike(journey: Play) -> None:
    path = f"{journey.campaign}/evaluation"

    def shown() -> Record | None:
        evaluation: Record = journey.api.get(WATCHER, "reporting", path)
        return evaluation if evaluation["campaign"]["state"] == "closed" else None

    figures = journey.world.wait("the end in reporting", shown)["figures"]
    names = ("budget", "committed", "direct_cost", "allocated_cost", "cost")
    values = [Decimal(figures[name]["value"]) for name in names]
    assert values == [Decimal(one) for one in ("14150", "0", "5983.46", "714.29", "6697.75")]


def test_the_first_plan_was_rejected_with_a_reason_and_opened_no_budget(journey: Play) -> None:
    returned = journey.kept["returned"]
    assert (returned["review_outcome"], returned["review_comment"]) == ("rejected", "The hall is too dear.")
    versions = journey.api.items(CLERK, "finance", f"{journey.budget}/versions")
    assert [one["plan_version"] for one in versions] == [3, 2]


@pytest.mark.parametrize("approval", ["plan approval", "amendment approval"])
def test_two_people_agreed_in_the_joint_review(journey: Play, approval: str) -> None:
    steps = {one["name"]: one["decisions"] for one in journey.kept[approval]["steps"]}
    assert {one["by"] for one in steps["joint_review"]} == {"ines", "jun"}


def test_what_ran_is_exactly_what_was_approved(journey: Play) -> None:
    plans = {
        one["number"]: one for one in journey.api.items(PLANNER, "campaign", f"{journey.campaign}/plans")
    }
    assert sorted(plans) == [2, 3]
    second = plans[2]
    hashes = {
        second["plan_hash"],
        hash_of(second["content"]),
        journey.kept["second plan"],
        journey.kept["plan approval"]["subject_hash"],
        journey.kept["running"]["plan_hash"],
    }
    assert hashes == {second["plan_hash"]}
    assert journey.kept["first plan"] != second["plan_hash"]
    assert plans[3]["plan_hash"] == journey.kept["closed"]["plan_hash"] == hash_of(plans[3]["content"])


def test_only_those_who_agreed_got_a_mail(journey: Play) -> None:
    assert journey.kept["mailed"] == [f"fair-consenting-{number}@example.com" for number in range(8)]


def test_the_invoice_over_tolerance_says_what_is_wrong(journey: Play) -> None:
    disputed, accepted = journey.kept["disputed"], journey.kept["accepted"]
    assert disputed["problems"] == ["Leaflets: the price is 1.3, ordered at 1.2."]
    assert (disputed["state"], accepted["state"]) == ("disputed", "accepted")
    assert journey.kept["closed purchase"]["state"] == "closed"


def test_the_bank_is_told_to_pay_what_was_granted(journey: Play) -> None:
    order = ElementTree.fromstring(journey.kept["pain.001"])
    texts = {element.tag.rpartition("}")[2]: element.text for element in order.iter()}
    assert (texts["CtrlSum"], texts["NbOfTxs"], texts["InstdAmt"]) == ("472.50", "1", "472.50")


def test_the_other_campaign_bears_the_rest_of_the_office(journey: Play) -> None:
    assert figures_of(journey.kept["neighbour"]) == {
        "Posters": ("200.00", "0.00", "0.00", "200.00"),
        "Indirect costs": ("0.00", "0.00", "285.71", "-285.71"),
    }


def test_the_checklist_names_all_that_stands_in_the_way(journey: Play) -> None:
    items = journey.kept["first checklist"]["items"]
    blocking = [(one["subject"], one["source"], one["amount"]) for one in items if one["status"] == "blocks"]
    released = [
        (one["subject"], one["source"], one["amount"]) for one in items if one["status"] == "released"
    ]
    assert sorted(blocking, key=str) == [
        ("approval", "claim", None),
        ("approval", "purchase", None),
        ("campaign", None, None),
        ("commitment", "claim", "80.00"),
    ]
    assert released == [("reservation", "wave", "5.00")]
    assert journey.kept["refused settlement"][0] == 409
    assert {one["status"] for one in journey.kept["last checklist"]["items"]} == {"ok"}


def test_the_settlement_sums_it_all_up(journey: Play) -> None:
    settlement = journey.kept["settlement"]
    names = ("planned", "budget", "direct", "allocated", "actual", "variance", "released")
    expected = ("13750.00", "14150.00", "5983.46", "714.29", "6697.75", "7452.25", "0.00")
    assert tuple(settlement[name] for name in names) == expected


def test_nothing_is_posted_any_more(journey: Play) -> None:
    lines = {one["name"]: one["id"] for one in journey.seen["settled"]["lines"]}
    expense = {"line_id": lines["Gifts"], "amount": "1.00", "currency": "EUR", "purpose": "Too late"}
    item = {"kind": "gifts", "description": "Pens", "quantity": "1", "unit_price": "1.00"}
    wanted = {
        "supplier_id": journey.kept["supplier"],
        "currency": "EUR",
        "reason": "Too late",
        "lines": [{**item, "line_id": lines["Gifts"]}],
    }
    moved = {"from_line_id": lines["Gifts"], "to_line_id": lines["Print"], "amount": "1.00", "reason": "Late"}
    correction = {"amount": "1.00", "reason": "Late"}
    pool = f"/cost-pools/{journey.kept['pool']}"
    answers = {
        "claim": attempt(journey, ASSISTANT, "/claims", expense),
        "purchase": attempt(journey, ASSISTANT, "/purchases", wanted),
        "transfer": attempt(journey, PLANNER, "/transfers", moved),
        "adjustment": attempt(
            journey, ADMIN, f"{journey.budget}/lines/{lines['Gifts']}/adjustments", correction
        ),
        "reversal": attempt(journey, CLERK, f"{pool}/reversal", {"reason": "Late"}, on=pool),
        "settlement": attempt(journey, CLERK, f"{journey.budget}/settlement", on=journey.budget),
    }
    assert {name: status for name, (status, _) in answers.items()} == dict.fromkeys(answers, 409)
    assert all("settled" in detail for _, detail in answers.values()), answers


@pytest.mark.parametrize("paper", TOLD)
def test_the_archive_has_every_event_of_every_paper(journey: Play, paper: str) -> None:
    aggregate, _, name = paper.partition("/")
    kept = journey.kept[name]
    subject = f"{aggregate}/{kept if isinstance(kept, str) else kept['id']}"
    events = journey.world.wait(
        f"the events of the {name}", lambda: archived(journey, subject, len(TOLD[paper]))
    )
    assert [one["type"] for one in events] == [f"{aggregate}.{verb}.v1" for verb in TOLD[paper]]


@pytest.mark.parametrize("paper", ["campaign", "budget", "purchase"])
def test_the_archive_has_as_many_events_as_the_version_counts(journey: Play, paper: str) -> None:
    service = "campaign" if paper == "campaign" else "finance"
    purchase_id = journey.kept["closed purchase"]["id"]
    ids = {"campaign": journey.campaign_id, "budget": journey.budget_id, "purchase": purchase_id}
    version = int(journey.tag(CLERK, service, f"/{paper}s/{ids[paper]}").strip('"'))
    subject = f"{paper}/{ids[paper]}"
    events = journey.world.wait(f"{version} events", lambda: archived(journey, subject, version))
    assert [int(one["sequence"]) for one in events] == list(range(1, version + 1))


def test_the_archive_has_no_gap(journey: Play) -> None:
    events: list[Record] = []
    while True:
        after = int(events[-1]["position"]) if events else 0
        page: list[Record] = journey.api.get(WATCHER, "reporting", "/events", after=after, limit=1000)
        if not page:
            break
        events += page
    sequences: defaultdict[str, list[int]] = defaultdict(list)
    for event in events:
        sequences[event["subject"]].append(int(event["sequence"]))
    gaps = {name: found for name, found in sequences.items() if found != list(range(1, len(found) + 1))}
    assert gaps == {}
    assert {name.partition("/")[0] for name in sequences} >= TOLD_OF


def test_the_audit_trail_holds_against_its_seals(journey: Play) -> None:
    command = [sys.executable, "-m", "fanfare", "audit", "verify", "finance"]

    def verified() -> str | None:
        environment, folder = journey.stack.environment, journey.stack.folder
        said = subprocess.run(
            command, env=environment, cwd=folder, capture_output=True, text=True, check=True
        )
        return None if "none yet" in said.stdout else said.stdout

    assert journey.world.wait("a seal", verified).startswith("finance: as it was sealed; the last seal is ")


def test_no_event_is_dead_or_waits_at_the_end(journey: Play) -> None:
    command = [sys.executable, "-m", "fanfare", "dead", "list", "--waiting"]
    environment, folder = journey.stack.environment, journey.stack.folder
    held = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=True)
    assert held.stdout == ""
