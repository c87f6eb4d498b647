"""The rules of labels' outcomes."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from dataclasses import replace

from loopwise.checks import check_amount, check_text
from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_OUTCOMES
from loopwise.resources import ExperimentInfo, LabelOutcome
from loopwise_engine.core import experiments
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store import Transaction


def report(
    transaction: Transaction, experiment: str, loop: int, fingerprint: str, outcomes: Sequence[LabelOutcome]
) -> ExperimentInfo:
    """Records what became of asking for labels; each outcome replaces an earlier one for the same record.

    Returns:
        The experiment, with its counts.

    Raises:
        InvalidInputError: an outcome is wrong by itself, or a position comes twice.
        RefusedError: EXPERIMENT_NOT_FOUND, FINGERPRINT_MISMATCH, LOOP_NOT_FOUND.
    """
    info = experiments.get(transaction, experiment)
    experiments.check_fingerprint(info, fingerprint)
    if loop >= info.loop_count:
        raise RefusedError(Reason.LOOP_NOT_FOUND, experiment=experiment, loop=loop, loop_count=info.loop_count)
    check_length(outcomes)
    seen: set[int] = set()
    for outcome in outcomes:
        _check(outcome, info.pool_size)
        if outcome.position in seen:
            raise InvalidInputError(f"position {outcome.position} has two outcomes in one call")
        seen.add(outcome.position)
    before = transaction.outcomes.abstained(experiment, outcomes)
    transaction.outcomes.save(experiment, loop, outcomes)
    abstained = sum(outcome.abstained for outcome in outcomes) - sum(before.values())
    info = replace(
        info,
        labeled_count=info.labeled_count + len(outcomes) - len(before) - abstained,
        abstained_count=info.abstained_count + abstained,
    )
    return transaction.experiments.save(info, transaction.now)


def check_length(outcomes: Sized) -> None:
    """Raises InvalidInputError when a call has too many outcomes."""
    if len(outcomes) > MAX_OUTCOMES:
        raise InvalidInputError(f"the call has {len(outcomes)} outcomes; at most {MAX_OUTCOMES} are allowed")


def _check(outcome: LabelOutcome, pool_size: int) -> None:
    where = f"of position {outcome.position}"
    if outcome.position >= pool_size:
        raise InvalidInputError(f"position {outcome.position} lies outside the pool of {pool_size} records")
    if outcome.abstained and (outcome.correct is not None or outcome.loss is not None):
        raise InvalidInputError(f"the outcome {where} is an abstention; correct and loss must not be set")
    check_amount(f"the loss {where},", outcome.loss)
    check_amount(f"the cost {where},", outcome.cost)
    check_amount(f"the seconds {where},", outcome.seconds)
    check_text(f"the annotator {where}", outcome.annotator, empty=True)
