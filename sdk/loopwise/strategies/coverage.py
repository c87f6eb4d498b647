"""Coverage: a batch after which no record is far from a labeled one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.blocks import BLOCK_BYTES
from loopwise.signals.columns import Positions, Rows
from loopwise.signals.vectors import Vectors, squared_norms
from loopwise.strategies.base import Pool, Strategy, top_k

_UNIT_ROUNDOFF = 2.0**-24  # of float32
_LEAST_FRONT = 256
_MOST_AT_ONCE = 1024  # exact distances: bounds their memory


class KCenter(Strategy):
    """Greedy k-center: again and again the record that is farthest from all labeled and chosen ones.

    Distances are Euclidean. Without labeled records the first is the one nearest to the mean.
    """

    name = "k_center"
    needs = ("sketch",)
    description = "Takes the records that are farthest from everything labeled so far."
    reference = "Sener and Savarese, Active learning for convolutional neural networks: a core-set approach, ICLR 2018"
    serves = "When all regions of the pool must be represented, outliers included."

    def select(self, pool: Pool, size: int, rng: np.random.Generator) -> Positions:
        """Exact and lazy: a distance is computed only where the record could be the farthest."""
        rows = farthest_first(pool.rows("sketch"), pool.labeled_signal("sketch"), size, rng)
        return pool.unlabeled[rows]


def farthest_first(
    vectors: Rows | NDArray[np.floating], centres: NDArray[np.floating], size: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """The rows that the greedy choice takes: each is the farthest from all centres and from those before it.

    The distance to the nearest centre only falls as centres are added, so what it was before is an upper bound. Only
    the front, the rows with the largest bounds, follows each choice; as soon as a row behind it might be farther, a
    new front is drawn up, and catches up on the centres that it has missed. Memory is bounded by the front.

    Distances are compared in float64, from differences: the rows are those of the plain definition, whatever rounding
    the machine's float32 products have. Among equally far rows chance decides.

    Args:
        vectors: (rows, width).
        centres: (any, width); where there are none, the row nearest to the mean comes first.
        size: How many, 1 .. rows.
        rng: Decides between equals.

    Returns:
        (size,) indices of rows.
    """
    bounds = _Bounds(vectors, centres, size)
    chosen: list[int] = []
    if not len(centres):
        squares = bounds.distances_to_mean()
        chosen.append(int(top_k(np.negative(squares, out=squares), 1, rng)[0]))
        bounds.add(chosen[0])
    bounds.see_all()
    length = 4 * _LEAST_FRONT
    while len(chosen) < size:
        length = min(length, len(vectors))
        front = _Front(bounds, length, rng)
        # A new front costs about as much as this many choices from it.
        fair = 4 + 32 * len(vectors) // (length * vectors.shape[1])
        found = 0
        while len(chosen) < size and found < 4 * fair:
            row, square = front.farthest()
            if square <= front.behind:
                break
            if square == 0:  # only copies of centres are left
                chosen.extend(front.left()[: size - len(chosen)].tolist())
                break
            chosen.append(row)
            front.choose(row)
            found += 1
        front.dissolve()
        if found < fair:
            length *= 2
        elif found == 4 * fair:
            length = max(length // 2, _LEAST_FRONT)
    return np.array(chosen, np.int64)


class _Bounds:
    """Upper bounds of the squared distance of each row to its nearest centre; -inf for rows that were chosen.

    Attributes:
        squares: (rows,) float64, each a bound with respect to the first `seen` centres, and so to all.
        seen: (rows,) int32.
    """

    def __init__(self, vectors: Rows | NDArray[np.floating], centres: NDArray[np.floating], size: int) -> None:
        rows, width = vectors.shape
        self._vectors = vectors
        self.squares = np.full(rows, np.inf)
        self.seen = np.zeros(rows, np.int32)
        self._mean = np.zeros(width, np.float32)
        sums = sum(self.load(block).sum(axis=0, dtype=np.float64) for block in self._blocks())
        self._mean = (sums / rows).astype(np.float32)
        # However a sum of products is ordered, |x|^2 + |c|^2 - 2 xc is wrong by less than this share of |x|^2 + |c|^2.
        self.slack = 2 * (width + 16) * _UNIT_ROUNDOFF
        self.count = len(centres)
        self._originals = np.empty((self.count + size, width), np.float32)
        self._originals[: self.count] = centres
        self._centres = np.empty((self.count + size, width), np.float32)
        self._centres[: self.count] = self._originals[: self.count] - self._mean
        self._norms = np.empty(self.count + size, np.float32)
        self._norms[: self.count] = self.norms(self._centres[: self.count])

    def load(self, rows: slice | NDArray[np.int64]) -> Vectors:
        """Rows less the mean: rounding would swallow distances far from the origin."""
        loaded: Vectors = self._original(rows) - self._mean
        return loaded

    def norms(self, vectors: Vectors) -> NDArray[np.float32]:
        """Squared lengths, longer by the slack, so that what is computed from them is an upper bound."""
        return squared_norms(vectors) * np.float32(1 + self.slack)

    def distances_to_mean(self) -> NDArray[np.float32]:
        """(rows,) squared."""
        return np.concatenate([squared_norms(self.load(block)) for block in self._blocks()])

    def add(self, row: int) -> None:
        """Make a row a centre. Its bound, and only its, is brought up to date."""
        self._originals[self.count] = self._original(np.array([row]))[0]
        self._centres[self.count] = self._originals[self.count] - self._mean
        self._norms[self.count] = self.norms(self._centres[self.count, None])[0]
        self.count += 1
        self.squares[row] = -np.inf

    def to_last(self, vectors: Vectors, norms: NDArray[np.float32]) -> NDArray[np.float32]:
        """Bounds of the squared distances to the latest centre."""
        squares: Vectors = vectors @ (-2 * self._centres[self.count - 1])
        squares += norms
        squares += self._norms[self.count - 1]
        return squares

    def see_all(self) -> None:
        """Let all rows, none of which has seen any, see all centres."""
        for block in self._blocks(self.count):
            self.squares[block] = np.minimum(self.squares[block], self._matrix(self.load(block), 0).min(axis=0))
        self.seen[:] = self.count

    def catch_up(self, rows: NDArray[np.int64]) -> None:
        """Let rows see the centres that they have not seen."""
        rows = rows[np.argsort(self.seen[rows], kind="stable")]  # who missed equally many goes together
        start = 0
        while start < len(rows):
            first = int(self.seen[rows[start]])
            block = rows[start : start + self._step(self.count - first)]
            start += len(block)
            if first < self.count:
                bounds = self._matrix(self.load(block), first).min(axis=0)
                self.squares[block] = np.minimum(self.squares[block], bounds)
        self.seen[rows] = self.count

    def exact(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """The squared distances of rows to their nearest centres, from differences in float64."""
        near, places = self._nearest(rows)
        squares = np.full(len(rows), np.inf)
        for start in range(0, len(places), _MOST_AT_ONCE):
            pairs = slice(start, start + _MOST_AT_ONCE)
            differences = self._original(rows[places[pairs]]).astype(np.float64) - self._originals[near[pairs]]
            np.minimum.at(squares, places[pairs], np.einsum("ij,ij->i", differences, differences))
        return squares

    def _nearest(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Pairs of a centre and an index into rows, each one's nearest centre among its own; all, where few."""
        if self.count * len(rows) <= _MOST_AT_ONCE:
            return np.divmod(np.arange(self.count * len(rows)), len(rows))
        vectors = self.load(rows)
        upper = self._matrix(vectors, 0)
        lower = upper - 2 * self.slack * (self._norms[: self.count, None] + self.norms(vectors))
        near, places = np.nonzero(lower <= upper.min(axis=0))
        return near, places

    def _matrix(self, vectors: Vectors, first: int) -> NDArray[np.float32]:
        """Bounds of the squared distances to the centres from the first on, (centres, rows)."""
        squares: Vectors = (-2 * self._centres[first : self.count]) @ vectors.T
        squares += self._norms[first : self.count, None]
        squares += self.norms(vectors)
        return squares

    def _original(self, rows: slice | NDArray[np.int64]) -> Vectors:
        return np.asarray(self._vectors[rows], np.float32)

    def _step(self, columns: int) -> int:
        return int(max(16, BLOCK_BYTES // (4 * max(columns, self._vectors.shape[1]))))

    def _blocks(self, columns: int = 1) -> list[slice]:
        step = self._step(columns)
        return [slice(start, start + step) for start in range(0, len(self._vectors), step)]


class _Front:
    """The rows with the largest bounds, which follow each choice.

    Attributes:
        behind: The largest bound of all other rows.
    """

    def __init__(self, bounds: _Bounds, length: int, rng: np.random.Generator) -> None:
        rows = top_k(bounds.squares, min(length + 1, len(bounds.squares)), rng)
        self.behind = float(bounds.squares[rows[length]]) if length < len(rows) else -np.inf
        self._rows = rng.permutation(rows[:length])  # so that the first of equals is a random one
        self._bounds = bounds
        bounds.catch_up(self._rows)
        self._squares = bounds.squares[self._rows]
        self._vectors = bounds.load(self._rows)
        self._norms = bounds.norms(self._vectors)

    def farthest(self) -> tuple[int, float]:
        """The farthest row and its squared distance; or any row, and a bound that is not above those behind.

        Bounds are made exact from the largest down, until the largest is exact.
        """
        exact = np.isneginf(self._squares)  # chosen
        count = 1
        while True:
            place = int(self._squares.argmax())
            if exact[place] or self._squares[place] <= self.behind:
                return int(self._rows[place]), float(self._squares[place])
            places = np.array([place])
            if count > 1:
                places = np.argpartition(np.where(exact, -np.inf, self._squares), -count)[-count:]
                places = places[~exact[places]]
            self._squares[places] = self._bounds.exact(self._rows[places])
            exact[places] = True
            count = min(2 * count, _MOST_AT_ONCE, len(exact))

    def choose(self, row: int) -> None:
        """Make a row a centre."""
        self._bounds.add(row)
        np.minimum(self._squares, self._bounds.to_last(self._vectors, self._norms), out=self._squares)
        self._squares[self._rows == row] = -np.inf

    def left(self) -> NDArray[np.int64]:
        """The rows that were not chosen, in random order."""
        return np.asarray(self._rows[self._squares > -np.inf])

    def dissolve(self) -> None:
        """Hand the bounds back."""
        self._bounds.squares[self._rows] = self._squares
        self._bounds.seen[self._rows] = self._bounds.count


STRATEGIES: tuple[type[Strategy], ...] = (KCenter,)
