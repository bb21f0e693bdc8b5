"""``kill-service``: kill -9 of services and workers between the steps of the main flow.

Who dies when is drawn with a fixed seed; the victim is started again at once, and the next step is
taken while it still comes up. The process that sends mail is spared between the release of the wave
and the end of the mailing: what becomes of a mail that is cut off is the promise of ``kill-sender``.
"""

from random import Random

from bench.chaos.stage import Stage
from bench.chaos.verdict import Verdict, judge
from fanfare.demo.running import await_mail
from fanfare.demo.steps import STEPS, Step
from fanfare.local.stack import worker_of

SEED = 9
KILLS_AT_ONCE = 2
SENDER = worker_of("outreach")


def run(stage: Stage, *, short: bool) -> Verdict:
    """Kill two processes before every step, or before every third when ``short``."""
    chance = Random(SEED)
    steps = STEPS[2::3] if short else STEPS[1:]
    killed: list[str] = []
    undisturbed = stage.undisturbed
    with stage.performance() as performance:
        stack = performance.stack

        def strike(step: Step) -> None:
            if step not in steps:
                return
            candidates = [name for name in stack.processes if step is not await_mail or name != SENDER]
            for victim in chance.sample(candidates, KILLS_AT_ONCE):
                stack.kill(victim)
                stack.processes[victim].start()
                killed.append(victim)

        performance.play(before=strike)
        return judge(
            "kill-service",
            performance,
            undisturbed,
            notes=f"{len(killed)} kills of {len(set(killed))} processes",
        )
