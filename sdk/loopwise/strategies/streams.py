"""Streams: whether to label a record is decided when it arrives, and for good."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.signals.blocks import as_matrix

DRIFTING = (
    "Zliobaite, Bifet, Pfahringer and Holmes, Active learning with drifting streaming data, IEEE Transactions on "
    "Neural Networks and Learning Systems 25(1), 2014"
)


class StreamStrategy(ABC):
    """Decides record by record, in order of arrival, whether to label.

    Utilities lie in [0, 1] and are large where the model is uncertain: 1 - the largest probability, as in the papers
    (`least_confidence`), or 1 - `margin`, or `ratio`. How a stream is cut into calls does not matter. Two of the same
    seed, or one that was saved and restored, decide alike. `loopwise.testing.StreamSuite` tests this for any of them.

    The papers count the labels of late as u = u * (window - 1) / window + 1 if labeled, and label while
    u < budget * window. That labels more than the budget: by 4 % for a budget of 0.1 and a window of 100, and four
    times as many for 0.001. Here the limit is the value to which u falls between two labels that are 1 / budget
    records apart, and the budget is kept. Only at the start and after a quiet time there may be budget * window more.

    Args:
        budget: Share of the records to label at most, in (0, 1].
        window: Over about how many records the budget is kept; never fewer than one label takes, 1 / budget.
        seed: Governs every random choice.

    Attributes:
        name: As in documentation and in saved states.
        description: One sentence.
        reference: The paper or source of the method.
        serves: When to reach for it, in one sentence.
        takes_embeddings: It looks at where records lie, besides their utilities.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    reference: ClassVar[str]
    serves: ClassVar[str]
    takes_embeddings: ClassVar[bool] = False

    def __init__(self, budget: float = 0.1, window: int = 100, seed: int = 0) -> None:
        if not 0 < budget <= 1:
            raise InvalidInputError(f"A budget is a share of the records in (0, 1], not {budget}.")
        if window < 1:
            raise InvalidInputError(f"A window has at least 1 record, not {window}.")
        self.budget = budget
        self.window = window
        self._fade = 1 - 1 / max(window, 1 / budget)
        self._limit = self._fade ** (1 / budget - 1) / (1 - self._fade ** (1 / budget))
        self._random = np.random.default_rng(seed)
        self._state: dict[str, Any] = {"labeled": 0.0}

    def query(self, utilities: NDArray[Any], embeddings: NDArray[Any] | None = None) -> NDArray[np.bool_]:
        """Which of the next records to label.

        Args:
            utilities: (n,) real, in [0, 1], in order of arrival.
            embeddings: (n, width) real, for the strategies that take them, and only for these.

        Returns:
            (n,) bool.

        Raises:
            InvalidInputError: A wrong shape, or a value that is NaN or out of range; its row is named. Nothing was
                decided then, and the call can be repeated.
        """
        values = self._checked(utilities)
        vectors = self._checked_embeddings(embeddings, len(values))
        decisions = np.zeros(len(values), np.bool_)
        for row, utility in enumerate(values.tolist()):
            eligible = vectors is None or self._is_eligible(vectors[row])
            labeled = eligible and self._state["labeled"] < self._limit and self._wants(utility)
            self._state["labeled"] = self._state["labeled"] * self._fade + labeled
            decisions[row] = labeled
        return decisions

    def state(self) -> dict[str, Any]:
        """All that it knows of the stream, as plain data: numbers, texts, lists, and dicts of these."""
        plain = {
            name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in self._state.items()
        }
        return {"strategy": self.name, "random": self._random.bit_generator.state, **plain}

    def restore(self, state: dict[str, Any]) -> None:
        """Go on from a state that one of the same strategy and parameters gave.

        Raises:
            InvalidInputError: It is another strategy's state, or none.
        """
        if state.get("strategy") != self.name or set(state) != set(self.state()):
            raise InvalidInputError(f"The state of {state.get('strategy')} cannot be restored as one of {self.name}.")
        self._random.bit_generator.state = state["random"]
        for name, now in self._state.items():
            self._state[name] = np.array(state[name]) if isinstance(now, np.ndarray) else state[name]

    @abstractmethod
    def _wants(self, utility: float) -> bool:
        """Is it worth a label? Asked of eligible records while the budget lasts; may move thresholds."""

    def _is_eligible(self, vector: NDArray[np.float64]) -> bool:
        """Is it to be considered at all? Asked of every record, if the strategy takes embeddings."""
        return True

    def _checked(self, utilities: NDArray[Any]) -> NDArray[Any]:
        values = np.asarray(utilities)
        if values.ndim != 1 or values.dtype.kind not in "biuf":
            raise InvalidInputError(
                f"Utilities are one real number per record, not {values.dtype} of shape {values.shape}."
            )
        good = (values >= 0) & (values <= 1)  # NaN is neither
        if not good.all():
            row = int(good.argmin())
            raise InvalidInputError(f"The utility of row {row} is {values[row]}; it must lie in [0, 1].")
        return values

    def _checked_embeddings(self, embeddings: NDArray[Any] | None, count: int) -> NDArray[np.float64] | None:
        if (embeddings is not None) != self.takes_embeddings:
            raise InvalidInputError(f"{self.name} takes {'' if self.takes_embeddings else 'no '}embeddings.")
        if embeddings is None:
            return None
        vectors = as_matrix(embeddings, "embeddings").astype(np.float64)
        if len(vectors) != count:
            raise InvalidInputError(f"There are {count} utilities, but {len(vectors)} embeddings.")
        good = np.isfinite(vectors).all(axis=1)
        if not good.all():
            raise InvalidInputError(f"The embedding of row {int(good.argmin())} is not finite.")
        return vectors


