"""The rules of experiments."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace

from loopwise.checks import check_amount, check_cost, check_count, check_level, check_text
from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_BATCH_SIZE, MAX_BUDGET, MAX_CLASSES, MAX_LOOPS, MAX_POOL_SIZE
from loopwise.names import check_id
from loopwise.resources import CHANGEABLE, ExperimentInfo, ExperimentState
from loopwise.strategies.registry import get_strategy
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store import Transaction

_MAX_FINGERPRINT = 128


def create(transaction: Transaction, wanted: ExperimentInfo) -> ExperimentInfo:
    """A new experiment, without labels or loops.

    Raises:
        InvalidInputError: a field is out of its bounds.
        RefusedError: EXPERIMENT_EXISTS.
    """
    check_id(wanted.id)
    check_count("the pool_size", wanted.pool_size, MAX_POOL_SIZE)
    check_text("the pool_fingerprint", wanted.pool_fingerprint, limit=_MAX_FINGERPRINT)
    if wanted.classes is not None:
        check_count("the number of classes", wanted.classes, MAX_CLASSES)
    _check_changeable(wanted)
    if transaction.experiments.find(wanted.id) is not None:
        raise RefusedError(Reason.EXPERIMENT_EXISTS, experiment=wanted.id)
    info = replace(
        wanted,
        uid=uuid.uuid4().hex,
        state=ExperimentState.ACTIVE,
        labeled_count=0,
        abstained_count=0,
        loop_count=0,
        created=transaction.now,
        updated=transaction.now,
    )
    transaction.experiments.insert(info)
    return info


def get(transaction: Transaction, experiment: str) -> ExperimentInfo:
    """One experiment; raises RefusedError (EXPERIMENT_NOT_FOUND)."""
    info = transaction.experiments.find(experiment)
    if info is None:
        raise RefusedError(Reason.EXPERIMENT_NOT_FOUND, experiment=experiment)
    return info


def update(transaction: Transaction, wanted: ExperimentInfo, names: Iterable[str]) -> ExperimentInfo:
    """The experiment with some of its `CHANGEABLE` fields as wanted.

    Raises:
        InvalidInputError: another field, or a field out of its bounds.
        RefusedError: EXPERIMENT_NOT_FOUND.
    """
    names = list(names)
    if len(names) > len(CHANGEABLE):
        raise InvalidInputError(f"the update_mask has {len(names)} paths; there are {len(CHANGEABLE)} fields to change")
    if not names or not set(names) <= set(CHANGEABLE):
        raise InvalidInputError(f"the update_mask {names} must name some of {', '.join(CHANGEABLE)}, and nothing else")
    before = get(transaction, wanted.id)
    info = replace(before, **{name: getattr(wanted, name) for name in names})
    _check_changeable(info)
    if _budget(info) > _budget(before) or _exceeds(info, before):
        info = replace(info, state=ExperimentState.ACTIVE)
    return transaction.experiments.save(info, transaction.now)


def delete(transaction: Transaction, experiment: str) -> None:
    """Deletes an experiment and everything below it; raises RefusedError (EXPERIMENT_NOT_FOUND)."""
    get(transaction, experiment)
    transaction.experiments.delete(experiment)


def check_fingerprint(info: ExperimentInfo, fingerprint: str) -> None:
    """Raises RefusedError (FINGERPRINT_MISMATCH) when a report is about another pool."""
    if fingerprint != info.pool_fingerprint:
        raise RefusedError(Reason.FINGERPRINT_MISMATCH, fingerprint=fingerprint[:_MAX_FINGERPRINT], experiment=info.id)


def _check_changeable(info: ExperimentInfo) -> None:
    if info.label_budget is not None:
        check_count("the label_budget", info.label_budget, MAX_BUDGET)
    if info.batch_size is not None:
        check_count("the batch_size", info.batch_size, MAX_BATCH_SIZE)
    if not 0 <= info.random_share <= 1:  # NaN is neither
        raise InvalidInputError(f"the random_share {info.random_share} must be in [0, 1]")
    if info.keep_loops is not None:
        check_count("the keep_loops", info.keep_loops, MAX_LOOPS)
    check_cost("the label_cost", info.label_cost)
    check_amount("the retrain_cost", info.retrain_cost)
    check_level("the target_accuracy", info.target_accuracy)
    check_level("the stop_confidence", info.stop_confidence)
    check_level("the inference_share", info.inference_share)
    if info.strategy is not None:
        get_strategy(info.strategy)


def _budget(info: ExperimentInfo) -> int:
    return MAX_BUDGET + 1 if info.label_budget is None else info.label_budget


def _exceeds(info: ExperimentInfo, before: ExperimentInfo) -> bool:
    """Whether more is asked of advice to stop: confidence, or accuracy; None asks for most."""
    pairs = (info.stop_confidence, before.stop_confidence), (info.target_accuracy, before.target_accuracy)
    return any(old is not None and (new is None or new > old) for new, old in pairs)
