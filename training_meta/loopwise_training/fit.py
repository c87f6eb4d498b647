"""`loopwise meta fit`: from simulated runs to a meta-model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import lightgbm
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

import loopwise
from loopwise.errors import InvalidInputError
from loopwise_engine.policy.arms import ARMS, DEFAULT
from loopwise_engine.policy.features import FEATURES
from loopwise_engine.policy.model import CARD, INPUTS, Card, MetaModel, inputs, stage, versions
from loopwise_training.corpus.dataset import Dataset
from loopwise_training.parallel import results
from loopwise_training.rollouts import STEPS
from loopwise_training.simulation import refuse_other

FOLDS = 5
"""Parts of the families, each predicted by what was learned from the others."""

TRAINED_ON = ("ahead", "likelihood")
"""Gains that boosters learn; the likelihood is less noisy than the accuracy on a test set of some hundred records."""

THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0)

_TREES = 200
_PARAMETERS: dict[str, Any] = {
    "objective": "regression",
    "num_leaves": 15,
    "learning_rate": 0.03,
    "min_data_in_leaf": 100,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "feature_fraction": 0.5,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True, eq=False)
class MetaData:
    """What there is to learn from: a row for each state and arm.

    Attributes:
        X: (rows, inputs), as the model is given them.
        states: (rows,) which state; rows of one state are beside each other.
        datasets: (rows,) name of the data set that was seen, of whatever view.
        families: (rows,) of the data set.
        stages: (rows,) of the experiment then, as `loopwise_engine.policy.model.stage` tells them apart.
        arms: (rows,) index into the arms.
        gains: (rows,) by name, what was gained beside the default arm: points of accuracy, "next", after one batch,
            and "ahead", on average over all steps of the rollout; "likelihood", likewise on average, hundredths of the
            mean log of the true class's probability.
    """

    X: NDArray[np.float64]
    states: NDArray[np.int64]
    datasets: NDArray[Any]
    families: NDArray[Any]
    stages: NDArray[Any]
    arms: NDArray[np.int64]
    gains: dict[str, NDArray[np.float64]]

    def take(self, rows: NDArray[Any]) -> MetaData:
        """These rows of it: whole states, in their order."""
        gains = {name: values[rows] for name, values in self.gains.items()}
        return MetaData(
            self.X[rows],
            self.states[rows],
            self.datasets[rows],
            self.families[rows],
            self.stages[rows],
            self.arms[rows],
            gains,
        )


def read_runs(folder: Path) -> MetaData:
    """The meta-data set of simulated runs: all states at which the default arm was rolled out.

    Raises:
        InvalidInputError: the folder holds no simulated runs, no such state, or runs of a loopwise whose arms, inputs
            or error model are others.
    """
    refuse_other(folder)
    parts = [part for part in sorted(folder.glob("part-*")) if (part / "rollouts").exists()]
    found = [rows for part in parts for rows in _states(part)]
    if not found:
        raise InvalidInputError(f"{folder} holds no simulated runs to learn from: see loopwise meta simulate")
    lengths = [len(rows["arm"]) for rows in found]
    return MetaData(
        X=np.concatenate([rows["X"] for rows in found]),
        states=np.repeat(np.arange(len(found)), lengths),
        datasets=np.repeat([rows["dataset"] for rows in found], lengths),
        families=np.repeat([rows["family"] for rows in found], lengths),
        stages=np.repeat([rows["stage"] for rows in found], lengths),
        arms=np.concatenate([rows["arm"] for rows in found]),
        gains={name: np.concatenate([rows[name] for rows in found]) for name in ("next", *TRAINED_ON)},
    )


def _states(part: Path) -> Iterator[dict[str, Any]]:
    rollouts, features = pd.read_parquet(part / "rollouts"), pd.read_parquet(part / "features")
    simulations = pd.read_parquet(part / "simulations")
    about = simulations.astype({"experiment": str}).set_index("experiment")[["dataset", "family"]].to_dict("index")
    named = features.pivot_table(index=["experiment", "loop"], columns="name", values="value", observed=True)
    likely = _by_arm(rollouts, "likelihood")
    for (experiment, loop), accuracy in _by_arm(rollouts, "accuracy").items():
        likelihood = 100 * likely[experiment, loop].mean(axis=1)
        if DEFAULT not in accuracy.index:
            continue
        known = named.loc[[(experiment, loop)]].iloc[0].dropna()
        descriptors: dict[str, dict[str, float]] = {arm: {} for arm in ARMS if arm in accuracy.index}
        for name, value in known.items():
            arm, _, descriptor = str(name).partition("/")
            if arm in descriptors:
                descriptors[arm][descriptor] = value
        state = {name: known[name] for name in FEATURES if name in known}
        beside = 100 * (accuracy - accuracy.loc[DEFAULT]).loc[list(descriptors)]
        yield {
            "X": inputs(state, descriptors),
            "dataset": about[str(experiment)]["dataset"].partition("/")[0],
            "family": about[str(experiment)]["family"],
            "stage": stage(state),
            "arm": np.array([list(ARMS).index(arm) for arm in descriptors]),
            "next": beside[1].to_numpy(),
            "ahead": beside.mean(axis=1).to_numpy(),
            "likelihood": (likelihood - likelihood[DEFAULT])[list(descriptors)].to_numpy(),
        }


def _by_arm(rollouts: pd.DataFrame, score: str) -> dict[tuple[Any, Any], pd.DataFrame]:
    """By experiment and loop, a row for each arm and a column for each step."""
    state = ["experiment", "loop"]
    table = rollouts.pivot_table(index=[*state, "arm"], columns="step", values=score, observed=True)
    of_states = table.reindex(columns=range(1, STEPS + 1)).groupby(level=state, observed=True)
    return {(experiment, loop): of_arms.droplevel([*state]) for (experiment, loop), of_arms in of_states}


def folds(families: NDArray[Any]) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows to learn from and rows to predict, five times; a family is on one side only, and predicted once.

    With fewer families than five, but two at least, as often as there are families.
    """
    parts = min(FOLDS, len(np.unique(families)))
    yield from GroupKFold(parts).split(np.zeros(len(families)), groups=families)


