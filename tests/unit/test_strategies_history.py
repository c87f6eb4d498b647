"""Signals over loops, and strategies over these, against plain transcriptions over lists of loops."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import xlogy

from loopwise.errors import InvalidInputError, MissingSignalError
from loopwise.signals import (
    SIGNALS,
    Column,
    SignalSet,
    dynamics_entropy,
    entropy,
    fluctuation,
    forgetting,
    label_dispersion,
    margin,
    mean_history,
    output_discrepancy,
    predicted_class,
    prediction_flips,
    probability_change,
    weighted_history,
)
from loopwise.signals.history import WINDOW
from loopwise.strategies import Pool, get_strategy
from loopwise.strategies.history import Fluctuation

ROWS = 300
Matrices = list[NDArray[Any]]
HISTORIES = [name for name, signal in SIGNALS.items() if signal.over_loops]
OF_COLUMNS = [weighted_history, mean_history, fluctuation, prediction_flips, forgetting, label_dispersion]
OF_MATRICES = [output_discrepancy, probability_change, dynamics_entropy]


def loops(count: int, rows: int = ROWS, classes: int = 4, seed: int = 0) -> Matrices:
    """Probabilities of a model that learns: each loop's are mixed with those before."""
    rng = np.random.default_rng(seed)
    found = [rng.dirichlet(np.ones(classes), rows)]
    while len(found) < count:
        found.append(0.5 * found[-1] + 0.5 * rng.dirichlet(np.full(classes, 0.3), rows))
    return [P.astype(np.float32) for P in found]


def signals(history: Matrices) -> SignalSet:
    past = [{"probabilities": Column(P)} for P in history[:-1]]
    return SignalSet({"probabilities": Column(history[-1])}, len(history[-1]), past=past)


def all_positions(rows: int = ROWS) -> NDArray[np.int64]:
    return np.arange(rows)


# Transcriptions: lists of Python's numbers, one record after the other


def plain_weighted(values: list[float]) -> float:
    weights = [0.5**age for age in range(len(values))]
    return sum(w * v for w, v in zip(weights, reversed(values), strict=True)) / sum(weights)


def plain_mean(values: list[float]) -> float:
    return sum(values) / len(values)


def plain_variance(values: list[float]) -> float:
    return sum((value - plain_mean(values)) ** 2 for value in values) / len(values)


def plain_flips(classes: list[int]) -> int:
    return sum(classes[i] != classes[i + 1] for i in range(len(classes) - 1))


def plain_forgetting(classes: list[int]) -> int:
    kept = [c == classes[-1] for c in classes]
    return sum(kept[i] and not kept[i + 1] for i in range(len(kept) - 1))


def plain_dispersion(classes: list[int]) -> float:
    return 1 - max(classes.count(c) for c in classes) / len(classes)


def plain_discrepancy(P: Matrices) -> float:
    return float(np.linalg.norm(P[-1] - P[-2])) if len(P) > 1 else 0.0


def plain_change(P: Matrices) -> float:
    steps = [0.5 * float(np.abs(P[i + 1] - P[i]).sum()) for i in range(len(P) - 1)]
    return plain_mean(steps) if steps else 0.0


def plain_dynamics(P: Matrices) -> float:
    q = np.mean(P, axis=0)
    return float(-xlogy(q, q).sum())


PLAIN: dict[str, tuple[Callable[[NDArray[Any]], NDArray[Any]] | None, Callable[[list[Any]], float]]] = {
    "entropy_history": (entropy, plain_weighted),
    "entropy_fluctuation": (entropy, plain_variance),
    "margin_history": (margin, plain_mean),
    "margin_fluctuation": (margin, plain_variance),
    "prediction_flips": (predicted_class, plain_flips),
    "forgetting": (predicted_class, plain_forgetting),
    "label_dispersion": (predicted_class, plain_dispersion),
    "output_discrepancy": (None, plain_discrepancy),
    "probability_change": (None, plain_change),
    "dynamics_entropy": (None, plain_dynamics),
}


def plain(name: str, history: Matrices) -> NDArray[Any]:
    derive, over_loops = PLAIN[name]
    if derive is None:
        return np.array([over_loops([P[row].astype(np.float64) for P in history]) for row in range(len(history[-1]))])
    columns = [derive(P).tolist() for P in history[-WINDOW:]]
    return np.array([over_loops([column[row] for column in columns]) for row in range(len(history[-1]))])


def test_every_signal_of_history_is_tested() -> None:
    assert set(PLAIN) == set(HISTORIES)


