"""Data sets that libraries bring or fetch: scikit-learn's own, and OpenML's by their ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.error import URLError

import pandas as pd
from sklearn import datasets

from loopwise.errors import InvalidInputError
from loopwise_training.corpus.dataset import Dataset, from_table

_BUNDLED: dict[str, Callable[..., Any]] = {
    "digits": datasets.load_digits,
    "wine": datasets.load_wine,
    "iris": datasets.load_iris,
}
"""Those that install with scikit-learn; breast_cancer is part of a published benchmark, and so not trained on."""


def bundled() -> list[Dataset]:
    """Scikit-learn's digits, wine and iris."""
    found = []
    for name, load in _BUNDLED.items():
        table, labels = load(return_X_y=True, as_frame=True)
        found.append(from_table(table, labels, name=name, family=name, licence="CC BY 4.0", source="scikit-learn"))
    return found


def openml(ids: Iterable[int]) -> list[Dataset]:
    """Data sets of OpenML by their ids, fetched once and kept in scikit-learn's data folder.

    Args:
        ids: as in the address of a data set's page.

    Raises:
        InvalidInputError: one cannot be fetched, or is no classification data set.
    """
    found = []
    for number in ids:
        try:
            bunch = datasets.fetch_openml(data_id=number, as_frame=True, parser="auto")
        except (URLError, ValueError, OSError) as error:
            raise InvalidInputError(f"OpenML's data set {number} cannot be fetched: {error}") from error
        if bunch.target is None or isinstance(bunch.target, pd.DataFrame):
            raise InvalidInputError(f"OpenML's data set {number} has no single column to predict")
        details = bunch.details
        about = {"licence": str(details.get("licence", "unknown")), "source": f"OpenML {number}"}
        name = str(details["name"])
        found.append(from_table(bunch.data, bunch.target, name=name, family=name, **about))
    return found
