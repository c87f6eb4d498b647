"""The rules of loops: reported in order, whole, and consistent with the labels that the engine knows of."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from loopwise.checks import check_text
from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_LOOPS, MAX_METRICS, MAX_TEXT
from loopwise.resources import ColumnInfo, ExperimentInfo, ExperimentState, LoopInfo
from loopwise.signals import SIGNALS
from loopwise_engine.core import experiments, retention
from loopwise_engine.core.columns import check_shared, known_signal
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store import OF_LABELS, Transaction


def report(
    transaction: Transaction, experiment: str, fingerprint: str, loop: LoopInfo, keep_loops: int | None = None
) -> LoopInfo:
    """Commits the next loop: its counts, metrics, coverages and uploaded columns. Columns of old loops age out.

    Uploads that it does not name are dropped. The first probabilities fix the number of classes. Reporting the same
    loop again returns it.

    Args:
        transaction: that writes.
        experiment: its id.
        fingerprint: of the reporter's pool.
        loop: as it is reported.
        keep_loops: as `retention.age_out` says.

    Raises:
        InvalidInputError: the report is wrong by itself.
        RefusedError: EXPERIMENT_NOT_FOUND, FINGERPRINT_MISMATCH, LOOP_EXISTS, LOOP_OUT_OF_ORDER, LABELS_MISMATCH,
            SIGNAL_NOT_SHARED, COLUMN_INCOMPLETE.
    """
    info = experiments.get(transaction, experiment)
    experiments.check_fingerprint(info, fingerprint)
    _check_numbers("metric", loop.metrics)
    _check_numbers("label feature", loop.label_features, MAX_TEXT - len(OF_LABELS))
    _check_columns(info, loop)
    loop = replace(
        loop,
        columns=tuple(
            replace(column, aged_out=False) for column in sorted(loop.columns, key=lambda column: column.signal)
        ),
        features={},
        created=transaction.now,
    )
    if loop.number < info.loop_count:
        return _same(transaction, experiment, loop)
    if loop.number > info.loop_count or loop.number >= MAX_LOOPS:
        raise RefusedError(Reason.LOOP_OUT_OF_ORDER, loop=loop.number, experiment=experiment, next=info.loop_count)
    _check_labels(info, loop)
    for column in loop.columns:
        _check_uploaded(transaction, experiment, loop.number, column)
    transaction.loops.insert(experiment, loop)
    transaction.columns.commit(experiment, loop.number, loop.columns)
    classes = info.classes or next((column.width for column in loop.columns if column.signal == "probabilities"), None)
    info = replace(info, loop_count=loop.number + 1, classes=classes, state=ExperimentState.ACTIVE)
    transaction.experiments.save(info, transaction.now)
    retention.age_out(transaction, info, keep_loops)
    return replace(loop, coverages=())


def positions(coverage: bytes, pool_size: int) -> NDArray[np.int64]:
    """The positions in a bit mask, ascending."""
    bits = np.unpackbits(np.frombuffer(coverage, dtype=np.uint8), count=pool_size, bitorder="little")
    return np.flatnonzero(bits).astype(np.int64, copy=False)


def positions_within(coverage: bytes, within: range) -> tuple[int, NDArray[np.int64]]:
    """How many positions of a bit mask lie before a range, and those in it, ascending, counted from its start."""
    whole, rest = divmod(within.start, 8)
    bits = np.unpackbits(np.frombuffer(coverage[whole : -(-within.stop // 8)], dtype=np.uint8), bitorder="little")
    before = int.from_bytes(coverage[:whole], "little").bit_count() + int(bits[:rest].sum())
    return before, np.flatnonzero(bits[rest : rest + len(within)]).astype(np.int64, copy=False)


def _same(transaction: Transaction, experiment: str, loop: LoopInfo) -> LoopInfo:
    """The reported loop of this number, if it is the same."""
    known = transaction.loops.find(experiment, loop.number)
    if known is not None:
        as_reported = replace(known, features={}, coverages=transaction.loops.coverages(experiment, loop.number))
        # A label may have been corrected since, which makes it no other loop.
        if replace(loop, created=known.created, label_features=known.label_features) == as_reported:
            return known
    raise RefusedError(Reason.LOOP_EXISTS, loop=loop.number, experiment=experiment)


def _check_numbers(what: str, numbers: Mapping[str, float], longest: int = MAX_TEXT) -> None:
    if len(numbers) > MAX_METRICS:
        raise InvalidInputError(f"the loop has {len(numbers)} {what}s; at most {MAX_METRICS} are allowed")
    for name, value in numbers.items():
        check_text(f"the name of a {what}", name, limit=longest)
        if not math.isfinite(value):
            raise InvalidInputError(f"the {what} {name!r} is {value}; it must be finite")


def _check_columns(info: ExperimentInfo, loop: LoopInfo) -> None:
    if max(len(loop.columns), len(loop.coverages)) > len(SIGNALS):
        raise InvalidInputError(
            f"the loop has {len(loop.columns)} columns and {len(loop.coverages)} coverages; "
            f"there are {len(SIGNALS)} signals"
        )
    length = -(-info.pool_size // 8)
    counts = [info.pool_size]
    for number, mask in enumerate(loop.coverages, start=1):
        if len(mask) != length:
            raise InvalidInputError(
                f"coverage {number} has {len(mask)} bytes; a pool of {info.pool_size} needs {length}"
            )
        if info.pool_size % 8 and mask[-1] >> info.pool_size % 8:
            raise InvalidInputError(f"coverage {number} has bits beyond the last position, {info.pool_size - 1}")
        counts.append(int.from_bytes(mask, "little").bit_count())
    seen = set()
    for column in loop.columns:
        signal = known_signal(column.signal)
        check_shared(info, signal)
        if column.signal in seen:
            raise InvalidInputError(f"the loop names column {column.signal} twice")
        seen.add(column.signal)
        if column.coverage >= len(counts):
            raise InvalidInputError(
                f"column {column.signal} has coverage {column.coverage}; the loop has {len(loop.coverages)} coverages"
            )
        if column.rows != counts[column.coverage] or column.rows == 0:
            raise InvalidInputError(
                f"column {column.signal} has {column.rows} rows for {counts[column.coverage]} covered records; "
                "it must have one for each, and at least one"
            )


def _check_labels(info: ExperimentInfo, loop: LoopInfo) -> None:
    if (loop.labeled_count, loop.abstained_count) != (info.labeled_count, info.abstained_count):
        raise RefusedError(
            Reason.LABELS_MISMATCH,
            labeled_count=loop.labeled_count,
            abstained_count=loop.abstained_count,
            known_labeled_count=info.labeled_count,
            known_abstained_count=info.abstained_count,
        )


def _check_uploaded(transaction: Transaction, experiment: str, loop: int, column: ColumnInfo) -> None:
    upload = transaction.columns.upload(experiment, loop, column.signal)
    rows, difference = 0, ""
    if upload is not None and upload.checksum == column.checksum:
        if (upload.dtype, upload.width) != (column.dtype, column.width):
            raise InvalidInputError(
                f"column {column.signal} is {column.dtype} and {column.width} wide in the loop, "
                f"but was uploaded as {upload.dtype} and {upload.width} wide"
            )
        if upload.rows == column.rows and upload.running == column.checksum:
            return
        rows = upload.rows
        difference = ", and they do not match its checksum" if upload.rows >= column.rows else ""
    raise RefusedError(
        Reason.COLUMN_INCOMPLETE,
        signal=column.signal,
        rows=rows,
        expected_rows=column.rows,
        difference=difference,
    )