class StreamRandom(StreamStrategy):
    """Each record with the same probability, the budget, while the budget lasts.

    Args:
        budget: Share of the records to label at most, in (0, 1].
        window: Over about how many records the budget is kept.
        seed: Governs every random choice.
    """

    name = "stream_random"
    description = "Labels each arriving record with the same probability."
    reference = DRIFTING
    serves = "As the baseline, and where drift may come from anywhere."

    def _wants(self, utility: float) -> bool:
        return self._random.random() < self.budget


class FixedThreshold(StreamStrategy):
    """Labels records of at least a given utility, while the budget lasts.

    Args:
        threshold: The least utility that is worth a label.
        budget: Share of the records to label at most, in (0, 1].
        window: Over about how many records the budget is kept.
        seed: Governs every random choice; here there is none.
    """

    name = "stream_fixed"
    description = "Labels arriving records of which the model is less sure than a fixed threshold."
    reference = DRIFTING
    serves = "When it is known how uncertain is too uncertain, and the model's scale does not change."

    def __init__(self, threshold: float = 0.3, budget: float = 0.1, window: int = 100, seed: int = 0) -> None:
        super().__init__(budget, window, seed)
        self.threshold = threshold

    def _wants(self, utility: float) -> bool:
        return utility >= self.threshold


class VariableThreshold(StreamStrategy):
    """Labels records below a confidence that adapts: it falls by a step with each label, and rises without.

    Confidence is 1 - utility. So the least confident records of late are labeled, however sure the model is by now.

    Args:
        step: By which share the threshold moves, in (0, 1).
        budget: Share of the records to label at most, in (0, 1].
        window: Over about how many records the budget is kept.
        seed: Governs every random choice; here there is none.
    """

    name = "stream_variable"
    description = "Labels the arriving records of which the model is least sure, by a threshold that adapts."
    reference = DRIFTING
    serves = (
        "The plain choice for uncertainty in a stream: it needs no threshold, and keeps labeling as the model learns."
    )

    def __init__(self, step: float = 0.01, budget: float = 0.1, window: int = 100, seed: int = 0) -> None:
        super().__init__(budget, window, seed)
        if not 0 < step < 1:
            raise InvalidInputError(f"A step lies in (0, 1), not at {step}.")
        self.step = step
        self._state["threshold"] = 1.0

    def _wants(self, utility: float) -> bool:
        return self._moves(1 - utility < self._state["threshold"])

    def _moves(self, wanted: bool) -> bool:
        """Moves the threshold, and hands the decision on."""
        self._state["threshold"] *= 1 - self.step if wanted else 1 + self.step
        return wanted


