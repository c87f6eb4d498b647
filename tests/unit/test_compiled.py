"""The compiled kernels give what NumPy gives, and nothing depends on their being there."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.special import rel_entr

from loopwise import compiled
from loopwise.errors import InvalidInputError
from loopwise.signals import committee_signals, entropy, least_confidence, margin, ratio
from tests.pools import Floats

Signal = Callable[[Floats], Floats]
SIGNALS: list[Signal] = [margin, ratio, least_confidence, entropy]


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to the kernels too."""
    pytest.importorskip("numba")
    monkeypatch.setattr(compiled, "LEAST_VALUES", 0)


def probabilities(rows: int, classes: int, kind: str = "spread") -> Floats:
    rng = np.random.default_rng(rows + classes)
    if kind == "ties":
        P: Floats = rng.integers(0, 3, (rows, classes)) + np.float32(0.01)
    elif kind == "certain":
        P = np.eye(classes)[rng.integers(0, classes, rows)]
    elif kind == "nearly certain":
        P = np.eye(classes)[rng.integers(0, classes, rows)] + 10.0 ** rng.uniform(-9, -2, (rows, classes))
    else:
        P = rng.dirichlet(np.ones(classes), rows)
    return np.asarray(P / P.sum(axis=1, keepdims=True), np.float32)


def exact_entropy(P: Floats) -> NDArray[np.float64]:
    P = P.astype(np.float64)
    return np.asarray(-(P * np.log(np.where(P > 0, P, 1))).sum(axis=1))


@pytest.mark.parametrize("kind", ["spread", "ties", "certain", "nearly certain"])
@pytest.mark.parametrize("classes", [1, 2, 3, 10, 64, 65, 100, 1000])
@pytest.mark.parametrize("rows", [0, 1, 3, 4, 2001])
def test_like_numpy(rows: int, classes: int, kind: str) -> None:
    P = probabilities(rows, classes, kind)
    for signal in (margin, ratio, least_confidence):
        with compiled.plain():
            expected = signal(P)
        np.testing.assert_array_equal(signal(P), expected)
    # The sum of a thousand terms rounds more than they do.
    np.testing.assert_allclose(entropy(P), exact_entropy(P), rtol=1e-6 if classes <= 100 else 5e-6, atol=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 40), st.integers(1, 80), st.data())
def test_two_largest(rows: int, classes: int, data: st.DataObject) -> None:
    values = st.floats(0, 1, width=32).map(abs)
    P = np.array(data.draw(st.lists(values, min_size=rows * classes, max_size=rows * classes)), np.float32)
    P = P.reshape(rows, classes)
    first, second = np.empty((2, rows), np.float32)
    kernels = compiled.kernels(P.size)
    assert kernels is not None
    assert kernels.two_largest(P, first, second)
    ordered = np.sort(np.concatenate([np.zeros((rows, 1), np.float32), P], axis=1), axis=1)
    np.testing.assert_array_equal(first, ordered[:, -1])
    np.testing.assert_array_equal(second, ordered[:, -2])


def test_entropy_over_all_magnitudes() -> None:
    kernels = compiled.kernels(1)
    assert kernels is not None
    tiny = np.finfo(np.float32).tiny
    exponents = np.random.default_rng(0).uniform(np.log(tiny), 0, 200_000)
    p = np.concatenate([np.exp(exponents), 1 - np.exp(exponents), np.linspace(0.5, 1, 100_000), [0, 1, tiny]])
    p = p.astype(np.float32).clip(tiny).reshape(-1, 1)
    exact = -p[:, 0].astype(np.float64) * np.log(p[:, 0].astype(np.float64))
    nats = np.empty(len(p), np.float32)
    for classes in (1, 65):  # short rows are worked on across, long ones along
        rows = np.zeros((len(p), classes), np.float32)
        rows[:, :1] = p
        assert kernels.entropy(rows, nats)
        np.testing.assert_allclose(nats, exact, rtol=3e-7, atol=1e-37)


@pytest.mark.parametrize("classes", [3, 10, 64, 65, 100])
@pytest.mark.parametrize("rows", [1, 15, 17, 255, 257, 300, 777])
def test_equal_rows_tie_wherever_they_lie(rows: int, classes: int) -> None:
    P = np.repeat(probabilities(1, classes), rows, axis=0)
    for signal in SIGNALS:
        assert len(np.unique(signal(P))) == 1