def targets(data: MetaData) -> dict[str, NDArray[np.float64]]:
    """What boosters are trained on: each gain beside how much arms differ by it in their state, and its rank."""
    found = {}
    for name in TRAINED_ON:
        gain = data.gains[name]
        of_state = pd.Series(gain).groupby(data.states)
        centred = gain - of_state.transform("mean").to_numpy()
        typical = float(np.sqrt(np.mean(centred**2))) or 1.0
        found[f"{name} scaled"] = centred / (of_state.transform("std").fillna(0).to_numpy() + typical / 2)
        found[f"{name} rank"] = of_state.rank(pct=True).to_numpy() - 0.5
    return found


def fit(data: MetaData, folder: Path, name: str, seed: int, jobs: int = 1) -> Card:
    """Fits a model and writes it into a folder, and beside it those that have not seen a fifth of the families each.

    `folder` holds the model, `folder/fold-1` ... `folder/fold-5` the others, by which it can be judged on the data that
    it was trained on. The same bytes from the same data and seed.

    Args:
        data: to learn from.
        folder: for the models; made, or written over.
        name: of the model.
        seed: of the boosters.
        jobs: processes at once.

    Raises:
        InvalidInputError: there are too few families to hold some back, and some of the rest to find the thresholds.
    """
    if len(np.unique(data.families)) < FOLDS + 2:
        raise InvalidInputError(
            f"a model needs data of at least {FOLDS + 2} families, not {len(np.unique(data.families))}"
        )
    parts = [(folder, data, name)]
    for number, (train, _) in enumerate(folds(data.families), start=1):
        parts.append((folder / f"fold-{number}", data.take(train), f"{name}, fold {number}"))
    tasks = (joblib.delayed(learn)(some, its_name, seed) for _, some, its_name in parts)
    for (path, _, _), files in zip(parts, results(tasks, jobs, in_order=True), strict=True):
        path.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (path / file).write_bytes(content)
    return MetaModel.load(folder).card


def learn(data: MetaData, name: str, seed: int) -> dict[str, bytes]:
    """The files of a model, by name.

    The thresholds are those that gained most, on average over families less one standard error, where each family was
    predicted by boosters that had not seen it; there is none where thresholds found so lost on other families.
    """
    wanted = targets(data)
    spreads = {target: float(values.std()) or 1.0 for target, values in wanted.items()}
    promises = np.zeros(len(data.X))
    for train, test in folds(data.families):
        boosters = _boosters(data.X[train], {key: values[train] for key, values in wanted.items()}, seed)
        promises[test] = _predict(boosters, spreads, data.X[test])
    thresholds: dict[str, float | None] = {}
    metrics: dict[str, float] = {}
    for which in ("early", "late"):
        rows = data.stages == which
        some, promised = data.take(rows), promises[rows]
        figures = worth(some, promised)
        thresholds[which] = choose_threshold(some, promised) if figures["gain_ahead"] > 0 else None
        metrics |= {f"{which} {key}": value for key, value in figures.items()}
    files = {
        f"{target.replace(' ', '-')}.txt": (target, booster.model_to_string().encode())
        for target, booster in _boosters(data.X, wanted, seed).items()
    }
    hashes = {file: hashlib.sha256(text).hexdigest() for file, (_, text) in files.items()}
    card = Card(
        name=name,
        version=hashlib.sha256(json.dumps([name, hashes, thresholds], sort_keys=True).encode()).hexdigest()[:12],
        inputs=INPUTS,
        arms=tuple(ARMS),
        versions={**versions(), "loopwise": loopwise.__version__, "lightgbm": lightgbm.__version__},
        spreads={file: spreads[target] for file, (target, _) in files.items()},
        hashes=hashes,
        thresholds=thresholds,
        ranges=_ranges(data.X),
        corpus={
            "states": len(np.unique(data.states)),
            "families": sorted(map(str, np.unique(data.families))),
            "datasets": sorted(map(str, np.unique(data.datasets))),
        },
        metrics=metrics,
    )
    return {CARD: card.as_json().encode()} | {file: text for file, (_, text) in files.items()}


