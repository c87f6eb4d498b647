"""Import: logged runs of a folder into an engine's database, all of them or none."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.names import check_id
from loopwise.resources import (
    ColumnInfo,
    Decision,
    DecisionRows,
    ExperimentInfo,
    ExperimentState,
    Forecast,
    LabelOutcome,
    LoopInfo,
    StopAdvice,
    StopRule,
    UnmetStrategy,
)
from loopwise.signals import SIGNALS
from loopwise.signals.definitions import ShareLevel
from loopwise.strategies.blend import Blend, BlendMode, Part
from loopwise.wire import add_to_checksum
from loopwise_engine.store import ShadowDecision, Store, Transaction, Upload
from loopwise_training.logs.layout import TABLES, LogsError, experiment_of, path_of, schema_of
from loopwise_training.logs.manifest import Entry, read
from loopwise_training.logs.positions import Positions
from loopwise_training.logs.progress import Steps

_ROWS = 10_000


def import_logs(folder: Path, url: str) -> tuple[str, ...]:
    """Reads an export into a database, which is created if need be; all of it, or nothing.

    Every checksum is looked at before anything is written. An engine on SQLite lets others write once all is there.

    Returns:
        The names of the experiments.

    Raises:
        InvalidInputError, MissingExtraError, StoreError: the database cannot be opened.
        LogsError: the folder holds no whole export, a file is damaged, or one of the experiments is there already.
        RefusedError: STORE_FULL, STORE_BUSY, STORE_DOWN.
    """
    entries = read(folder)
    names = _check_entries(entries)
    with Steps(2 * sum(entry.bytes for entry in entries.values())) as steps:
        for entry in entries.values():
            steps.step(f"checking {entry.path}")
            _check_file(folder, entry)
            steps.step(f"checking {entry.path}", entry.bytes)
        store = Store(url)
        try:
            with store.write() as transaction:
                for name in names:
                    if transaction.experiments.find(name) is not None:
                        raise LogsError(f"there is an experiment {name!r} already; nothing was imported")
                for name in names:
                    _import(transaction, _Files(folder, entries, name, steps))
        finally:
            store.close()
    return names


def _check_entries(entries: Mapping[str, Entry]) -> tuple[str, ...]:
    """The experiments' names; raises LogsError where the manifest is not of one piece."""
    names = {experiment_of(path) for path in entries}
    for name in names:
        try:
            check_id(name)
        except InvalidInputError as error:
            raise LogsError(f"the export is damaged: {error}") from error
    for name in sorted(names):
        for table in TABLES:
            if path_of(table, name) not in entries:
                raise LogsError(f"the export is damaged: the manifest lacks {path_of(table, name)}")
    return tuple(sorted(names))


