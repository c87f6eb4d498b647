"""What every strategy for streams must keep to, as tests that a package inherits."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.strategies.streams import StreamStrategy

ROWS = 1000
WIDTH = 3


class StreamSuite:
    """The suite for a strategy for streams.

    Subclass it in a test module, and name the strategy, which takes `budget`, `window` and `seed` by name:

        class TestMine(StreamSuite):
            strategy = MyStream

    To run it over several strategies, override the fixture `subject` and give it parameters.

    Attributes:
        strategy: What is tested.
    """

    strategy: type[StreamStrategy]

    @pytest.fixture
    def subject(self) -> type[StreamStrategy]:
        """The strategy under test."""
        return self.strategy

    @pytest.mark.parametrize("budget", [0.01, 0.1, 0.5, 1.0])
    @pytest.mark.parametrize("window", [10, 100])
    def test_budget(self, subject: type[StreamStrategy], budget: float, window: int) -> None:
        """The budget is kept at any time; of records that are all worth a label it is spent."""
        count = round(ROWS + 10 / budget)
        _, embeddings = records(subject, count)
        labeled = subject(budget=budget, window=window).query(np.ones(count), embeddings)
        most = budget * (np.arange(1, count + 1) + max(window, 1 / budget)) + 1
        assert (np.cumsum(labeled) <= most).all(), "it labels too many"
        assert labeled.sum() >= 0.3 * budget * count, "it labels too few"

    def test_budget_after_a_quiet_time(self, subject: type[StreamStrategy]) -> None:
        """What was not spent is not saved for later beyond the window."""
        utilities, embeddings = records(subject, 2 * ROWS)
        utilities[:ROWS] = 0
        labeled = subject(budget=0.1, window=50).query(utilities, embeddings)
        assert labeled[ROWS:].sum() <= 0.1 * (ROWS + 50) + 1

    def test_calls_do_not_matter(self, subject: type[StreamStrategy]) -> None:
        """One by one, in pieces, or all at once: the same decisions."""
        utilities, embeddings = records(subject)
        expected = subject(seed=3).query(utilities, embeddings)
        assert expected.shape == utilities.shape
        assert expected.dtype == np.bool_
        for cuts in ([], [0, 1, 500, 500, 997], range(1, ROWS)):
            stream = subject(seed=3)
            pieces = [np.arange(ROWS)[slice(*ends)] for ends in zip([0, *cuts], [*cuts, ROWS], strict=True)]
            decisions = [stream.query(utilities[rows], at(embeddings, rows)) for rows in pieces]
            np.testing.assert_array_equal(np.concatenate(decisions), expected)

    def test_saved_and_restored(self, subject: type[StreamStrategy]) -> None:
        """From a state that went through JSON another instance goes on the same, and so does the first."""
        utilities, embeddings = records(subject)
        head, tail = np.arange(400), np.arange(400, ROWS)
        expected = subject(seed=3).query(utilities, embeddings)[tail]
        first, second = subject(seed=3), subject(seed=99)
        first.query(utilities[head], at(embeddings, head))
        saved = json.dumps(first.state(), allow_nan=False)
        np.testing.assert_array_equal(first.query(utilities[tail], at(embeddings, tail)), expected)
        state = json.loads(saved)
        second.restore(state)
        np.testing.assert_array_equal(second.query(utilities[tail], at(embeddings, tail)), expected)
        assert json.dumps(state) == json.dumps(json.loads(saved)), "the state that was restored is changed later"

    def test_a_stream_that_has_not_begun_is_saved_and_restored(self, subject: type[StreamStrategy]) -> None:
        """A state from before the first record will do."""
        utilities, embeddings = records(subject)
        stream = subject(seed=4)
        stream.restore(json.loads(json.dumps(subject(seed=3).state())))
        expected = subject(seed=3).query(utilities, embeddings)
        np.testing.assert_array_equal(stream.query(utilities, embeddings), expected)

    def test_the_state_of_another_strategy_is_refused(self, subject: type[StreamStrategy]) -> None:
        """A state says whose it is."""
        with pytest.raises(InvalidInputError, match=r"another.*" + subject.name):
            subject().restore({**subject().state(), "strategy": "another"})

    def test_same_seed_same_decisions(self, subject: type[StreamStrategy]) -> None:
        """Decisions depend on the seed and the stream alone; global random state is neither used nor changed."""
        utilities, embeddings = records(subject)
        expected = subject(seed=3).query(utilities, embeddings)
        np.random.seed(5)  # noqa: NPY002
        before = np.random.get_state(legacy=False)  # noqa: NPY002
        np.testing.assert_array_equal(subject(seed=3).query(utilities, embeddings), expected)
        np.testing.assert_equal(np.random.get_state(legacy=False), before)  # noqa: NPY002

    @pytest.mark.parametrize("wrong", [np.nan, np.inf, -0.1, 1.1])
    def test_impossible_utilities_are_refused_by_name(self, subject: type[StreamStrategy], wrong: float) -> None:
        """The row is named, and the stream is as it was before the call."""
        utilities, embeddings = records(subject)
        stream, broken = subject(), utilities.copy()
        broken[[73, 80]] = wrong
        before = stream.state()
        with pytest.raises(InvalidInputError, match="row 73 "):
            stream.query(broken, embeddings)
        assert stream.state() == before
        np.testing.assert_array_equal(stream.query(utilities, embeddings), subject().query(utilities, embeddings))

    def test_embeddings(self, subject: type[StreamStrategy]) -> None:
        """They are asked for if the strategy takes them, and only then; a value that is not finite is named."""
        utilities, embeddings = records(subject)
        wrong = [np.ones((ROWS, WIDTH))] if embeddings is None else [None, embeddings[1:], np.ones(ROWS)]
        for array in wrong:
            with pytest.raises(InvalidInputError, match="embeddings"):
                subject().query(utilities, array)
        if embeddings is not None:
            stream, broken = subject(), embeddings.copy()
            broken[73, 1] = np.nan
            with pytest.raises(InvalidInputError, match="row 73 "):
                stream.query(utilities, broken)
            stream.query(utilities, embeddings)
            with pytest.raises(InvalidInputError, match="values"):
                stream.query(utilities, np.ones((ROWS, WIDTH + 1)))

    @pytest.mark.parametrize("wrong", [np.ones((3, 1)), np.array(["a"]), np.ones(3, complex)])
    def test_what_are_no_utilities_is_refused(self, subject: type[StreamStrategy], wrong: NDArray[Any]) -> None:
        """One real number per record."""
        with pytest.raises(InvalidInputError, match="one real number per record"):
            subject().query(wrong, records(subject, len(wrong))[1])

    def test_no_records(self, subject: type[StreamStrategy]) -> None:
        """A call without records decides nothing and changes nothing."""
        stream = subject()
        before = stream.state()
        assert stream.query(np.empty(0), records(subject, 0)[1]).shape == (0,)
        assert stream.state() == before

    def test_nothing_is_changed(self, subject: type[StreamStrategy]) -> None:
        """The arrays that it is given stay as they are, and may be read-only."""
        utilities, embeddings = records(subject)
        before = utilities.copy(), None if embeddings is None else embeddings.copy()
        for array in (utilities, embeddings):
            if array is not None:
                array.flags.writeable = False
        subject().query(utilities, embeddings)
        np.testing.assert_array_equal(utilities, before[0])
        if embeddings is not None:
            np.testing.assert_array_equal(embeddings, before[1])

    @pytest.mark.parametrize("wrong", [{"budget": 0.0}, {"budget": 1.1}, {"budget": np.nan}, {"window": 0}])
    def test_impossible_parameters_are_refused(self, subject: type[StreamStrategy], wrong: dict[str, Any]) -> None:
        """A budget is a share, and a window has records."""
        with pytest.raises(InvalidInputError):
            subject(**wrong)

    def test_described(self, subject: type[StreamStrategy]) -> None:
        """Name, description, reference and serves say what it is; every parameter is documented."""
        assert re.fullmatch(r"[a-z][a-z0-9_]*", subject.name)
        assert subject.description.endswith(".")
        assert subject.serves.endswith(".")
        assert len(subject.reference) > 10
        docstring = inspect.getdoc(subject)
        assert docstring
        for name, parameter in inspect.signature(subject).parameters.items():
            assert parameter.default is not inspect.Parameter.empty, f"{name} has no default"
            assert re.search(rf"^\s*{name}( \(.*\))?: \S", docstring, re.MULTILINE), f"{name} is not documented"


def records(subject: type[StreamStrategy], count: int = ROWS) -> tuple[NDArray[Any], NDArray[Any] | None]:
    """Utilities, and embeddings if the strategy takes them."""
    rng = np.random.default_rng(7)
    utilities = rng.random(count)
    return utilities, rng.normal(size=(count, WIDTH)) if subject.takes_embeddings else None


def at(embeddings: NDArray[Any] | None, rows: NDArray[np.int64]) -> NDArray[Any] | None:
    """Some rows of the embeddings, if there are any."""
    return None if embeddings is None else embeddings[rows]
