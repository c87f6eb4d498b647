"""Export: an engine's experiments as Parquet files, a chunk of a column at a time."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from loopwise.limits import CHUNK_BYTES
from loopwise.resources import ColumnInfo, Decision, DecisionRows, ExperimentInfo
from loopwise.signals import SIGNALS
from loopwise_engine.store import Store, Transaction
from loopwise_engine.store.database import open_database
from loopwise_training.logs.layout import (
    SELECTED,
    TABLES,
    LogsError,
    experiment_of,
    path_of,
    signal_schema,
    value_dtype,
)
from loopwise_training.logs.manifest import Entry, Manifest, temporary
from loopwise_training.logs.positions import Positions
from loopwise_training.logs.progress import Steps
from loopwise_training.logs.rows import ROWS, loops_of

_PAGE = 100
"""Experiments that are read at once."""

_ROWS_BYTES = 1 << 20


@dataclass(frozen=True)
class Exported:
    """What an export came to.

    Attributes:
        experiments: their names.
        written: files that were written now.
        kept: files of an earlier export that were good.
        opted_out: names of experiments that may not be exported.
        aged_out: columns whose values are neither in the database any more nor in a file of an earlier export.
    """

    experiments: tuple[str, ...]
    written: int
    kept: int
    opted_out: tuple[str, ...]
    aged_out: int


@dataclass(frozen=True)
class _File:
    """A file to be: its path and columns, what names its content, and its rows, made when they are asked for.

    Where `aged_out` is set, there is nothing any more to make rows from: the file is there already, or will never be.
    """

    path: str
    schema: pa.Schema
    source: str
    batches: Callable[[], Iterable[pa.RecordBatch]]
    aged_out: bool = False


def export_logs(url: str, folder: Path, names: Sequence[str] = ()) -> Exported:
    """Writes experiments to a folder, all that may be logged or those that are named.

    A folder that an earlier export has begun or finished is gone on with: what has not changed is not written again.
    Experiments of it that are not named stay, unless they have opted out meanwhile.

    Args:
        url: of the database.
        folder: for the files; empty, or an export's.
        names: of experiments; none, all that have not opted out.

    Raises:
        InvalidInputError, MissingExtraError, StoreError: the database cannot be opened.
        LogsError: there is no such database or experiment, an experiment that is named has opted out, or the folder
            holds something else or takes no files.
        RefusedError: DATA_DAMAGED.
    """
    store = open_store(url)
    try:
        chosen, opted_out = _choose(store, names)
        manifest = Manifest(folder)
        try:
            for path in [path for path in manifest.entries if experiment_of(path) in opted_out]:
                manifest.remove(path)
            kept = written = aged_out = 0
            with Steps(sum(info.loop_count for info in chosen)) as steps:
                for info in chosen:
                    done = _export(store, info.id, folder, manifest, steps)
                    kept, written, aged_out = kept + done[0], written + done[1], aged_out + done[2]
            manifest.finish()
        finally:
            manifest.close()
    except OSError as error:
        raise LogsError(
            f"the folder {folder} takes no more: {error.strerror or error}; run it again to go on"
        ) from error
    finally:
        store.close()
    return Exported(tuple(info.id for info in chosen), written, kept, tuple(sorted(opted_out)), aged_out)


def open_store(url: str) -> Store:
    """The store at a URL, where there is a database already; raises LogsError where there is none."""
    database = open_database(url)
    if not database.exists():
        raise LogsError(f"there is no database {database.where}")
    return Store(url)


def _choose(store: Store, names: Sequence[str]) -> tuple[list[ExperimentInfo], set[str]]:
    every: dict[str, ExperimentInfo] = {}
    while True:
        with store.read() as transaction:
            page = transaction.experiments.page(max(every, default=""), _PAGE)
        if not page:
            break
        every.update((info.id, info) for info in page)
    for name in names:
        if name not in every:
            raise LogsError(f"there is no experiment {name!r}")
        if not every[name].log_for_training:
            raise LogsError(f"the experiment {name!r} has opted out: it is not to be logged for training")
    wanted = sorted(set(names)) or every
    opted_out = {name for name, info in every.items() if not info.log_for_training}
    return [every[name] for name in wanted if name not in opted_out], opted_out


def _export(store: Store, name: str, folder: Path, manifest: Manifest, steps: Steps) -> tuple[int, int, int]:
    """One experiment, as it is at one moment; how many files were good already, were written, and have aged out."""
    kept = written = aged_out = 0
    with store.read() as transaction:
        info = transaction.experiments.find(name)
        if info is None or not info.log_for_training:
            return 0, 0, 0  # deleted, or out, since it was listed
        expected = set()
        for file, loops in _files(transaction, info):
            steps.step(file.path, loops)
            if manifest.has(file.path, file.source):
                kept += 1
            elif file.aged_out:
                aged_out += 1
                continue
            else:
                manifest.add(_write(folder, file))
                written += 1
            expected.add(file.path)
    for path in [path for path in manifest.entries if experiment_of(path) == name and path not in expected]:
        manifest.remove(path)
    return kept, written, aged_out


def _write(folder: Path, file: _File) -> Entry:
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    made = temporary(path)
    try:
        rows = 0
        with made.open("wb") as raw:
            # Positions grow steadily: their differences take next to nothing. Values are no dictionary's.
            encodings = {"position": "DELTA_BINARY_PACKED"} if "position" in file.schema.names else None
            with pq.ParquetWriter(
                raw, file.schema, compression="zstd", use_dictionary=False, column_encoding=encodings
            ) as writer:
                for batch in file.batches():
                    writer.write_batch(batch)
                    rows += batch.num_rows
            raw.flush()
            os.fsync(raw.fileno())
        with made.open("rb") as raw:
            digest = hashlib.file_digest(raw, "sha256").hexdigest()
        size = made.stat().st_size
        made.replace(path)
    except BaseException:
        made.unlink(missing_ok=True)
        raise
    return Entry(file.path, rows, size, digest, file.source)


def _files(transaction: Transaction, info: ExperimentInfo) -> Iterator[tuple[_File, int]]:
    """All files of an experiment, each with the number of loops that it begins; the experiment's own comes last."""
    state = hashlib.sha256(repr((info.uid, info.updated)).encode())
    for loop in loops_of(transaction, info):
        state.update(repr((loop.number, loop.columns)).encode())
        for number, column in enumerate(loop.columns):
            yield _signal_file(transaction, info, loop.number, column), int(number == 0)
        decision = transaction.decisions.find(info.id, loop.number)
        if decision is not None and decision.batch_size:
            yield _selected_file(transaction, info, decision), int(not loop.columns)
    for rows in ROWS["shadows"](transaction, info):  # which come a little after the decision that they stand beside
        state.update(repr(rows).encode())
    source = state.hexdigest()[:32]
    for table in reversed(TABLES):
        schema = TABLES[table]

        def batches(table: str = table, schema: pa.Schema = schema) -> Iterator[pa.RecordBatch]:
            for rows in ROWS[table](transaction, info):
                yield pa.RecordBatch.from_pylist(rows, schema=schema)

        yield _File(path_of(table, info.id), schema, source, batches), 0


