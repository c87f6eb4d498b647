"""Experiments, decisions and columns, for tests of the store."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from loopwise.resources import (
    ColumnInfo,
    Decision,
    DecisionRows,
    ExperimentInfo,
    ExperimentState,
    Forecast,
    StopAdvice,
    StopRule,
    UnmetStrategy,
)
from loopwise.signals.definitions import ShareLevel
from loopwise.strategies.blend import Blend, BlendMode, Part
from loopwise_engine.store import Answered, Store, Transaction, Upload

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
PLAIN = ExperimentInfo("plain", pool_size=10, pool_fingerprint="f", uid="1", created=NOW, updated=NOW)
FULL = ExperimentInfo(
    "full",
    pool_size=1 << 25,
    pool_fingerprint="sha256:é",
    classes=7,
    label_budget=1 << 53,
    share_level=ShareLevel.SCORES,
    seed=(1 << 64) - 1,
    batch_size=3,
    strategy="margin",
    random_share=0.1,
    label_cost=0.1,
    retrain_cost=1e300,
    deadline=NOW + timedelta(days=9),
    target_accuracy=0.95,
    stop_confidence=1 / 3,
    inference_share=1 / 7,
    uid="2",
    state=ExperimentState.STOPPED,
    labeled_count=5,
    abstained_count=4,
    loop_count=3,
    created=NOW,
    updated=NOW + timedelta(microseconds=1),
)
DECISION = Decision(
    loop=0,
    blend=Blend(BlendMode.CASCADE, (Part("margin", 0.1), Part("k_center", 2.5)), keep=0.3, random_share=0.2),
    batch_size=3,
    seed=(1 << 64) - 1,
    policy="prior",
    policy_version="1",
    reason="because",
    unmet=(UnmetStrategy("badge", ("probabilities", "sketch"), "none"),),
    stop=StopAdvice(True, "enough", 2 / 3, (StopRule("kappa", 0.99, stop=True), StopRule("plateau", -0.1, stop=False))),
    created=NOW,
    schedule=(3, 5, 1 << 53),
    forecast=Forecast("accuracy", 1 << 53, 0.1 + 0.2, -1e-300, 1.5, 77),
    retrain=False,
)


def rows_of(count: int, classes: int = 3) -> DecisionRows:
    rng = np.random.default_rng(count)
    return DecisionRows(
        positions=rng.permutation(count).astype(np.int64),
        propensities=rng.random(count),
        chosen_by=rng.integers(0, 255, count, dtype=np.uint8),
        probabilities=rng.random((count, classes), dtype=np.float32),
        predicted_class=rng.integers(-1, classes, count, dtype=np.int32),
    )


def assert_rows_equal(left: DecisionRows, right: DecisionRows, of_right: slice = slice(None)) -> None:
    for name, array in vars(left).items():
        expected = getattr(right, name)[of_right]
        assert array.dtype == expected.dtype
        np.testing.assert_array_equal(array, expected)


def put(transaction: Transaction, values: np.ndarray, chunk_rows: int, signal: str = "probabilities") -> ColumnInfo:
    """Uploads (rows, width) values for loop 0 of the experiment "plain"."""
    upload = Upload(signal, values.dtype.str, values.shape[1], checksum=99)
    transaction.columns.start("plain", 0, upload)
    for first in range(0, len(values), chunk_rows):
        chunk = values[first : first + chunk_rows]
        upload = replace(upload, rows=min(len(values), first + chunk_rows), running=first)
        transaction.columns.append("plain", 0, upload, chunk, zlib.crc32(chunk.tobytes()))
    return column_of(values, signal)


def column_of(values: np.ndarray, signal: str = "probabilities") -> ColumnInfo:
    return ColumnInfo(signal, values.dtype.str, len(values), values.shape[1], 99)


def add_one(store: Store, times: int) -> None:
    for _ in range(times):
        with store.write() as transaction:
            info = transaction.experiments.find("plain")
            assert info is not None
            transaction.experiments.save(replace(info, labeled_count=info.labeled_count + 1), NOW)


def insert_answers(store: Store, number: int) -> None:
    with store.write() as transaction:
        for name in range(number):
            transaction.requests.insert(f"{name}", Answered("Decide", b"digest", b"response", NOW))


def add_one_in_a_process(url: str, times: int) -> None:
    store = Store(url)
    add_one(store, times)
    store.close()