def with_folds(folder: Path) -> list[MetaModel]:
    """The model in a folder, then those beside it that have not seen all families; raises ModelError."""
    return [MetaModel.load(path) for path in (folder, *sorted(folder.glob("fold-*")))]


def not_trained_on(models: Sequence[MetaModel], dataset: Dataset) -> MetaModel:
    """The first of the models that has not seen this data set, nor another one of its family.

    Raises:
        InvalidInputError: all have.
    """
    for model in models:
        corpus = model.card.corpus
        if dataset.known_as.isdisjoint([*corpus["families"], *corpus["datasets"]]):
            return model
    raise InvalidInputError(
        f"the model {models[0].card.name} was trained on {dataset.name} or its family, and no fold of it is there that "
        "was not: nothing can be judged by data that it has seen"
    )


def choose_threshold(data: MetaData, promises: NDArray[np.float64]) -> float | None:
    """The threshold from which leaving the default arm gained most; None where leaving never pays.

    Most is: on average over families, less one standard error.

    Args:
        data: with the gains.
        promises: (rows,) of each arm in each state, by a model that has not seen the family.
    """
    return _threshold(_temptations(data, promises))


def worth(data: MetaData, promises: NDArray[np.float64]) -> dict[str, float]:
    """What leaving the default arm gained, each family judged by the threshold that was found on others.

    Args:
        data: with the gains.
        promises: (rows,) as for `choose_threshold`.

    Returns:
        "gain_next" and "gain_ahead", in points of accuracy on average over families, their standard errors as
        "gain_next_error" and "gain_ahead_error", and "left", the share of states in which the default arm is left.
    """
    best = _temptations(data, promises)
    gains = pd.DataFrame(0.0, index=best.index, columns=["next", "ahead", "left"])
    if best.family.nunique() > 1:
        for others, judged in folds(best.family.to_numpy()):
            threshold = _threshold(best.iloc[others])
            if threshold is not None:
                left = best.iloc[judged].promise > threshold
                gains.iloc[judged] = best.iloc[judged][["next", "ahead"]].assign(left=1.0).where(left, 0.0).to_numpy()
    of_families = gains[["next", "ahead"]].groupby(best.family).mean()
    error = of_families.std(ddof=1) / np.sqrt(len(of_families))
    figures = {"left": gains.left.mean()}
    for horizon in ("next", "ahead"):
        figures |= {f"gain_{horizon}": of_families[horizon].mean(), f"gain_{horizon}_error": error[horizon]}
    return {name: float(np.nan_to_num(value)) for name, value in figures.items()}


def _temptations(data: MetaData, promises: NDArray[np.float64]) -> pd.DataFrame:
    """Of each state its family, the arm that promises most, by how much more than the default arm, and its gains."""
    table = pd.DataFrame({"state": data.states, "family": data.families, "arm": data.arms, "promise": promises})
    table = table.assign(**data.gains)
    default = table[table.arm == list(ARMS).index(DEFAULT)].set_index("state")
    table["promise"] -= table.state.map(default.promise)
    return table.loc[table.groupby("state").promise.idxmax()].set_index("state")


def _threshold(best: pd.DataFrame) -> float | None:
    chosen: float | None = None
    highest = 0.0  # of never leaving
    for threshold in THRESHOLDS:
        gains = best.ahead.where(best.promise > threshold, 0.0).groupby(best.family).mean()
        careful = float(gains.mean() - gains.std(ddof=1) / np.sqrt(len(gains)))
        if careful > highest:
            highest, chosen = careful, threshold
    return chosen


def _boosters(X: NDArray[np.float64], wanted: dict[str, NDArray[np.float64]], seed: int) -> dict[str, lightgbm.Booster]:
    """One for each target."""
    made = {}
    for number, (target, values) in enumerate(wanted.items()):
        rows = lightgbm.Dataset(X, values, feature_name=_safe(INPUTS), categorical_feature=[len(INPUTS) - 1])
        made[target] = lightgbm.train({**_PARAMETERS, "seed": seed + number}, rows, _TREES)
    return made


def _predict(
    boosters: dict[str, lightgbm.Booster], spreads: dict[str, float], X: NDArray[np.float64]
) -> NDArray[np.float64]:
    predicted = [np.asarray(booster.predict(X)) / spreads[target] for target, booster in boosters.items()]
    mean: NDArray[np.float64] = np.mean(predicted, axis=0)
    return mean


def _ranges(X: NDArray[np.float64]) -> dict[str, tuple[float, float]]:
    of_state = X[:, : len(FEATURES)]
    return {
        name: (float(np.nanmin(column)), float(np.nanmax(column)))
        for name, column in zip(FEATURES, of_state.T, strict=True)
        if not np.isnan(column).all()
    }


def _safe(names: Sequence[str]) -> list[str]:
    return [name.replace(" ", "_") for name in names]
