"""The people who got the mail. They know nothing but what stands in it, and use its real links.

Who does what is drawn with a fixed seed from the sorted addresses: the same recipients answer in
the same way on every run, whatever the stack.
"""

import html
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import requests

from fanfare.demo.people import PLANNER
from fanfare.demo.world import World

SEED = 20261121
CLICKING, SAYING_YES, SAYING_NO, LEAVING = 0.08, 0.03, 0.02, 0.02
IMPATIENT = 8
"""One of so many clicks twice, as the scanners of mail servers do too."""

READING_SECONDS = 3.5
"""How long everybody looks at a mail before they do anything."""

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


class WrongAnswer(RuntimeError):
    """A link of a mail did not do what its reader may expect."""


@dataclass(frozen=True)
class Act:
    """What one recipient does. ``clicks`` says how often, ``form`` is "yes", "no" or nothing at all."""

    address: str
    clicks: int = 0
    form: str = ""
    leaves: bool = False

    @property
    def interested(self) -> bool:
        return self.clicks > 0 or self.form == "yes"

    @property
    def answers(self) -> int:
        """How many answers this comes to; a click that is repeated is still one."""
        return bool(self.clicks) + bool(self.form)

    @property
    def status(self) -> str:
        """Where it takes its target."""
        if self.interested:
            return "lead"
        return "opted_out" if self.leaves else "responded"


def drawn(addresses: Sequence[str]) -> list[Act]:
    """What the people at ``addresses`` do; those who do nothing are left out. At least one clicks."""
    order = sorted(set(addresses))
    random.Random(SEED).shuffle(order)
    size = len(order)
    clicking = min(size, round(size * CLICKING) + 1)
    yes = round(size * SAYING_YES)
    no = round(size * SAYING_NO)
    leaving = round(size * LEAVING)
    first_yes = clicking - yes // 2
    forms = dict.fromkeys(order[first_yes : first_yes + yes], "yes")
    forms |= dict.fromkeys(order[first_yes + yes : first_yes + yes + no], "no")
    clicks = {one: 1 + (place % IMPATIENT == 0) for place, one in enumerate(order[:clicking])}
    leaves = {*order[size - leaving :], *order[: leaving // 5]}
    acts = [Act(one, clicks.get(one, 0), forms.get(one, ""), one in leaves) for one in sorted(order)]
    return [act for act in acts if act.answers or act.leaves]


def answer_mails(world: World) -> None:
    """Recipients read their mails and click, answer the form, or unsubscribe"""
    mails = dict(mails_of(world))
    world.acts = drawn(list(mails))
    _let_time_pass(mails.values())
    for number, act in enumerate(world.acts, 1):
        _act(world, act, _read(mails[act.address]))
        world.progress(f"{number} of {len(world.acts)} have acted")
    world.say(f"of {len(mails):,} recipients {_summary(world.acts)}")
    expected = sum(act.answers for act in world.acts)
    world.wait(
        f"{expected} responses in the campaign service",
        lambda: True if _responses(world) == expected else None,
        seen=lambda: f"{_responses(world)} responses",
    )


def _let_time_pass(mails: Iterable[Path]) -> None:
    """Whoever clicks at once is taken for a machine, so even the last mail is looked at first."""
    last = max(file.stat().st_mtime for file in mails)
    time.sleep(max(0.0, last + READING_SECONDS - time.time()))


def _summary(acts: Sequence[Act]) -> str:
    done = Counter(f"said {act.form} in the form" for act in acts if act.form)
    done["clicked"] = sum(1 for act in acts if act.clicks)
    done["unsubscribed"] = sum(1 for act in acts if act.leaves)
    return ", ".join(f"{number} {what}" for what, number in sorted(done.items()))


def mails_of(world: World) -> Iterator[tuple[str, Path]]:
    """The recipient and file of every mail of the campaign. Those of others in the sink lack its code."""
    return delivered(world.mailbox, naming=world.code)


def delivered(mailbox: Path, *, naming: str = "") -> Iterator[tuple[str, Path]]:
    """The recipient and file of every mail in the sink that holds ``naming`` as it goes over the wire.

    A longer word that begins with it is another one. The recipient is read from the head that the sink wrote.
    """
    named = re.compile(re.escape(naming.encode()) + (rb"\b" if naming else b""))
    for file in sorted((mailbox / "new").glob("*.eml")):
        mail = file.read_bytes()
        if not named.search(mail):
            continue
        name, _, recipient = mail.split(b"\n", 2)[1].decode().partition(":")
        if name != "Delivered-To":
            raise WrongAnswer(f"{file} does not say to whom it was delivered")
        yield recipient.strip(), file


def _read(file: Path) -> EmailMessage:
    return message_from_bytes(file.read_bytes(), policy=policy.default)


def _act(world: World, act: Act, mail: EmailMessage) -> None:
    page = mail.get_body(("html",))
    links = re.findall(r'href="([^"]+)"', page.get_content() if page else "")
    by_kind = {urlsplit(html.unescape(link)).path[1:2]: html.unescape(link) for link in links}
    for _ in range(act.clicks):
        _expect(world.api.send("GET", by_kind["c"]), status=302, text="")
    if act.form:
        _expect(world.api.send("GET", by_kind["f"]), status=200, text="<form")
        form = {"interested": act.form, "note": f"{act.form}, says {act.address}"}
        _expect(world.api.send("POST", by_kind["f"], data=form), status=200, text="Thank you")
    if act.leaves:
        if mail["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click":
            raise WrongAnswer(f"the mail to {act.address} cannot be unsubscribed with one click")
        url = re.findall(r"<(https?://[^>]+)>", str(mail["List-Unsubscribe"]))[0]
        _expect(world.api.send("POST", url, data=ONE_CLICK), status=200, text="unsubscribed")


def _expect(answer: requests.Response, *, status: int, text: str) -> None:
    if answer.status_code != status or text not in answer.text:
        shown = " ".join(answer.text.split())[:200]
        raise WrongAnswer(f"{answer.request.method} {answer.url}: {answer.status_code} {shown}")


def _responses(world: World) -> int:
    return sum(1 for _ in world.api.items(PLANNER, "campaign", f"{world.campaign}/responses"))
