"""The rules of decisions: made once per loop, from what is known at that moment, and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.resources import Decision, DecisionRows, ExperimentInfo, ExperimentState
from loopwise.signals.columns import SignalSet
from loopwise.strategies.base import Pool
from loopwise.strategies.blend import Selection, execute
from loopwise_engine.core import experiments
from loopwise_engine.core.known import complete, known, looked_at_by_model, skipped_for
from loopwise_engine.core.requests import Ticket, answered, once
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.policy.base import RECENT, PastLoop, Policy, Situation, share_right
from loopwise_engine.policy.inference import infer_on
from loopwise_engine.policy.retraining import retrain
from loopwise_engine.store import Store, Transaction

_ATTEMPTS = 5


@dataclass(frozen=True, eq=False)
class Proposal:
    """A decision that was computed but not yet stored.

    Attributes:
        basis: the experiment as it was then.
        features: the state features that the policy saw.
        infer_on: which records the next report should be about, as a bit mask; empty: all that are open.
    """

    basis: ExperimentInfo
    decision: Decision
    rows: DecisionRows
    features: Mapping[str, float]
    infer_on: bytes


class OutdatedError(Exception):
    """The experiment has changed since the proposal was computed."""


def decide(
    store: Store,
    policy: Policy,
    ticket: Ticket,
    loop: tuple[str, int],
    encode: Callable[[Decision], bytes],
    stored: Callable[[Proposal], None] = lambda _: None,
) -> bytes:
    """The answer that tells a loop's decision: the stored one, or a new one, which is stored.

    The computation runs outside of the transaction that writes, and again when the experiment changed meanwhile.

    Args:
        store: where all is read and kept.
        policy: decides.
        ticket: names the request.
        loop: the experiment's id and the loop's number.
        encode: turns a decision into the answer.
        stored: is told of a decision that this call has made.

    Raises:
        RefusedError: EXPERIMENT_NOT_FOUND, LOOP_NOT_FOUND, LOOP_CLOSED, CONTENTION, DATA_DAMAGED.
    """
    experiment, number = loop
    made: Decision | Proposal

    def work(transaction: Transaction) -> bytes:
        return encode(settle(transaction, made))

    for _ in range(_ATTEMPTS):
        with store.read(ticket.tenant) as transaction:
            answer = answered(transaction, ticket)
            if answer is not None:
                return answer
            made = propose(transaction, policy, experiment, number)
        try:
            answer = once(store, ticket, work)
        except OutdatedError:
            continue
        if isinstance(made, Proposal):
            stored(made)
        return answer
    raise RefusedError(Reason.CONTENTION, experiment=experiment)


def get(transaction: Transaction, experiment: str, loop: int) -> Decision:
    """A loop's decision; raises RefusedError (EXPERIMENT_NOT_FOUND, LOOP_NOT_FOUND, DECISION_NOT_FOUND)."""
    decision = transaction.decisions.find(experiment, loop)
    if decision is None:
        _check_loop(experiments.get(transaction, experiment), loop)
        raise RefusedError(Reason.DECISION_NOT_FOUND, experiment=experiment, loop=loop)
    return decision


def get_inference(transaction: Transaction, experiment: str, loop: int) -> bytes:
    """Which records the next report should be about by a loop's decision; raises RefusedError as `get`."""
    get(transaction, experiment, loop)
    return transaction.decisions.infer_on(experiment, loop)


def propose(transaction: Transaction, policy: Policy, experiment: str, loop: int) -> Decision | Proposal:
    """The loop's decision as stored, or else as it is to be stored. Changes nothing."""
    info = experiments.get(transaction, experiment)
    _check_loop(info, loop)
    decision = transaction.decisions.find(experiment, loop)
    if decision is not None:
        return decision
    if loop != info.loop_count - 1:
        raise RefusedError(Reason.LOOP_CLOSED, loop=loop, experiment=experiment, last=info.loop_count - 1)
    situation = describe(transaction, info)
    plan = policy.decide(situation)
    seed = int(np.random.SeedSequence([info.seed, loop]).generate_state(1, np.uint64)[0])
    selection = execute(plan.blend, situation.pool, plan.batch_size, seed) if plan.batch_size else _NOTHING
    decision = Decision(
        loop=loop,
        blend=plan.blend,
        batch_size=len(selection.positions),
        seed=seed,
        policy=policy.name,
        policy_version=policy.version,
        reason=plan.reason,
        unmet=plan.unmet,
        stop=plan.stop,
        created=transaction.now,
        schedule=(len(selection.positions), *plan.schedule[1:]) if plan.schedule else (),
        forecast=plan.forecast,
        retrain=retrain(situation, len(selection.positions)),
    )
    rows = _rows(selection, situation.pool.signals)
    return Proposal(info, decision, rows, plan.features, _infer_on(info, situation, decision, rows))


