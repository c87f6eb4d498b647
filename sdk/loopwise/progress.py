"""What was told so far: labels, abstentions, and which of them the engine has not acknowledged yet."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.inputs import Label
from loopwise.journal import Journal
from loopwise.pool import PoolIds, Positions
from loopwise.privacy import Ledger


class Progress:
    """The state of a pool's labels, rebuilt from the journal and kept in it.

    Args:
        journal: holds the labels; every one is in it before it counts.
        pool: the ids.
        engine: uid of the experiment at the engine; what another engine acknowledged does not count for this one.

    Attributes:
        labeled: bool (pool,).
        abstained: bool (pool,): asked for, but the annotator gave no label.
        ledger: bytes that were sent.
        sketched: a sketch of the embeddings has reached the engine.
        unsent: tellings that the engine has not acknowledged, oldest first.
    """

    def __init__(self, journal: Journal, pool: PoolIds, engine: str) -> None:
        self._journal = journal
        self._pool = pool
        self._engine = engine
        self._labels: dict[int, Label] = {}
        self.labeled = np.zeros(len(pool), dtype=bool)
        self.abstained = np.zeros(len(pool), dtype=bool)
        self.ledger = Ledger()
        self.sketched = False
        self.unsent: list[dict[str, Any]] = []
        acknowledged = 0
        for entry in journal.entries:
            if "tell" in entry:
                self._take_in(entry["tell"])
            elif "sent" in entry:
                acknowledged += entry["sent"]["engine"] == engine
            elif "sketched" in entry:
                self.sketched |= entry["sketched"]["engine"] == engine
            elif "bytes" in entry:
                self.ledger.add(**entry["bytes"])
        self.unsent = self.unsent[acknowledged:]

    @property
    def counts(self) -> tuple[int, int]:
        """How many records are labeled, and how many abstained from."""
        return int(self.labeled.sum()), int(self.abstained.sum())

    def open_positions(self) -> Positions:
        """Positions that may still be chosen: neither labeled nor abstained from."""
        return np.flatnonzero(~(self.labeled | self.abstained))

    def labels(self) -> NDArray[Any]:
        """Labels of the labeled records in the pool's order; an array of lists where their lengths differ."""
        labels = [self._labels[position] for position in np.flatnonzero(self.labeled).tolist()]
        if len({len(label) if isinstance(label, list) else -1 for label in labels}) > 1:
            ragged = np.empty(len(labels), dtype=object)
            ragged[:] = labels
            return ragged
        return np.array(labels)

    def is_news(self, position: int, label: Label) -> bool:
        """Whether a label changes anything; raises InvalidInputError when it would be withdrawn."""
        if label is not None:
            return not self.labeled[position] or self._labels[position] != label
        if self.labeled[position]:
            raise InvalidInputError(
                f"the record {self._pool.ids[position].item()!r} is labeled {self._labels[position]!r}; "
                "a label can be replaced, not withdrawn"
            )
        return not self.abstained[position]

    def tell(self, entry: dict[str, Any]) -> None:
        """Keeps labels: {"loop", "ids", "labels", "outcomes"}. On the disk when this returns."""
        self._journal.append({"tell": entry})
        self._take_in(entry)

    def acknowledge(self) -> None:
        """The engine has the oldest unsent telling."""
        self._journal.append({"sent": {"engine": self._engine}}, sync=False)
        self.unsent.pop(0)

    def mark_sketched(self) -> None:
        """The engine has a sketch of the embeddings."""
        self._journal.append({"sketched": {"engine": self._engine}}, sync=False)
        self.sketched = True

    def count_bytes(self, loop: int, what: str, count: int) -> None:
        """Adds to the ledger."""
        self._journal.append({"bytes": {"loop": loop, "what": what, "count": count}}, sync=False)
        self.ledger.add(loop, what, count)

    def _take_in(self, entry: dict[str, Any]) -> None:
        positions = self._pool.positions(entry["ids"]).tolist()
        for position, label in zip(positions, entry["labels"], strict=True):
            self.abstained[position] = label is None
            self.labeled[position] = label is not None
            if label is not None:
                self._labels[position] = label
        self.unsent.append(entry)
