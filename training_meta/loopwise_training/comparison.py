"""What an evaluation comes to: strategies beside each other, paired over data sets, with their uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from loopwise_training.best_arm import BEST_ARM
from loopwise_training.evaluate import Row
from loopwise_training.metrics import labels_to
from loopwise_training.stopping import judge, summary

TIE = 0.1
"""Points of AUBC within which two strategies are equal on a data set."""

SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Difference:
    """One strategy less another one, in points (hundredths) of AUBC, over data sets; each is the mean of its runs.

    Attributes:
        strategy: the one.
        against: the other one.
        mean: over the data sets.
        standard_error: of that mean; None of one data set, which does not tell.
        wilcoxon_p: two-sided, over the data sets; 1 where all are equal.
        wins: data sets with a difference above 0.1.
        ties: within 0.1.
        losses: below -0.1.
        quantile_10: of the differences over the data sets.
        worse: data sets on which the strategy is significantly worse (paired t-test over the runs, 5 % after Holm's
            correction over the data sets); None where each has one run, which does not tell.
        labels_saved: share of the labels that is left when the other one's final accuracy is first reached, mean over
            the runs; a run that never reaches it saves nothing.
        balanced_mean: as `mean`, of balanced AUBC.
        balanced_standard_error: of that mean; None likewise.
        balanced_wilcoxon_p: likewise.
        step_mean: as `mean`, of the AUBC of the model in use (`metrics.step_aubc`), to compare schedules by.
        step_standard_error: of that mean; None likewise.
    """

    strategy: str
    against: str
    mean: float
    standard_error: float | None
    wilcoxon_p: float
    wins: int
    ties: int
    losses: int
    quantile_10: float
    worse: list[str] | None
    labels_saved: float
    balanced_mean: float
    balanced_standard_error: float | None
    balanced_wilcoxon_p: float
    step_mean: float
    step_standard_error: float | None


def summarise(rows: Sequence[Row]) -> dict[str, object]:
    """The summary of an evaluation, ready for JSON.

    Args:
        rows: every strategy has one for the same data sets, models and seeds.

    Returns:
        "strategies": by name, over data sets, in points: the means of AUBC, balanced AUBC, and AUBC of the model in use
        (`step_aubc`); and the mean rank, None of the best arm, which is one of the others everywhere;
        "differences": one for each pair of strategies; "critical_difference": of mean ranks, Nemenyi at 5 %;
        "stopping": by policy, and by stopping rule or confidence, `stopping.summary` of its runs.
    """
    names = list(dict.fromkeys(row.strategy for row in rows))
    figures = ("aubc", "balanced_aubc", "step_aubc")
    means = {figure: _by_dataset(rows, figure) for figure in figures}
    accuracy = means["aubc"]
    competing = [name for name in names if name != BEST_ARM]
    ranks = accuracy[competing].rank(axis=1, ascending=False).mean()
    return {
        "datasets": len(accuracy),
        "runs": sum(row.strategy != BEST_ARM for row in rows),  # whose rows are copies
        "strategies": {
            name: {**{figure: means[figure][name].mean() for figure in figures}, "rank": ranks.get(name)}
            for name in names
        },
        "differences": [asdict(difference(rows, a, b)) for a in names for b in names if a != b],
        "critical_difference": critical_difference(len(competing), len(accuracy)),
        "stopping": {name: found for name in names if (found := _stopping(rows, name))},
    }


def _stopping(rows: Sequence[Row], strategy: str) -> dict[str, dict[str, float]]:
    """What came of stopping by each rule, and at each confidence."""
    judged: dict[str, list[dict[str, float]]] = {}
    for row in rows:
        for name, labels in row.stops.items() if row.strategy == strategy else ():
            stop = None if labels is None else row.labels.index(labels)
            judged.setdefault(name, []).append(judge(row.curve, row.labels, stop))
    return {name: summary(found) for name, found in judged.items()}


def difference(rows: Sequence[Row], strategy: str, against: str) -> Difference:
    """One strategy beside another one."""
    table = _by_run(rows, "aubc")
    gaps = table[strategy] - table[against]
    of_dataset = gaps.groupby(level="dataset").mean()
    values = of_dataset.to_numpy()
    in_use, balanced = (_by_dataset(rows, figure) for figure in ("step_aubc", "balanced_aubc"))
    steps = (in_use[strategy] - in_use[against]).to_numpy()
    of_classes = (balanced[strategy] - balanced[against]).to_numpy()
    p = {str(name): _worse_p(group.to_numpy()) for name, group in gaps.groupby(level="dataset") if len(group) > 1}
    return Difference(
        strategy,
        against,
        float(values.mean()),
        _standard_error(values),
        _wilcoxon_p(values),
        int((values > TIE).sum()),
        int((np.abs(values) <= TIE).sum()),
        int((values < -TIE).sum()),
        float(np.quantile(values, 0.1)),
        holm(p) if p else None,
        _labels_saved(rows, strategy, against),
        float(of_classes.mean()),
        _standard_error(of_classes),
        _wilcoxon_p(of_classes),
        float(steps.mean()),
        _standard_error(steps),
    )


def holm(p: dict[str, float], level: float = SIGNIFICANT) -> list[str]:
    """Names of the hypotheses that Holm's step-down procedure rejects, smallest p first.

    Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 1979.
    """
    rejected = []
    for number, (name, value) in enumerate(sorted(p.items(), key=lambda item: item[1])):
        if value > level / (len(p) - number):
            break
        rejected.append(name)
    return rejected


def critical_difference(strategies: int, datasets: int) -> float:
    """Mean ranks further apart than this differ at 5 %, by Nemenyi's test.

    Demsar, Statistical comparisons of classifiers over multiple data sets, JMLR 2006.
    """
    q = stats.studentized_range.ppf(1 - SIGNIFICANT, strategies, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(strategies * (strategies + 1) / (6 * datasets)))


def _standard_error(values: NDArray[np.float64]) -> float | None:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None


def _wilcoxon_p(values: NDArray[np.float64]) -> float:
    return float(stats.wilcoxon(values).pvalue) if values.any() else 1.0


def _worse_p(gaps: NDArray[np.float64]) -> float:
    """That the strategy is worse on a data set by chance: one-sided t-test over its runs, two or more."""
    if not gaps.any():
        return 1.0
    if gaps.std() == 0:
        return 0.0 if gaps[0] < 0 else 1.0
    return float(stats.ttest_1samp(gaps, 0, alternative="less").pvalue)


def _by_run(rows: Sequence[Row], figure: str) -> pd.DataFrame:
    """In points: a column for each strategy, a row for each data set, model and seed."""
    table = pd.DataFrame([(r.dataset, r.model, r.seed, r.strategy, 100 * getattr(r, figure)) for r in rows])
    table.columns = pd.Index(["dataset", "model", "seed", "strategy", "value"])
    return table.pivot(index=["dataset", "model", "seed"], columns="strategy", values="value")


def _by_dataset(rows: Sequence[Row], figure: str) -> pd.DataFrame:
    return _by_run(rows, figure).groupby(level="dataset").mean()


def _labels_saved(rows: Sequence[Row], strategy: str, against: str) -> float:
    runs = {(row.dataset, row.model, row.seed, row.strategy): row for row in rows}
    saved = []
    for (dataset, model, seed, name), row in runs.items():
        if name == against:
            own = runs[dataset, model, seed, strategy]
            needed = labels_to(own.points, row.curve[-1])
            saved.append(0.0 if needed is None else 1 - needed / own.labels[-1])
    return float(np.mean(saved))
