"""Decisions out of logged runs: contexts, arms, propensities and rewards, and what other policies would have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

from loopwise.errors import InvalidInputError
from loopwise.strategies import Blend, BlendMode, Part
from loopwise_engine.policy.arms import ARMS, DEFAULT, arm_of
from loopwise_engine.policy.descriptors import DESCRIPTORS
from loopwise_engine.policy.exploring import PROPENSITY
from loopwise_engine.policy.model import INPUTS, MetaModel, inputs, stage
from loopwise_engine.policy.prior import REFINE_BELOW
from loopwise_training.off_policy import Log, Value, estimate, mean_over, ratio_over

FROM_OUTCOMES = ("surprise", "loss")
"""Rewards that labels themselves tell; any other name is a metric's."""

_MEANINGS = {
    "surprise": "the share of the batch whose label the model had not predicted",
    "loss": "the mean loss of the batch's labels before they were learned",
}
_ARMS = list(ARMS)
_PARAMETERS: dict[str, Any] = {
    "objective": "regression",
    "num_leaves": 7,
    "learning_rate": 0.1,
    "min_data_in_leaf": 20,
    "lambda_l2": 5.0,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
    "seed": 0,
}
_TREES = 60


@dataclass(frozen=True, eq=False)
class Decisions:
    """Logged decisions, with what was known when they were due.

    Attributes:
        log: arms, propensities, rewards.
        features: state features of each, by name.
        descriptors: of each, by arm, what was known of its batch.
    """

    log: Log
    features: Sequence[Mapping[str, float]]
    descriptors: Sequence[Mapping[str, Mapping[str, float]]]


def read_decisions(folder: Path, reward: str) -> Decisions:
    """All decisions of a folder of logged runs whose reward is known, but for those before there was a model.

    A reward is the change of a metric until the next loop; or of the batch's labels the share that the model had not
    predicted ("surprise"), or its mean loss ("loss"). Where propensities of arms are logged, as by engines and
    simulations that explore, they are those; else the logged policy was sure of what it did. A decision that is no
    arm's counts as another one.

    Args:
        folder: an export, or a folder of simulated runs' parts.
        reward: name of a metric, "surprise" or "loss".

    Raises:
        InvalidInputError: the folder holds no logged runs, or no decision of them has this reward.
    """
    decisions = _table(folder, "decisions")
    experiments = _table(folder, "experiments")
    share = dict(zip(experiments.experiment, experiments.random_share, strict=True))
    named = _features(folder)
    rewards = _rewards(folder, reward)
    rows = []
    for decision in decisions.sort_values(["experiment", "loop"]).itertuples():
        key = (decision.experiment, decision.loop)
        if key in rewards and "has_margin" in named.get(key, {}) and named[key]["has_margin"]:
            rows.append((decision, named[key], float(rewards[key])))
    if not rows:
        raise InvalidInputError(f"no decision in {folder} has the reward {reward!r}")
    followed = [_arm(decision, state, float(share[decision.experiment])) for decision, state, _ in rows]
    propensities = np.zeros((len(rows), len(ARMS)))
    for row, (arm, (_, state, _)) in enumerate(zip(followed, rows, strict=True)):
        logged = [state.get(f"{name}/{PROPENSITY}", np.nan) for name in ARMS]
        if np.isnan(logged).all():
            propensities[row, arm] = arm >= 0
        else:
            propensities[row] = np.nan_to_num(logged)
    names = np.unique([decision.experiment for decision, _, _ in rows], return_inverse=True)[1]
    log = Log(names, np.array(followed), propensities, np.array([value for _, _, value in rows]))
    split = [split_features(state) for _, state, _ in rows]
    return Decisions(log, [state for state, _ in split], [arms for _, arms in split])


