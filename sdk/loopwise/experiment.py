"""An experiment in the user's own training code: ask, tell, report; resumable after a crash at any point."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise import inputs
from loopwise.batch import Batch, History
from loopwise.checks import check_text
from loopwise.errors import EngineError, InvalidInputError, JournalError, OutOfOrderError
from loopwise.inputs import ClassLabels
from loopwise.journal import Journal
from loopwise.label_features import label_features
from loopwise.limits import MAX_OUTCOMES
from loopwise.outcomes import Picks
from loopwise.pool import Ids, PoolIds
from loopwise.privacy import Ledger, Projection
from loopwise.progress import Progress, Told
from loopwise.report import ModelClasses, Reported, columns_of_model, columns_to_send, sketch_column
from loopwise.resources import ColumnInfo, Decision, DecisionRows, ExperimentInfo, ExperimentState, LoopInfo
from loopwise.rpc import Rpc
from loopwise.signals.catalogue import SIGNALS
from loopwise.signals.columns import Column
from loopwise.signals.definitions import ShareLevel
from loopwise.strategies.blend import Blend
from loopwise.strategies.registry import strategies
from loopwise.timeseries import signal_array
from loopwise.wire import column_checksum

_NO_PICKS = Picks(DecisionRows(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint8)))


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
        embeddings: NDArray[Any] | None,
    ) -> None:
        self._rpc = rpc.counting(self._count)
        self._journal = journal
        self._pool = pool
        self._info = info
        self._classes = None if journal.header.classes is None else ClassLabels(journal.header.classes)
        self._embeddings = embeddings
        self._unsent_embeddings = embeddings
        self._projection = Projection(bytes.fromhex(journal.header.secret))
        self._progress = Progress(journal, pool, info.uid)
        self._decision: Decision | None = None
        self._picks: Picks | None = None
        self._inference: tuple[int, bytes] | None = None  # the latest decision's loop and its advice
        self._doubt: LoopInfo | None = None  # reported, but no answer came
        self._arrived: LoopInfo | None = None  # as it turned out, it had arrived; made again, it is the same
        self._resumed = True
        told, known = sum(self._progress.counts), info.labeled_count + info.abstained_count
        if told < known:
            raise JournalError(
                f"the engine knows the labels of {known} records of {self.name!r}, the journal {journal.path} those of "
                f"{told}: labels live only there; bring it back, or delete the experiment"
            )
        if self._progress.acknowledged_counts() != (info.labeled_count, info.abstained_count):
            self._progress.forget_acknowledgements()  # an older copy of its database, or a lost answer
        if self._progress.sketched_loop >= info.loop_count:
            self._progress.sketched = None

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
    def infer_on(self) -> Ids:
        """Ids of the records that the next `report` should be about, in the pool's order.

        All of `unlabeled`, unless the experiment has an `inference_share`: then those of them at which, by the latest
        decision, the model should look: `ids = experiment.infer_on`, `experiment.report(predict(X[ids]), ids=ids)`.

        Raises:
            EngineError: the engine did not answer.
        """
        positions = self._progress.open_positions()
        decision = None if self._info.inference_share in (None, 1) else self._latest_decision()
        if decision is None:
            return self._pool.ids[positions]
        if self._inference is None or self._inference[0] != decision.loop:
            self._inference = decision.loop, self._rpc.get_inference(self.name, decision.loop)
        mask = np.unpackbits(np.frombuffer(self._inference[1], np.uint8), bitorder="little").astype(np.bool_)
        advised = positions[mask[positions]] if len(mask) else positions
        return self._pool.ids[advised if len(advised) else positions]

    @property
    def retrain(self) -> bool:
        """Whether the next model should be fitted from scratch; False: it may go on from the last one's weights.

        True as soon as there are a quarter more labels than at the last fit that was to be from scratch. A model that
        has not seen all classes that were told since must be fitted from scratch all the same.

        Raises:
            EngineError: the engine did not answer.
        """
        decision = self._latest_decision()
        return decision is None or decision.retrain

    @property
    def abstained(self) -> Ids:
        """Ids of the records that annotators gave no label for, in the pool's order."""
        return self._pool.ids[self._progress.abstained]

    @property
    def blend(self) -> Blend | None:
        """How the latest batch was chosen; None before the first."""
        decision = self._latest_decision()
        return decision.blend if decision else None

    @property
    def ledger(self) -> Ledger:
        """Bytes of every request that the engine answered, by loop and by what it was."""
        return self._progress.ledger

    @property
    def history(self) -> History:
        """All loops so far, oldest first."""
        sent = self.ledger.by_loop()
        return History.of(self._rpc.list_loops(self.name), self._rpc.list_decisions(self.name), sent)

    def signal(self, name: str) -> NDArray[Any]:
        """The history of one signal: a value for every loop and every record of the pool.

        What a loop reported stands for itself; else the signal is derived from what that loop reported, e.g. margin
        from probabilities. Nothing of other signals is read, and the memory is that of the array.

        Args:
            name: as `loopwise.signals.SIGNALS` lists them.

        Returns:
            (loops, pool), row n for loop n, columns in the pool's order; for a signal that is a row of values per
            record, e.g. probabilities, (loops, pool, width). float32 (float64 for whole numbers), NaN where a loop has
            no value for a record: what was labeled then, or what was not looked at.

        Raises:
            InvalidInputError: there is no such signal, or its width has changed between loops.
            EngineError: the engine did not answer.
        """
        if name not in SIGNALS:
            raise InvalidInputError(f"there is no signal {name!r}; signals are {', '.join(sorted(SIGNALS))}")
        info = self._rpc.get_experiment(self.name)
        parts = self._rpc.list_signal_history(self.name, name)
        return signal_array(SIGNALS[name], parts, info.loop_count, len(self._pool), info.classes)

    # The loop

    def ask(self) -> Batch:
        """What to label next, and why; false when it is time to stop.

        Asked again before `tell`, it returns the same batch; after a part was told, the rest of it.

        Raises:
            OutOfOrderError: nothing of the batch is left to label, but no `report` has come since.
            EngineError: the engine refused, or did not answer; call again.
        """
        self._journal.check_open()
        self._settle_doubt()
        self._send_labels()
        if self._info.loop_count == 0:
            self._report_loop({}, {})
        decision, rows = self._decide()
        if decision.stop.stop and self._rpc.get_experiment(self.name).state is ExperimentState.ACTIVE:
            decision, rows = self._decide_anew()  # the budget has grown since
        closed = self._progress.labeled | self._progress.abstained
        if closed.all() and not decision.stop.stop:
            decision, rows = self._decide_anew()  # let the engine say that the pool is exhausted
        positions = rows.positions[~closed[rows.positions]]
        if len(positions) == 0 and not decision.stop.stop and not self._resumed:
            raise OutOfOrderError(
                f"nothing of loop {decision.loop}'s batch is left to label; fit the model and call report() before "
                "asking again (without arguments it opens the next loop with what is known)"
            )
        propensities = rows.propensities[~closed[rows.positions]]
        return Batch(self._pool.ids[positions], positions, propensities, decision)

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
        ids = records.ids if isinstance(records, Batch) else records
        positions = self._pool.positions(ids)
        told = inputs.as_labels(labels, self._pool.ids[positions], self._classes)
        costs = inputs.as_amounts(cost, "cost", len(told))
        times = inputs.as_amounts(seconds, "seconds", len(told))
        if not isinstance(annotator, str):
            raise InvalidInputError(f"the annotator must be a string; {annotator!r} was given")
        check_text("the annotator", annotator, empty=True)
        loop = records.loop if isinstance(records, Batch) else max(0, self._info.loop_count - 1)
        rows = zip(positions.tolist(), told, costs, times, strict=True)
        said = [(position, Told(label, loop, paid, took, annotator)) for position, label, paid, took in rows]
        news = [(position, one) for position, one in said if self._progress.is_news(position, one)]
        if news:
            self._progress.tell(news)
        self._resumed = False
        self._send_labels()

    def report(
        self,
        probabilities: object = None,
        *,
        committee: object = None,
        signals: Mapping[str, Any] | None = None,
        ids: object = None,
        labeled: bool = False,
        classes: object = None,
        embeddings: object = None,
        metrics: Mapping[str, Any] | None = None,
    ) -> None:
        """Reports what the newly fitted model knows of the unlabeled records; opens the next loop.

        Whatever is given per record has one row per record of `unlabeled` in that order, or of `ids`, or of the whole
        pool. NumPy, pandas, or anything with `__array__`, e.g. a tensor on the CPU.

        Args:
            probabilities: (n, classes).
            committee: (members, n, classes), probabilities of an ensemble or of passes with dropout; their mean, if
                there are no other probabilities, and how far they disagree is what is reported, and they themselves
                where the experiment's strategy is `batch_bald`.
            signals: further signals by name, e.g. {"loss": losses}; `loopwise.signals` defines them and derives many.
                Those above the experiment's share level stay at home; so does the committee itself.
            ids: the unlabeled records that were looked at, when not all; only these can be chosen next.
            labeled: whether of rows for the whole pool those of labeled records leave too. A few strategies compare
                with them (`cal`, `cvirs`, greedy sampling); but what a model predicts of a record that it was fitted to
                nearly tells its label, so by default they stay home.
            classes: labels of the columns, e.g. `model.classes_`, where the model has not seen all classes yet. Without
                it, as many columns as classes were told so far are these, sorted, as scikit-learn's models have them.
            embeddings: (n, features); without those of labeled records, no strategy can keep away from them. What
                leaves is a random projection, if the share level allows it at all.
            metrics: finite numbers by name, e.g. {"accuracy": 0.91}.

        Raises:
            InvalidInputError: names the first offending row; nothing was sent.
            EngineError: the engine refused, or did not answer; call again.
        """
        self._journal.check_open()
        numbers = inputs.as_metrics(metrics)
        if classes is not None and probabilities is None and committee is None:
            raise InvalidInputError("classes= says what the columns of probabilities are for; none were given")
        about = self._reported(ids, labeled)
        model = ModelClasses(self._classes, self._info.classes, self._progress.labels(), classes)
        followed = strategies().get(self._info.strategy or "")  # one of the engine's own may not be known here
        members = followed is not None and "members" in followed.needs
        known = columns_of_model(about, model, probabilities, committee, signals, members=members)
        if embeddings is not None:
            known["sketch"] = sketch_column(embeddings, about, self._projection)
        self._settle_doubt()
        self._send_labels()
        self._report_loop(known, numbers, is_own=True)
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

    def _reported(self, ids: object, labeled: bool) -> Reported:
        if ids is None:
            return Reported(self._pool.ids, self._progress.open_positions(), labeled=labeled)
        given = self._pool.positions(ids)
        closed = np.flatnonzero((self._progress.labeled | self._progress.abstained)[given])
        if len(closed):
            row = int(closed[0])
            what = "labeled already" if self._progress.labeled[given[row]] else "abstained from"
            raise InvalidInputError(f"the id {self._pool.ids[given[row]].item()!r} (row {row}) is {what}")
        order = np.argsort(given, kind="stable")
        return Reported(self._pool.ids, given[order], order, labeled)

    def _decide(self) -> tuple[Decision, DecisionRows]:
        loop = self._info.loop_count - 1
        if self._decision is None or self._decision.loop != loop or self._picks is None:
            decision = self._rpc.decide(self.name, loop)
            self._picks = Picks(self._rpc.list_decision_rows(self.name, loop))
            self._decision = decision
        return self._decision, self._picks.rows

    def _latest_decision(self) -> Decision | None:
        if self._decision is None and (decisions := self._rpc.list_decisions(self.name)):
            return decisions[-1]
        return self._decision

    def _decide_anew(self) -> tuple[Decision, DecisionRows]:
        self._report_loop({}, {})
        return self._decide()

    def _picks_of(self, loop: int) -> Picks | None:
        """What was picked in a loop; None where nothing was."""
        if self._decision is not None and self._decision.loop == loop:
            return self._picks
        try:
            return Picks(self._rpc.list_decision_rows(self.name, loop))
        except EngineError as error:
            if error.code == "NOT_FOUND":
                return None
            raise

    def _send_labels(self) -> None:
        positions = self._progress.unsent()
        if positions:
            self._settle_doubt()
        if positions and self._info.loop_count == 0:
            self._report_loop({}, {})
        by_loop: dict[int, list[int]] = defaultdict(list)
        for position in positions:
            by_loop[min(self._progress.told[position].loop, self._info.loop_count - 1)].append(position)
        for loop, group in sorted(by_loop.items()):
            picks = self._picks_of(loop) or _NO_PICKS
            outcomes = [picks.outcome(position, self._progress.told[position], self._classes) for position in group]
            for start in range(0, len(outcomes), MAX_OUTCOMES):
                part = outcomes[start : start + MAX_OUTCOMES]
                self._rpc.report_labels(self.name, loop, self._info.pool_fingerprint, part)
        if positions:
            self._progress.acknowledge()

    def _report_loop(self, known: dict[str, Column], metrics: dict[str, float], *, is_own: bool = False) -> None:
        """Opens the next loop; a user's own report, unless it is the very one that has arrived before."""
        if self._unsent_embeddings is not None and "sketch" not in known:
            sketch = self._projection.sketch(self._unsent_embeddings)
            if column_checksum(sketch) != self._progress.sketched:
                known = {**known, "sketch": Column(sketch)}
        # Labels come after loop 0; a new engine behind an old journal knows none of them yet.
        labeled, abstained = (0, 0) if self._progress.unsent() else self._progress.counts
        columns, coverages = columns_to_send(known, len(self._pool), self._info.share_level)
        loop = LoopInfo(
            self._info.loop_count,
            labeled,
            abstained,
            metrics,
            columns=tuple(column for column, _ in columns),
            coverages=coverages,
            label_features=self._label_features() if labeled else {},
        )
        arrived, self._arrived = self._arrived if is_own else None, None
        if arrived is None or not _is_same(loop, arrived) or loop.coverages != arrived.coverages:
            self._doubt = loop
            try:
                self._send_loop(loop, columns)
            except EngineError as error:
                if error.reason != "COLUMN_INCOMPLETE":
                    raise
                self._send_loop(loop, columns)  # the database went down with chunks that it had not written yet
            self._doubt = None
            self._info = replace(self._info, loop_count=loop.number + 1)
        self._unsent_embeddings = None
        if "sketch" in known:
            self._progress.mark_sketched(column_checksum(known["sketch"].values), self._info.loop_count - 1)
        if "probabilities" in known:
            self._info = replace(self._info, classes=known["probabilities"].values.shape[1])

    def _send_loop(self, loop: LoopInfo, columns: Sequence[tuple[ColumnInfo, NDArray[Any]]]) -> None:
        for column, values in columns:
            self._rpc.put_column(self.name, loop.number, column.signal, values, column.checksum)
        self._rpc.report_loop(self.name, self._info.pool_fingerprint, loop)

    def _label_features(self) -> dict[str, float]:
        """What the labels say as a whole, where they are classes that are known.

        Only where probabilities may leave: beside these a label's loss tells which one it is, so that nothing is added;
        at the share level below, counts after every batch would say what nothing else does.
        """
        if self._info.share_level < ShareLevel.PROBABILITIES:
            return {}
        labeled = np.flatnonzero(self._progress.labeled)
        labels = [self._progress.told[position].label for position in labeled.tolist()]
        if self._classes is None or not all(label in self._classes for label in labels):
            return {}
        columns = np.array([self._classes.column(label) for label in labels], np.int64)
        return label_features(columns, len(self._classes), self._embeddings, labeled)

    def _settle_doubt(self) -> None:
        """Finds out whether the report whose answer was lost has arrived."""
        if self._doubt is None:
            return
        reported = self._doubt
        info = self._rpc.get_experiment(self.name)
        arrived = info.loop_count == reported.number + 1 and _is_same(self._rpc.list_loops(self.name)[-1], reported)
        if info.loop_count > reported.number and not arrived:
            raise OutOfOrderError(
                f"another process has reported loop {info.loop_count - 1} of {self.name!r}; open the experiment again"
            )
        self._doubt = None
        self._info = info
        self._arrived = reported if arrived else None

    def _count(self, what: str, loop: int | None, size: int) -> None:
        self._progress.count_bytes(max(0, self._info.loop_count - 1) if loop is None else loop, what, size)


def _is_same(one: LoopInfo, other: LoopInfo) -> bool:
    """Whether two reports say the same, whatever the loop's number."""
    return (one.labeled_count, one.abstained_count, dict(one.metrics), set(one.columns)) == (
        other.labeled_count,
        other.abstained_count,
        dict(other.metrics),
        set(other.columns),
    )
