"""One simulated experiment: an engine that explores, and at some of its loops what each arm would have gained."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from loopwise import Engine
from loopwise.strategies import Blend
from loopwise_engine.policy import Plan, Policy, PriorPolicy, Situation
from loopwise_engine.policy.arms import ARMS, DEFAULT, Batch, batches, blends
from loopwise_engine.policy.exploring import PROPENSITY
from loopwise_training.corpus.dataset import Dataset
from loopwise_training.corpus.views import view
from loopwise_training.models import model
from loopwise_training.protocols import Protocol
from loopwise_training.seeds import seed_of
from loopwise_training.trial import Scores, Trial

STEPS = 4
"""Loops that a rollout follows an arm."""

STATES = ((1, 2), (3, 5), (6, 11), (12, 20))
"""From the first to the last loop that one state is rolled out from; most are early, where arms differ most."""

MAX_LOOPS = STATES[-1][1] + 1
POOLS = (100, 10_000)
BATCHES = (2, 100)

ONE_BY_ONE = 0.05
"""Share of experiments with batches of one, logged and not rolled out: what one label is worth no test set tells."""

EMBEDDINGS = {"features": 0.75, "projected": 0.2, "none": 0.05}
"""How often records are compared by what the model learns from, by a few random directions of it, or by nothing."""

RANDOM_SHARES = (0.0, 0.05, 0.1)
"""Of batches, which of them an experiment has is drawn: what was drawn at random tells how right the model is."""

SHARES = {"logistic": 5, "svm": 5, "boosting": 5, "neighbours": 2, "bayes": 2, "mlp": 1, "forest": 1}
"""How often models are drawn, beside each other: the slow ones seldom, and 1 where nothing else is said."""

_TO_DEFAULT = 0.5
"""Probability that the explorer follows the default arm rather than one drawn from all of them."""


@dataclass(frozen=True)
class Recipe:
    """What a simulated experiment is made of; all of it follows from its number and a seed.

    Attributes:
        name: of the experiment.
        dataset: of what; a view of a data set of the corpus.
        model: name of the model.
        seed: of split, model and every choice.
        pool: records in the pool, at most.
        batch_size: records per batch.
        loops: batches, the first one included.
        initial: random labels to begin with; 0, the first batch is explored too.
        embeddings: what records are compared by, a name of `EMBEDDINGS`.
        random_share: of every batch that is drawn at random.
        constancy: probability that a loop follows the arm of the loop before.
    """

    name: str
    dataset: Dataset
    model: str
    seed: int
    pool: int
    batch_size: int
    loops: int
    initial: int
    embeddings: str
    random_share: float
    constancy: float

    def trial(self) -> Trial:
        """The experiment before its first label."""
        protocol = Protocol("simulation", "", lambda _k, _n: 0, lambda _n, _i: [], max_pool=self.pool)
        split = protocol.split(self.dataset, self.seed)
        return Trial(
            split,
            lambda: model(self.model, self.seed % 2**31),
            batch_size=self.batch_size,
            embeddings=self._embedded(split.X_pool),
            seed=self.seed,
        )

    def _embedded(self, X: NDArray[np.floating]) -> NDArray[np.floating] | None:
        if self.embeddings != "projected":
            return X if self.embeddings == "features" else None
        features = X.shape[1]
        directions = np.random.default_rng([self.seed, 13]).normal(size=(features, max(2, features // 4)))
        projected: NDArray[np.float32] = (X @ directions / np.sqrt(features)).astype(np.float32)
        return projected


@dataclass(frozen=True)
class Rollout:
    """What following an arm from one state came to.

    Attributes:
        loop: of the state.
        arm: that was followed.
        step: 1, after one batch; up to 4, after as many.
        scores: of the model then.
    """

    loop: int
    arm: str
    step: int
    scores: Scores


def name_of(number: int, seed: int) -> str:
    """Name of the experiment of this number."""
    return f"s{seed}-{number:06d}"


def recipe(number: int, datasets: Sequence[Dataset], models: Sequence[str], seed: int) -> Recipe:
    """The recipe of this number.

    Every data set has its turn, as it is and then as one view after another; sizes and models are drawn.
    """
    rng = np.random.default_rng([seed, number, 8])
    turn, which = divmod(number, len(datasets))
    dataset = view(datasets[which], turn if turn == 0 else seed_of(seed, number))
    pool = int(np.exp(rng.uniform(*np.log(POOLS))))
    available = min(pool, int(0.6 * len(dataset.y)))
    smallest, largest = BATCHES
    batch_size = int(np.exp(rng.uniform(np.log(smallest), np.log(max(smallest + 1, min(largest, available / 10))))))
    if rng.random() < ONE_BY_ONE:
        batch_size = 1
    initial = max(10, 2 * (int(dataset.y.max()) + 1)) if rng.random() < 0.5 else 0
    shares = np.array([SHARES.get(name, 1) for name in models], np.float64)
    return Recipe(
        name=name_of(number, seed),
        dataset=dataset,
        model=str(rng.choice(list(models), p=shares / shares.sum())),
        seed=seed_of(seed, number, 9),
        pool=pool,
        batch_size=batch_size,
        loops=min(MAX_LOOPS, max(2, int(0.6 * available / batch_size))),
        initial=min(initial, available // 4),
        embeddings=str(rng.choice(list(EMBEDDINGS), p=list(EMBEDDINGS.values()))),
        random_share=float(rng.choice(RANDOM_SHARES)),
        constancy=float(rng.choice([0.0, 0.5, 1.0])),
    )


class Explorer(Policy):
    """Follows arms at random, and keeps what every arm would do at some loops.

    Args:
        made_of: the experiment's recipe.
    """

    name: ClassVar[str] = "explorer"
    version: ClassVar[str] = "3"

    def __init__(self, made_of: Recipe) -> None:
        self._recipe = made_of
        rng = np.random.default_rng([made_of.seed, 10])
        several = made_of.batch_size > 1
        self._sampled = {int(rng.integers(first, last + 1)) for first, last in STATES} if several else set()
        self._followed: str | None = None
        self.seen: dict[int, Mapping[str, Batch]] = {}

    def decide(self, situation: Situation) -> Plan:
        """Another arm, or that of the loop before; what has no model yet is chosen by the prior policy or at random."""
        plan = PriorPolicy().decide(situation)
        rng = np.random.default_rng([self._recipe.seed, situation.loop, 11])
        if plan.stop.stop:
            return plan
        at_random = Blend.single("random", random_share=0.0)
        if situation.loop == 0 and self._recipe.initial:
            return replace(plan, blend=at_random, batch_size=self._recipe.initial)
        if not plan.features.get("has_margin"):
            return plan if rng.random() < 0.5 else replace(plan, blend=at_random)
        able = blends(situation.pool, plan.batch_size)
        chances = self._chances(able)
        if self._followed is None or rng.random() >= self._recipe.constancy:
            self._followed = self._drawn(situation.loop)
        features = {**plan.features} | {f"{arm}/{PROPENSITY}": chance for arm, chance in chances.items()}
        if situation.loop in self._sampled:
            arms = batches(situation, plan.batch_size, seed_of(self._recipe.seed, situation.loop))
            self.seen[situation.loop] = arms
            features |= {f"{arm}/{name}": x for arm, batch in arms.items() for name, x in batch.descriptors.items()}
        arm = self._followed if self._followed in able else "margin"
        share = max(able[arm].random_share, self._recipe.random_share)
        return replace(plan, blend=replace(able[arm], random_share=share), reason=f"Explores {arm}.", features=features)

    def _chances(self, able: Collection[str]) -> dict[str, float]:
        """How likely each arm that can choose is to be followed, given the one before: for off-policy estimates."""
        kept = 0.0 if self._followed is None else self._recipe.constancy
        chances = dict.fromkeys(able, 0.0)
        for arm in ARMS:
            drawn = (1 - _TO_DEFAULT) / len(ARMS) + _TO_DEFAULT * (arm == DEFAULT)
            chances[arm if arm in able else "margin"] += kept * (arm == self._followed) + (1 - kept) * drawn
        return chances

    def _drawn(self, loop: int) -> str:
        rng = np.random.default_rng([self._recipe.seed, loop, 12])
        return DEFAULT if rng.random() < _TO_DEFAULT else str(rng.choice(list(ARMS)))


def run(engine: Engine, explorer: Explorer, made_of: Recipe, journal: Path) -> list[Rollout]:
    """Runs the experiment through an engine, as a user would, and rolls out from some of its states.

    Args:
        engine: one that `explorer` decides for.
        explorer: its policy.
        made_of: the experiment's recipe.
        journal: file that does not exist yet.
    """
    trial = made_of.trial()
    split = trial.split
    found: list[Rollout] = []
    with engine.experiment(
        made_of.name,
        pool=range(len(split.y_pool)),
        classes=split.classes,
        embeddings=trial.embeddings,
        batch_size=made_of.batch_size,
        random_share=made_of.random_share,
        seed=made_of.seed,
        secret=str(made_of.seed),
        keep_loops=1,  # what is learned from are the state features; columns would be a hundred times as much
        journal=journal,
    ) as experiment:
        for loop in range(made_of.loops):
            batch = experiment.ask()
            if not batch:
                break
            for arm, would in explorer.seen.get(loop, {}).items():
                found += roll_out(trial, loop, arm, would, made_of)
            decision = batch.decision  # the engine's batch, chosen again: a trial knows who chose what it chose itself
            positions = trial.choose(decision.blend, trial.situation(), len(batch), decision.seed)
            if not np.array_equal(positions, batch.ids):
                raise RuntimeError(f"{made_of.name}: a trial chose other records than its engine in loop {loop}")
            experiment.tell(batch, split.y_pool[positions])
            trial.remember({})
            scores = trial.label(positions)
            experiment.report(trial.probabilities, metrics=vars(scores))
    return found


def roll_out(trial: Trial, loop: int, arm: str, would: Batch, made_of: Recipe) -> list[Rollout]:
    """Follows an arm for four loops from where a trial stands; the trial stays where it is.

    What one batch does is lost in the noise of a test set, what four do is less so. Ends before the fourth step where
    the pool does; where the arm cannot choose any more, margin does.
    """
    ahead = trial.copy()
    found = [Rollout(loop, arm, 1, ahead.label(would.positions))]
    for step in range(2, STEPS + 1):
        ahead.remember({})
        situation = ahead.situation()
        left = len(situation.pool.unlabeled)
        if left == 0:
            break
        able = blends(situation.pool, made_of.batch_size)
        blend = able.get(arm, able["margin"])
        size = min(made_of.batch_size, left)
        found.append(
            Rollout(
                loop, arm, step, ahead.label(ahead.choose(blend, situation, size, seed_of(made_of.seed, loop, step)))
            )
        )
    return found
