"""Data sets from files: Parquet, CSV, ARFF, libsvm."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from scipy.io import arff
from sklearn.datasets import load_svmlight_file

from loopwise.errors import InvalidInputError
from loopwise_training.corpus.dataset import Dataset, from_table

INDEX = "index.json"
"""Beside the data sets or in the folder above: [{"name", "family", "licence", "source"}, ...], as far as known."""

LABEL = "label"
"""The column with the classes; the last one where none is called so."""

Frame = tuple[pd.DataFrame, "pd.Series[Any]"]


def load_file(path: Path, **about: str) -> Dataset:
    """One data set: a table whose column `label`, or else the last one, holds the class.

    Args:
        path: to a .parquet, .csv, .arff, .libsvm, .svm or .txt (libsvm) file.
        about: what is known of it: family (its name by default), licence, source.

    Raises:
        InvalidInputError: it cannot be read, or is no classification data set.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise InvalidInputError(f"{path.name}: files end in one of {', '.join(_READERS)}")
    try:
        features, labels = read(path)
    except (ValueError, OSError, NotImplementedError, arff.ArffError, pd.errors.ParserError) as error:
        raise InvalidInputError(f"{path.name} cannot be read: {error}") from error
    return from_table(features, labels, **{"name": path.stem, "family": path.stem, **about})


def load_folder(folder: Path) -> list[Dataset]:
    """All data sets of a folder, by name; a file that cannot be used says so.

    Raises:
        InvalidInputError: the folder holds none, two of one name, or one of its files cannot be read.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _READERS)
    if not paths:
        raise InvalidInputError(f"{folder} holds no data set: no file ends in one of {', '.join(_READERS)}")
    if twice := [name for name, count in Counter(path.stem for path in paths).items() if count > 1]:
        raise InvalidInputError(f"{folder} holds two data sets that are called {twice[0]}: rename one of them")
    about = _index(folder)
    return [load_file(path, **about.get(path.stem, {})) for path in paths]


def _index(folder: Path) -> dict[str, dict[str, str]]:
    """By name of a data set what the folder's index tells, or that of the folder around it."""
    for path in (folder / INDEX, folder.parent / INDEX):
        if not path.exists():
            continue
        try:
            rows = json.loads(path.read_text("utf-8"))
            if path.parent != folder and not isinstance(rows, list):
                continue  # around the folder may be an index of something else
            keys = ("family", "licence", "source")
            return {row["name"]: {k: row[k] for k in keys if row.get(k)} for row in rows}
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InvalidInputError(f"{path} is no list of data sets with their names: {error!r}") from error
    return {}


def _split(table: pd.DataFrame) -> Frame:
    name = LABEL if LABEL in table else table.columns[-1]
    return table.drop(columns=name), table[name]


def _read_parquet(path: Path) -> Frame:
    return _split(pd.read_parquet(path))


def _read_csv(path: Path) -> Frame:
    return _split(pd.read_csv(path, sep=None, engine="python"))


def _read_arff(path: Path) -> Frame:
    rows, meta = arff.loadarff(path)
    table = pd.DataFrame(rows)
    for name in meta.names():
        if meta[name][0] == "nominal":  # as bytes, with "?" for missing
            text = table[name].str.decode("utf-8")
            table[name] = text.where(text != "?")
    return _split(table)


def _read_libsvm(path: Path) -> Frame:
    X, y = load_svmlight_file(str(path))
    return pd.DataFrame(X.toarray()), pd.Series(y)


_READERS: dict[str, Callable[[Path], Frame]] = {
    ".parquet": _read_parquet,
    ".csv": _read_csv,
    ".arff": _read_arff,
    ".libsvm": _read_libsvm,
    ".svm": _read_libsvm,
    ".txt": _read_libsvm,
}
