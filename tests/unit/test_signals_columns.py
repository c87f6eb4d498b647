"""Columns, their coverage, and what follows from them."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError, MissingSignalError
from loopwise.signals import Column, ShareLevel, SignalSet, density, margin

SIZE = 50
EVERY = np.arange(SIZE)
RNG = np.random.default_rng(0)
P = RNG.dirichlet(np.ones(4), SIZE).astype(np.float32)
E = RNG.normal(size=(SIZE, 3)).astype(np.float16)
EVEN = np.arange(0, SIZE, 2)


def test_a_signal_of_the_whole_pool() -> None:
    signals = SignalSet({"probabilities": Column(P)}, SIZE)
    np.testing.assert_array_equal(signals.take("probabilities", EVERY), P)
    np.testing.assert_array_equal(signals.take("probabilities", EVEN), P[EVEN])
    np.testing.assert_array_equal(signals.take("probabilities", EVERY[::-1]), P[::-1])


def test_a_signal_of_some_records() -> None:
    signals = SignalSet({"probabilities": Column(P[EVEN], EVEN)}, SIZE)
    np.testing.assert_array_equal(signals.take("probabilities", EVEN), P[EVEN])
    np.testing.assert_array_equal(signals.take("probabilities", np.array([8, 2])), P[[8, 2]])
    np.testing.assert_array_equal(signals.covered("probabilities", EVERY), EVERY % 2 == 0)
    assert signals.why_missing("probabilities", EVEN) is None
    assert (
        signals.why_missing("probabilities", np.array([2, 3, 5])) == "probabilities is there for 1 of 3 records only."
    )


def test_signals_follow_from_others() -> None:
    signals = SignalSet({"probabilities": Column(P[EVEN], EVEN), "sketch": Column(E)}, SIZE)
    assert signals.has("margin")
    np.testing.assert_array_equal(signals.take("margin", EVEN[3:]), margin(P)[EVEN[3:]])
    np.testing.assert_array_equal(signals.covered("margin", EVERY), EVERY % 2 == 0)
    np.testing.assert_array_equal(signals.take("density", EVEN), density(E)[EVEN])  # to the pool, not to the taken


def test_a_reported_signal_is_not_derived() -> None:
    mine = np.linspace(0, 1, SIZE, dtype=np.float32)
    signals = SignalSet({"probabilities": Column(P), "margin": Column(mine)}, SIZE)
    np.testing.assert_array_equal(signals.take("margin", EVERY), mine)


def test_a_missing_signal_is_named() -> None:
    signals = SignalSet({"probabilities": Column(P[EVEN], EVEN)}, SIZE)
    assert not signals.has("density")
    assert not signals.covered("density", EVERY).any()
    assert signals.why_missing("density", EVERY) == "density was not reported, nor sketch, from which it follows."
    for name in ("density", "loss", "margin"):
        with pytest.raises(MissingSignalError, match=name) as caught:
            signals.take(name, EVERY)
        assert caught.value.signal == name
    with pytest.raises(MissingSignalError, match="loss was not reported"):
        signals.column("loss")


def test_what_stays_at_home_is_said_to() -> None:
    signals = SignalSet({"margin": Column(margin(P))}, SIZE, level=ShareLevel.SCORES)
    home = "stays at home at the share level scores; it leaves at"
    assert signals.why_missing("sketch", EVERY) == f"sketch {home} embeddings and above."
    assert signals.why_missing("members", EVERY) == f"members {home} probabilities and above."
    over_loops = "probability_change was not reported; probabilities, from which it follows,"
    assert signals.why_missing("probability_change", EVERY) == f"{over_loops} {home} probabilities and above."
    # What may leave, computed at home, was just not given.
    for name in ("loss", "density", "entropy_history"):
        assert "home" not in (signals.why_missing(name, EVERY) or "home"), name
    assert signals.why_missing("margin", EVERY) is None


def test_arrays_handed_out_are_read_only_and_not_copied() -> None:
    for column, positions in ((Column(P), EVERY), (Column(P[EVEN], EVEN), EVEN.copy())):
        signals = SignalSet({"probabilities": column}, SIZE)
        taken = signals.take("probabilities", positions)
        assert np.shares_memory(taken, column.values)
        assert not taken.flags.writeable
        assert not signals.take("probabilities", positions[:5]).flags.writeable
    assert P.flags.writeable  # the user's own array stays as it was


def test_derived_columns_are_kept() -> None:
    signals = SignalSet({"probabilities": Column(P)}, SIZE)
    assert np.shares_memory(signals.take("margin", EVERY), signals.take("margin", EVERY))


def test_no_records() -> None:
    signals = SignalSet({"probabilities": Column(P)}, SIZE)
    assert signals.take("margin", EVERY[:0]).shape == (0,)
    assert signals.take("probabilities", EVERY[:0]).shape == (0, 4)


@pytest.mark.parametrize(
    ("values", "positions"),
    [
        (P, EVEN),
        (P[:3], np.array([1, 1, 2])),
        (P[:3], np.array([3, 2, 1])),
        (P[:3], np.array([-1, 2, 3])),
        (P[:3], np.array([0.0, 1.0, 2.0])),
        (P[None], None),
    ],
)
def test_impossible_columns_are_refused(values: NDArray[np.float32], positions: NDArray[np.int64] | None) -> None:
    with pytest.raises(InvalidInputError):
        Column(values, positions)


def test_columns_of_another_pool_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="50 rows for a pool of 49"):
        SignalSet({"probabilities": Column(P)}, SIZE - 1)
    with pytest.raises(InvalidInputError, match="position 48 of 48"):
        SignalSet({"probabilities": Column(P[EVEN], EVEN)}, 48)