class RandomizedThreshold(VariableThreshold):
    """As the variable threshold, which is multiplied by a normal random number for each record.

    So records far from the boundary are labeled now and then, and drift there is seen.

    Args:
        spread: Standard deviation of the random number; its mean is 1.
        step: By which share the threshold moves, in (0, 1).
        budget: Share of the records to label at most, in (0, 1].
        window: Over about how many records the budget is kept.
        seed: Governs every random choice.
    """

    name = "stream_randomized"
    description = "Labels the arriving records of which the model is least sure, by a threshold with noise that adapts."
    serves = "For uncertainty in a stream that drifts: it never quite stops looking elsewhere."

    def __init__(
        self, spread: float = 1.0, step: float = 0.01, budget: float = 0.1, window: int = 100, seed: int = 0
    ) -> None:
        super().__init__(step, budget, window, seed)
        if not spread >= 0:
            raise InvalidInputError(f"A spread is at least 0, not {spread}.")
        self.spread = spread

    def _wants(self, utility: float) -> bool:
        return self._moves(1 - utility < self._state["threshold"] * self._random.normal(1, self.spread))


class Split(VariableThreshold):
    """A share of the stream is left to chance, the rest to the variable threshold.

    Args:
        chance: Share of the records that are labeled as by `StreamRandom`, in [0, 1].
        step: By which share the threshold moves, in (0, 1).
        budget: Share of the records to label at most, in (0, 1].
        window: Over about how many records the budget is kept.
        seed: Governs every random choice.
    """

    name = "stream_split"
    description = "Labels a part of the stream at random, and of the rest the records of which the model is least sure."
    serves = "For a stream that drifts where uncertainty does not look: a part of the labels is drawn at random."

    def __init__(
        self, chance: float = 0.1, step: float = 0.01, budget: float = 0.1, window: int = 100, seed: int = 0
    ) -> None:
        super().__init__(step, budget, window, seed)
        if not 0 <= chance <= 1:
            raise InvalidInputError(f"Chance has a share in [0, 1], not {chance}.")
        self.chance = chance

    def _wants(self, utility: float) -> bool:
        if self._random.random() < self.chance:
            return self._random.random() < self.budget
        return super()._wants(utility)


class DenseThreshold(RandomizedThreshold):
    """As the randomized threshold, for records in dense regions alone; the others are passed by.

    A record is in a dense region if, of the last records, some had none so near before. The paper's utility is
    1 - margin, and its budget counts from the start of the stream; here it is kept as in all the others.

    Args:
        spread: Standard deviation of the random number; its mean is 1.
        step: By which share the threshold moves, in (0, 1).
        budget: Share of the records to label at most, in (0, 1].
        window: Over about how many records the budget is kept, and how many are the last.
        seed: Governs every random choice.
    """

    name = "stream_dense"
    description = "Labels arriving records in dense regions of which the model is not sure."
    reference = (
        "Ienco, Zliobaite and Pfahringer, High density-focused uncertainty sampling for active learning over evolving "
        "stream data, BigMine 2014"
    )
    serves = "When the stream holds outliers that are uncertain for ever."
    takes_embeddings = True

    def __init__(
        self, spread: float = 1.0, step: float = 0.01, budget: float = 0.1, window: int = 100, seed: int = 0
    ) -> None:
        super().__init__(spread, step, budget, window, seed)
        self._state |= {"last": np.empty((0, 0)), "nearest": np.empty(0)}

    def _is_eligible(self, vector: NDArray[np.float64]) -> bool:
        last, nearest = self._state["last"].reshape(-1, len(vector)), self._state["nearest"]
        distances = np.linalg.norm(last - vector, axis=1)
        now = np.append(np.minimum(distances, nearest), distances.min(initial=sys.float_info.max))
        self._state["last"] = np.append(last, vector[None], axis=0)[-self.window :]
        self._state["nearest"] = now[-self.window :]
        return bool((distances < nearest).any())

    def _checked_embeddings(self, embeddings: NDArray[Any] | None, count: int) -> NDArray[np.float64] | None:
        vectors, last = super()._checked_embeddings(embeddings, count), self._state["last"]
        if vectors is not None and last.size and vectors.shape[1] != last.shape[1]:
            raise InvalidInputError(f"Embeddings have {vectors.shape[1]} values; those before had {last.shape[1]}.")
        return vectors


STREAM_STRATEGIES: tuple[type[StreamStrategy], ...] = (
    StreamRandom,
    FixedThreshold,
    VariableThreshold,
    RandomizedThreshold,
    Split,
    DenseThreshold,
)
"""All of them, in the order in which they are documented."""
