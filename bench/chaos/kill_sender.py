"""``kill-sender``: kill -9 of all outreach processes at random moments of a wave, 20 times.

The wave is counted at the mail server by recipient. A kill may leave uncertain what was on its way at that
moment, 200 mails at the most; and exactly what nobody knew anything of then must be marked so.
"""

import json
from random import Random
from uuid import UUID

from bench.chaos.counted import Ledger, judge
from bench.chaos.mail_server import MailServer
from bench.chaos.stage import Stage
from bench.chaos.verdict import Verdict
from bench.mail_stage import MailStage, Servers
from fanfare.local.process import StartFailed, wait_until

NAME = "kill-sender"
MAILS = 100_000
MAILS_WHEN_SHORT = 6_000
KILLS = 20
KILLS_WHEN_SHORT = 4
SENDERS = 2
MOST_A_KILL = 200
LEASE_SECONDS = 3
SECONDS = 1800.0
SEED = 11
ADDRESS_LENGTH = 26


def run(stage: Stage, *, short: bool) -> Verdict:
    """A smaller wave and fewer kills when ``short``."""
    mails, kills = (MAILS_WHEN_SHORT, KILLS_WHEN_SHORT) if short else (MAILS, KILLS)
    folder = stage.fresh_folder()
    with (
        MailServer(folder) as server,
        MailStage(
            folder,
            servers=Servers(stage.postgres, stage.rabbit),
            senders=SENDERS,
            smtp_url=server.url,
            settings={"FANFARE_OUTREACH_LEASE_SECONDS": str(LEASE_SECONDS)},
            name=folder.name,
        ) as mail,
    ):
        mail.start_senders()
        wave_id = mail.release(mail.contacts(mails), mail.template())
        drill = _Killing(mail, server)
        for count in moments(mails=mails, kills=kills):
            drill.kill_at(count)
        mail.finished(wave_id, seconds=SECONDS)
        server.wait_calm()
        verdict = judge(
            NAME,
            Ledger.of(mail, wave_id),
            server.arrived(),
            most_uncertain=MOST_A_KILL * kills,
            notes=f"{kills} kills of {SENDERS} senders and the service, {mails} mails; "
            f"unknown after each {' '.join(map(str, drill.unknown))}",
        )
    verdict.broken += own_faults(drill.unknown, marked=verdict.uncertain)
    return verdict


def moments(*, mails: int, kills: int) -> list[int]:
    """At how many mails each kill falls, the same on every run."""
    chance = Random(SEED)
    return sorted(int(mails * chance.uniform(0.02, 0.95)) for _ in range(kills))


def own_faults(unknown: list[int], *, marked: int) -> list[str]:
    """What is wrong with the kills: what each left ``unknown``, and how many are ``marked`` uncertain."""
    found = [f"a kill left {one} uncertain, more than {MOST_A_KILL}" for one in unknown if one > MOST_A_KILL]
    idle = unknown.count(0)
    if idle > len(unknown) // 2:
        found.append(f"{idle} of {len(unknown)} kills met no mail on its way, and so proved nothing")
    if marked != sum(unknown):
        found.append(f"the kills left {sum(unknown)} uncertain, which is not what is marked so")
    return found


class _Killing:
    """Kills everything of outreach. ``unknown`` is what each kill left that nobody knows anything of."""

    def __init__(self, mail: MailStage, server: MailServer) -> None:
        self._mail = mail
        self._server = server
        self._dead: set[UUID] = set()
        self.unknown: list[int] = []

    def kill_at(self, count: int) -> None:
        """When about ``count`` mails have arrived, kill, and start again."""
        reached = wait_until(
            lambda: self._server.rough_count(length=ADDRESS_LENGTH) >= count, seconds=SECONDS, pause=0.002
        )
        if not reached:
            raise StartFailed("the wave does not go on\n" + self._mail.senders[0].tail())
        for child in [*self._mail.senders, self._mail.stack.processes["outreach"]]:
            child.kill()
        self.unknown.append(self._left())
        self._mail.stack.start(["outreach"])
        self._mail.restart_senders()

    def _left(self) -> int:
        """What the notes of those who died now say was handed over, and not what became of it."""
        with self._mail.connection.cursor() as cursor:
            cursor.execute("SELECT lease_id, leaving, verdicts FROM lease_notes")
            notes = [note for note in cursor if note[0] not in self._dead]
            cursor.execute("SELECT id FROM leases")
            self._dead |= {lease for (lease,) in cursor}
        leaving = {one for _, ids, _ in notes for one in json.loads(ids)}
        heard = {one["delivery_id"] for _, _, verdicts in notes for one in json.loads(verdicts)}
        return len(leaving - heard)