def target_of(decisions: Decisions, name: str, model: MetaModel | None = None) -> NDArray[np.float64]:
    """(n, arms) what a policy would have followed at each decision, with what probability; NaN where that is not known.

    Args:
        decisions: as they were logged.
        name: of an arm, "prior", or "meta" for what a model would have followed.
        model: that one.

    Raises:
        InvalidInputError: an unknown name, or "meta" without a model.
    """
    if name not in ARMS and name not in {"prior", "meta"}:
        raise InvalidInputError(f"there is no policy {name!r} to estimate; there are prior, meta, {', '.join(ARMS)}")
    if name == "meta" and model is None:
        raise InvalidInputError("to estimate meta, say which model (--model)")
    target = np.zeros((len(decisions.features), len(ARMS)))
    for row, state, descriptors in zip(target, decisions.features, decisions.descriptors, strict=True):
        arm = name
        if name == "prior":
            arm = prior_arm(state)
        elif name == "meta" and model is not None:
            arm = meta_arm(model, state, descriptors)
        row[:] = np.nan if not arm else 0
        if arm:
            row[_ARMS.index(arm)] = 1
    return target


def prior_arm(features: Mapping[str, float]) -> str:
    """The arm that the prior policy comes to in a state with sketches and a model's margins, "" in another."""
    if not features.get("has_sketch") or "labels_per_class" not in features:
        return ""
    few = features["labels_per_class"] < REFINE_BELOW and features["batch_size"] > 1
    return "refine" if few else "margin"


def meta_arm(model: MetaModel, features: Mapping[str, float], descriptors: Mapping[str, Mapping[str, float]]) -> str:
    """The arm that the policy `meta` follows with this model, "" where what is known of batches was not logged."""
    if features["batch_size"] == 1 or not features.get("has_sketch") or model.unusual(features):
        return prior_arm(features)
    if model.card.thresholds.get(stage(features)) is None:
        return DEFAULT
    if DEFAULT not in descriptors:
        return ""
    return model.followed(features, model.promises(features, descriptors))


def predicted_rewards(decisions: Decisions) -> NDArray[np.float64]:
    """(n, arms) the reward of each arm by a direct model that has not seen the decision's experiment."""
    log = decisions.log
    X = np.stack(
        [
            inputs(state, {arm: known.get(arm, {}) for arm in ARMS})
            for state, known in zip(decisions.features, decisions.descriptors, strict=True)
        ]
    )
    arms = log.followed >= 0
    predicted = np.zeros((len(X), len(ARMS)))
    folds = min(5, len(np.unique(log.experiments)))
    if folds < 2:
        return predicted
    for train, test in GroupKFold(folds).split(X, groups=log.experiments):
        seen = train[arms[train]]
        if len(seen):
            rows = lightgbm.Dataset(X[seen, log.followed[seen]], log.rewards[seen], params={"verbose": -1})
            booster = lightgbm.train(_PARAMETERS, rows, _TREES)
            of_arms = np.asarray(booster.predict(X[test].reshape(-1, len(INPUTS))))
            predicted[test] = of_arms.reshape(len(test), len(ARMS))
    return predicted


def beside_random(folder: Path, reward: str) -> tuple[Value, Value, int] | None:
    """How much was learned from the records that strategies chose, and how much from random ones, by outcomes.

    The random share of a batch stands for what strategies left, each of its records for one over its propensity of
    them; together with what strategies chose that is the whole of the candidates.

    Args:
        folder: an export, or a folder of simulated runs' parts.
        reward: "surprise" or "loss".

    Returns:
        Mean of the strategies' records; of a record drawn at random; how many were drawn at random. None where none
        was drawn beside a strategy's, or no outcome of one is known.
    """
    selected = _table(folder, "selected").merge(_outcomes(folder, reward), on=["experiment", "loop", "position"])
    both = selected.groupby(["experiment", "loop"]).propensity.transform("min") < 1
    mixed = selected[both & (selected.groupby(["experiment", "loop"]).propensity.transform("max") == 1)]
    drawn = mixed.propensity < 1
    if not drawn.any():
        return None
    experiments = np.unique(mixed.experiment, return_inverse=True)[1]
    values, weights = mixed.value.to_numpy(), 1 / mixed.propensity.to_numpy()
    chosen = ~drawn.to_numpy()
    return (
        mean_over(values[chosen], experiments[chosen]),
        ratio_over(values * weights, weights, experiments),
        int(drawn.sum()),
    )