def settle(transaction: Transaction, made: Decision | Proposal) -> Decision:
    """Stores a proposal; returns the decision that stands.

    Raises:
        OutdatedError: the experiment has changed since the proposal was made; another decision may stand.
    """
    if isinstance(made, Decision):
        return made
    info = transaction.experiments.find(made.basis.id)
    if info != made.basis:
        raise OutdatedError
    transaction.decisions.insert(info.id, made.decision, made.rows, made.infer_on)
    transaction.loops.add_features(info.id, made.decision.loop, made.features)
    state = ExperimentState.STOPPED if made.decision.stop.stop else ExperimentState.ACTIVE
    transaction.experiments.save(replace(info, state=state), transaction.now)
    return made.decision


def describe(transaction: Transaction, info: ExperimentInfo) -> Situation:
    """All that is known after the experiment's last loop.

    Signals of the model are those of the newest loop that brought any, all from one model; other signals are each the
    newest. The candidates are neither labeled nor abstained from; where the model's signals are about some records
    only, the candidates are among these.
    """
    *before, last = transaction.loops.page(info.id, 0, info.loop_count)
    labeled = transaction.outcomes.positions(info.id, abstained=False)
    candidate = np.ones(info.pool_size, dtype=np.bool_)
    candidate[labeled] = False
    candidate[transaction.outcomes.positions(info.id, abstained=True)] = False
    correct = transaction.outcomes.correct(info.id)
    correct_by = _correct_by(transaction, info, last.number)
    signals = known(transaction, info, before)
    looked_at = looked_at_by_model(signals)
    skipped = np.flatnonzero(candidate & ~looked_at)
    if (candidate & looked_at).any():
        candidate &= looked_at
    else:
        skipped = skipped[:0]
    return Situation(
        pool=Pool(np.flatnonzero(candidate), labeled, signals),
        loop=last.number,
        pool_size=info.pool_size,
        classes=info.classes,
        label_budget=info.label_budget,
        batch_size=info.batch_size,
        strategy=info.strategy,
        random_share=info.random_share,
        history=tuple(
            PastLoop(
                loop.number,
                loop.labeled_count,
                loop.metrics,
                loop.features,
                correct.get(loop.number),
                whole,
                loop.created,
                correct_by.get(loop.number, {}),
            )
            for loop, whole in zip(before, complete(info, before), strict=True)
        ),
        metrics=last.metrics,
        label_features=last.label_features,
        skipped=skipped,
        skipped_for=skipped_for(transaction, info, (*before, last), skipped),
        label_cost=info.label_cost,
        retrain_cost=info.retrain_cost,
        deadline=info.deadline,
        target_accuracy=info.target_accuracy,
        stop_confidence=info.stop_confidence,
        reported=last.created,
        now=transaction.now,
        uid=info.uid,
    )


def _correct_by(transaction: Transaction, info: ExperimentInfo, loop: int) -> dict[int, dict[str, float]]:
    """`PastLoop.correct_by` of the last loops before this one, by their number."""
    first = max(0, loop - RECENT)
    known = transaction.outcomes.right(info.id, first)
    found = {}
    for decision in transaction.decisions.page(info.id, first, loop - first):
        if decision.loop in known:
            answered, right = known[decision.loop]
            positions, chosen_by = transaction.decisions.chosen_by(info.id, decision.loop)
            _, rows, answers = np.intersect1d(positions, answered, assume_unique=True, return_indices=True)
            found[decision.loop] = share_right(decision.blend, chosen_by[rows], right[answers])
    return found


def _check_loop(info: ExperimentInfo, loop: int) -> None:
    if loop >= info.loop_count:
        raise RefusedError(Reason.LOOP_NOT_FOUND, experiment=info.id, loop=loop, loop_count=info.loop_count)


def _rows(selection: Selection, signals: SignalSet) -> DecisionRows:
    return DecisionRows(
        positions=selection.positions,
        propensities=selection.propensities,
        chosen_by=selection.chosen_by,
        probabilities=_known(signals, "probabilities", selection.positions, np.nan),
        predicted_class=_known(signals, "predicted_class", selection.positions, -1),
    )


def _infer_on(info: ExperimentInfo, situation: Situation, decision: Decision, rows: DecisionRows) -> bytes:
    share = info.inference_share
    if share is None or share == 1 or decision.stop.stop:
        return b""
    mask = np.zeros(info.pool_size, np.bool_)
    mask[infer_on(situation, rows.positions, share, decision.seed)] = True
    return np.packbits(mask, bitorder="little").tobytes()


def _known(signals: SignalSet, name: str, positions: NDArray[np.int64], unknown: float) -> NDArray[Any] | None:
    """The signal's rows for these positions, `unknown` where it has none; None when it has none at all."""
    covered = signals.covered(name, positions)
    if not covered.any():
        return None
    known = signals.take(name, positions[covered])
    if covered.all():
        return known
    rows = np.full((len(positions), *known.shape[1:]), unknown, dtype=known.dtype)
    rows[covered] = known
    return rows


_NOTHING = Selection(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.uint8))
