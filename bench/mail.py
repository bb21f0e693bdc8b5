"""``mail``: a wave of 100,000 personal mails of 10 KB, against ``smtp-source`` into the same ``smtp-sink``.

Everything that a real wave needs is done and running on the same cores: PostgreSQL with fsync, RabbitMQ,
the outreach service, consent, suppression and a frequency cap looked up for each recipient, each
hand-over and each answer durable, seven signed links in each mail.

``mail-signed`` does the same with a DKIM signature (RSA-2048), against as many loops of bare signatures
as there are cores. ``python -m bench.mail [--signed] [--mails N] [--senders N]`` is one run by itself.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bench.mail_stage import MailStage, Sink
from bench.result import Result

MAILS = 100_000
SENDERS = 2
RAW_MAILS = 40_000
REACH = 0.5
SIGNED_REACH = 0.6
SIGNING_SECONDS = 5.0
WAIT_SECONDS = 3600.0


@dataclass(frozen=True)
class Found:
    """One wave. ``rate`` is mails a second from the start of the mailing to its end."""

    rate: float
    from_release: float
    memory: int
    cpu: dict[str, float]
    accepted: int

    @property
    def notes(self) -> str:
        costs = ", ".join(f"{name} {seconds * 1e6 / self.accepted:.0f}" for name, seconds in self.cpu.items())
        return (
            f"{self.accepted} accepted; with the gathering of targets {self.from_release:.0f}/s; "
            f"a sender's peak {self.memory} MB; µs of CPU a mail: {costs}"
        )


def run(*, mails: int = MAILS, senders: int = SENDERS, signed: bool = False) -> list[Result]:
    """One wave between two measurements of the limit."""
    with tempfile.TemporaryDirectory(prefix="fanfare-bench-") as place, Sink(Path(place)) as sink:
        before = _limit(sink, signed=signed)
        found = wave(Path(place), sink, mails=mails, senders=senders, signed=signed)
        after = _limit(sink, signed=signed)
    limit = (before + after) / 2
    print(
        f"limit {before:.0f}/s before, {after:.0f}/s after; ours {found.rate:.0f}/s; {found.notes}",
        flush=True,
    )
    name, reach = ("mail-signed", SIGNED_REACH) if signed else ("mail", REACH)
    return [Result(name, found.rate, "mails/s", limit, reach, found.notes)]


def wave(folder: Path, sink: Sink, *, mails: int, senders: int, signed: bool) -> Found:
    """Send one wave through the product."""
    settings = {"FANFARE_OUTREACH_DKIM_KEYS": _key()} if signed else {}
    url = f"smtp://127.0.0.1:{sink.port}"
    with MailStage(folder, senders=senders, settings=settings, smtp_url=url) as stage:
        template_id = stage.template()
        contacts = stage.contacts(mails)
        stage.start_senders()
        before = stage.cpu_seconds()
        released = time.monotonic()
        wave_id = stage.release(contacts, template_id)
        mailing = stage.finished(wave_id, seconds=WAIT_SECONDS)
        lasted = time.monotonic() - released
        after = stage.cpu_seconds()
        _check(mailing, mails)
        sending = (mailing["finished_at"] - mailing["started_at"]).total_seconds()
        return Found(
            rate=mailing["accepted"] / sending,
            from_release=mailing["accepted"] / lasted,
            memory=stage.peak_memory(),
            cpu={name: after[name] - before[name] for name in after},
            accepted=mailing["accepted"],
        )


def _check(mailing: dict[str, object], mails: int) -> None:
    counts = {name: mailing[name] for name in ("accepted", "failed", "suppressed", "uncertain")}
    without = mails // 100
    if counts != {"accepted": mails - without, "failed": 0, "suppressed": without, "uncertain": 0}:
        raise RuntimeError(f"the wave did not go as it should: {counts}")


def _limit(sink: Sink, *, signed: bool) -> float:
    return _signatures() if signed else sink.raw_rate(RAW_MAILS)


def _signatures() -> float:
    """Bare RSA-2048 signatures a second, in one loop for each core."""
    loops = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.raw_rsa", str(SIGNING_SECONDS)], stdout=subprocess.PIPE, text=True
        )
        for _ in range(os.cpu_count() or 1)
    ]
    return sum(float(loop.communicate()[0]) for loop in loops)


def _key() -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return f"bench._domainkey.example.com\n{pem.decode()}"


def main() -> None:
    """One run, printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--signed", action="store_true")
    parser.add_argument("--mails", type=int, default=MAILS)
    parser.add_argument("--senders", type=int, default=SENDERS)
    given = parser.parse_args()
    run(mails=given.mails, senders=given.senders, signed=given.signed)


if __name__ == "__main__":
    main()