@pytest.mark.parametrize("classes", [10, 100])
@pytest.mark.parametrize("value", [np.nan, -np.nan, np.inf, -0.5, -0.0])
@pytest.mark.parametrize("signal", SIGNALS)
def test_what_is_no_probability_shows_as_with_numpy(signal: Signal, value: float, classes: int) -> None:
    P = probabilities(500, classes)
    P[123, classes // 2] = value
    with np.errstate(all="ignore"):
        with compiled.plain():
            expected = signal(P)
        found = signal(P)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    if np.isnan(value):
        assert np.flatnonzero(np.isnan(found)).tolist() == [123]


@pytest.mark.parametrize("signal", SIGNALS)
def test_layout_and_dtype(signal: Signal) -> None:
    P = probabilities(3000, 10)
    expected = signal(P)
    read_only = P.copy()
    read_only.flags.writeable = False
    for same in (np.asfortranarray(P), np.repeat(P, 2, axis=1)[:, ::2], read_only, P.astype(np.float64)):
        np.testing.assert_array_equal(signal(same), expected)
    np.testing.assert_allclose(signal(P.astype(np.float16)), expected, atol=0.01)


@pytest.mark.parametrize("kind", ["spread", "ties", "certain", "nearly certain"])
@pytest.mark.parametrize("shape", [(1, 3, 1), (2, 1, 5), (5, 1003, 10), (3, 70, 100), (10, 7, 3)])
def test_committees_like_numpy(shape: tuple[int, int, int], kind: str) -> None:
    members, rows, classes = shape
    M = probabilities(members * rows, classes, kind).reshape(shape)
    found = committee_signals(M)
    with compiled.plain():
        expected = committee_signals(M)
    for name, values in expected.items():
        if name in ("bald", "kl_max", "consensus_entropy"):
            np.testing.assert_allclose(found[name], values, rtol=1e-5, atol=2e-6, err_msg=name)
        else:
            np.testing.assert_array_equal(found[name], values, err_msg=name)
    P = M.astype(np.float64)
    divergences = rel_entr(P, P.mean(axis=0)).sum(axis=2)
    np.testing.assert_allclose(found["bald"], divergences.mean(axis=0), rtol=1e-5, atol=2e-6)
    np.testing.assert_allclose(found["kl_max"], divergences.max(axis=0), rtol=1e-5, atol=2e-6)


@pytest.mark.parametrize("layout", [np.ascontiguousarray, np.asfortranarray, lambda M: M.astype(np.float64)])
def test_committees_in_other_layouts(layout: Callable[[Floats], NDArray[np.floating]]) -> None:
    M = probabilities(1500, 10).reshape(5, 300, 10)
    M[0, 3] = [1, *[-0.0] * 9]  # no fault
    found = committee_signals(layout(M))
    with compiled.plain():
        expected = committee_signals(M)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.5, 1.1])
def test_impossible_committees_are_refused(value: float) -> None:
    M = probabilities(50, 4).reshape(2, 25, 4)
    M[1, 7, 2] = value
    with pytest.raises(InvalidInputError, match="Member 1 is wrong in row 7"):
        committee_signals(M)


def test_small_arrays_are_left_to_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "LEAST_VALUES", 1000)
    assert compiled.kernels(999) is None
    assert compiled.kernels(1000) is not None
    with compiled.plain():
        assert compiled.kernels(1000) is None


WORK = """
    import warnings
    warnings.simplefilter("error")
    import sys
    import numpy as np
    from loopwise import compiled
    from loopwise.signals import entropy, margin
    assert sys.modules.get("numba") is None
    P = np.full((200_000, 10), 0.1, np.float32)
    margin(P[:1000])
    assert sys.modules.get("numba") is None, "numba was imported for a small array"
    assert not margin(P).any()
    assert np.allclose(entropy(P), np.log(10))
"""


def run(script: str) -> None:
    """In a new process, which must be silent."""
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, env=environment, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_numba_is_imported_for_large_arrays_only() -> None:
    run(WORK + "    assert 'numba' in sys.modules\n")


def test_without_numba() -> None:
    run("    import sys\n    sys.modules['numba'] = None\n" + WORK + "    assert compiled.kernels(10**9) is None\n")


def test_without_a_place_to_keep_what_is_compiled() -> None:
    nowhere = """
    from numba.core import caching
    for locator in caching.CacheImpl._locator_classes:
        locator.from_function = classmethod(lambda cls, function, file: None)
    from loopwise import compiled
    import numpy as np
    from loopwise.signals import margin
    assert not margin(np.full((200_000, 10), 0.1, np.float32)).any()
    assert compiled.kernels(10**9).two_largest.stats.cache_path is None
    """
    run(nowhere)