def report(folder: Path, names: Sequence[str], reward: str, model: MetaModel | None) -> dict[str, Any]:
    """What logs tell of policies, ready for JSON; see docs/off-policy.md.

    Args:
        folder: an export, or a folder of simulated runs' parts.
        names: of policies, as for `target_of`.
        reward: as for `read_decisions`.
        model: that "meta" is to follow.
    """
    decisions = read_decisions(folder, reward)
    targets = {name: target_of(decisions, name, model) for name in names}
    predicted = predicted_rewards(decisions)
    log = decisions.log
    random = None
    if reward in FROM_OUTCOMES and (found := beside_random(folder, reward)):
        chosen, drawn, draws = found
        random = {"chosen": asdict(chosen), "drawn": asdict(drawn), "draws": draws}
    return {
        "decisions": len(log.rewards),
        "experiments": len(np.unique(log.experiments)),
        "reward": reward,
        "meaning": _MEANINGS.get(reward, f"the change of {reward} until the next loop"),
        "logged": asdict(mean_over(log.rewards, log.experiments)),
        "policies": {name: asdict(estimate(log, target, predicted)) for name, target in targets.items()},
        "random": random,
    }


def _rewards(folder: Path, reward: str) -> dict[tuple[str, int], float]:
    """By experiment and loop."""
    if reward in FROM_OUTCOMES:
        found: pd.Series[Any] = _outcomes(folder, reward).groupby(["experiment", "loop"]).value.mean()
    else:
        metrics = _table(folder, "metrics")
        metrics = metrics[metrics.name == reward]
        after = metrics.assign(loop=metrics.loop - 1)
        both = metrics.merge(after, on=["experiment", "loop"], suffixes=("", "_after"))
        found = both.assign(gain=both.value_after - both.value).set_index(["experiment", "loop"]).gain
    return {(str(key[0]), int(key[1])): float(x) for key, x in zip(found.index, found.to_numpy(), strict=True)}


def _outcomes(folder: Path, reward: str) -> pd.DataFrame:
    """What the model did not know of each label: experiment, loop, position, value."""
    outcomes = _table(folder, "outcomes")
    value = 1 - outcomes.correct.astype("Float64") if reward == "surprise" else outcomes.loss
    known = outcomes.assign(value=value.astype("float64"))[["experiment", "loop", "position", "value"]]
    return known.dropna()


def _features(folder: Path) -> dict[tuple[str, int], dict[str, float]]:
    found: dict[tuple[str, int], dict[str, float]] = {}
    for experiment, loop, name, value in _table(folder, "features")[["experiment", "loop", "name", "value"]].itertuples(
        index=False
    ):
        found.setdefault((experiment, loop), {})[name] = value
    return found


def split_features(state: Mapping[str, float]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """State features, and by arm what is known of its batch, out of what was logged of a decision."""
    features: dict[str, float] = {}
    descriptors: dict[str, dict[str, float]] = {}
    for name, value in state.items():
        arm, slash, descriptor = name.partition("/")
        if not slash:
            features[name] = value
        elif arm in ARMS and descriptor in DESCRIPTORS:
            descriptors.setdefault(arm, {})[descriptor] = value
    return features, descriptors


def _arm(decision: Any, state: Mapping[str, float], share: float) -> int:
    """Index of the arm whose blend this is; -1 for none."""
    mode = BlendMode[decision.mode.upper()]
    keep = decision.keep if mode == BlendMode.CASCADE else 1.0
    blend = Blend(mode, tuple(map(Part, decision.strategies)), keep, decision.random_share)
    candidates = round(state["unlabeled_share"] * state["pool_size"])
    arm = arm_of(blend, int(decision.batch_size), candidates, share)
    return -1 if arm is None else _ARMS.index(arm)


def _table(folder: Path, name: str) -> pd.DataFrame:
    """A table of all parts."""
    parts = [folder, *sorted(folder.glob("part-*"))]
    found = [_read(part / name) for part in parts if (part / "decisions").exists() and (part / name).exists()]
    if not found:
        raise InvalidInputError(f"{folder} holds no logged runs with decisions: see loopwise logs export")
    return pd.concat(found, ignore_index=True)


def _read(folder: Path) -> pd.DataFrame:
    columns = [pa.field("experiment", pa.string())]  # readers would guess a number from some names
    if any(folder.glob("experiment=*/loop=*")):
        columns.append(pa.field("loop", pa.int32()))
    parts = ds.partitioning(pa.schema(columns), flavor="hive")
    table: pd.DataFrame = pq.read_table(folder, partitioning=parts).to_pandas()
    return table
