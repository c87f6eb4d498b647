"""The pictures of an evaluation: learning curves, and the critical-difference diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from loopwise_training.evaluate import Row

# Okabe and Ito: told apart by colour-blind readers, and in grey by line style.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
_LINES = ("-", "--", "-.", ":")
_POINTS = 101


def draw_curves(rows: Sequence[Row], path: Path, title: str) -> None:
    """Mean accuracy over the part of the budget that is spent, over all runs; below, the gain over the last strategy.

    Args:
        rows: of an evaluation.
        path: of the PNG file; its folder must exist.
        title: of the picture.
    """
    spent = np.linspace(0, 1, _POINTS)
    names = list(dict.fromkeys(row.strategy for row in rows))
    means = {name: np.mean([_at(row, spent) for row in rows if row.strategy == name], axis=0) for name in names}
    with plt.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False}):
        figure, (above, below) = plt.subplots(2, 1, figsize=(8, 7), sharex=True, layout="constrained")
        for name, colour, line in zip(names, cycle(_COLOURS), cycle(_LINES)):
            look = {"color": colour, "linestyle": line, "label": name}
            above.plot(100 * spent, 100 * means[name], **look)
            below.plot(100 * spent, 100 * (means[name] - means[names[-1]]), **look)
        above.set_title(title, loc="left", fontsize=11)
        above.set_ylabel("accuracy, %")
        above.legend(frameon=False)
        below.set_ylabel(f"points above {names[-1]}")
        below.set_xlabel("labels, % of those that are asked for")
        figure.savefig(path, dpi=150, metadata={"Software": None})
        plt.close(figure)


def draw_ranks(ranks: Mapping[str, float], critical: float, path: Path, title: str) -> None:
    """The critical-difference diagram.

    Demsar, Statistical comparisons of classifiers over multiple data sets, JMLR 2006.

    Args:
        ranks: mean rank of each strategy over the data sets, 1 the best.
        critical: mean ranks further apart differ.
        path: of the PNG file; its folder must exist.
        title: of the picture.
    """
    ordered = sorted(ranks.items(), key=lambda item: item[1])
    with plt.rc_context({"font.size": 9}):
        figure, axes = plt.subplots(figsize=(8, 1.2 + 0.3 * len(ordered)), layout="constrained")
        for row, (name, rank) in enumerate(ordered):
            axes.plot([rank, rank], [0, -1 - row], color="#737373", linewidth=0.8)
            axes.text(rank, -1 - row, f" {name} {rank:.2f}", va="center")
        _draw_groups(axes, [rank for _, rank in ordered], critical)
        axes.plot([1, 1 + critical], [1.2, 1.2], color="black", linewidth=2)
        axes.text(1 + critical / 2, 1.4, f"critical difference {critical:.2f}", ha="center")
        axes.set_xlim(0.8, len(ordered) + 0.8)
        axes.set_ylim(-1.5 - len(ordered), 2.2)
        axes.spines[["left", "right", "bottom"]].set_visible(False)
        axes.spines["top"].set_position(("data", 0))
        axes.xaxis.tick_top()
        axes.set_yticks([])
        axes.set_title(title, loc="left", fontsize=11)
        figure.savefig(path, dpi=150, metadata={"Software": None})
        plt.close(figure)


def _draw_groups(axes: Axes, ranks: Sequence[float], critical: float) -> None:
    """A bar under each longest run of strategies that do not differ."""
    reached, height = -1, 0.0
    for first, rank in enumerate(ranks):
        last = max(i for i, other in enumerate(ranks) if other - rank <= critical)
        if last > max(first, reached):
            height += 0.25
            axes.plot([rank - 0.05, ranks[last] + 0.05], [-height, -height], color="black", linewidth=2.5)
            reached = last


def _at(row: Row, spent: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    labels = np.array(row.labels, np.float64)
    span = max(labels[-1] - labels[0], 1)
    return np.interp(spent, (labels - labels[0]) / span, row.curve)
