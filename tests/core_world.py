"""An engine's core, for tests of its rules."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.resources import ColumnInfo, Decision, DecisionRows, ExperimentInfo, LabelOutcome, LoopInfo
from loopwise.strategies import Blend
from loopwise.wire import add_to_checksum
from loopwise_engine.core import columns, decisions, experiments, labels, loops
from loopwise_engine.core.requests import Ticket
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.policy.base import Plan, Policy, Situation
from loopwise_engine.store import DEFAULT_TENANT, Store
from tests.dump import dump

FINGERPRINT = "fingerprint"


@dataclass
class FixedPolicy(Policy):
    """Answers the same plan whatever the situation, and keeps the situations it was asked about."""

    name: ClassVar[str] = "fixed"
    version: ClassVar[str] = "7"

    plan: Plan = field(default_factory=lambda: Plan(Blend.single("random"), 2, "as told"))
    asked: list[Situation] = field(default_factory=list)

    def decide(self, situation: Situation) -> Plan:
        self.asked.append(situation)
        return self.plan


class World:
    """The experiment "x", and short ways to do what a client does."""

    def __init__(self, url: str = "sqlite://", *, cache_bytes: int = 0, keep_loops: int | None = None) -> None:
        self.keep_loops = keep_loops
        self.now = datetime(2026, 1, 2, tzinfo=UTC)
        self.store = Store(url, clock=lambda: self.now, cache_bytes=cache_bytes)
        self.policy = FixedPolicy()
        self._numbers = itertools.count()

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def create(self, pool_size: int = 10, **fields: Any) -> ExperimentInfo:
        wanted = ExperimentInfo("x", pool_size=pool_size, pool_fingerprint=FINGERPRINT, **fields)
        with self.store.write() as transaction:
            return experiments.create(transaction, wanted)

    @property
    def info(self) -> ExperimentInfo:
        with self.store.read() as transaction:
            return experiments.get(transaction, "x")

    def put(
        self, signal: str, values: NDArray[Any], *, offset: int = 0, checksum: int = 0, loop: int | None = None
    ) -> int:
        chunk = columns.Chunk(signal, checksum, offset, values, zlib.crc32(values.tobytes()))
        number = self.info.loop_count if loop is None else loop
        with self.store.write() as transaction:
            return columns.put_chunk(transaction, "x", number, chunk)

    def upload(self, signal: str, values: NDArray[Any], coverage: int = 0, chunk_rows: int = 4) -> ColumnInfo:
        checksum = 0
        starts = range(0, len(values), chunk_rows)
        for start in starts:
            checksum = add_to_checksum(checksum, zlib.crc32(values[start : start + chunk_rows].tobytes()))
        for start in starts:
            self.put(signal, values[start : start + chunk_rows], offset=start, checksum=checksum)
        width = 1 if values.ndim == 1 else values.shape[1]
        return ColumnInfo(signal, values.dtype.str, len(values), width, checksum, coverage)

    def report(
        self,
        *uploaded: ColumnInfo,
        covered: Sequence[Sequence[int]] = (),
        metrics: Mapping[str, float] | None = None,
        fingerprint: str = FINGERPRINT,
        **fields: Any,
    ) -> LoopInfo:
        info = self.info
        counts = {"labeled_count": info.labeled_count, "abstained_count": info.abstained_count}
        values = {"number": info.loop_count, "coverages": tuple(self.mask(*some) for some in covered), **counts}
        loop = LoopInfo(columns=uploaded, metrics=metrics or {}, **{**values, **fields})
        with self.store.write() as transaction:
            return loops.report(transaction, "x", fingerprint, loop, self.keep_loops)

    def mask(self, *positions: int) -> bytes:
        covered = np.zeros(self.info.pool_size, dtype=np.bool_)
        covered[list(positions)] = True
        return np.packbits(covered, bitorder="little").tobytes()

    def label(self, *outcomes: LabelOutcome | int, loop: int = 0, fingerprint: str = FINGERPRINT) -> ExperimentInfo:
        reported = [LabelOutcome(outcome) if isinstance(outcome, int) else outcome for outcome in outcomes]
        with self.store.write() as transaction:
            return labels.report(transaction, "x", loop, fingerprint, reported)

    def ticket(self, method: str = "Decide", request_id: str | None = None, digest: bytes = b"") -> Ticket:
        return Ticket(DEFAULT_TENANT, request_id or f"r{next(self._numbers)}", method, digest)

    def decide(self, loop: int | None = None, policy: Policy | None = None) -> Decision:
        made: list[Decision] = []

        def encode(decision: Decision) -> bytes:
            made.append(decision)
            return repr(decision).encode()

        number = self.info.loop_count - 1 if loop is None else loop
        decisions.decide(self.store, policy or self.policy, self.ticket(), ("x", number), encode)
        return made[-1]

    def rows(self, loop: int = 0) -> DecisionRows:
        with self.store.read() as transaction:
            return transaction.decisions.rows("x", loop, 0, 1 << 20, 1 << 30)

    @contextmanager
    def refuses(self, reason: Reason, match: str | None = None) -> Iterator[None]:
        """What happens within is refused for this reason, and changes nothing."""
        before = dump(self.store)
        if reason is Reason.INVALID_ARGUMENT:
            with pytest.raises(InvalidInputError, match=match):
                yield
        else:
            with pytest.raises(RefusedError, match=match) as refused:
                yield
            assert refused.value.reason is reason
        assert dump(self.store) == before


def probabilities(rows: int, classes: int = 3, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).dirichlet(np.ones(classes), size=rows).astype("<f4")


def scalars(rows: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random(rows).astype("<f4")