@pytest.mark.parametrize("name", HISTORIES)
class TestSignals:
    @pytest.mark.parametrize("count", [2, 3, 6, WINDOW, WINDOW + 5])
    @pytest.mark.parametrize("classes", [1, 2, 5])
    def test_values(self, name: str, count: int, classes: int) -> None:
        history = loops(count, 100, classes)
        before = [P.copy() for P in history]
        column = signals(history).column(name)
        np.testing.assert_allclose(column.values, plain(name, history), rtol=1e-5, atol=1e-6)
        assert column.values.dtype.str == SIGNALS[name].dtypes[0]
        assert SIGNALS[name].check(column.values, classes) is None
        for P, copy in zip(history, before, strict=True):
            np.testing.assert_array_equal(P, copy)

    def test_loops_that_cover_other_records_do_not_count(self, name: str) -> None:
        history = loops(5)
        rng = np.random.default_rng(1)
        positions = [np.sort(rng.permutation(ROWS)[:250]) for _ in range(4)]
        present = np.intersect1d(positions[0], positions[3])[:120]  # loops 1 and 2 lack some of these
        past = [{"probabilities": Column(P[rows], rows)} for P, rows in zip(history, positions, strict=False)]
        known = SignalSet({"probabilities": Column(history[-1][present], present)}, ROWS, past=past)
        counted = [history[loop][present] for loop in (0, 3, 4)]
        np.testing.assert_allclose(known.take(name, present), plain(name, counted), rtol=1e-5, atol=1e-6)
        np.testing.assert_array_equal(known.column(name).positions, present)
        assert known.why_missing(name, all_positions()) is not None

    def test_loops_without_the_source_do_not_count(self, name: str) -> None:
        history = loops(3)
        past = [{"probabilities": Column(history[0])}, {"loss": Column(np.ones(ROWS))}, {}]
        known = SignalSet({"probabilities": Column(history[2])}, ROWS, past=past)
        np.testing.assert_allclose(
            known.column(name).values, plain(name, [history[0], history[2]]), rtol=1e-5, atol=1e-6
        )

    def test_a_changed_number_of_classes(self, name: str) -> None:
        history = [*loops(2, classes=3, seed=1), *loops(3, classes=4)]
        known = signals(history)
        of_classes = SIGNALS[name].sources == ("probabilities",)  # no row can be compared with one of another width
        expected = plain(name, history[2:] if of_classes else history)
        np.testing.assert_allclose(known.column(name).values, expected, rtol=1e-5, atol=1e-6)

    def test_one_loop_only(self, name: str) -> None:
        known = signals(loops(1))
        why = known.why_missing(name, all_positions())
        assert why is not None
        assert "earlier loop" in why
        with pytest.raises(MissingSignalError, match="earlier loop"):
            known.column(name)

    def test_of_records_that_the_loop_before_knows(self, name: str) -> None:
        """One record that it did not look at does not cost the others their history."""
        history = loops(3)
        most = np.setdiff1d(np.arange(ROWS), [7])
        past = [{"probabilities": Column(history[0])}, {"probabilities": Column(history[1][most], most)}]
        known = SignalSet({"probabilities": Column(history[2])}, ROWS, past=past)
        expected = plain(name, [P[most] for P in history])
        np.testing.assert_allclose(known.take(name, most), expected, rtol=1e-5, atol=1e-6)
        assert known.why_missing(name, np.arange(ROWS)) == f"{name} is there for {ROWS - 1} of {ROWS} records only."

    def test_loops_further_back_that_know_too_few_do_not_count(self, name: str) -> None:
        history = loops(3)
        some = np.arange(10)
        past = [{"probabilities": Column(history[0][some], some)}, {"probabilities": Column(history[1])}]
        known = SignalSet({"probabilities": Column(history[2])}, ROWS, past=past)
        np.testing.assert_allclose(known.column(name).values, plain(name, history[1:]), rtol=1e-5, atol=1e-6)

    def test_float16_and_float64(self, name: str) -> None:
        for dtype in (np.float16, np.float64):
            history = [P.astype(dtype) for P in loops(4)]
            history[1] = history[1].astype(np.float32)  # of different types in different loops
            np.testing.assert_allclose(signals(history).column(name).values, plain(name, history), rtol=1e-5, atol=2e-6)

    def test_many_blocks(self, name: str) -> None:
        history = loops(4, rows=150_000)
        rows = np.random.default_rng(0).permutation(150_000)[:100]
        values = signals(history).column(name).values[rows]
        np.testing.assert_allclose(values, plain(name, [P[rows] for P in history]), rtol=1e-5, atol=1e-6)

    def test_memory_does_not_grow_with_the_loops(self, name: str) -> None:
        derive, source = SIGNALS[name].derive, SIGNALS[name].sources[0]
        assert derive is not None
        P = loops(1, rows=50_000)[0]
        column = P if source == "probabilities" else PLAIN[name][0](P)  # type: ignore[misc]

        def many(count: int) -> Iterator[NDArray[Any]]:
            for _ in range(count):
                yield column.copy()

        peaks = []
        for count in (WINDOW + 2, 4 * WINDOW):
            tracemalloc.start()
            derive(many(count))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] < 1.1 * peaks[0]
        held = 4 if source == "probabilities" else WINDOW + 2
        assert peaks[1] < held * column.nbytes + 12 * 2**20  # and what a block takes


