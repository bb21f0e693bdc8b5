"""The order of the play. A step is a function of the world; its docstring is its title."""

from collections.abc import Callable, Sequence

from fanfare.demo.evaluating import evaluate
from fanfare.demo.importing import import_contacts
from fanfare.demo.planning import approve_plan, define_segment, design_campaign, submit_plan, write_template
from fanfare.demo.recipients import answer_mails
from fanfare.demo.running import await_mail, release_wave, start_campaign
from fanfare.demo.selling import assign_leads, await_leads, qualify_leads
from fanfare.demo.spending import approve_claim, pay_claim, submit_claims
from fanfare.demo.world import World

Step = Callable[[World], None]

STEPS: list[Step] = [
    import_contacts,
    define_segment,
    write_template,
    design_campaign,
    submit_plan,
    approve_plan,
    start_campaign,
    release_wave,
    await_mail,
    answer_mails,
    await_leads,
    qualify_leads,
    assign_leads,
    submit_claims,
    approve_claim,
    pay_claim,
    evaluate,
]


def play(
    world: World, steps: Sequence[Step] = STEPS, *, before: Callable[[Step], None] = lambda step: None
) -> World:
    """Take ``steps`` in order. ``before`` is called with each one before it is taken. Returns ``world``."""
    for step in steps:
        before(step)
        step(world)
    return world
