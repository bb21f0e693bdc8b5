"""From many events to the rows they come to, so that a batch becomes a few set-based statements. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from services.reporting.archive.facts import Fact
from services.reporting.insights import folding as insights
from services.reporting.projections import folding as projections
from services.reporting.projections import shapes
from services.reporting.projections.folders import Folder
from services.reporting.projections.shapes import Key, Row, Shape

_folders: defaultdict[str, list[Folder]] = defaultdict(list)
for wire_type, one in (*projections.folds.marked, *insights.folds.marked):
    _folders[wire_type].append(one)

FOLDED = _folders.keys()
"""The types of the events that rows are made from."""


class Fold:
    """The rows that a run of ``facts`` comes to, by shape and key; of all projections or of some.

    ``facts`` counts them, and ``changes`` what they changed; ``position`` is the last one's.
    """

    def __init__(self, facts: Iterable[Fact] = (), *, of: Collection[Shape] = shapes.SHAPES) -> None:
        self.rows: dict[Shape, dict[Key, Row]] = {shape: {} for shape in of}
        self.facts = self.changes = self.position = 0
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Fold one more fact. One of a type that no row is made from changes nothing."""
        self.facts += 1
        self.position = fact.position
        folders = _folders.get(fact.type)
        if folders is None:
            return
        rows = self.rows
        for folder in folders:
            for shape, part in folder(fact.event, fact.sequence):
                if shape in rows:
                    shape.put(rows[shape], part)
                    self.changes += 1
        if fact.campaign_id is not None and shapes.EVENT_SOURCES in rows:
            self._count(fact, rows[shapes.EVENT_SOURCES])

    def _count(self, fact: Fact, sources: dict[Key, Row]) -> None:
        """What ``EVENT_SOURCES.put`` would do, for every single event, in half the time."""
        position = fact.position
        source = sources.get((fact.campaign_id, fact.type))
        if source is None:
            source = {"campaign_id": fact.campaign_id, "type": fact.type, "events": 1}
            source |= {"first_position": position, "last_position": position}
            sources[fact.campaign_id, fact.type] = source
            return
        source["events"] += 1
        source["last_position"] = max(source["last_position"], position)
        source["first_position"] = min(source["first_position"], position)
