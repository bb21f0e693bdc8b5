"""What it cost: expenses are claimed against the budget, approved by somebody else, and paid."""

from fanfare.demo.people import ASSISTANT, CLERK
from fanfare.demo.planning import CURRENCY, approve, budget_of
from fanfare.demo.world import World

CLAIMS = (
    ("Mail production", "1860.40", "Text and pictures of the mail"),
    ("Landing page", "480.00", "Hosting for a year"),
)
"""Line, amount and purpose. The first is approved and paid; the second stays on the desk."""


def submit_claims(world: World) -> None:
    """Theo Brandt claims what he has spent"""
    budget = world.wait("the budget", lambda: budget_of(world))
    lines = {line["name"]: line["id"] for line in budget["lines"]}
    for line, amount, purpose in CLAIMS:
        body = {"line_id": lines[line], "amount": amount, "currency": CURRENCY, "purpose": purpose}
        claim = world.api.post(ASSISTANT, "finance", "/claims", body)
        world.claim_ids.append(claim["id"])
        world.say(f"{claim['amount']} {claim['currency']} committed on {line}: {purpose}")


def approve_claim(world: World) -> None:
    """Ines Okafor approves the first claim"""
    approve(world, subject_id=world.claim_ids[0], what="the claim")


def pay_claim(world: World) -> None:
    """Pavel Novotny (finance clerk) pays it"""
    paid = world.api.post(CLERK, "finance", f"/claims/{world.claim_ids[0]}/payment")
    world.say(f"{paid['amount']} {paid['currency']} {paid['state']}")
