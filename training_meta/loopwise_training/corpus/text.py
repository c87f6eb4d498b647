"""Features of texts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

_WORD = r"\w\w+"
_LETTERS = r"[^\W\d_]{2,}"
_LEAST_WORDS = 5
"""Of a text, on average; shorter strings name things."""

_MOST_TERMS = 20_000
_DIRECTIONS = 100


def is_text(column: pd.Series[Any]) -> bool:
    """Whether the values of a column of strings are texts: some words each, and most of them unlike all others."""
    known = column.dropna().astype(str)
    return known.nunique() > len(known) / 2 and known.str.count(_LETTERS).mean() >= _LEAST_WORDS


def text_features(texts: pd.Series[Any]) -> NDArray[np.float64]:
    """(texts, at most 100) of each: where it lies in the directions in which texts differ most, by terms; 0 where none.

    Reference: Deerwester, Dumais, Furnas, Landauer and Harshman, Indexing by latent semantic analysis, JASIS 1990.
    """
    terms = TfidfVectorizer(token_pattern=_WORD, max_features=_MOST_TERMS, sublinear_tf=True)
    weights = terms.fit_transform(texts.astype(str).where(texts.notna(), ""))
    directions = TruncatedSVD(min(_DIRECTIONS, weights.shape[1]), random_state=0)
    return np.asarray(directions.fit_transform(weights), np.float64)
