"""The next batch of a file is read, judged and looked up by a thread while the one before is saved."""

from collections.abc import Callable, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from services.lead.imports.blocks import Near
from services.lead.imports.files import OpenFile
from services.lead.imports.matching import Group
from services.lead.imports.records import Record
from services.lead.imports.rows import Draft, Refused, RowReader


@dataclass(frozen=True)
class Batch:
    """Records of a file, the first of which is at ``position``, and whom they are about.

    ``refused`` are lines that are no contact, with the reason. ``near`` are contacts that groups may be.
    """

    position: int
    records: list[Record]
    is_last: bool
    groups: list[Group] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    near: Near | None = None


class ReadAhead:
    """Hands out an open file batch by batch, and has one more ready than was asked for.

    ``gather`` tells which drafts are about the same contact. What ``look`` finds in the store for the drafts
    of groups may be older than the batch before theirs.
    """

    def __init__(
        self,
        file: OpenFile,
        rows: RowReader,
        *,
        count: int,
        gather: Callable[[Sequence[Draft]], list[Group]],
        look: Callable[[Sequence[Draft]], Near | None],
    ) -> None:
        self.file = file
        self._gather = gather
        self._look = look
        self._count = count
        self._rows = rows
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="read-ahead")
        self._next: Future[Batch] = self._thread.submit(self._read)

    def take(self, *, touched: Set[str]) -> Batch:
        """The next batch, after one that wrote the name keys ``touched``. Raises UnreadableFile."""
        batch = self._next.result()
        self._next = self._thread.submit(self._read)
        return replace(batch, near=batch.near.without(touched)) if batch.near else batch

    def close(self) -> None:
        """Read no more. Waits for what is being read."""
        self._thread.shutdown(cancel_futures=True)

    def _read(self) -> Batch:
        position = self.file.position
        records = self.file.next_records(self._count)
        drafts: list[Draft] = []
        refused: dict[int, str] = {}
        for record in records:
            try:
                drafts.append(self._rows.read(record))
            except Refused as refusal:
                refused[record.line] = str(refusal)
        groups = self._gather(drafts)
        near = self._look([group.draft for group in groups])
        return Batch(position, records, self.file.ended, groups, refused, near)
