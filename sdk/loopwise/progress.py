"""What was told so far: labels, abstentions, and which of them the engine has not acknowledged yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.inputs import Label
from loopwise.journal import Journal
from loopwise.pool import PoolIds, Positions
from loopwise.privacy import Ledger


@dataclass(frozen=True)
class Told:
    """What was told of one record.

    Attributes:
        label: None, the annotator abstained.
        loop: the loop whose batch it answers.
        cost: of the label, in the user's own unit; None, not told.
        seconds: that it took.
        annotator: who labeled.
    """

    label: Label
    loop: int
    cost: float | None = None
    seconds: float | None = None
    annotator: str = ""


class Progress:
    """The state of a pool's labels, rebuilt from the journal and kept in it.

    Args:
        journal: holds the labels; every one is in it before it counts.
        pool: the ids.
        engine: uid of the experiment at the engine; what another engine acknowledged does not count for this one.

    Attributes:
        told: by position.
        labeled: bool (pool,).
        abstained: bool (pool,): asked for, but the annotator gave no label.
        ledger: bytes that were sent.
        sketched: checksum of the sketches that have reached the engine, or None.
        sketched_loop: the loop that brought them, or -1.
    """

    def __init__(self, journal: Journal, pool: PoolIds, engine: str) -> None:
        self._journal = journal
        self._pool = pool
        self._engine = engine
        self.told: dict[int, Told] = {}
        self.labeled = np.zeros(len(pool), dtype=bool)
        self.abstained = np.zeros(len(pool), dtype=bool)
        self.ledger = Ledger()
        self.sketched: int | None = None
        self.sketched_loop = -1
        self._labels: list[list[tuple[int, Label]]] = []  # by telling: positions and what was told of them
        self._acknowledged = 0
        for entry in journal.entries:
            if "tell" in entry:
                self._take_in(entry["tell"])
            elif "sent" in entry and entry["sent"]["engine"] == engine:
                self._acknowledged = entry["sent"]["tellings"]
            elif "sketched" in entry and entry["sketched"]["engine"] == engine:
                self.sketched = entry["sketched"]["checksum"]
                self.sketched_loop = entry["sketched"]["loop"]
            elif "bytes" in entry:
                self.ledger.add(**entry["bytes"])

    @property
    def counts(self) -> tuple[int, int]:
        """How many records are labeled, and how many abstained from."""
        return int(self.labeled.sum()), int(self.abstained.sum())

    def open_positions(self) -> Positions:
        """Positions that may still be chosen: neither labeled nor abstained from."""
        return np.flatnonzero(~(self.labeled | self.abstained))

    def labels(self) -> NDArray[Any]:
        """Labels of the labeled records in the pool's order; an array of objects where they are no plain table."""
        labels = [self.told[position].label for position in np.flatnonzero(self.labeled).tolist()]
        shapes = {(len(label) if isinstance(label, list) else -1, isinstance(label, str)) for label in labels}
        if len(shapes) > 1:  # lists of several lengths; numbers and strings, of which NumPy would make strings
            mixed = np.empty(len(labels), dtype=object)
            mixed[:] = labels
            return mixed
        return np.array(labels)

    def is_news(self, position: int, told: Told) -> bool:
        """Whether it changes anything; raises InvalidInputError when a label would be withdrawn."""
        before = self.told.get(position)
        if before is None:
            return True
        if told.label is None and before.label is not None:
            raise InvalidInputError(
                f"the record {self._pool.ids[position].item()!r} is labeled {before.label!r}; "
                "a label can be replaced, not withdrawn"
            )
        return _joined(before, told) != before

    def tell(self, records: list[tuple[int, Told]]) -> None:
        """Keeps what was told of some positions, all at once. On the disk when this returns."""
        entry = {
            "ids": self._pool.ids[[position for position, _ in records]].tolist(),
            **{
                field: [getattr(told, field) for _, told in records]
                for field in ("label", "loop", "cost", "seconds", "annotator")
            },
        }
        self._journal.append({"tell": entry})
        self._take_in(entry)

    def unsent(self) -> list[int]:
        """Positions of which the engine has not acknowledged all that was told, each once, ascending."""
        return sorted({position for telling in self._labels[self._acknowledged :] for position, _ in telling})

    def forget_acknowledgements(self) -> None:
        """All must be sent again: the engine has lost some of it."""
        self._acknowledged = 0

    def acknowledge(self) -> None:
        """The engine has all that was told."""
        self._acknowledged = len(self._labels)
        self._journal.append({"sent": {"engine": self._engine, "tellings": self._acknowledged}}, sync=False)

    def acknowledged_counts(self) -> tuple[int, int]:
        """How many records are labeled, and how many abstained from, by what the engine has acknowledged."""
        told = {position: label for telling in self._labels[: self._acknowledged] for position, label in telling}
        abstained = sum(label is None for label in told.values())
        return len(told) - abstained, abstained

    def mark_sketched(self, checksum: int, loop: int) -> None:
        """The engine has the sketches of this checksum, from this loop."""
        self._journal.append({"sketched": {"engine": self._engine, "checksum": checksum, "loop": loop}}, sync=False)
        self.sketched, self.sketched_loop = checksum, loop

    def count_bytes(self, loop: int, what: str, count: int) -> None:
        """Adds to the ledger."""
        if self._journal.is_open:
            self._journal.append({"bytes": {"loop": loop, "what": what, "count": count}}, sync=False)
        self.ledger.add(loop, what, count)

    def _take_in(self, entry: dict[str, Any]) -> None:
        positions = self._pool.positions(entry["ids"]).tolist()
        fields = zip(entry["label"], entry["loop"], entry["cost"], entry["seconds"], entry["annotator"], strict=True)
        for position, values in zip(positions, fields, strict=True):
            told = Told(*values)
            before = self.told.get(position)
            self.told[position] = told if before is None else _joined(before, told)
            self.abstained[position] = told.label is None
            self.labeled[position] = told.label is not None
        self._labels.append(list(zip(positions, entry["label"], strict=True)))


def _joined(before: Told, now: Told) -> Told:
    """A record told again: a new label; the loop that chose it, and what is not told anew, stay as they were."""
    return Told(
        now.label,
        before.loop,
        before.cost if now.cost is None else now.cost,
        before.seconds if now.seconds is None else now.seconds,
        now.annotator or before.annotator,
    )