def _source(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


# Columns of signals


def _signal_file(transaction: Transaction, info: ExperimentInfo, loop: int, column: ColumnInfo) -> _File:
    signal = SIGNALS[column.signal]
    schema, dtype = signal_schema(signal), value_dtype(signal)

    def batches() -> Iterator[pa.RecordBatch]:
        positions = Positions(transaction, info, loop, column)
        for values in _groups(chunk for _, chunk in transaction.columns.pieces(info.id, loop, column)):
            flat = pa.array(values.astype(dtype, copy=False).reshape(-1))
            if pa.types.is_list(schema.field("value").type):
                offsets = np.arange(len(values) + 1, dtype=np.int32) * column.width
                flat = pa.ListArray.from_arrays(pa.array(offsets), flat)
            yield pa.RecordBatch.from_arrays([pa.array(positions.take(len(values))), flat], schema=schema)

    path = path_of("signals", info.id, loop, column.signal)
    return _File(path, schema, _source(info.uid, loop, column), batches, column.aged_out)


def _groups(chunks: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """The chunks, small ones put together: a group of rows costs a little by itself."""
    gathered: list[NDArray[Any]] = []
    for chunk in chunks:
        gathered.append(chunk)
        if sum(one.nbytes for one in gathered) >= CHUNK_BYTES:
            yield np.concatenate(gathered) if len(gathered) > 1 else chunk
            gathered = []
    if gathered:
        yield np.concatenate(gathered)


# Selected records


def _selected_file(transaction: Transaction, info: ExperimentInfo, decision: Decision) -> _File:
    def batches() -> Iterator[pa.RecordBatch]:
        first = 0
        while first < decision.batch_size:
            rows = transaction.decisions.rows(info.id, decision.loop, first, decision.batch_size - first, _ROWS_BYTES)
            yield _selected(rows, first)
            first += len(rows.positions)

    return _File(
        path_of("selected", info.id, decision.loop),
        SELECTED,
        _source(info.uid, decision.loop, decision.created),
        batches,
    )


def _selected(rows: DecisionRows, first: int) -> pa.RecordBatch:
    count = len(rows.positions)
    shares: pa.Array = pa.nulls(count, SELECTED.field("probabilities").type)
    if rows.probabilities is not None:
        offsets = np.arange(count + 1, dtype=np.int32) * rows.probabilities.shape[1]
        shares = pa.ListArray.from_arrays(pa.array(offsets), pa.array(rows.probabilities.reshape(-1)))
    predicted = pa.nulls(count, pa.int32()) if rows.predicted_class is None else pa.array(rows.predicted_class)
    arrays = [
        pa.array(np.arange(first, first + count, dtype=np.int32)),
        pa.array(rows.positions.astype(np.int32)),
        pa.array(rows.propensities),
        pa.array(rows.chosen_by),
        shares,
        predicted,
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SELECTED)
