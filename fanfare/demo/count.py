"""The figures of a campaign counted by hand, without the reporting service.

Mails are counted in the sink's mailbox, targets, responses and leads from the lists of the
services that own them, money from the ledger's entries. What the evaluation says must be the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fanfare.demo.api import Record
from fanfare.demo.people import WATCHER
from fanfare.demo.recipients import mails_of
from fanfare.demo.world import World

PLACES = Decimal("0.0001")
VALID = ("near_term", "long_term")
EFFECTS = {
    "budget": {"budget": 1},
    "commit": {"committed": 1},
    "release": {"committed": -1},
    "incur": {"committed": -1, "incurred": 1},
}
"""What an entry of the ledger adds to the figures of its line."""

Value = Decimal | None


@dataclass(frozen=True)
class Counted:
    """A value and where it was counted. None where the evaluation must have no value either."""

    value: Value
    where: str


def count(world: World) -> dict[str, Counted]:
    """Every figure of the world's campaign by its name, and what its page shows beside them."""
    targets = list(world.api.items(WATCHER, "campaign", f"{world.campaign}/targets"))
    mails = [recipient for recipient, _ in mails_of(world)]
    counted = _people(world, targets=targets, mailed=len(set(mails)))
    counted |= _money(world)
    counted |= _quotients(counted)
    counted |= {
        f"status {status}": _number(number, "the campaign's target list")
        for status, number in Counter(target["status"] for target in targets).items()
    }
    counted["mails accepted"] = _number(len(mails), "files in the sink")
    counted["mails not sent"] = _number(len(targets) - len(set(mails)), "targets without a file in the sink")
    campaign = world.api.get(WATCHER, "campaign", world.campaign)
    for goal in campaign["goals"]:
        reached = _ratio(counted[goal["metric"]].value, Decimal(goal["target"]))
        counted[f"goal {goal['metric']}"] = Counted(reached, f"{goal['metric']} ÷ {goal['target']}")
    return counted


def stated(evaluation: Record) -> dict[str, Value]:
    """What an evaluation says, by the same names."""
    said = {name: _decimal(figure["value"]) for name, figure in evaluation["figures"].items()}
    said |= {f"status {status}": Decimal(number) for status, number in evaluation["progress"].items()}
    said |= {f"goal {goal['metric']}": _decimal(goal["attainment"]) for goal in evaluation["goals"]}
    for line in evaluation["budget_lines"]:
        said |= {f"{part} of {line['name']}": Decimal(line[part]) for part in ("committed", "incurred")}
    waves = evaluation["waves"]
    said["mails accepted"] = Decimal(sum(wave["accepted"] for wave in waves))
    others = ("failed", "suppressed", "uncertain")
    said["mails not sent"] = Decimal(sum(wave[other] for wave in waves for other in others))
    return said


def differences(counted: Mapping[str, Counted], evaluation: Record) -> list[str]:
    """Where the evaluation says something else than the count; empty when they agree."""
    said = stated(evaluation)
    found = [
        f"{name}: the evaluation says {said.get(name)}, {one.where} gives {one.value}"
        for name, one in counted.items()
        if name not in said or said[name] != one.value
    ]
    return found + [f"{name}: nobody counted it" for name in evaluation["figures"] if name not in counted]


def _people(world: World, *, targets: list[Record], mailed: int) -> dict[str, Counted]:
    responses = list(world.api.items(WATCHER, "campaign", f"{world.campaign}/responses"))
    leads = list(world.api.items(WATCHER, "lead", "/leads", campaign_id=world.campaign_id))
    ahead = [target for target in targets if target["status"] in ("opportunity", "won")]
    responding = {response["target_id"] for response in responses}
    valid = [lead for lead in leads if lead["outcome"] in VALID]
    ledger = "the campaign's responses"
    return {
        "targets": _number(len(targets), "the campaign's target list"),
        "executed_targets": _number(mailed, "recipients in the sink's mailbox"),
        "responses": _number(len(responses), ledger),
        "responding_targets": _number(len(responding), f"{ledger}, each target once"),
        "leads": _number(len(leads), "the lead service's leads"),
        "valid_leads": _number(len(valid), "its leads that were not discarded"),
        "opportunities": _number(len(ahead), "the campaign's target list"),
        "contracts": _number(0, "nobody has signed anything"),
    }


def _money(world: World) -> dict[str, Counted]:
    budget = next(world.api.items(WATCHER, "finance", "/budgets", campaign_id=world.campaign_id))
    entries = list(world.api.items(WATCHER, "finance", f"/budgets/{budget['id']}/entries"))
    sums: Counter[tuple[str, str]] = Counter()
    for part, line_id, amount in _effects(entries):
        sums[part, line_id] += amount  # type: ignore[assignment]
    where = f"{len(entries)} entries of the ledger"
    whole = {
        part: Counted(Decimal(sum(one for (name, _), one in sums.items() if name == part)), where)
        for part in ("budget", "committed", "incurred")
    }
    nothing = Counted(Decimal(), "nobody has booked any")
    lines = {
        f"{part} of {line['name']}": Counted(Decimal(sums[part, line["id"]]), where)
        for line in budget["lines"]
        for part in ("committed", "incurred")
    }
    direct = whole["incurred"]
    money = {"budget": whole["budget"], "committed": whole["committed"], "direct_cost": direct}
    return money | {"allocated_cost": nothing, "cost": direct, "revenue": nothing} | lines


def _effects(entries: list[Record]) -> Iterator[tuple[str, str, Decimal]]:
    for entry in entries:
        for part, sign in EFFECTS[entry["kind"]].items():
            yield part, entry["line_id"], sign * Decimal(entry["amount"])


def _quotients(counted: Mapping[str, Counted]) -> dict[str, Counted]:
    parts = {
        "response_rate": ("responding_targets", "executed_targets"),
        "lead_conversion": ("valid_leads", "executed_targets"),
        "cost_per_lead": ("cost", "valid_leads"),
    }
    found = {
        name: Counted(_ratio(counted[upper].value, counted[lower].value), f"{upper} ÷ {lower} as counted")
        for name, (upper, lower) in parts.items()
    }
    cost, revenue = counted["cost"].value, counted["revenue"].value
    gain = None if cost is None or revenue is None else revenue - cost
    return found | {"roi": Counted(_ratio(gain, cost), "(revenue - cost) ÷ cost as counted")}


def _ratio(upper: Value, lower: Value) -> Value:
    return None if upper is None or not lower else (upper / lower).quantize(PLACES, ROUND_HALF_UP)


def _number(value: int, where: str) -> Counted:
    return Counted(Decimal(value), where)


def _decimal(value: int | str | None) -> Value:
    return None if value is None else Decimal(value)
