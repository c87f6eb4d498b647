"""A second model decides on paper, beside the decisions that stand: behind their backs, and at nobody's cost."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from loopwise.resources import ExperimentInfo
from loopwise.strategies import Blend, BlendMode
from loopwise_engine.core.decisions import describe
from loopwise_engine.policy.base import Plan, Policy
from loopwise_engine.policy.learned import UnableError
from loopwise_engine.store import ShadowDecision, Store, Transaction

AT_ONCE = 2
"""Decisions on paper that are computed at once; what comes on top is left out."""

_SNAPSHOT_SECONDS = 1.0
"""For which an answer waits, at most, until the shadow sees the database as it was for the real decision."""

_CLOSING_SECONDS = 5.0

_logger = logging.getLogger(__name__)


class Shadow:
    """Computes what a model would have decided, and keeps it beside the decision that stands.

    It works in threads of its own, after the decision is stored, on what was known then: where the experiment has gone
    on before it looks, it leaves the loop out. What goes wrong is logged and counted, and no more.

    Args:
        store: where both are kept.
        count: is told of every failure: its cause, in a word.
    """

    def __init__(self, store: Store, count: Callable[[str], None]) -> None:
        self._store = store
        self._count = count
        self._free = threading.BoundedSemaphore(AT_ONCE)
        self._threads: set[threading.Thread] = set()

    def observe(self, tenant: str, policy: Policy, basis: ExperimentInfo) -> None:
        """Lets a policy decide on paper what was just decided.

        Args:
            tenant: whose experiment it is.
            policy: of the model in shadow.
            basis: the experiment as it was when its last loop was decided.
        """
        if not self._free.acquire(blocking=False):
            self._failed(policy, UnableError("slow", "it is still busy with earlier decisions"))
            return
        seen = threading.Event()
        thread = threading.Thread(target=self._work, args=(tenant, policy, basis, seen), daemon=True)
        self._threads = {one for one in self._threads if one.is_alive()} | {thread}
        thread.start()
        seen.wait(_SNAPSHOT_SECONDS)

    def close(self) -> None:
        """Waits for what is being computed, a few seconds at most."""
        for thread in self._threads:
            thread.join(_CLOSING_SECONDS)

    def _work(self, tenant: str, policy: Policy, basis: ExperimentInfo, seen: threading.Event) -> None:
        try:
            with self._store.read(tenant) as transaction:
                info = transaction.experiments.find(basis.id)
                seen.set()
                if info is None or replace(info, state=basis.state, updated=basis.updated) != basis:
                    return
                plan = policy.decide(describe(transaction, info))
            with self._store.write(tenant) as transaction:
                _keep(transaction, basis, policy.version, plan)
        except Exception as error:  # noqa: BLE001  nobody waits for it
            self._failed(policy, error)
        finally:
            seen.set()
            self._free.release()

    def _failed(self, policy: Policy, error: Exception) -> None:
        self._count(error.cause if isinstance(error, UnableError) else "failed")
        reason = error.__cause__ if isinstance(error, UnableError) else error
        _logger.warning("the meta-model %s in shadow does not decide: %s", policy.version, error, exc_info=reason)


def _keep(transaction: Transaction, basis: ExperimentInfo, version: str, plan: Plan) -> None:
    info = transaction.experiments.find(basis.id)
    if info is not None and info.uid == basis.uid:
        loop = basis.loop_count - 1
        decided = ShadowDecision(loop, version, plan.blend, plan.batch_size, plan.reason, transaction.now)
        transaction.shadows.insert(basis.id, decided)


@dataclass(frozen=True)
class Comparison:
    """What a model in shadow came to.

    Attributes:
        version: of the model.
        decisions: that it made on paper.
        differing: of these, those that would have asked for other records or another number of them.
        changes: how often, from what, to what.
    """

    version: str
    decisions: int
    differing: int
    changes: dict[tuple[str, str], int]


def compare(transaction: Transaction) -> list[Comparison]:
    """Decisions on paper beside those that stand, by version of the model."""
    total: Counter[str] = Counter()
    changes: dict[str, Counter[tuple[str, str]]] = {}
    for version, real, size, paper, paper_size in transaction.shadows.beside():
        total[version] += 1
        change = _words(real, size, paper, paper_size), _words(paper, paper_size, real, size)
        changes.setdefault(version, Counter())[change] += change[0] != change[1]
    return [
        Comparison(version, count, changes[version].total(), dict((+changes[version]).most_common()))
        for version, count in sorted(total.items())
    ]


def _words(blend: Blend, size: int, other: Blend, other_size: int) -> str:
    """A plan in a few words: its strategies, and of the rest what is not the other's."""
    if size == 0:
        return "stop"
    words = (" then " if blend.mode == BlendMode.CASCADE else " + ").join(part.strategy for part in blend.parts)
    if blend.random_share != other.random_share:
        words += f", {blend.random_share:.0%} at random"
    return words if size == other_size else f"{words}, {size} records"
