"""The rules of uploads: columns grow chunk by chunk, in order, and only with what may leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_CLASSES, MAX_VECTOR_WIDTH
from loopwise.resources import ExperimentInfo
from loopwise.signals import SIGNALS, Signal
from loopwise.wire import add_to_checksum
from loopwise_engine.core import experiments
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store import Transaction, Upload


@dataclass(frozen=True, eq=False)
class Chunk:
    """Consecutive rows of a column.

    Attributes:
        signal: its name in `SIGNALS`.
        checksum: of the whole column: names the upload.
        offset: row of the column at which the chunk starts.
        values: (rows,) for a scalar signal, otherwise (rows, width).
        crc32: of the values' bytes, checked on arrival.
    """

    signal: str
    checksum: int
    offset: int
    values: NDArray[Any]
    crc32: int


def put_chunk(transaction: Transaction, experiment: str, loop: int, chunk: Chunk) -> int:
    """Appends a chunk to a column of the loop that is reported next.

    A chunk that starts below the durable rows is not stored again. A chunk at row 0 that is not the unfinished
    upload's, by the column's checksum or its own, begins a new one in its place.

    Returns:
        Rows of this upload that will be durable: where to go on.

    Raises:
        InvalidInputError: an unknown signal, a wrong type or shape, or a value that cannot be; names the row.
        RefusedError: EXPERIMENT_NOT_FOUND, LOOP_OUT_OF_ORDER, SIGNAL_NOT_SHARED, CHUNK_OUT_OF_ORDER.
    """
    signal = known_signal(chunk.signal)
    info = experiments.get(transaction, experiment)
    if loop != info.loop_count:
        raise RefusedError(Reason.LOOP_OUT_OF_ORDER, loop=loop, experiment=experiment, next=info.loop_count)
    check_shared(info, signal)
    width = _check_shape(signal, chunk.values)
    found = transaction.columns.upload(experiment, loop, signal.name)
    fresh = found is None or found.checksum != chunk.checksum
    if not fresh and chunk.offset == 0:  # an upload that went wrong can be made again
        fresh = not transaction.columns.begins_with(experiment, loop, signal.name, chunk.values, chunk.crc32)
    upload = Upload(signal.name, chunk.values.dtype.str, width, chunk.checksum) if found is None or fresh else found
    if (upload.dtype, upload.width) != (chunk.values.dtype.str, width):
        raise InvalidInputError(
            f"the chunk of {signal.name} is {chunk.values.dtype.str} and {width} wide; "
            f"its upload began as {upload.dtype} and {upload.width} wide"
        )
    if chunk.offset > upload.rows:
        raise RefusedError(Reason.CHUNK_OUT_OF_ORDER, signal=signal.name, offset=chunk.offset, rows=upload.rows)
    if chunk.offset < upload.rows:
        return upload.rows
    rows = upload.rows + len(chunk.values)
    if rows > info.pool_size:
        raise InvalidInputError(f"column {signal.name} would have {rows} rows; the pool has {info.pool_size} records")
    fault = signal.check(chunk.values, info.classes)
    if fault is not None:
        row, what = fault
        raise InvalidInputError(f"row {chunk.offset + row} of {signal.name} {what}")
    if fresh:
        transaction.columns.start(experiment, loop, upload)
    grown = replace(upload, rows=rows, running=add_to_checksum(upload.running, chunk.crc32))
    transaction.columns.append(experiment, loop, grown, chunk.values, chunk.crc32)
    transaction.cached.keep(info, loop, upload, grown, chunk.values)
    return rows


def known_signal(name: str) -> Signal:
    """The signal of this name; raises InvalidInputError that names those there are."""
    if name not in SIGNALS:
        raise InvalidInputError(f"there is no signal {name[:80]!r}; known are {', '.join(SIGNALS)}")
    return SIGNALS[name]


def check_shared(info: ExperimentInfo, signal: Signal) -> None:
    """Raises RefusedError (SIGNAL_NOT_SHARED) unless the experiment's share level includes the signal."""
    if signal.level > info.share_level:
        raise RefusedError(
            Reason.SIGNAL_NOT_SHARED,
            signal=signal.name,
            needed=signal.level.name.lower(),
            experiment=info.id,
            share_level=info.share_level.name.lower(),
        )


def is_wide(signal: Signal) -> bool:
    """Whether a record has a row of values, not a single one."""
    return signal.per_class or signal.vector


def _check_shape(signal: Signal, values: NDArray[Any]) -> int:
    """The column's width; the values themselves, and their number per class, are for `Signal.check`."""
    if values.dtype.str not in signal.dtypes:
        raise InvalidInputError(f"{signal.name} travels as {' or '.join(signal.dtypes)}, not as {values.dtype.str}")
    if values.ndim != (2 if is_wide(signal) else 1) or values.size == 0:
        shape = "(rows, width)" if is_wide(signal) else "(rows,)"
        raise InvalidInputError(f"a chunk of {signal.name} has the shape {shape}, none of them 0, not {values.shape}")
    width = int(values.shape[1]) if is_wide(signal) else 1
    limit = MAX_CLASSES if signal.per_class else MAX_VECTOR_WIDTH
    if width > limit:
        raise InvalidInputError(f"{signal.name} is {width} wide; at most {limit} values per record are allowed")
    return width
