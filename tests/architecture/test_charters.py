"""Each service's charter says what it owns, publishes and consumes, and that is what happens."""

import ast
import re
from dataclasses import dataclass

import pytest

from contracts.schemas import declared
from contracts.topology import PRODUCERS, QUEUES
from tests.architecture.source import ROOT, sources

SERVICES = sorted({*PRODUCERS, *(queue.service for queue in QUEUES.values())})
NAMES = {event.type.rpartition(".")[0]: event for event in declared()}
TYPE_OF_CLASS = {event.body.__name__: event.type.rpartition(".")[0] for event in declared()}

every_service = pytest.mark.parametrize("service", SERVICES)


@dataclass(frozen=True)
class Charter:
    """What a charter says: event names without their version, ``{"*"}`` for every event."""

    owns: str
    publishes: set[str]
    consumes: set[str]


def charter_of(docstring: str) -> Charter:
    """Read a charter: paragraphs that begin with Owns, Publishes and Consumes."""
    parts = re.split(r"(?m)^(Owns|Publishes|Consumes)\b:?", docstring)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    return Charter(
        owns=sections.get("Owns", "").strip(),
        publishes=_events(sections.get("Publishes", "")),
        consumes=_events(sections.get("Consumes", "")),
    )


def subscribed(service: str) -> set[str]:
    """The events that the service's code reacts to, by its ``@subscribe`` marks; ``{"*"}`` for all."""
    found: set[str] = set()
    for source in sources(f"services/{service}"):
        for function in source.functions():
            for mark in function.decorator_list:
                if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name):
                    if mark.func.id == "subscribe":
                        found.add(TYPE_OF_CLASS[ast.unparse(mark.args[1]).rpartition(".")[2]])
                    elif mark.func.id == "subscribe_all":
                        found.add("*")
    return found


@pytest.fixture
def charter(service: str) -> Charter:
    module = ast.parse((ROOT / "services" / service / "__init__.py").read_text())
    assert len(module.body) == 1, "the file holds the charter and nothing else"
    return charter_of(ast.get_docstring(module) or "")


@every_service
def test_the_charter_says_what_the_service_owns(charter: Charter) -> None:
    assert len(charter.owns.split()) >= 3


@every_service
def test_the_charter_lists_exactly_the_events_the_service_publishes(charter: Charter, service: str) -> None:
    aggregates = PRODUCERS.get(service, ())
    assert charter.publishes == {name for name, event in NAMES.items() if event.aggregate in aggregates}


@every_service
def test_the_charter_lists_exactly_the_events_the_service_reacts_to(charter: Charter, service: str) -> None:
    assert charter.consumes == subscribed(service)


@every_service
def test_what_is_consumed_arrives_and_no_queue_is_in_vain(charter: Charter, service: str) -> None:
    followed = {
        aggregate for queue in QUEUES.values() if queue.service == service for aggregate in queue.follows
    }
    others = {
        name
        for name, event in NAMES.items()
        if event.producer != service or event.aggregate in followed & {"feedmark"}
    }
    consumed = charter.consumes if charter.consumes != {"*"} else others
    assert {NAMES[name].aggregate for name in consumed} == followed


def test_a_charter_is_read_by_its_paragraphs() -> None:
    charter = charter_of(
        "Trade.\n\nOwns shops and their shelves.\n\nPublishes: ``campaign.started``, campaign.launched\n"
        "and `wave.released`.\n\nConsumes every event.\n"
    )
    assert charter.publishes == {"campaign.started", "campaign.launched", "wave.released"}
    assert charter.consumes == {"*"}


def _events(section: str) -> set[str]:
    own = section.partition("\n\n")[0]
    if re.match(r"\s*every event\b", own):
        return {"*"}
    named = set(re.findall(r"\b[a-z]+\.[a-z_]+\b", section)) - {queue.name for queue in QUEUES.values()}
    unknown = named - set(NAMES)
    assert not unknown, f"the charter names what is no event: {sorted(unknown)}"
    return named