def _check_file(folder: Path, entry: Entry) -> None:
    schema_of(entry.path)
    try:
        with (folder / entry.path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise LogsError(f"the export is damaged: {entry.path} cannot be read: {error.strerror}") from error
    if digest != entry.sha256:
        raise LogsError(f"the export is damaged: {entry.path} does not match its checksum")


class _Files:
    """The files of one experiment."""

    def __init__(self, folder: Path, entries: Mapping[str, Entry], name: str, steps: Steps) -> None:
        self.name = name
        self._folder = folder
        self._entries = entries
        self._steps = steps

    def has(self, table: str, loop: int) -> bool:
        """Whether there is a file of a loop."""
        return path_of(table, self.name, loop) in self._entries

    def batches(self, table: str, loop: int | None = None, signal: str | None = None) -> Iterator[pa.RecordBatch]:
        """The rows of a file, some at a time."""
        path = path_of(table, self.name, loop, signal)
        if path not in self._entries:
            raise LogsError(f"the export is damaged: the manifest lacks {path}")
        with _faults_of(path), pq.ParquetFile(self._folder / path) as file:
            if not file.schema_arrow.equals(schema_of(path)):
                raise LogsError(f"the export is damaged: {path} has other columns than docs/logged-runs.md says")
            for group in range(file.num_row_groups):
                yield from file.iter_batches(_ROWS if signal is None else 1 << 30, row_groups=[group])
        self._steps.step(path, self._entries[path].bytes)

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table, one at a time."""
        for batch in self.batches(table):
            yield from batch.to_pylist()


@contextmanager
def _faults_of(path: str) -> Iterator[None]:
    """What is wrong with a file's content, in a sentence."""
    try:
        yield
    except (pa.ArrowException, InvalidInputError, KeyError, ValueError, TypeError, OSError) as error:
        raise LogsError(f"the export is damaged: {path}: {error}") from error


def _import(transaction: Transaction, files: _Files) -> None:
    (row,) = files.rows("experiments")
    with _faults_of(path_of("experiments", files.name)):
        named = {"share_level": ShareLevel[row["share_level"].upper()], "state": ExperimentState[row["state"].upper()]}
        info = ExperimentInfo(files.name, **{**row, **named})
    transaction.experiments.insert(info)
    _import_loops(transaction, files)
    _import_columns(transaction, files, info)
    for row in files.rows("decisions"):
        with _faults_of(path_of("decisions", files.name)):
            decision = _decision(row)
        rows = _selected(files, decision)
        if len(rows.positions) != decision.batch_size:
            raise LogsError(f"the export is damaged: loop {decision.loop} of {files.name} lacks selected records")
        transaction.decisions.insert(files.name, decision, rows, row["infer_on"] or b"")
    for row in files.rows("shadows"):
        with _faults_of(path_of("shadows", files.name)):
            own = {name: row[name] for name in ("loop", "version", "batch_size", "reason", "created")}
            shadow = ShadowDecision(blend=_blend(row), **own)
        transaction.shadows.insert(files.name, shadow)
    for batch in files.batches("outcomes"):
        by_loop: dict[int, list[LabelOutcome]] = {}
        for row in batch.to_pylist():
            by_loop.setdefault(row.pop("loop"), []).append(LabelOutcome(**row))
        for loop, outcomes in by_loop.items():
            transaction.outcomes.save(files.name, loop, outcomes)


def _import_loops(transaction: Transaction, files: _Files) -> None:
    metrics, features = (_by_loop(files.rows(table)) for table in ("metrics", "features"))
    masks = groupby(files.rows("coverages"), key=lambda row: row["loop"])
    ahead = next(masks, None)
    for row in files.rows("loops"):
        loop, coverages = row["loop"], ()
        if ahead is not None and ahead[0] == loop:
            coverages = tuple(one["mask"] for one in ahead[1])
            ahead = next(masks, None)
        transaction.loops.insert(
            files.name,
            LoopInfo(
                loop,
                row["labeled_count"],
                row["abstained_count"],
                metrics.get(loop, {}),
                coverages=coverages,
                created=row["created"],
            ),
        )
        transaction.loops.add_features(files.name, loop, features.get(loop, {}))


def _by_loop(rows: Iterable[dict[str, Any]]) -> dict[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["loop"], {})[row["name"]] = row["value"]
    return found


def _import_columns(transaction: Transaction, files: _Files, info: ExperimentInfo) -> None:
    aged_out: list[tuple[int, str]] = []
    for loop, rows in groupby(files.rows("columns"), key=lambda row: row["loop"]):
        committed = []
        for row in rows:
            lengths = row.pop("chunk_rows")
            row.pop("loop")
            column = ColumnInfo(**row)
            path = path_of("signals", files.name, loop, column.signal)
            with _faults_of(path):
                _import_column(transaction, files, info, loop, column, lengths)
            committed.append(column)
            if not lengths:
                aged_out.append((loop, column.signal))
        transaction.columns.commit(files.name, loop, committed)
    transaction.columns.age_out(files.name, aged_out)


def _import_column(
    transaction: Transaction, files: _Files, info: ExperimentInfo, loop: int, column: ColumnInfo, lengths: Sequence[int]
) -> None:
    """The column, cut into the chunks that it was, which must give its checksum; none where it has aged out."""
    signal = SIGNALS[column.signal]
    if not lengths:
        known = Upload(column.signal, column.dtype, column.width, column.checksum, column.rows, column.checksum)
        transaction.columns.start(files.name, loop, known)
        return
    covered = Positions(transaction, info, loop, column)
    upload = Upload(column.signal, column.dtype, column.width, column.checksum)
    transaction.columns.start(files.name, loop, upload)
    source = _Cutter(files.batches("signals", loop, column.signal), column)
    for length in lengths:
        rows, values = source.take(length)
        if not np.array_equal(rows, covered.take(length)):
            raise ValueError("its positions are not those that its coverage names")
        travelled = values[:, 0] if not (signal.per_class or signal.vector) else values
        if fault := signal.check(travelled, info.classes):
            raise ValueError(f"row {upload.rows + fault[0]} {fault[1]}")
        crc32 = zlib.crc32(values.data)
        upload = replace(upload, rows=upload.rows + length, running=add_to_checksum(upload.running, crc32))
        transaction.columns.append(files.name, loop, upload, values, crc32)
    if (upload.rows, upload.running) != (column.rows, column.checksum) or source.has_more():
        raise ValueError("its values are not those that its column's checksum names")


class _Cutter:
    """Rows of batches, as many at a time as are asked for: positions, and values as they travelled."""

    def __init__(self, batches: Iterator[pa.RecordBatch], column: ColumnInfo) -> None:
        self._batches = batches
        self._column = column
        self._positions = np.empty(0, np.int32)
        self._values = np.empty((0, column.width), column.dtype)

    def take(self, count: int) -> tuple[NDArray[Any], NDArray[Any]]:
        """The next rows."""
        while len(self._positions) < count and self._more():
            pass
        if len(self._positions) < count:
            raise ValueError("it has too few rows")
        taken = self._positions[:count], np.ascontiguousarray(self._values[:count])
        self._positions, self._values = self._positions[count:], self._values[count:]
        return taken

    def has_more(self) -> bool:
        """Whether rows are left."""
        return len(self._positions) > 0 or self._more()

    def _more(self) -> bool:
        batch = next(self._batches, None)
        if batch is None:
            return False
        values = batch.column("value")
        flat = values.flatten() if pa.types.is_list(values.type) else values
        rows = flat.to_numpy(zero_copy_only=False).reshape(len(values), self._column.width)
        self._positions = np.concatenate([self._positions, batch.column("position").to_numpy()])
        self._values = np.concatenate([self._values, rows.astype(self._column.dtype)])
        return True


def _blend(row: Mapping[str, Any]) -> Blend:
    return Blend(
        mode=BlendMode[row["mode"].upper()],
        parts=tuple(Part(strategy, weight) for strategy, weight in zip(row["strategies"], row["weights"], strict=True)),
        keep=row["keep"],
        random_share=row["random_share"],
        distinct=row["distinct"],
    )


def _decision(row: Mapping[str, Any]) -> Decision:
    return Decision(
        loop=row["loop"],
        blend=_blend(row),
        batch_size=row["batch_size"],
        seed=row["seed"],
        policy=row["policy"],
        policy_version=row["policy_version"],
        reason=row["reason"],
        unmet=tuple(
            UnmetStrategy(one["strategy"], tuple(one["missing_signals"]), one["reason"]) for one in row["unmet"]
        ),
        stop=StopAdvice(
            row["stop"],
            row["stop_reason"],
            row["stop_confidence"],
            tuple(StopRule(**rule) for rule in row["stop_rules"]),
        ),
        created=row["created"],
        schedule=tuple(row["schedule"]),
        forecast=None if row["forecast"] is None else Forecast(**row["forecast"]),
        retrain=row["retrain"],
    )


def _selected(files: _Files, decision: Decision) -> DecisionRows:
    """A decision's selected records: as many as fitted the memory when it was made."""
    batches = list(files.batches("selected", decision.loop)) if decision.batch_size else []
    if not batches:
        return DecisionRows(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint8))
    table = pa.Table.from_batches(batches)
    shares, predicted = (table.column(name).combine_chunks() for name in ("probabilities", "predicted_class"))
    return DecisionRows(
        positions=table.column("position").to_numpy().astype(np.int64),
        propensities=table.column("propensity").to_numpy(),
        chosen_by=table.column("chosen_by").to_numpy(),
        probabilities=None if shares.null_count else shares.flatten().to_numpy().reshape(len(shares), -1),
        predicted_class=None if predicted.null_count else predicted.to_numpy(),
    )
