"""How the error model is learned: from whom, and that what it says is what was fitted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from loopwise.errors import InvalidInputError
from loopwise.strategies.likely_errors import INPUTS, ErrorModel, content, error_model
from loopwise_training import likely_errors
from loopwise_training.corpus.dataset import Dataset
from loopwise_training.corpus.synthetic import synthetic
from loopwise_training.evaluate import evaluate
from loopwise_training.likely_errors import FOLDS, fit_errors, simulate, unseen
from loopwise_training.metacli import meta
from loopwise_training.protocols import PROTOCOLS
from loopwise_training.simulation import simulate as simulate_rollouts


def records(rows: int = 12_000, families: int = 6) -> pd.DataFrame:
    """The model is the likelier wrong, the larger the first input; and always about family 0."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, len(INPUTS)))
    family = np.arange(rows) % families
    wrong = (rng.random(rows) < 1 / (1 + np.exp(-4 * X[:, 0]))) | (family == 0)
    names = [f"family {number}" for number in family]
    return pd.DataFrame(X, columns=list(INPUTS)).assign(family=names, dataset=names, wrong=wrong)


def test_it_learns_what_is_wrong_and_judges_by_families_that_it_has_not_seen() -> None:
    found = fit_errors(records(), seed=0, jobs=1)
    X = records()[list(INPUTS)].to_numpy()
    promised = ErrorModel.of(found["model"]).probabilities(X)
    assert np.corrcoef(promised, X[:, 0])[0, 1] > 0.7
    assert 0.8 < found["unseen"]["auc"] <= 1
    assert found["unseen"]["auc of uncertainty"] > 0.8  # the first input
    held_out = [family for fold in found["folds"] for family in fold["families"]]
    assert sorted(held_out) == sorted(set(records().family))
    assert len(found["folds"]) == FOLDS
    assert all(fold["datasets"] == fold["families"] for fold in found["folds"])
    other = records().assign(wrong=lambda table: table.wrong ^ table.family.isin(found["folds"][0]["families"]))
    of_other = fit_errors(other, seed=0, jobs=1)["folds"]
    same = [fold["model"] == again["model"] for fold, again in zip(found["folds"], of_other, strict=True)]
    assert same == [True, False, False, False, False]
    assert json.loads(json.dumps(found)) == found


def test_experiments_tell_of_records_whatever_the_number_of_processes() -> None:
    datasets = [synthetic(number) for number in range(2)]
    alone, beside = (pd.concat(simulate(datasets, ["bayes"], 3, 0, jobs)) for jobs in (1, 2))
    pd.testing.assert_frame_equal(alone, beside)
    assert {*INPUTS, "family", "dataset", "wrong"} == set(alone)
    assert set(alone.dataset) <= {dataset.name for dataset in datasets}
    assert 0 < alone.wrong.mean() < 1


def test_too_few_families_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="at least 5 families, not 4"):
        fit_errors(records(families=4), seed=0, jobs=1)


def test_who_was_seen_is_judged_by_one_that_has_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = fit_errors(records(), seed=0, jobs=1)
    monkeypatch.setattr(likely_errors, "content", lambda: found)
    likely_errors._folds.cache_clear()
    X, y, shipped = np.zeros((4, 1), np.float32), np.arange(4) % 2, error_model()
    try:
        for fold in found["folds"]:
            for family in fold["families"]:
                for name, of in (("new", family), (family, "new"), (f"{family}/half", "new")):
                    with unseen(Dataset(name, X, y, family=of)):
                        assert error_model().hidden.tolist() == fold["model"]["hidden"]
        with unseen(Dataset("new", X, y, family="new")):
            assert error_model() is shipped
        (one, *_), (other, *_) = (fold["families"] for fold in found["folds"][:2])
        with (
            pytest.raises(InvalidInputError, match=f"on {one} or its family {other}"),
            unseen(Dataset(one, X, y, other)),
        ):
            pass
    finally:
        likely_errors._folds.cache_clear()


def test_experiments_are_judged_by_one_that_has_not_seen_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In evaluations, also where threads run them, and in simulations."""
    datasets = [synthetic(number).take(np.arange(200), f"set {number}") for number in range(2)]
    shipped, asked = content()["model"], []

    class Spy(ErrorModel):
        def probabilities(self, X: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
            asked.append(float(self.out_bias))
            return super().probabilities(X)

    monkeypatch.setattr(likely_errors, "ErrorModel", Spy)
    folds = [
        {"families": [dataset.family], "datasets": [dataset.name], "model": {**shipped, "out_bias": 100.0 + number}}
        for number, dataset in enumerate(datasets)
    ]
    monkeypatch.setattr(likely_errors, "content", lambda: {"folds": folds})
    likely_errors._folds.cache_clear()
    try:
        with joblib.parallel_config("threading"):
            rows = list(evaluate(datasets, PROTOCOLS["coldstart"], ["likely_errors"], ["bayes"], 1, jobs=2))
        batches = {row.dataset: len(row.curve) - 1 for (row,) in rows}
        assert {bias: asked.count(bias) for bias in (100, 101)} == {
            100 + number: batches[dataset.name] for number, dataset in enumerate(datasets)
        }
        asked.clear()
        list(simulate_rollouts(datasets[1:], ("bayes",), 2, tmp_path, seed=0, jobs=1))
        assert set(asked) == {101}
    finally:
        likely_errors._folds.cache_clear()


def test_the_command_writes_what_the_sdk_reads(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    arguments = ["fit-errors", "--synthetic", "7", "--experiments", "7", "--models", "bayes", "--jobs", "1"]
    done = CliRunner().invoke(meta, [*arguments, "--out", str(file)])
    assert done.exit_code == 0, done.output
    assert "AUC" in done.output
    written = json.loads(file.read_text("utf-8"))
    assert set(written) == set(content())
    assert ErrorModel.of(written["model"]).probabilities(np.zeros((1, len(INPUTS)))).shape == (1,)
