"""The prior policy's rule, branch by branch, and what every plan of it must hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals import Column, SignalSet
from loopwise.strategies import Blend, BlendMode, Part, Pool, execute, get_strategy, strategies
from loopwise_engine.policy import FEATURES, Plan, PriorPolicy, Situation
from loopwise_engine.policy.prior import COVER_AMONG, DISTINCT, REFINE_BELOW
from loopwise_engine.policy.stopping import CHANGE, KAPPA, SURE

RNG = np.random.default_rng(0)
SIZE = 200
PROBABILITIES = RNG.dirichlet(np.ones(2), SIZE).astype(np.float32)
SCALAR = RNG.random(SIZE, dtype=np.float32)
SKETCH = RNG.standard_normal((SIZE, 4)).astype(np.float16)
COLUMNS = {
    "probabilities": Column(PROBABILITIES),
    "sketch": Column(SKETCH),
    "margin": Column(SCALAR),
    "entropy": Column(SCALAR),
    "least_confidence": Column(SCALAR),
}


def situation(*signals: str, labeled: int = 0, **known: Any) -> Situation:
    """A pool of 200 records in two classes, the first ones labeled, with these signals for all of them."""
    columns = {name: COLUMNS[name] for name in signals}
    pool = Pool(np.arange(labeled, SIZE), np.arange(labeled), SignalSet(columns, SIZE))
    return Situation(pool, **{"loop": 1, "pool_size": SIZE, "classes": 2, "batch_size": 20, **known})


def decide(*signals: str, **known: Any) -> Plan:
    return PriorPolicy().decide(situation(*signals, **known))


BOTH = ("probabilities", "sketch")

# The rule


def test_before_anything_is_known_at_random() -> None:
    plan = decide()
    assert plan.blend == Blend.single("random", 0.0)
    assert "nothing else is known" in plan.reason


@pytest.mark.parametrize("labeled", [0, 7])
def test_without_a_model_typical_records(labeled: int) -> None:
    plan = decide("sketch", labeled=labeled)
    assert plan.blend == Blend.single("typicality")
    assert f"{labeled / 2:.1f} labels per class so far and no model yet" in plan.reason


@pytest.mark.parametrize("labeled", [4, int(2 * REFINE_BELOW) - 1])
def test_with_few_labels_cover_the_uncertain_regions(labeled: int) -> None:
    plan = decide(*BOTH, labeled=labeled)
    assert plan.blend == Blend.single("refine")
    assert f"{labeled / 2:.1f} labels per class so far: spread over the uncertain regions" in plan.reason


def test_with_many_labels_margin() -> None:
    plan = decide(*BOTH, labeled=int(2 * REFINE_BELOW))
    assert plan.blend == Blend.single("margin", distinct=DISTINCT)
    assert "20.0 labels per class so far: the records that the model is least sure of" in plan.reason


@pytest.mark.parametrize("labeled", [4, 20, 100])
def test_batches_of_one_by_margin_alone(labeled: int) -> None:
    plan = decide(*BOTH, labeled=labeled, batch_size=1)
    assert plan.blend == Blend.single("margin", 0.0)
    assert "the record that the model is least sure of" in plan.reason


@pytest.mark.parametrize("labeled", [4, 20, 100])
def test_without_embeddings_margin_and_what_it_lacks(labeled: int) -> None:
    plan = decide("probabilities", labeled=labeled)
    assert plan.blend == Blend.single("margin")
    assert "without embeddings a batch cannot be spread out" in plan.reason


def test_of_scores_alone_what_is_there() -> None:
    assert decide("margin", labeled=4).blend == Blend.single("margin")
    assert decide("entropy", labeled=4).blend == Blend.single("entropy")
    assert decide("entropy", "least_confidence", labeled=4).blend == Blend.single("least_confidence")


@pytest.mark.parametrize(
    ("signal", "strategy"),
    [
        ("entropy", "entropy"),
        ("label_margin", "label_margin"),
        ("prediction_variance", "prediction_variance"),
        ("mnlp", "mnlp"),
        ("detection_uncertainty", "detection_uncertainty"),
        ("loss", "largest_loss"),
    ],
)
def test_of_other_tasks_what_tells_uncertainty(signal: str, strategy: str) -> None:
    values = -SCALAR if signal == "mnlp" else SCALAR
    columns = {signal: Column(values), "sketch": Column(SKETCH)}
    few, many = (
        PriorPolicy().decide(
            Situation(
                Pool(np.arange(labeled, SIZE), np.arange(labeled), SignalSet(columns, SIZE)),
                loop=1,
                pool_size=SIZE,
                batch_size=20,
            )
        )
        for labeled in (4, int(2 * REFINE_BELOW))
    )
    assert few.blend == Blend(BlendMode.CASCADE, (Part(strategy), Part("typicality")), COVER_AMONG)
    assert many.blend == Blend.single(strategy, distinct=DISTINCT)
    for plan in (few, many):
        assert "random" not in plan.reason


def test_a_signal_that_some_candidates_lack_is_not_used() -> None:
    most = Column(PROBABILITIES[:-1], np.arange(SIZE - 1))
    pool = Pool(np.arange(4, SIZE), np.arange(4), SignalSet({"probabilities": most, "sketch": Column(SKETCH)}, SIZE))
    plan = PriorPolicy().decide(Situation(pool, loop=1, pool_size=SIZE, classes=2))
    assert plan.blend == Blend.single("typicality")


def test_where_the_number_of_classes_is_not_known_two_are_assumed() -> None:
    needs = ("margin", "entropy", "sketch")
    plan = decide(*needs, labeled=int(2 * REFINE_BELOW), classes=None)
    assert plan.blend == Blend.single("margin", distinct=DISTINCT)
    assert plan.reason.startswith("40 labels so far")
    assert decide(*needs, labeled=int(2 * REFINE_BELOW) - 1, classes=None).blend == Blend.single("refine")


@pytest.mark.parametrize("share", [0.0, 0.3])
@pytest.mark.parametrize("labeled", [4, 20, 100])
def test_the_random_share_is_the_users(share: float, labeled: int) -> None:
    assert decide(*BOTH, labeled=labeled, random_share=share).blend.random_share == share


# A pinned strategy


@pytest.mark.parametrize("name", ["random", "margin", "k_center", "badge"])
def test_a_pinned_strategy_is_followed_where_it_can_choose(name: str) -> None:
    plan = decide(*BOTH, labeled=4, strategy=name, random_share=0.1)
    assert plan.blend == Blend.single(name, 0.0 if name == "random" else 0.1)
    assert name in plan.reason


@pytest.mark.parametrize(("name", "signal"), [("margin", "margin"), ("k_center", "sketch"), ("badge", "probabilities")])
def test_a_pinned_strategy_that_cannot_choose_waits(name: str, signal: str) -> None:
    plan = decide(strategy=name)
    assert plan.blend == Blend.single("random", 0.0)
    assert name in plan.reason
    assert f"{signal} was not reported" in plan.reason


def test_an_unknown_pinned_strategy_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match="no_such"):
        decide(*BOTH, strategy="no_such")


# Batch size and stopping


@pytest.mark.parametrize(
    ("known", "size"),
    [
        ({"batch_size": 7}, 7),
        ({"batch_size": 7, "label_budget": 5}, 5),
        ({"batch_size": 500}, 200),
        ({"label_budget": 150}, 13),
        ({"label_budget": 151}, 10),
        ({"label_budget": 1}, 1),
        ({}, 10),
        ({"pool_size": 5_000}, 50),
        ({"pool_size": 1_000_000}, 200),
    ],
)
def test_batch_size(known: dict[str, Any], size: int) -> None:
    assert decide(**{"batch_size": None, **known}).batch_size == size


def test_without_a_budget_a_batch_has_a_thousand_records_at_most() -> None:
    count = 150_000
    pool = Pool(np.arange(count), np.empty(0, np.int64), SignalSet({}, count))
    assert PriorPolicy().decide(Situation(pool, loop=0, pool_size=count)).batch_size == 1000


@pytest.mark.parametrize("signals", [(), BOTH])
def test_the_last_batch_is_what_the_budget_leaves(signals: tuple[str, ...]) -> None:
    assert decide(*signals, labeled=95, label_budget=100).batch_size == 5


@pytest.mark.parametrize("labeled", [100, 120])
def test_a_spent_budget_is_advice_to_stop(labeled: int) -> None:
    plan = decide(*BOTH, labeled=labeled, label_budget=100)
    assert plan.stop.stop
    assert plan.batch_size == 0
    assert plan.stop.reason == plan.reason == "The budget of 100 labels is spent."


@pytest.mark.parametrize("budget", [None, 1000])
def test_a_pool_without_candidates_is_advice_to_stop(budget: int | None) -> None:
    plan = decide(*BOTH, labeled=SIZE, label_budget=budget, strategy="margin")
    assert plan.stop.stop
    assert plan.batch_size == 0
    assert plan.stop.reason == "No record is left to label."


# What could not be considered


def test_unmet_strategies_are_listed_with_their_signals_and_reasons() -> None:
    unmet = {item.strategy: item for item in decide("probabilities", labeled=4).unmet}
    pool = situation("probabilities", labeled=4).pool
    assert set(unmet) == {name for name, strategy in strategies().items() if strategy.why_unmet(pool)}
    assert "k_center" in unmet
    assert "entropy" not in unmet
    assert unmet["cluster_margin"].missing_signals == ("sketch",)
    assert "sketch was not reported" in unmet["cluster_margin"].reason


def test_what_is_there_is_not_unmet() -> None:
    unmet = {item.strategy for item in decide(*BOTH, labeled=4).unmet}
    assert not unmet & {"margin", "entropy", "badge", "k_center", "typicality", "refine", "cluster_margin"}


def test_before_anything_is_known_only_random_can_choose() -> None:
    assert {item.strategy for item in decide().unmet} == set(strategies()) - {"random"}


# What every plan holds


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    size = draw(st.integers(1, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    known = rng.choice(3, size, p=draw(st.sampled_from([(0.7, 0.3, 0.0), (0.3, 0.6, 0.1), (0.0, 1.0, 0.0)])))
    classes = draw(st.integers(1, 4))
    columns: dict[str, NDArray[Any]] = {
        "probabilities": rng.dirichlet(np.ones(classes), size).astype(np.float32),
        "sketch": rng.integers(-1, 2, (size, 2)).astype(np.float16),
        "margin": rng.random(size, dtype=np.float32),
    }
    names = draw(st.sets(st.sampled_from(sorted(columns))))
    covered = np.flatnonzero(rng.random(size) < draw(st.sampled_from([0.8, 1.0])))
    return Situation(
        pool=Pool(
            np.flatnonzero(known == 0),
            np.flatnonzero(known == 1),
            SignalSet({name: Column(columns[name][covered], covered) for name in names}, size),
        ),
        loop=draw(st.integers(0, 5)),
        pool_size=size,
        classes=draw(st.sampled_from([None, classes])),
        label_budget=draw(st.none() | st.integers(1, 50)),
        batch_size=draw(st.none() | st.integers(1, 50)),
        strategy=draw(st.none() | st.sampled_from(sorted(strategies()))),
        random_share=draw(st.sampled_from([0.0, 0.05, 0.5, 1.0])),
    )


@settings(max_examples=300, deadline=None)
@given(situations(), st.integers(0, 2**63 - 1))
def test_every_plan_can_be_carried_out_and_stays_within_budget_and_candidates(asked: Situation, seed: int) -> None:
    plan = PriorPolicy().decide(asked)
    candidates, labeled = len(asked.pool.unlabeled), len(asked.pool.labeled)
    left = candidates if asked.label_budget is None else min(candidates, max(0, asked.label_budget - labeled))
    assert plan.batch_size <= left
    assert plan.stop.stop == (plan.batch_size == 0) == (left == 0)
    assert plan.reason
    assert plan.stop.reason
    if plan.batch_size:
        selection = execute(plan.blend, asked.pool, plan.batch_size, seed)
        assert len(selection.positions) == plan.batch_size
        assert np.isin(selection.positions, asked.pool.unlabeled).all()


@settings(max_examples=150, deadline=None)
@given(situations())
def test_unmet_is_exactly_what_cannot_choose(asked: Situation) -> None:
    plan = PriorPolicy().decide(asked)
    unmet = {item.strategy: (item.missing_signals, item.reason) for item in plan.unmet}
    for name in strategies():
        assert unmet.get(name) == get_strategy(name).why_unmet(asked.pool)


@settings(max_examples=100, deadline=None)
@given(situations())
def test_the_same_situation_gives_the_same_plan_and_is_not_changed(asked: Situation) -> None:
    arrays = [asked.pool.unlabeled, asked.pool.labeled]
    before = [array.tobytes() for array in arrays]
    plan = PriorPolicy().decide(asked)
    assert plan == PriorPolicy().decide(asked)
    assert before == [array.tobytes() for array in arrays]
    assert set(plan.features) <= {*FEATURES, KAPPA, CHANGE, SURE}
    assert all(np.isfinite(value) for value in plan.features.values())
