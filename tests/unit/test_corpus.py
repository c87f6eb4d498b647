from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.datasets import dump_svmlight_file

from loopwise.errors import InvalidInputError
from loopwise_training.corpus.dataset import Dataset, from_table
from loopwise_training.corpus.families import is_same, overlap, with_families
from loopwise_training.corpus.files import load_file, load_folder
from loopwise_training.corpus.libraries import bundled, openml
from loopwise_training.corpus.synthetic import synthetic
from loopwise_training.corpus.views import LEAST, view
from loopwise_training.metacli import meta

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 4)).astype(np.float32)
Y = (X[:, 0] > 0).astype(np.int64)


def dataset(name: str = "a", X: np.ndarray = X, y: np.ndarray = Y, family: str | None = None) -> Dataset:
    return Dataset(name, X, y, family or name)


def kept_by_openml(folder: Path, number: int) -> None:
    """A data set as scikit-learn keeps it once it was fetched: what OpenML answered, by its addresses."""
    rows = [f"{i},{'red' if i % 4 < 2 else 'blue'},{'rose' if i % 2 else 'tulip'}" for i in range(40)]
    columns = [("length", "numeric"), ("colour", "{red,blue}"), ("class", "{rose,tulip}")]
    header = [f"@attribute {name} {kind}" for name, kind in columns]
    arff = "\n".join(["@relation flowers", *header, "@data", *rows, ""]).encode()
    address = f"data/v1/download/{number}/flowers.arff"
    features = [
        {
            "index": str(index),
            "name": name,
            "data_type": "numeric" if kind == "numeric" else "nominal",
            "is_target": str(name == "class").lower(),
            "is_ignore": "false",
            "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }
        for index, (name, kind) in enumerate(columns)
    ]
    about = {
        "id": str(number),
        "name": "flowers",
        "version": "1",
        "format": "ARFF",
        "description": "Flowers.",
        "licence": "Public",
        "status": "active",
        "url": f"https://www.openml.org/{address}",
        "md5_checksum": hashlib.md5(arff, usedforsecurity=False).hexdigest(),
    }
    qualities = [{"name": "NumberOfInstances", "value": "40.0"}]
    answers = {
        f"api/v1/json/data/{number}": json.dumps({"data_set_description": about}).encode(),
        f"api/v1/json/data/features/{number}": json.dumps({"data_features": {"feature": features}}).encode(),
        f"api/v1/json/data/qualities/{number}": json.dumps({"data_qualities": {"quality": qualities}}).encode(),
        address: arff,
    }
    for path, answer in answers.items():
        kept = folder / "openml" / "openml.org" / f"{path}.gz"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(gzip.compress(answer))


class TestDataset:
    @pytest.mark.parametrize(
        ("X", "y", "words"),
        [
            (X, Y[:-1], "do not fit"),
            (np.where(X > 2, np.nan, X), Y, "NaN"),
            (X, np.zeros_like(Y), "1 class"),
        ],
    )
    def test_refuses_what_cannot_be_learned_from(self, X: np.ndarray, y: np.ndarray, words: str) -> None:
        with pytest.raises(InvalidInputError, match=words):
            dataset(X=X, y=y)

    def test_tables_become_numbers(self) -> None:
        table = pd.DataFrame(
            {
                "number": [1.0, None, 3.0, 8.0, 5.0],
                "category": pd.Categorical(["x", "y", None, "x", "z"]),
                "yes": [True, False, True, True, False],
                "constant": 7,
            }
        )
        found = from_table(table, pd.Series(["b", "a", "a", None, "b"]), name="t", family="t")
        assert found.y.tolist() == [1, 0, 0, 1]  # sorted; the record without a label is gone
        assert found.X[:, 0].tolist() == [1, 3, 3, 5]  # the median of 1, 3 and 5 stands for the missing one
        assert sorted(map(tuple, found.X[:, 1:4].T.tolist())) == [(0, 0, 0, 1), (0, 1, 0, 0), (1, 0, 0, 0)]
        assert found.X[:, 4].tolist() == [1, 0, 1, 0]
        assert found.X.shape == (4, 5)

    def test_rare_levels_share_the_absence_of_all_others(self) -> None:
        levels = pd.Series([f"level {i}" for i in range(40)] * 2 + ["level 0"] * 20)
        found = from_table(pd.DataFrame({"c": levels}), pd.Series(np.arange(100) % 2), name="t", family="t")
        assert found.X.shape == (100, 30)

    def test_texts_become_directions_in_which_texts_of_a_kind_lie_together(self) -> None:
        rng = np.random.default_rng(0)
        of_kind = (["striker", "scored", "goal", "match", "league"], ["pinch", "salt", "butter", "flour", "oven"])
        kinds = np.arange(60) % 2
        texts = [" ".join([*rng.choice(of_kind[kind], 8), f"extra{number}"]) for number, kind in enumerate(kinds)]
        table = pd.DataFrame({"text": [*texts, None], "number": np.arange(61.0)})
        found = from_table(table, pd.Series([*kinds, 0]), name="t", family="t")
        about, number = found.X[:-1, :-1], found.X[:, -1]
        assert number.tolist() == list(range(61))
        assert not found.X[-1, :-1].any()
        alike = about @ about.T
        same = kinds[:, None] == kinds
        assert alike[same].min() > alike[~same].max()

    @pytest.mark.parametrize("few", [["? ! ;"], ["a b c d e f g"], ["blue", "red"], ["one two three four five"]])
    def test_what_is_no_text_stays_a_category(self, few: list[str]) -> None:
        column = pd.Series([few[i % len(few)] for i in range(20)] + ["other"] * 2)
        found = from_table(pd.DataFrame({"c": column}), pd.Series(np.arange(22) % 2), name="t", family="t")
        assert set(found.X.ravel().tolist()) == {0, 1}

    def test_moments_are_no_texts(self) -> None:
        moments = pd.Series([f"2024-01-01 12:30:{second}" for second in range(10, 40)])
        found = from_table(pd.DataFrame({"c": moments}), pd.Series(np.arange(30) % 2), name="t", family="t")
        assert set(found.X.ravel().tolist()) == {0, 1}

    def test_nothing_that_varies_is_refused(self) -> None:
        with pytest.raises(InvalidInputError, match="no feature that varies"):
            from_table(pd.DataFrame({"c": [1, 1]}), pd.Series([0, 1]), name="t", family="t")


class TestFamilies:
    def test_a_fingerprint_is_of_the_records_in_any_order(self) -> None:
        other = dataset("b", X[RNG.permutation(300)], RNG.permutation(Y))
        assert other.fingerprint == dataset().fingerprint
        assert is_same(dataset("c", other.X[:, RNG.permutation(4)]), dataset())
        assert dataset("c", X + 1).fingerprint != dataset().fingerprint

    def test_shared_records_are_found_and_make_one_family(self) -> None:
        part = dataset("part", np.column_stack((X[:120], np.zeros(120, np.float32))), Y[:120])
        other = dataset("other", X + 1)
        assert overlap(dataset(), part) == 1.0
        assert overlap(dataset(), other) == 0.0
        families = [found.family for found in with_families([dataset(), other, part])]
        assert families == ["a", "other", "a"]

    def test_families_that_meet_become_one(self) -> None:
        both = dataset("both", np.concatenate((X[:150], X[:150] + 1)), np.concatenate((Y[:150], Y[:150])))
        found = with_families([dataset(), dataset("other", X + 1), dataset("cousin", X + 2, family="other"), both])
        assert len({one.family for one in found}) == 1

    def test_a_handful_of_distinct_records_is_no_proof(self) -> None:
        coarse = (X > 0).astype(np.float32)
        a, b = dataset("a", coarse), dataset("b", coarse[:200], Y[:200])
        assert not is_same(a, b)  # the same 16 corners, as any such data set has
        assert is_same(a, dataset("c", coarse))

    def test_the_same_records_with_another_column_as_the_class_are_found(self) -> None:
        """Two thirds of them each, so that neither has all values of the other, nor all of its columns."""
        kinds = RNG.integers(0, 3, 300)
        one = dataset("one", np.column_stack((X[:200], np.eye(3, dtype=np.float32)[kinds[:200]])), Y[:200])
        other = dataset("other", np.column_stack((X[100:, ::-1], Y[100:, None] > 0)).astype(np.float32), kinds[100:])
        assert overlap(one, other) == 0.5
        assert len({found.family for found in with_families([one, other])}) == 1

    def test_the_same_values_in_other_records_are_other_records(self) -> None:
        whole = np.round([20, 60, 200, 600] * X).astype(np.float32)
        apart = np.column_stack([RNG.permutation(column) for column in whole.T])
        assert not is_same(dataset("whole", whole), dataset("apart", apart))
        assert is_same(dataset("whole", whole), dataset("part", whole[:150, 1:], Y[:150]))

    def test_like_values_alone_are_no_shared_records(self) -> None:
        """Amounts that are mostly none: a quarter of what three columns say, those of another say too."""
        amounts = [np.where(RNG.random((2000, 6)) < 0.4, RNG.geometric(0.03, (2000, 6)), 0) for _ in range(2)]
        one, other = (
            dataset(name, X.astype(np.float32), np.arange(2000) % 2) for name, X in zip("ab", amounts, strict=True)
        )
        assert not is_same(one, other)

    def test_records_of_zeros_and_ones_are_told_apart(self) -> None:
        bits = RNG.integers(0, 2, (300, 40)).astype(np.float32)
        others = RNG.integers(0, 2, (300, 40)).astype(np.float32)
        part = np.column_stack((bits[:150], np.zeros(150, np.float32)))
        assert is_same(dataset("a", bits), dataset("part", part, Y[:150]))
        assert not is_same(dataset("a", bits), dataset("other", others))


def one_csv(folder: Path) -> Path:
    """A folder of its own in this one, with one data set."""
    (folder / "sets").mkdir()
    pd.DataFrame({"a": X[:, 0], "label": Y}).to_csv(folder / "sets" / "one.csv", index=False)
    return folder / "sets"


class TestFiles:
    def test_every_format_gives_the_same_data(self, tmp_path: Path) -> None:
        table = pd.DataFrame(np.round(X.astype(np.float64), 3), columns=list("abcd"))
        labeled = table.assign(label=np.where(Y == 1, "yes", "no"))
        labeled.to_parquet(tmp_path / "set.parquet")
        labeled.to_csv(tmp_path / "set.csv", index=False)
        dump_svmlight_file(csr_matrix(table), Y, str(tmp_path / "set.libsvm"))
        lines = [",".join(map(str, row)) for row in labeled.to_numpy()]
        header = [f"@attribute {c} numeric" for c in "abcd"] + ["@attribute label {no,yes}"]
        (tmp_path / "set.arff").write_text("\n".join(["@relation r", *header, "@data", *lines]) + "\n")
        found = [load_file(tmp_path / f"set.{suffix}") for suffix in ("parquet", "csv", "libsvm", "arff")]
        assert {one.fingerprint for one in found} == {found[0].fingerprint}
        assert all((one.y == Y).all() for one in found)

    def test_the_label_may_stand_anywhere_and_the_last_column_stands_in_for_it(self, tmp_path: Path) -> None:
        table = pd.DataFrame({"label": Y, "a": X[:, 0], "b": X[:, 1]})
        table.to_csv(tmp_path / "named.csv", index=False)
        table[["a", "b", "label"]].rename(columns={"label": "z"}).to_csv(tmp_path / "last.csv", index=False)
        named, last = (load_file(tmp_path / name) for name in ("named.csv", "last.csv"))
        assert (named.y == Y).all()
        assert (last.y == Y).all()
        assert named.X.shape == last.X.shape == (300, 2)

    def test_an_index_tells_family_licence_and_source(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            pd.DataFrame({"a": X[:, 0], "label": Y}).to_parquet(tmp_path / f"{name}.parquet")
        about = [{"name": "one", "family": "f", "licence": "CC0", "source": "s", "rows": 300}]
        (tmp_path / "index.json").write_text(json.dumps(about))
        one, two = load_folder(tmp_path)
        assert (one.family, one.licence, one.source) == ("f", "CC0", "s")
        assert (two.family, two.licence) == ("two", "unknown")

    @pytest.mark.parametrize("index", ["[1]", '[{"family": "x"}]', "["])
    @pytest.mark.parametrize("beside", [False, True])
    def test_a_damaged_index_is_named_for_families_are_in_it(self, tmp_path: Path, index: str, beside: bool) -> None:
        folder = one_csv(tmp_path)
        ((tmp_path if beside else folder) / "index.json").write_text(index)
        with pytest.raises(InvalidInputError, match=r"index\.json is no list of data sets"):
            load_folder(folder)

    def test_around_the_folder_may_be_an_index_of_something_else(self, tmp_path: Path) -> None:
        folder = one_csv(tmp_path)
        (tmp_path / "index.json").write_text('{"version": 1}')
        assert [found.family for found in load_folder(folder)] == ["one"]
        (folder / "index.json").write_text('{"version": 1}')
        with pytest.raises(InvalidInputError, match=r"index\.json is no list of data sets"):
            load_folder(folder)

    def test_what_cannot_be_read_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "broken.parquet").write_bytes(b"no parquet")
        with pytest.raises(InvalidInputError, match=r"broken\.parquet cannot be read"):
            load_folder(tmp_path)
        with pytest.raises(InvalidInputError, match="no data set"):
            load_folder(_empty(tmp_path))
        with pytest.raises(InvalidInputError, match="files end in one of"):
            load_file(tmp_path / "set.xlsx")


class TestSources:
    def test_openml_is_asked_by_id(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        kept_by_openml(tmp_path, 61)
        monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
        (found,) = openml([61])
        assert (found.name, found.family, found.licence, found.source) == ("flowers", "flowers", "Public", "OpenML 61")
        assert found.X.shape == (40, 3)  # a number, and a column for each of two colours
        assert np.bincount(found.y).tolist() == [20, 20]

    @pytest.mark.parametrize("told", ["31;32", "-3", "iris", ""])
    def test_an_id_of_openml_is_a_number(self, tmp_path: Path, told: str) -> None:
        result = CliRunner().invoke(meta, ["simulate", f"--openml={told}", "--out", str(tmp_path / "runs")])
        assert result.exit_code == 2
        assert "is no list of ids, such as 31,1464" in result.output

    def test_scikit_learns_own_are_there(self) -> None:
        assert {one.name: one.classes for one in bundled()} == {"digits": 10, "wine": 3, "iris": 3}

    @settings(max_examples=25)
    @given(st.integers(0, 2**31))
    def test_any_seed_makes_a_data_set(self, seed: int) -> None:
        one = synthetic(seed)
        assert 400 <= len(one.y) <= 4000
        assert sorted(set(one.y.tolist())) == list(range(one.classes))
        assert one.fingerprint == synthetic(seed).fingerprint

    @settings(max_examples=25)
    @given(st.integers(0, 2**31), st.integers(1, 2**31))
    def test_a_view_is_usable_and_stays_in_the_family(self, of: int, seed: int) -> None:
        one = synthetic(of)
        seen = view(one, seed)
        assert seen.family == one.family
        assert len(seen.y) >= LEAST
        assert (np.bincount(seen.y) > 0).all()
        assert seen.name == view(one, seed).name
        assert (seen.X == view(one, seed).X).all()

    def test_a_class_that_a_view_would_lose_stays(self) -> None:
        """Of twelve records of a class a tenth may be none: then the data set stays as it is."""
        rng = np.random.default_rng(0)
        y = np.repeat([0, 1], [300, 12])
        rare = Dataset("rare", rng.normal(size=(312, 3)).astype(np.float32), y, family="f", licence="x", source="x")
        seen = [view(rare, seed) for seed in range(1, 200)]
        assert all(one.classes == 2 for one in seen)
        assert any(one is rare for one in seen)

    def test_views_differ(self) -> None:
        names = {view(bundled()[0], seed).name for seed in range(20)}
        assert len(names) > 10


def _empty(folder: Path) -> Path:
    (folder / "empty").mkdir()
    return folder / "empty"
