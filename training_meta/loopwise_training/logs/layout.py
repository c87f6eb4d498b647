"""The layout of logged runs: which tables there are, their columns and types, and where their files lie."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa

from loopwise.errors import LoopwiseError
from loopwise.signals import SIGNALS, Signal
from loopwise_engine.core.columns import is_wide

FORMAT = "loopwise logged runs"
VERSION = 2
"""Of the layout. A reader refuses others."""

FILE = "data.parquet"


class LogsError(LoopwiseError):
    """A folder is no export, not a whole one, or not as it was written; or it does not fit what it is imported into."""


def _schema(**columns: pa.DataType) -> pa.Schema:
    """A name that ends in `_or_null` stands for a column in which values may be missing; others are never null."""
    return pa.schema(
        [
            pa.field(name.removesuffix("_or_null"), kind, nullable=name.endswith("_or_null"))
            for name, kind in columns.items()
        ]
    )


_MOMENT = pa.timestamp("us", tz="UTC")
_LOOP = _POSITION = pa.int32()
_TEXTS = pa.list_(pa.string())

TABLES: dict[str, pa.Schema] = {
    "experiments": _schema(
        uid=pa.string(),
        pool_size=pa.int64(),
        pool_fingerprint=pa.string(),
        classes_or_null=pa.int32(),
        label_budget_or_null=pa.int64(),
        share_level=pa.string(),
        seed=pa.uint64(),
        state=pa.string(),
        batch_size_or_null=pa.int64(),
        strategy_or_null=pa.string(),
        random_share=pa.float64(),
        labeled_count=pa.int64(),
        abstained_count=pa.int64(),
        loop_count=pa.int32(),
        created=_MOMENT,
        updated=_MOMENT,
        label_cost=pa.float64(),
        retrain_cost=pa.float64(),
        deadline_or_null=_MOMENT,
        target_accuracy_or_null=pa.float64(),
        stop_confidence_or_null=pa.float64(),
        inference_share_or_null=pa.float64(),
    ),
    "loops": _schema(loop=_LOOP, labeled_count=pa.int64(), abstained_count=pa.int64(), created=_MOMENT),
    "metrics": _schema(loop=_LOOP, name=pa.string(), value=pa.float64()),
    "features": _schema(loop=_LOOP, name=pa.string(), value=pa.float64()),
    "columns": _schema(
        loop=_LOOP,
        signal=pa.string(),
        dtype=pa.string(),
        rows=pa.int64(),
        width=pa.int32(),
        checksum=pa.int64(),
        coverage=pa.int32(),
        chunk_rows=pa.list_(pa.int64()),
    ),
    "coverages": _schema(loop=_LOOP, number=pa.int32(), mask=pa.binary()),
    "decisions": _schema(
        loop=_LOOP,
        mode=pa.string(),
        strategies=_TEXTS,
        weights=pa.list_(pa.float64()),
        keep=pa.float64(),
        random_share=pa.float64(),
        distinct=pa.float64(),
        batch_size=pa.int64(),
        seed=pa.uint64(),
        policy=pa.string(),
        policy_version=pa.string(),
        reason=pa.string(),
        unmet=pa.list_(pa.struct([("strategy", pa.string()), ("missing_signals", _TEXTS), ("reason", pa.string())])),
        stop=pa.bool_(),
        stop_reason=pa.string(),
        created=_MOMENT,
        stop_confidence=pa.float64(),
        stop_rules=pa.list_(pa.struct([("name", pa.string()), ("value", pa.float64()), ("stop", pa.bool_())])),
        schedule=pa.list_(pa.int64()),
        forecast_or_null=pa.struct(
            [
                *(("metric", pa.string()), ("labels", pa.int64()), ("value", pa.float64())),
                *(("low", pa.float64()), ("high", pa.float64()), ("labels_for_target", pa.int64())),
            ]
        ),
        retrain=pa.bool_(),
        infer_on_or_null=pa.binary(),
    ),
    "shadows": _schema(
        loop=_LOOP,
        version=pa.string(),
        mode=pa.string(),
        strategies=_TEXTS,
        weights=pa.list_(pa.float64()),
        keep=pa.float64(),
        random_share=pa.float64(),
        distinct=pa.float64(),
        batch_size=pa.int64(),
        reason=pa.string(),
        created=_MOMENT,
    ),
    "outcomes": _schema(
        position=_POSITION,
        loop=_LOOP,
        abstained=pa.bool_(),
        correct_or_null=pa.bool_(),
        loss_or_null=pa.float64(),
        cost_or_null=pa.float64(),
        seconds_or_null=pa.float64(),
        annotator=pa.string(),
    ),
}
"""One file for each experiment, TABLE/experiment=NAME/data.parquet, also where it holds no rows."""

SELECTED = _schema(
    rank=pa.int32(),
    position=_POSITION,
    propensity=pa.float64(),
    chosen_by=pa.uint8(),
    probabilities_or_null=pa.list_(pa.float32()),
    predicted_class_or_null=pa.int32(),
)
"""One file for each decision that selected records, selected/experiment=NAME/loop=N/data.parquet."""

_PATH = re.compile(
    r"(?:(?P<table>[a-z]+)|signals/(?P<signal>[a-z_]+))/experiment=(?P<experiment>[^/]+)(?:/loop=(?P<loop>[0-9]{1,9}))?/"
    + re.escape(FILE)
)


def signal_schema(signal: Signal) -> pa.Schema:
    """One file for each column, signals/SIGNAL/experiment=NAME/loop=N/data.parquet; one type for each signal."""
    value = pa.from_numpy_dtype(value_dtype(signal))
    return _schema(position=_POSITION, value=pa.list_(value) if is_wide(signal) else value)


def value_dtype(signal: Signal) -> np.dtype[np.generic]:
    """The type that holds whatever the signal travels as, exactly."""
    dtype = np.result_type(*signal.dtypes)
    return np.dtype(np.float32) if dtype == np.float16 else dtype


def path_of(table: str, experiment: str, loop: int | None = None, signal: str | None = None) -> str:
    """Where a file lies in the folder."""
    parts = [table, *([signal] if signal else []), f"experiment={experiment}"]
    return "/".join([*parts, *([] if loop is None else [f"loop={loop}"]), FILE])


def experiment_of(path: str) -> str:
    """The experiment that a file belongs to.

    Raises:
        LogsError: no file of the layout has this path.
    """
    match = _PATH.fullmatch(path)
    if match is not None:
        table, signal, loop = match["table"], match["signal"], match["loop"]
        if (signal or table == "selected") if loop else table in TABLES:
            return match["experiment"]
    raise LogsError(f"{path[:200]!r} is no file of this layout; a newer loopwise may have written it")


def schema_of(path: str) -> pa.Schema:
    """The columns of the file at a path of the layout; raises LogsError for a signal that is not known here."""
    match = _PATH.fullmatch(path)
    assert match is not None
    if match["signal"] is None:
        return SELECTED if match["table"] == "selected" else TABLES[match["table"]]
    if match["signal"] not in SIGNALS:
        raise LogsError(f"{path} holds a signal that this loopwise does not know")
    return signal_schema(SIGNALS[match["signal"]])
