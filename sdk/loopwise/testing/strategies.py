"""What every querying strategy must keep to, as tests that a package inherits."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError, MissingSignalError
from loopwise.signals import SIGNALS, Column, SignalSet
from loopwise.strategies import Pool, Strategy, UtilityStrategy

ROWS = 96
CLASSES = 4
WIDTH = 6
MEMBERS = 3

Change = Callable[[str, NDArray[Any]], NDArray[Any]]


class StrategySuite:
    """The suite for a querying strategy.

    Subclass it in a test module, and name the strategy:

        class TestMine(StrategySuite):
            strategy = MyStrategy()

    To run it over several strategies, override the fixture `subject` and give it parameters. A strategy that needs
    signals of its own overrides `values`.

    Attributes:
        strategy: What is tested.
    """

    strategy: Strategy

    @pytest.fixture
    def subject(self) -> Strategy:
        """The strategy under test."""
        return self.strategy

    def values(self, signal: str, rows: int, classes: int, rng: np.random.Generator) -> NDArray[Any]:
        """Plausible values of a signal, (rows,) or (rows, width), as its definition allows."""
        known = SIGNALS.get(signal)
        if known is None:
            return rng.random(rows, dtype=np.float32)
        if known.sources and known.derive is not None and not known.over_loops:
            return known.derive(*(self.values(source, rows, classes, rng) for source in known.sources))
        dtype = np.dtype(known.dtypes[-1])
        if known.per_class:
            return rng.dirichlet(np.ones(classes), rows).astype(dtype)
        if known.per_member:
            return rng.dirichlet(np.ones(classes), (rows, MEMBERS)).reshape(rows, -1).astype(dtype)
        shape = (rows, WIDTH) if known.vector else (rows,)
        if dtype.kind == "i":
            return rng.integers(0, classes, shape).astype(dtype)
        if math.isfinite(known.low) and math.isfinite(known.high) and known.high <= classes:
            return rng.uniform(known.low, known.high, shape).astype(dtype)
        if known.low == 0:
            return rng.exponential(1, shape).clip(max=known.high).astype(dtype)
        return rng.normal(size=shape).clip(known.low, known.high).astype(dtype)

    def pool(
        self,
        strategy: Strategy,
        *,
        classes: int = CLASSES,
        labeled: int = ROWS // 3,
        change: Change | None = None,
        missing: str | None = None,
        hidden: int = 0,
    ) -> Pool:
        """A pool in which only the strategy's needs are known.

        Args:
            strategy: Whose needs.
            classes: Number of classes.
            labeled: Number of labeled records.
            change: Applied to each signal's values, given its name.
            missing: A signal that is left out.
            hidden: How many candidates that signal is left out for; 0, for all records.
        """
        rng = np.random.default_rng(7)
        positions = rng.permutation(ROWS)
        known, unlabeled = np.sort(positions[:labeled]), np.sort(positions[labeled:])
        columns = {}
        for signal in strategy.needs:
            values = self.values(signal, ROWS, classes, rng)
            values = values if change is None else change(signal, values)
            if signal != missing:
                columns[signal] = Column(values)
            elif hidden:
                rows = np.setdiff1d(np.arange(ROWS), unlabeled[-hidden:])
                columns[signal] = Column(values[rows], rows)
        return Pool(unlabeled, known, SignalSet(columns, ROWS))

    @pytest.mark.parametrize("size", [1, 2, 20, ROWS - ROWS // 3])
    def test_batch(self, subject: Strategy, size: int) -> None:
        """A batch has the right size, and consists of different unlabeled records."""
        check_batch(self.pool(subject), subject, size)

    @pytest.mark.parametrize("size", [1, 20, ROWS])
    def test_without_labeled_records(self, subject: Strategy, size: int) -> None:
        """A strategy chooses in a pool in which nothing is labeled yet."""
        check_batch(self.pool(subject, labeled=0), subject, size)

    def test_labeled_records_without_signals(self, subject: Strategy) -> None:
        """A strategy chooses when signals are there for the candidates only."""
        full = self.pool(subject)
        columns = {name: Column(full.signal(name), full.unlabeled) for name in subject.needs}
        check_batch(Pool(full.unlabeled, full.labeled, SignalSet(columns, ROWS)), subject, 20)

    def test_same_seed_same_records(self, subject: Strategy) -> None:
        """A choice depends on the arguments alone: not on earlier calls, the instance, or global random state."""
        first = choose(self.pool(subject), subject, 20, seed=3)
        choose(self.pool(subject, labeled=5), subject, 9, seed=4)
        np.random.seed(5)  # noqa: NPY002
        np.testing.assert_array_equal(choose(self.pool(subject), subject, 20, seed=3), first)
        np.testing.assert_array_equal(choose(self.pool(subject), type(subject)(), 20, seed=3), first)

    def test_global_random_state_is_left_alone(self, subject: Strategy) -> None:
        """Random numbers come from the generator that is passed in, from nowhere else."""
        before = np.random.get_state(legacy=False)  # noqa: NPY002
        choose(self.pool(subject), subject, 20)
        np.testing.assert_equal(np.random.get_state(legacy=False), before)  # noqa: NPY002

    @pytest.mark.parametrize("labeled", [0, ROWS // 3])
    def test_equal_records(self, subject: Strategy, labeled: int) -> None:
        """Between records of which the same is known chance decides, not the order in the pool."""
        pool = self.pool(subject, labeled=labeled, change=lambda _, values: np.repeat(values[:1], len(values), axis=0))
        check_batch(pool, subject, 20)
        check_batch(pool, subject, len(pool.unlabeled))
        batches = [choose(pool, subject, 2, seed) for seed in range(20)]
        for place in (0, 1):
            assert len({int(batch[place]) for batch in batches}) > 10, "ties are not broken at random"

    def test_few_distinct_records(self, subject: Strategy) -> None:
        """A strategy fills the batch when there are fewer distinct records than it is asked for."""
        pool = self.pool(subject, change=lambda _, values: values[np.arange(len(values)) % 5])
        check_batch(pool, subject, 20)
        check_batch(pool, subject, len(pool.unlabeled))

    @pytest.mark.parametrize("classes", [1, 2, 50])
    def test_numbers_of_classes(self, subject: Strategy, classes: int) -> None:
        """One class, two classes, many classes."""
        check_batch(self.pool(subject, classes=classes), subject, 20)

    @pytest.mark.parametrize("every", [1, 2])
    def test_vectors_of_length_zero(self, subject: Strategy, every: int) -> None:
        """Embeddings may be zero, all of them or some."""

        def zero(signal: str, values: NDArray[Any]) -> NDArray[Any]:
            if is_vector(signal):
                values[::every] = 0
            return values

        check_batch(self.pool(subject, change=zero), subject, 20)

    def test_dtypes(self, subject: Strategy) -> None:
        """Every dtype in which a signal may travel will do."""
        for signal in subject.needs:
            for dtype in SIGNALS[signal].dtypes if signal in SIGNALS else ():
                cast = _cast(signal, dtype)
                check_batch(self.pool(subject, change=cast), subject, 20)

    @pytest.mark.parametrize("dtype", [np.float16, np.float64])
    def test_other_floats(self, subject: Strategy, dtype: type[np.floating[Any]]) -> None:
        """Neither coarser nor finer numbers than usual lead to errors."""

        def cast(_: str, values: NDArray[Any]) -> NDArray[Any]:
            cast: NDArray[Any] = values.astype(dtype)
            return cast if values.dtype.kind == "f" else values

        check_batch(self.pool(subject, change=cast), subject, 20)

    def test_whole_numbers(self, subject: Strategy) -> None:
        """Vectors, and probabilities of 0 and 1, may be integers."""

        def cast(signal: str, values: NDArray[Any]) -> NDArray[Any]:
            if signal in SIGNALS and SIGNALS[signal].per_class:
                one_hot: NDArray[Any] = np.eye(values.shape[1], dtype=np.int64)[values.argmax(axis=1)]
                return one_hot
            return np.rint(values).astype(np.int64) if signal == "sketch" else values

        check_batch(self.pool(subject, change=cast), subject, 20)

    def test_memory_mapped_files(self, subject: Strategy, tmp_path: Path) -> None:
        """Arrays on the disk, opened for reading, give the same records."""
        expected = choose(self.pool(subject), subject, 20)

        def mapped(signal: str, values: NDArray[Any]) -> NDArray[Any]:
            np.save(tmp_path / f"{signal}.npy", values)
            loaded: NDArray[Any] = np.load(tmp_path / f"{signal}.npy", mmap_mode="r")
            return loaded

        np.testing.assert_array_equal(choose(self.pool(subject, change=mapped), subject, 20), expected)

    @pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
    def test_impossible_values_are_refused_by_name(self, subject: Strategy, wrong: float) -> None:
        """No strategy ever sees a NaN or an infinity: its pool cannot be built, and the message names the row."""
        for name in subject.needs:

            def spoil(signal: str, values: NDArray[Any], name: str = name) -> NDArray[Any]:
                if signal == name and values.dtype.kind == "f":
                    values[11] = wrong
                return values

            if name in SIGNALS and np.dtype(SIGNALS[name].dtypes[0]).kind == "f":
                with pytest.raises(InvalidInputError, match=f"{name} is wrong in row 11"):
                    self.pool(subject, change=spoil)

    def test_memory_layout_does_not_matter(self, subject: Strategy) -> None:
        """Views, Fortran order and read-only arrays give the same records."""
        expected = choose(self.pool(subject), subject, 20)

        def spread(_: str, values: NDArray[Any]) -> NDArray[Any]:
            view = np.repeat(np.asfortranarray(values), 2, axis=0)[::2]
            view.flags.writeable = False
            return view

        np.testing.assert_array_equal(choose(self.pool(subject, change=spread), subject, 20), expected)

    def test_nothing_is_changed(self, subject: Strategy) -> None:
        """The arrays that a strategy is given stay as they are."""
        given: dict[str, NDArray[Any]] = {}
        pool = self.pool(subject, change=given.setdefault)
        before = {name: values.copy() for name, values in given.items()}
        unlabeled, labeled = pool.unlabeled.copy(), pool.labeled.copy()
        choose(pool, subject, 20)
        for name, values in before.items():
            np.testing.assert_array_equal(given[name], values)
        np.testing.assert_array_equal(pool.unlabeled, unlabeled)
        np.testing.assert_array_equal(pool.labeled, labeled)

    @pytest.mark.parametrize("hidden", [0, 1])
    def test_missing_signals_are_refused_by_name(self, subject: Strategy, hidden: int) -> None:
        """Without one of its needs, for all records or for one candidate, a strategy refuses and names it."""
        for signal in subject.needs:
            pool = self.pool(subject, missing=signal, hidden=hidden)
            unmet = subject.why_unmet(pool)
            assert unmet is not None
            assert unmet[0] == (signal,)
            assert signal in unmet[1]
            with pytest.raises(MissingSignalError) as caught:
                choose(pool, subject, 5)
            assert caught.value.signal == signal

    def test_needs_suffice(self, subject: Strategy) -> None:
        """With its needs and nothing else, nothing is unmet."""
        assert subject.why_unmet(self.pool(subject)) is None

    def test_best_first(self, subject: Strategy) -> None:
        """A strategy of utilities takes the largest, in descending order."""
        if isinstance(subject, UtilityStrategy):
            pool = self.pool(subject)
            utilities = subject.utilities(pool, np.random.default_rng(0))
            assert utilities.shape == pool.unlabeled.shape
            rows = np.searchsorted(pool.unlabeled, choose(pool, subject, 20))
            np.testing.assert_array_equal(utilities[rows], np.sort(utilities)[::-1][:20])

    def test_described(self, subject: Strategy) -> None:
        """Name, needs, description and reference say what it is."""
        assert re.fullmatch(r"[a-z][a-z0-9_]*", subject.name)
        assert isinstance(subject.needs, tuple)
        assert all(isinstance(signal, str) for signal in subject.needs)
        assert subject.description.endswith(".")
        assert len(subject.reference) > 10

    def test_parameters_are_documented(self, subject: Strategy) -> None:
        """Every argument of __init__ has a default and a line in the docstring of the class."""
        docstring = inspect.getdoc(type(subject))
        assert docstring
        for name, parameter in inspect.signature(type(subject)).parameters.items():
            assert parameter.default is not inspect.Parameter.empty, f"{name} has no default"
            assert re.search(rf"^\s*{name}( \(.*\))?: \S", docstring, re.MULTILINE), f"{name} is not documented"


def choose(pool: Pool, strategy: Strategy, size: int, seed: int = 0) -> NDArray[np.int64]:
    """The strategy's batch; a division by zero, or a result that is no number, is an error."""
    with np.errstate(divide="raise", invalid="raise"):
        return strategy.select(pool, size, np.random.default_rng(seed))


def check_batch(pool: Pool, strategy: Strategy, size: int) -> None:
    """Asserts that the strategy's batch has the right size, and consists of different unlabeled records."""
    batch = choose(pool, strategy, size)
    assert isinstance(batch, np.ndarray)
    assert batch.dtype == np.int64
    assert batch.shape == (size,)
    assert len(set(batch.tolist())) == size, "a record was chosen twice"
    assert set(batch.tolist()) <= set(pool.unlabeled.tolist()), "a record was chosen that is not unlabeled"


def is_vector(signal: str) -> bool:
    """Is it a signal of vectors, which may be of length zero?"""
    return signal in SIGNALS and SIGNALS[signal].vector and not SIGNALS[signal].per_member


def _cast(signal: str, dtype: str) -> Change:
    return lambda name, values: values.astype(dtype) if name == signal else values
