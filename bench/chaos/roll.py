"""``roll``: SIGTERM and restart of every service and worker in turn, while a wave is on its way.

The line to the mail server is slow, so that the wave lasts longer than the round of restarts. In the end
everything must be as if nobody had restarted anything.
"""

from concurrent.futures import Future

from bench.chaos.slow_line import slow_line
from bench.chaos.stage import Performance, Stage
from bench.chaos.verdict import Verdict, judge
from fanfare.demo.running import await_mail
from fanfare.demo.steps import Step

NAME = "roll"
BYTES_A_PERSON = 3_000
WAVE_SECONDS = 60
WAVE_SECONDS_WHEN_SHORT = 25


def run(stage: Stage, *, short: bool) -> Verdict:
    """A shorter wave when ``short``."""
    seconds = WAVE_SECONDS_WHEN_SHORT if short else WAVE_SECONDS
    undisturbed = stage.undisturbed
    rate = stage.people * BYTES_A_PERSON // seconds
    line = slow_line(stage.fresh_folder(), rate=rate)
    with stage.performance(line=line) as performance:
        round_of_restarts = _Round(performance)

        def begin(step: Step) -> None:
            if step is await_mail:
                round_of_restarts.began = stage.saboteur.submit(round_of_restarts.go)

        performance.play(before=begin)
        assert round_of_restarts.began is not None
        round_of_restarts.began.result()
        verdict = judge(NAME, performance, undisturbed)
    during = round_of_restarts.during
    verdict.notes = f"{len(round_of_restarts.codes)} restarts, {during} of them while the wave was on its way"
    verdict.broken += [
        f"{name} ended with {code}" for name, code in round_of_restarts.codes.items() if code != 0
    ]
    if not during:
        verdict.broken.append("the wave was over before anything was restarted")
    return verdict


class _Round:
    """Restarts every process once, in turn."""

    def __init__(self, performance: Performance) -> None:
        self._performance = performance
        self.codes: dict[str, int] = {}
        self.during = 0
        self.began: Future[None] | None = None

    def go(self) -> None:
        """One after the other, each when the last is ready again."""
        stack = self._performance.stack
        unfinished = "SELECT count(*) FROM mailings WHERE finished_at IS NULL"
        for name in stack.processes:
            self.during += bool(self._performance.databases.scalar("outreach", unfinished))
            self.codes[name] = stack.restart(name)