@pytest.mark.parametrize("derive", [*OF_COLUMNS, *OF_MATRICES])
class TestFunctions:
    def test_no_loop_is_refused(self, derive: Callable[..., Any]) -> None:
        with pytest.raises(InvalidInputError, match="present loop"):
            derive([])

    def test_loops_of_other_shapes_are_refused(self, derive: Callable[..., Any]) -> None:
        shapes = [(4,), (5,)] if derive in OF_COLUMNS else [(4, 2), (4, 3)]
        with pytest.raises(InvalidInputError, match="shape"):
            derive([np.ones(shape) for shape in shapes])
        with pytest.raises(InvalidInputError, match="shape"):
            derive([np.ones((4, 2)) if derive in OF_COLUMNS else np.ones(4)])

    def test_a_pool_of_none(self, derive: Callable[..., Any]) -> None:
        assert derive([np.ones((0,) if derive in OF_COLUMNS else (0, 2))] * 3).shape == (0,)

    def test_one_loop_is_no_change(self, derive: Callable[..., Any]) -> None:
        column = np.array([0.25, 1.0, 3.0])
        values = derive([column if derive in OF_COLUMNS else np.full((3, 2), 0.5)])
        expected = {weighted_history: column, mean_history: column, dynamics_entropy: np.log([2, 2, 2])}
        np.testing.assert_allclose(values, expected.get(derive, np.zeros(3)), rtol=1e-6)


@pytest.mark.parametrize("derive", [weighted_history, mean_history, fluctuation, *OF_MATRICES])
def test_nan_is_never_hidden(derive: Callable[..., Any]) -> None:
    history = [np.full((6, 3), 1 / 3) if derive in OF_MATRICES else np.ones(6) for _ in range(3)]
    history[-1][4] = np.nan
    assert np.flatnonzero(np.isnan(derive(history))).tolist() == [4]


class TestStrategies:
    HISTORY = loops(6)

    def pool(self) -> Pool:
        known = signals(self.HISTORY)
        return Pool(np.arange(40, ROWS), np.arange(40), known)

    @pytest.mark.parametrize(
        ("strategy", "signal", "sign"),
        [
            ("history_uncertainty", "margin_history", -1),
            ("wshs", "entropy_history", 1),
            ("temporal_discrepancy", "output_discrepancy", 1),
            ("dynamics_entropy", "dynamics_entropy", 1),
            ("prediction_flips", "prediction_flips", 1),
            ("forgetting", "forgetting", 1),
            ("label_dispersion", "label_dispersion", 1),
        ],
    )
    def test_order_of_choice(self, strategy: str, signal: str, sign: int) -> None:
        batch = get_strategy(strategy).select(self.pool(), 25, np.random.default_rng(0))
        values = sign * plain(signal, self.HISTORY)
        assert (batch >= 40).all()
        np.testing.assert_allclose(values[batch], np.sort(values[40:])[::-1][:25], rtol=1e-5)  # up to ties

    @pytest.mark.parametrize("weight", [0.0, 1.0, 30.0])
    def test_fhs(self, weight: float) -> None:
        batch = Fluctuation(weight).select(self.pool(), 25, np.random.default_rng(0))
        utilities = entropy(self.HISTORY[-1]) + weight * plain("entropy_fluctuation", self.HISTORY)
        np.testing.assert_array_equal(batch, 40 + np.argsort(-utilities[40:])[:25])

    @pytest.mark.parametrize("strategy", ["wshs", "fhs", "temporal_discrepancy", "prediction_flips"])
    def test_the_first_loop_is_too_early(self, strategy: str) -> None:
        pool = Pool(np.arange(ROWS), np.arange(0), signals(self.HISTORY[:1]))
        unmet = get_strategy(strategy).why_unmet(pool)
        assert unmet is not None
        assert "earlier loop" in unmet[1]
