"""`loopwise meta evaluate`: policies and querying strategies over data sets, models and seeds, under one protocol."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

import joblib
from threadpoolctl import threadpool_limits

from loopwise.errors import InvalidInputError
from loopwise.signals.columns import Positions
from loopwise.strategies import Blend, strategies
from loopwise_engine.policy import MetaModel, MetaPolicy, Policy, PriorPolicy, Situation
from loopwise_engine.policy.arms import ARMS
from loopwise_engine.policy.budget import growing
from loopwise_engine.policy.inference import infer_on
from loopwise_training.baselines import BASELINES
from loopwise_training.corpus.dataset import Dataset
from loopwise_training.fit import not_trained_on, with_folds
from loopwise_training.likely_errors import unseen
from loopwise_training.metrics import CurvePoint, aubc, step_aubc
from loopwise_training.models import model
from loopwise_training.parallel import results
from loopwise_training.protocols import Protocol
from loopwise_training.seeds import seed_of
from loopwise_training.stopping import stops
from loopwise_training.trial import Scores, Trial

Chooser = Callable[[Trial, Situation, int, int], Positions]
"""From a trial, its situation, the size of the batch and a seed to the batch; only baselines look at the trial."""

POLICY = "policy"
"""What an engine follows unless it is told otherwise: the shipped meta-model."""

LEARNED = {"meta": False, "blend": True}
"""What policies on another model are called, and whether they share batches among strategies."""


@dataclass(frozen=True)
class Row:
    """One run: a data set, a model, a seed and a strategy.

    Attributes:
        dataset: its name.
        family: of the data set.
        model: its name.
        seed: of the split, the initial labels and all choices.
        strategy: name of a policy, an arm or a querying strategy.
        aubc: area under the curve of accuracy, in [0, 1].
        balanced_aubc: the same of balanced accuracy.
        curve: accuracy on the test set after each batch, the initial labels first.
        balanced_curve: balanced accuracy likewise.
        labels: how many there were at each point.
        inference: share of the open records that the models looked at, of all loops together.
        stops: of a policy, by stopping rule and by confidence, the labels at which it would have stopped; None, never.
    """

    dataset: str
    family: str
    model: str
    seed: int
    strategy: str
    aubc: float
    balanced_aubc: float
    curve: list[float]
    balanced_curve: list[float]
    labels: list[int]
    inference: float = 1.0
    stops: dict[str, int | None] = field(default_factory=dict)

    @property
    def points(self) -> list[CurvePoint]:
        """The learning curve."""
        return [CurvePoint(labels, value) for labels, value in zip(self.labels, self.curve, strict=True)]

    @property
    def step_aubc(self) -> float:
        """Area under the curve of accuracy of the model in use, in [0, 1]; see `metrics.step_aubc`."""
        return step_aubc(self.points)

    def as_json(self) -> dict[str, object]:
        """Its fields, by name, and `step_aubc`."""
        return {**asdict(self), "step_aubc": self.step_aubc}


SCHEDULE = "+schedule"
"""Behind a name: as many labels in as many batches, but growing ones, as `loopwise_engine.policy.budget` plans them."""


INFER = "+infer="
"""Between a name and the share of the open records that the model looks at before each decision."""


def inference_share(name: str) -> float:
    """The share that stands behind a name, as in "prior+infer=0.25"; 1.0 where there is none.

    Raises:
        InvalidInputError: it is no number in (0, 1].
    """
    _, given, share = name.partition(INFER)
    try:
        found = float(share) if given else 1.0
    except ValueError:
        found = math.nan
    if not 0 < found <= 1:
        raise InvalidInputError(f"in {name!r} a number in (0, 1] must follow {INFER}, not {share!r}")
    return found


def chooser(name: str, policies: Mapping[str, Policy], rounds: int = 1) -> Chooser:
    """What chooses under this name: a policy, else an arm, a baseline, a querying strategy. For one run alone.

    Args:
        name: of it.
        policies: by name.
        rounds: batches that the run has.

    Raises:
        InvalidInputError: there is nothing of this name.
    """
    inference_share(name)
    name = _bare(name)
    if name in policies:
        return _by_policy(policies[name])
    if name in ARMS:
        return _by_blend(lambda situation, size: ARMS[name](size, len(situation.pool.unlabeled)))
    if name in BASELINES:
        return BASELINES[name](rounds).choose
    if name in strategies():
        return _by_blend(lambda _situation, _size: Blend.single(name, random_share=0.0))
    if name in LEARNED:
        raise InvalidInputError(f"{name} follows a model that must be given; the shipped one is called {POLICY!r}")
    raise InvalidInputError(
        f"there is no policy, arm or strategy {name!r}; there are {', '.join((*policies, *ARMS, *BASELINES))} "
        "and those that `loopwise strategies` lists"
    )


def _bare(name: str) -> str:
    return name.partition(INFER)[0].removesuffix(SCHEDULE)


def run(
    dataset: Dataset, protocol: Protocol, model_name: str, seed: int, name: str, policies: Mapping[str, Policy]
) -> Row:
    """Runs one experiment to the protocol's end.

    What the strategy cannot choose, for want of a model, is drawn at random. The first model looks at all records; the
    later ones at the share that the name tells, as an engine advises.
    """
    share = inference_share(name)
    split = protocol.split(dataset, seed)
    start = protocol.start(split, seed)
    sizes = protocol.batches(len(split.y_pool), len(start))
    if name.partition(INFER)[0].endswith(SCHEDULE):
        sizes = list(growing(sum(sizes), len(sizes)))
    choose = chooser(name, policies, len(sizes))
    trial = Trial(split, lambda: model(model_name, seed), batch_size=sizes[0], embeddings=split.X_pool, seed=seed)
    points: list[tuple[int, Scores]] = []
    looked, could = 0, 0
    if len(start):
        trial.remember({})  # an engine counts so, too: labels come after its loop 0
        points.append((len(start), trial.label(start)))
    for number, size in enumerate(sizes):
        trial.batch_size = size
        situation = trial.situation()
        left = len(situation.pool.unlabeled)
        if left == 0:
            break
        looked, could = looked + left, could + left + len(situation.skipped)
        drawn = seed_of(seed, number)
        chosen = choose(trial, situation, min(size, left), drawn)
        looked_at = infer_on(situation, chosen, share, drawn) if share < 1 else None
        points.append((int(trial.labeled.sum()) + len(chosen), trial.label(chosen, looked_at)))
    curve = [CurvePoint(labels, scores.accuracy) for labels, scores in points]
    balanced = [CurvePoint(labels, scores.balanced_accuracy) for labels, scores in points]
    return Row(
        dataset.name,
        dataset.family,
        model_name,
        seed,
        name,
        aubc(curve),
        aubc(balanced),
        [point.value for point in curve],
        [point.value for point in balanced],
        [point.labels for point in curve],
        looked / max(1, could),
        stops(trial.advised),
    )


def evaluate(
    datasets: Sequence[Dataset],
    protocol: Protocol,
    names: Sequence[str],
    models: Sequence[str],
    seeds: int,
    jobs: int,
    policies: Mapping[str, Policy] | None = None,
    learned: Path | None = None,
) -> Iterator[list[Row]]:
    """Runs every strategy on every data set with every model and seed; the same figures whatever the number of jobs.

    Args:
        datasets: to run on.
        protocol: how each becomes an experiment.
        names: of policies, arms and querying strategies.
        models: by name.
        seeds: 0 .. seeds - 1.
        jobs: processes at once.
        policies: by the names that they go by; "prior" unless given.
        learned: folder of a meta-model, which the policies "meta" and "blend" follow; where it was trained on the
            family of a data set, the one beside it that was not.

    Yields:
        The rows of a data set, a model and a seed, one per strategy, in whatever order they are done.

    Raises:
        InvalidInputError: an unknown name, one that is given twice, or a data set that no model of the folder may be
            judged by.
        ModelError: the folder holds no model.
    """
    known: dict[str, Policy] = dict(policies) if policies is not None else {"prior": PriorPolicy()}
    learned_policies = _learned(names, learned, datasets)
    for name in names:
        chooser(name, known | learned_policies)
    for name in models:
        model(name, 0)
    for what, given in (("strategy", names), ("model", models)):
        if twice := [name for name, count in Counter(given).items() if count > 1]:
            raise InvalidInputError(f"the {what} {twice[0]} is named twice: name each once")
    tasks = (
        joblib.delayed(_run_all)(dataset, protocol, model_name, seed, tuple(names), known, learned)
        for dataset in datasets
        for model_name in models
        for seed in range(seeds)
    )
    yield from results(tasks, jobs)


def _run_all(
    dataset: Dataset,
    protocol: Protocol,
    model_name: str,
    seed: int,
    names: tuple[str, ...],
    known: Mapping[str, Policy],
    learned: Path | None,
) -> list[Row]:
    known = {**known, **_learned(names, learned, [dataset])}
    with unseen(dataset), threadpool_limits(1):  # a process per core is faster than threads in each
        return [run(dataset, protocol, model_name, seed, name, known) for name in names]


def _by_blend(blend: Callable[[Situation, int], Blend]) -> Chooser:
    return lambda trial, situation, size, seed: trial.choose(blend(situation, size), situation, size, seed)


def _by_policy(policy: Policy) -> Chooser:
    def choose(trial: Trial, situation: Situation, size: int, seed: int) -> Positions:
        plan = policy.decide(situation)
        trial.remember(plan.features)
        trial.advised.append((int(trial.labeled.sum()), plan.stop))
        return trial.choose(plan.blend, situation, size, seed)

    return choose


def _learned(names: Sequence[str], folder: Path | None, datasets: Sequence[Dataset]) -> dict[str, Policy]:
    """The policies on a model, for the last data set; refused where one of the data sets has been seen by all models.

    Where no model is shipped, as in a checkout that is training one, what engines follow is the prior policy.
    """
    found: dict[str, Policy] = {}
    shipped = _shipped() if POLICY in map(_bare, names) else None
    if POLICY in map(_bare, names):
        found[POLICY] = PriorPolicy()
    for dataset in datasets:
        if shipped is not None:
            found[POLICY] = MetaPolicy(not_trained_on([shipped], dataset))
        if folder is not None:
            judge = not_trained_on(_models(folder), dataset)
            found |= {name: MetaPolicy(judge, blending=blending) for name, blending in LEARNED.items()}
    return found


@cache
def _shipped() -> MetaModel | None:
    return MetaModel.shipped()


@cache
def _models(folder: Path) -> list[MetaModel]:
    return with_folds(folder)
