"""An experiment in the user's own training code: ask, tell, report; resumable after a crash at any point."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise import inputs
from loopwise.batch import Batch, History, LoopRecord
from loopwise.errors import EngineError, InvalidInputError, JournalError, OutOfOrderError
from loopwise.inputs import Label
from loopwise.journal import Journal
from loopwise.limits import MAX_OUTCOMES, MAX_TEXT
from loopwise.pool import Ids, PoolIds, Positions
from loopwise.privacy import Ledger, Projection, columns_to_share
from loopwise.progress import Progress
from loopwise.resources import (
    ColumnInfo,
    Decision,
    DecisionRows,
    ExperimentInfo,
    ExperimentState,
    LabelOutcome,
    LoopInfo,
)
from loopwise.rpc import Rpc
from loopwise.signals.columns import Column, SignalSet
from loopwise.strategies.blend import Blend


class Experiment:
    """One pool, one model, one label budget. Made by `Engine.experiment`.

    Labels are in the journal, on the disk, before anything is sent; the engine gets positions and outcomes. The loop is
    ask, tell, fit, report; a script that was killed anywhere in it goes on where it was when it is run again.
    """

    def __init__(
        self,
        rpc: Rpc,
        journal: Journal,
        pool: PoolIds,
        info: ExperimentInfo,
        *,
        class_labels: list[Label] | None,
        embeddings: NDArray[Any] | None,
    ) -> None:
        self._rpc = rpc.counting(self._count)
        self._journal = journal
        self._pool = pool
        self._info = info
        self._class_labels = class_labels
        self._embeddings = embeddings
        self._projection = Projection(bytes.fromhex(journal.header.secret))
        self._progress = Progress(journal, pool, info.uid)
        self._decision: Decision | None = None
        self._rows: DecisionRows | None = None
        self._row_of: dict[int, int] = {}
        self._resumed = True
        labeled, _ = self._progress.counts
        if labeled < info.labeled_count:
            raise JournalError(
                f"the engine knows {info.labeled_count} labels of {self.name!r}, the journal {journal.path} has "
                f"{labeled}: labels live only there; bring it back, or delete the experiment"
            )

    # What a user reads

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self._info.id

    @property
    def labeled(self) -> Ids:
        """Ids of the labeled records, in the pool's order."""
        return self._pool.ids[self._progress.labeled]

    @property
    def labels(self) -> NDArray[Any]:
        """Their labels, in the same order."""
        return self._progress.labels()

    @property
    def unlabeled(self) -> Ids:
        """Ids of the records that may still be chosen: neither labeled nor abstained from. In the pool's order."""
        return self._pool.ids[self._progress.open_positions()]

    @property
    def abstained(self) -> Ids:
        """Ids of the records that annotators gave no label for, in the pool's order."""
        return self._pool.ids[self._progress.abstained]

    @property
    def blend(self) -> Blend | None:
        """How the latest batch was chosen; None before the first."""
        if self._decision is None and (decisions := self._rpc.list_decisions(self.name)):
            return decisions[-1].blend
        return self._decision.blend if self._decision else None

    @property
    def ledger(self) -> Ledger:
        """Every byte that was sent to the engine."""
        return self._progress.ledger

    @property
    def history(self) -> History:
        """All loops so far, oldest first."""
        sent = self.ledger.by_loop()
        decisions = {decision.loop: decision for decision in self._rpc.list_decisions(self.name)}
        return History(
            LoopRecord.of(loop, decisions.get(loop.number), sent.get(loop.number, 0))
            for loop in self._rpc.list_loops(self.name)
        )

    # The loop

    def ask(self) -> Batch:
        """What to label next, and why; false when it is time to stop.

        Asked again before `tell`, it returns the same batch; after a part was told, the rest of it.

        Raises:
            OutOfOrderError: the batch is labeled, but no `report` has come since.
            EngineError: the engine refused, or did not answer.
        """
        self._send_labels()
        if self._info.loop_count == 0:
            self._report_loop({}, {})
        decision, rows = self._decide()
        if decision.stop.stop and self._rpc.get_experiment(self.name).state is ExperimentState.ACTIVE:
            self._report_loop({}, {})  # the budget has grown since
            decision, rows = self._decide()
        is_open = ~(self._progress.labeled | self._progress.abstained)[rows.positions]
        if not is_open.any() and not decision.stop.stop and not self._resumed:
            raise OutOfOrderError(
                f"the batch of loop {decision.loop} is labeled; fit the model and call report() before asking again"
            )
        self._resumed = False
        positions = rows.positions[is_open]
        return Batch(self._pool.ids[positions], positions, rows.propensities[is_open], decision)

    def tell(
        self, records: object, labels: object, *, cost: object = None, seconds: object = None, annotator: str = ""
    ) -> None:
        """Takes labels in: for any records of the pool, a batch or a part of it, in any order.

        Labels stay at home, in the journal. A record told again gets the new label.

        Args:
            records: a batch, or ids.
            labels: one per record: number, string, or list of these; None where the annotator abstained.
            cost: of each label, in your own unit; one number for all, or one per record.
            seconds: that each label took; likewise.
            annotator: who labeled.

        Raises:
            InvalidInputError: unknown or repeated ids, not one label per record, a label that is none of the classes;
                nothing was kept or sent.
            EngineUnavailableError: the labels are in the journal, and will be sent with the next call.
        """
        positions = self._pool.positions(records.ids if isinstance(records, Batch) else records)
        told = inputs.as_labels(labels, len(positions), self._class_labels)
        costs = inputs.as_amounts(cost, "cost", len(told))
        times = inputs.as_amounts(seconds, "seconds", len(told))
        if not isinstance(annotator, str) or len(annotator) > MAX_TEXT:
            raise InvalidInputError(f"the annotator must be a string of at most {MAX_TEXT} characters")
        news = [row for row, label in enumerate(told) if self._progress.is_news(int(positions[row]), label)]
        self._resumed = False
        if news:
            self._recall()
            outcomes = [self._outcome(int(positions[row]), told[row]) for row in news]
            for outcome, row in zip(outcomes, news, strict=True):
                extras = {"cost": costs[row], "seconds": times[row], "annotator": annotator or None}
                outcome.update({name: value for name, value in extras.items() if value is not None})
            self._progress.tell(
                {
                    "loop": max(0, self._info.loop_count - 1),
                    "ids": self._pool.ids[positions[news]].tolist(),
                    "labels": [told[row] for row in news],
                    "outcomes": outcomes,
                }
            )
        self._send_labels()

    def report(
        self,
        probabilities: object = None,
        *,
        ids: object = None,
        classes: object = None,
        embeddings: object = None,
        metrics: Mapping[str, Any] | None = None,
    ) -> None:
        """Reports what the newly fitted model knows of the unlabeled records; opens the next loop.

        Args:
            probabilities: (n, classes), one row per record of `unlabeled` in that order, or of `ids`. NumPy, pandas, or
                anything with `__array__`, e.g. a tensor on the CPU.
            ids: the unlabeled records that were looked at, when not all; only these can be chosen next.
            classes: labels of the columns, e.g. `model.classes_`, where the model has not seen all classes yet.
            embeddings: (pool, features) for the whole pool, or (n, features) for the reported records. What leaves is a
                random projection, if the share level allows it at all.
            metrics: finite numbers by name, e.g. {"accuracy": 0.91}.

        Raises:
            InvalidInputError: names the first offending row; nothing was sent.
            EngineError: the engine refused, or did not answer; call again.
        """
        numbers = inputs.as_metrics(metrics)
        positions, order = (self._progress.open_positions(), None) if ids is None else self._reported(ids)
        known: dict[str, Column] = {}
        if probabilities is not None:
            columns = None if classes is None else inputs.class_columns(classes, self._class_labels)
            P = inputs.as_probabilities(probabilities, len(positions), self._info.classes, columns)
            known["probabilities"] = Column(P if order is None else P[order], positions)
        elif classes is not None:
            raise InvalidInputError("classes= says what the columns of probabilities are for; none were given")
        if embeddings is not None:
            known["sketch"] = self._sketch(np.asarray(embeddings), positions, order)
        self._send_labels()
        self._report_loop(known, numbers)
        self._resumed = False

    def close(self) -> None:
        """Releases the journal; the engine stays open."""
        self._journal.close()

    def __enter__(self) -> Experiment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"Experiment({self.name!r}, pool={len(self._pool)}, labeled={self._progress.counts[0]}, "
            f"budget={self._info.label_budget}, loops={self._info.loop_count})"
        )

    # How it is done

    def _reported(self, ids: object) -> tuple[Positions, NDArray[np.int64]]:
        """Positions in ascending order, and the order that brings the user's rows there."""
        given = self._pool.positions(ids)
        closed = np.flatnonzero((self._progress.labeled | self._progress.abstained)[given])
        if len(closed):
            row = int(closed[0])
            what = "labeled already" if self._progress.labeled[given[row]] else "abstained from"
            raise InvalidInputError(f"the id {self._pool.ids[given[row]].item()!r} (row {row}) is {what}")
        order = np.argsort(given, kind="stable")
        return given[order], order

    def _sketch(self, embeddings: NDArray[Any], positions: Positions, order: NDArray[np.int64] | None) -> Column:
        if embeddings.shape[:1] == (len(self._pool),):
            return Column(self._projection.sketch(inputs.as_embeddings(embeddings, len(self._pool))))
        sketch = self._projection.sketch(inputs.as_embeddings(embeddings, len(positions)))
        return Column(sketch if order is None else sketch[order], positions)

    def _outcome(self, position: int, label: Label) -> dict[str, Any]:
        """What training may later need to know of a label: was the model right, and how surprised was it."""
        if label is None:
            return {"abstained": True}
        outcome: dict[str, Any] = {}
        row = self._row_of.get(position)
        if row is not None and self._rows is not None and self._class_labels is not None:
            index = self._class_labels.index(label)
            if self._rows.predicted_class is not None and self._rows.predicted_class[row] >= 0:
                outcome["correct"] = bool(self._rows.predicted_class[row] == index)
            if self._rows.probabilities is not None and math.isfinite(self._rows.probabilities[row, index]):
                chance = max(float(self._rows.probabilities[row, index]), float(np.finfo(np.float32).tiny))
                outcome["loss"] = -math.log(chance)
        return outcome

    def _decide(self) -> tuple[Decision, DecisionRows]:
        loop = self._info.loop_count - 1
        if self._decision is None or self._decision.loop != loop or self._rows is None:
            decision = self._rpc.decide(self.name, loop)
            self._rows = self._rpc.list_decision_rows(self.name, loop)
            self._row_of = {position: row for row, position in enumerate(self._rows.positions.tolist())}
            self._decision = decision
        return self._decision, self._rows

    def _recall(self) -> None:
        """Brings back the decision that labels may answer, in a process that has not asked for it."""
        if self._rows is None and self._info.loop_count > 0:
            try:
                self._rpc.get_decision(self.name, self._info.loop_count - 1)
            except EngineError as error:
                if error.code != "NOT_FOUND":
                    raise
            else:
                self._decide()

    def _report_loop(self, known: dict[str, Column], metrics: dict[str, float]) -> None:
        if self._embeddings is not None and not self._progress.sketched and "sketch" not in known:
            known = {**known, "sketch": Column(self._projection.sketch(self._embeddings))}
        loop = self._info.loop_count
        # Labels come after loop 0; a new engine behind an old journal knows none of them yet.
        labeled, abstained = (0, 0) if self._progress.unsent else self._progress.counts
        columns, coverages = self._upload(loop, SignalSet(known, len(self._pool)))
        self._rpc.report_loop(
            self.name,
            self._info.pool_fingerprint,
            LoopInfo(loop, labeled, abstained, metrics, columns=columns, coverages=coverages),
        )
        if "sketch" in known:
            self._progress.mark_sketched()
        classes = known["probabilities"].values.shape[1] if "probabilities" in known else self._info.classes
        self._info = replace(self._info, loop_count=loop + 1, classes=classes)

    def _upload(self, loop: int, signals: SignalSet) -> tuple[tuple[ColumnInfo, ...], tuple[bytes, ...]]:
        """Sends the columns that may leave; returns what they are, and the masks of the records that they cover."""
        columns: list[ColumnInfo] = []
        coverages: list[bytes] = []
        for signal in columns_to_share(signals, self._info.share_level):
            column = signals.column(signal)
            coverage = 0
            if column.positions is not None and len(column.positions) < len(self._pool):
                mask = np.zeros(len(self._pool), dtype=bool)
                mask[column.positions] = True
                packed = np.packbits(mask, bitorder="little").tobytes()
                coverages += [] if packed in coverages else [packed]
                coverage = coverages.index(packed) + 1
            checksum = self._rpc.put_column(self.name, loop, signal, column.values)
            width = 1 if column.values.ndim == 1 else column.values.shape[1]
            columns.append(ColumnInfo(signal, column.values.dtype.str, len(column.values), width, checksum, coverage))
        return tuple(columns), tuple(coverages)

    def _send_labels(self) -> None:
        if self._progress.unsent and self._info.loop_count == 0:
            self._report_loop({}, {})
        while self._progress.unsent:
            entry = self._progress.unsent[0]
            loop = min(entry["loop"], self._info.loop_count - 1)
            outcomes = [
                LabelOutcome(position, **outcome)
                for position, outcome in zip(
                    self._pool.positions(entry["ids"]).tolist(), entry["outcomes"], strict=True
                )
            ]
            for start in range(0, len(outcomes), MAX_OUTCOMES):
                part = outcomes[start : start + MAX_OUTCOMES]
                self._rpc.report_labels(self.name, loop, self._info.pool_fingerprint, part)
            self._progress.acknowledge()

    def _count(self, what: str, loop: int | None, size: int) -> None:
        self._progress.count_bytes(max(0, self._info.loop_count - 1) if loop is None else loop, what, size)
