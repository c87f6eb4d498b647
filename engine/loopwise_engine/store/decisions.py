"""The repository of decisions and the records that they selected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from loopwise.resources import Decision, DecisionRows, Forecast, StopAdvice, StopRule, UnmetStrategy
from loopwise.strategies.blend import Blend, BlendMode, Part
from loopwise_engine.store.repository import Repository, blob_crc32, check_blob
from loopwise_engine.store.tables import decision_rows, decisions, inference

_BLOCK_BYTES = 1 << 20
_FIELDS = {
    "positions": "<i8",
    "propensities": "<f8",
    "chosen_by": "|u1",
    "probabilities": "<f4",
    "predicted_class": "<i4",
}


class Decisions(Repository):
    """Decisions, by the number of their loop; they never change."""

    def insert(self, experiment: str, decision: Decision, rows: DecisionRows, infer_on: bytes = b"") -> None:
        """A new decision, its rows, and which records the next report should be about, as a bit mask; empty: all."""
        common = {"tenant": self._tenant, "experiment": experiment, "loop": decision.loop}
        self._connection.execute(
            decisions.insert().values(
                blend=blend_as_json(decision.blend),
                batch_size=decision.batch_size,
                seed=str(decision.seed),
                policy=decision.policy,
                policy_version=decision.policy_version,
                reason=decision.reason,
                unmet=[asdict(unmet) for unmet in decision.unmet],
                stop=decision.stop.stop,
                stop_reason=decision.stop.reason,
                stop_confidence=decision.stop.confidence,
                stop_rules=[asdict(rule) for rule in decision.stop.rules],
                schedule=list(decision.schedule),
                forecast=None if decision.forecast is None else asdict(decision.forecast),
                created=decision.created,
                retrain=decision.retrain,
                **common,
            )
        )
        if infer_on:
            self._connection.execute(inference.insert().values(mask=infer_on, crc32=blob_crc32(infer_on), **common))
        for block in _blocks(rows):
            self._connection.execute(decision_rows.insert().values(**common, **block))

    def find(self, experiment: str, loop: int) -> Decision | None:
        """One decision, or None."""
        query = sa.select(decisions).where(self._is(decisions, experiment=experiment, loop=loop))
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _decision(row)

    def infer_on(self, experiment: str, loop: int) -> bytes:
        """Which records the next report should be about, as a bit mask; empty: all.

        Raises:
            RefusedError: DATA_DAMAGED, it is not what was stored.
        """
        query = sa.select(inference).where(self._is(inference, experiment=experiment, loop=loop))
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return b""
        check_blob(f"what to infer on after loop {loop} of experiment {experiment!r}", row.crc32, row.mask)
        mask: bytes = row.mask
        return mask

    def page(self, experiment: str, first: int, limit: int) -> list[Decision]:
        """Up to `limit` decisions from loop `first` on, oldest first."""
        query = sa.select(decisions).where(self._is(decisions, experiment=experiment), decisions.c.loop >= first)
        return [_decision(row) for row in self._connection.execute(query.order_by(decisions.c.loop).limit(limit))]

    def rows(self, experiment: str, loop: int, first: int, limit: int, limit_bytes: int) -> DecisionRows:
        """Selected records from row `first` on: at most `limit`, and no more than fit `limit_bytes`, but one.

        Raises:
            RefusedError: DATA_DAMAGED, they are not what was stored.
        """
        table = decision_rows
        query = sa.select(table).where(self._is(table, experiment=experiment, loop=loop))
        query = query.where(table.c.first_row + table.c.rows > first, table.c.first_row < first + limit)
        taken: list[dict[str, NDArray[Any]]] = []
        room, limit_rows = limit_bytes, limit
        for row in self._connection.execute(query.order_by(table.c.first_row)):
            check_blob(f"the rows of the decision of loop {loop} of experiment {experiment!r}", row.crc32, *_parts(row))
            block = {
                name: _array(data, dtype, row.rows)
                for (name, dtype), data in zip(_FIELDS.items(), _parts(row), strict=True)
                if data is not None
            }
            row_bytes = sum(array[:1].nbytes for array in block.values())
            start = max(0, first - row.first_row)
            stop = min(row.rows, start + limit_rows, start + max(room // row_bytes, 0 if taken else 1))
            taken.append({name: array[start:stop] for name, array in block.items()})
            room -= row_bytes * (stop - start)
            limit_rows -= stop - start
            if stop < row.rows or limit_rows == 0:
                break
        if not taken:
            return DecisionRows(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint8))
        return DecisionRows(**{name: np.concatenate([block[name] for block in taken]) for name in taken[0]})

    def chosen_by(self, experiment: str, loop: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Positions of the selected records, and which part of the blend chose each; no more of the rows is read."""
        table = decision_rows
        query = sa.select(table.c.positions, table.c.chosen_by).where(self._is(table, experiment=experiment, loop=loop))
        rows = self._connection.execute(query.order_by(table.c.first_row)).all()
        positions = np.frombuffer(b"".join(row.positions for row in rows), _FIELDS["positions"])
        return positions, np.frombuffer(b"".join(row.chosen_by for row in rows), _FIELDS["chosen_by"])


def blend_as_json(blend: Blend) -> dict[str, Any]:
    """A blend as its column holds it."""
    return {
        "mode": blend.mode.name,
        "parts": [[part.strategy, part.weight] for part in blend.parts],
        "keep": blend.keep,
        "random_share": blend.random_share,
        "distinct": blend.distinct,
    }


def blend_of(stored: Mapping[str, Any]) -> Blend:
    """The blend that a column holds."""
    return Blend(
        mode=BlendMode[stored["mode"]],
        parts=tuple(Part(strategy, weight) for strategy, weight in stored["parts"]),
        keep=stored["keep"],
        random_share=stored["random_share"],
        distinct=stored.get("distinct", 0.0),  # older decisions lack it
    )


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(
        loop=row.loop,
        blend=blend_of(row.blend),
        batch_size=row.batch_size,
        seed=int(row.seed),
        policy=row.policy,
        policy_version=row.policy_version,
        reason=row.reason,
        unmet=tuple(
            UnmetStrategy(unmet["strategy"], tuple(unmet["missing_signals"]), unmet["reason"]) for unmet in row.unmet
        ),
        stop=StopAdvice(
            row.stop, row.stop_reason, row.stop_confidence, tuple(StopRule(**rule) for rule in row.stop_rules or ())
        ),
        created=row.created,
        schedule=tuple(row.schedule or ()),
        forecast=None if row.forecast is None else Forecast(**row.forecast),
        retrain=row.retrain,
    )


def _blocks(rows: DecisionRows) -> Iterator[dict[str, Any]]:
    """The rows as table rows of about a megabyte."""
    arrays = {name: getattr(rows, name) for name in _FIELDS}
    row_bytes = sum(array[:1].nbytes for array in arrays.values() if array is not None)
    step = max(1, _BLOCK_BYTES // max(1, row_bytes))
    for first in range(0, len(rows.positions), step):
        block: dict[str, Any] = {
            name: None if array is None else array[first : first + step].astype(_FIELDS[name]).tobytes()
            for name, array in arrays.items()
        }
        length = len(rows.positions[first : first + step])
        yield block | {"first_row": first, "rows": length, "crc32": blob_crc32(*block.values())}


def _parts(row: sa.Row[Any]) -> list[bytes | None]:
    return [getattr(row, name) for name in _FIELDS]


def _array(data: bytes, dtype: str, rows: int) -> NDArray[Any]:
    values = np.frombuffer(data, dtype=dtype)
    return values.reshape(rows, -1) if dtype == "<f4" else values
