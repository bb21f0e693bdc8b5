"""Moving money between lines, sharing out the costs of the office, and the end of it all."""

from datetime import timedelta

from fanfare.demo.api import Record
from fanfare.demo.people import ASSISTANT, CLERK, DEPARTMENT, PLANNER
from tests.journeys.money.paying import ask_to_buy
from tests.journeys.money.planning import NEIGHBOURS, REACHABLE, UNREACHABLE, budget_of, to_buy
from tests.journeys.money.play import ADMIN, Play, attempt
from tests.journeys.money.sending import funding_of


def move_money(play: Play) -> None:
    body = {
        "from_line_id": play.line("Travel"),
        "to_line_id": play.line("Gifts"),
        "amount": "250.00",
        "reason": "Fewer journeys, more gifts",
    }
    asked = play.api.post(PLANNER, "finance", "/transfers", body)
    play.kept["transfer"] = asked["id"]
    play.look("transfer requested")
    play.agree(asked["id"])
    play.look("transferred")
    path = f"{play.budget}/lines/{play.line('Travel')}/adjustments"
    play.api.post(ADMIN, "finance", path, {"amount": "-100.00", "reason": "Saved"})
    play.look("corrected")


def allocate(play: Play) -> None:
    """The office of the department, by the number of targets: ten of fourteen, and four."""
    body = {
        "name": "Office",
        "department": DEPARTMENT,
        "starts_on": play.today.isoformat(),
        "ends_on": (play.today + timedelta(days=1)).isoformat(),
        "currency": "EUR",
        "driver": "targets",
        "lines": [{"name": "Rent", "amount": "640.00"}, {"name": "Licences", "amount": "360.00"}],
    }
    pool = play.api.post(CLERK, "finance", "/cost-pools", body)
    path = f"/cost-pools/{pool['id']}"
    play.kept["pool"] = pool["id"]
    targets = REACHABLE + UNREACHABLE + NEIGHBOURS

    def measured() -> bool | None:
        facts = play.api.call("GET", CLERK, "finance", f"{path}/preview").json()
        return float(facts["measured"]) == targets or None

    play.world.wait("both launches in finance", measured)
    play.post_on(path, f"{path}/allocation")
    play.look("allocated")
    neighbour = play.api.get(CLERK, "finance", f"/budgets/{budget_of(play, play.neighbour_id)}")
    play.kept["neighbour"] = neighbour


def end(play: Play) -> None:
    """Complete it while a claim, a purchase and a wave are open; then see to each of them."""
    wave = f"{play.campaign}/waves/{play.kept['reminder']}"
    play.api.post(PLANNER, "campaign", f"{wave}/release")
    play.world.wait("the money of the reminder", lambda: funding_of(play, "reminder", "granted"))
    gifts = play.line("Gifts")
    body = {"line_id": gifts, "amount": "80.00", "currency": "EUR", "purpose": "Pens"}
    late_claim = play.api.post(ASSISTANT, "finance", "/claims", body)["id"]
    umbrellas = to_buy(gifts, "gifts", "Umbrellas", quantity="40", price="10.00")
    late_purchase = ask_to_buy(play, [umbrellas], why="In case of rain")["id"]
    play.kept |= {"late claim": late_claim, "late purchase": late_purchase}
    play.look("much left open")
    play.kept["first checklist"] = play.api.get(CLERK, "finance", f"{play.budget}/settlement")
    play.kept["refused settlement"] = attempt(play, CLERK, f"{play.budget}/settlement", on=play.budget)
    play.api.post(ASSISTANT, "finance", f"/claims/{late_claim}/withdrawal")
    play.refuse(late_purchase, why="It does not rain indoors.")
    play.api.post(PLANNER, "campaign", f"{play.campaign}/completion")
    play.world.wait("the end of the reminder's funding", lambda: funding_of(play, "reminder", "ended"))
    play.look("completed")


def settle(play: Play) -> None:
    def ready() -> Record | None:
        found: Record = play.api.get(CLERK, "finance", f"{play.budget}/settlement")
        return found if found["ready"] else None

    play.kept["last checklist"] = play.world.wait("a budget that may be settled", ready)
    play.kept["settlement"] = play.post_on(play.budget, f"{play.budget}/settlement")
    play.kept["closed"] = play.state_of(play.campaign_id, "closed")
    play.look("settled")
