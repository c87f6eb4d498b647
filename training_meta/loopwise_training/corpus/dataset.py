"""A data set of the corpus: what a simulated experiment labels, and where it comes from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise_training.corpus.text import is_text, text_features

FEW = 50
"""Distinct records, or values of a column, below which chance alone may make two data sets alike."""

_COLUMNS, _SKETCH = 32, 64
"""Columns that a data set is known by, and hashes that a column is known by."""

_MAX_LEVELS = 30
"""Levels of a categorical feature that get a column of their own; the rarer ones share one."""


@dataclass(frozen=True, eq=False)
class Columns:
    """Those columns of a data set that a data set with other columns beside them can be known by.

    Attributes:
        hashes: (records, columns) uint64 of the values; the columns of most values first, 32 at most.
        sketches: (columns, 64) uint64, the least hashes of each column's values (bottom-k sketches: Bar-Yossef et al.,
            2002); of fewer values, the last is repeated.
    """

    hashes: NDArray[np.uint64]
    sketches: NDArray[np.uint64]

    @classmethod
    def of(cls, X: NDArray[np.float32]) -> Columns:
        """Of (records, features); columns of fewer than 50 values are left out: by chance alone they are alike."""
        values = np.array([len(np.unique(column)) for column in X.T])
        most = np.argsort(-values, kind="stable")[:_COLUMNS]
        hashes = _hashed(X[:, most[values[most] >= FEW]])
        least = [np.pad(found := np.unique(column)[:_SKETCH], (0, _SKETCH - len(found)), "edge") for column in hashes.T]
        return cls(hashes, np.array(least, np.uint64).reshape(-1, _SKETCH))

    def joint(self, which: list[int]) -> NDArray[np.uint64]:
        """One digest for each combination of values that there is in these columns, in this order; ascending."""
        places = np.arange(1, 2 * len(which), 2, dtype=np.uint64)  # odd, so that no bit is lost
        return np.unique((self.hashes[:, which] * places).sum(axis=1, dtype=np.uint64))


def _hashed(X: NDArray[np.float32]) -> NDArray[np.uint64]:
    hashes: NDArray[np.uint64] = pd.util.hash_array(np.round(X.astype(np.float64), 4).ravel())
    return hashes.reshape(X.shape)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Features and classes of records, and their origin.

    Attributes:
        name: unique within a corpus; a view's name begins with that of what it is a view of.
        X: (records, features) float32, finite.
        y: (records,) int64, classes 0 .. K-1, each of which occurs.
        family: data sets of one family are never on two sides of a split; those that share records are found
            (`with_families`), those of one origin have to be named.
        licence: under which the data may be used; "unknown" where nobody says.
        source: where it comes from.
        relatives: names and former families of the data sets that were found to share records with it.

    Raises:
        InvalidInputError: the shapes disagree, a feature is not finite, or there are fewer than two classes.
    """

    name: str
    X: NDArray[np.float32]
    y: NDArray[np.int64]
    family: str
    licence: str = "unknown"
    source: str = "unknown"
    relatives: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.X.ndim != 2 or self.y.shape != self.X.shape[:1]:
            raise InvalidInputError(
                f"data set {self.name}: features {self.X.shape} and labels {self.y.shape} do not fit: "
                "there must be a row of features for each label"
            )
        if not np.isfinite(self.X).all():
            raise InvalidInputError(f"data set {self.name}: a feature is NaN or infinite")
        if self.classes < 2:
            raise InvalidInputError(f"data set {self.name} has {self.classes} class; there must be two or more")

    @property
    def known_as(self) -> frozenset[str]:
        """Names by which something may have learned from its records: its own, its family's, its relatives'."""
        return self.relatives | {self.name, self.name.partition("/")[0], self.family}

    @property
    def classes(self) -> int:
        """Number of classes."""
        return len(np.unique(self.y))

    @cached_property
    def digests(self) -> NDArray[np.uint64]:
        """One of each record's features, ascending; the order of features and zeros make no difference."""
        return np.sort(self._hashes.sum(axis=1, dtype=np.uint64))

    @cached_property
    def placed_digests(self) -> NDArray[np.uint64]:
        """Likewise, but the order of features counts: records of zeros and ones differ by nothing else."""
        places = pd.util.hash_array(np.arange(self.X.shape[1]))  # so that sums of them differ
        return np.sort((self._hashes * places).sum(axis=1, dtype=np.uint64))

    @property
    def _hashes(self) -> NDArray[np.uint64]:
        return np.where(self.X != 0, _hashed(self.X), np.uint64(0))

    @cached_property
    def columns(self) -> Columns:
        """What its columns of many values are known by, under whatever names and in whatever order."""
        return Columns.of(self.X)

    @property
    def fingerprint(self) -> str:
        """Of its features: the same for the same records under another name, in another order, with other labels."""
        return hashlib.sha256(self.placed_digests.tobytes()).hexdigest()

    def take(self, rows: NDArray[np.int64], name: str, features: NDArray[np.int64] | None = None) -> Dataset:
        """A view: these of its records, and of its features; classes that are left out close up."""
        X = self.X[rows] if features is None else self.X[np.ix_(rows, features)]
        return replace(self, name=name, X=X, y=np.unique(self.y[rows], return_inverse=True)[1].astype(np.int64))


def from_table(table: pd.DataFrame, labels: pd.Series[Any], **of_dataset: Any) -> Dataset:
    """A data set from a table of features, as data frames are.

    Numbers stay numbers, a missing one becomes the column's median; a category becomes a column of zeros and ones for
    each of its 30 commonest levels, a missing one being none of them; texts, of five words or more and hardly one like
    another, become what `text_features` tells of them. Constant columns are left out, and records without a label.

    Args:
        table: (records, features), numbers, booleans, categories or texts.
        labels: (records,) of any type.
        of_dataset: name, family, licence and source.

    Raises:
        InvalidInputError: nothing usable is left.
    """
    there = labels.notna().to_numpy()
    table, labels = table.loc[there], labels[there]
    columns = [column for name in table for column in _encoded(table[name])]
    columns = [column for column in columns if len(column) and column.min() < column.max()]
    if not columns:
        raise InvalidInputError(f"data set {of_dataset['name']} has no feature that varies")
    y = pd.factorize(labels, sort=True)[0].astype(np.int64)
    return Dataset(X=np.column_stack(columns).astype(np.float32), y=y, **of_dataset)


def _encoded(column: pd.Series[Any]) -> list[NDArray[np.floating]]:
    if pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(np.float64, na_value=np.nan)
        values = np.clip(values, -1e30, 1e30)
        known = values[~np.isnan(values)]
        return [np.where(np.isnan(values), np.median(known), values)] if len(known) else []
    if is_text(column):
        return list(text_features(column).T)
    levels = column.astype(str).where(column.notna())
    commonest = levels.value_counts().index[:_MAX_LEVELS]
    return [(levels == level).to_numpy(np.float64) for level in commonest]
