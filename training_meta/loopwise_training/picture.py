"""The picture of a comparison: learning curves, and below them what the policy blended when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator, PercentFormatter

from loopwise.strategies import Blend, BlendMode
from loopwise_training.demo_runs import Run

# Okabe and Ito: told apart by colour-blind readers, and in grey by line style and hatching.
_LINES = (("#0072B2", "-", "o"), ("#D55E00", "--", "s"), ("#737373", ":", "^"))
_BARS = (
    ("#56B4E9", ""),
    ("#0072B2", "///"),
    ("#E69F00", "..."),
    ("#009E73", "xxx"),
    ("#CC79A7", "\\\\\\"),
    ("#F0E442", ""),
    ("#D55E00", "---"),
    ("#999933", "|||"),
)
_RANDOM = ("#BFBFBF", "")
_AT_RANDOM = "random"


def draw(runs: Mapping[str, Sequence[Run]], blends_of: str, path: Path, title: str) -> None:
    """Draws learning curves above, strategy blends below, into a PNG file.

    Args:
        runs: by name of the arm, one run per seed; all with the same numbers of labels.
        blends_of: the arm whose blends are shown.
        path: of the file; its folder must exist.
        title: of the picture.
    """
    with plt.rc_context({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False, "hatch.linewidth": 0.5}):
        figure, (curves, bars) = plt.subplots(
            2, 1, figsize=(8, 7), sharex=True, height_ratios=(2, 1), layout="constrained"
        )
        _draw_curves(curves, runs)
        _draw_blends(bars, runs[blends_of], blends_of)
        curves.set_title(title, loc="left", fontsize=11)
        bars.set_xlabel("labels")
        figure.savefig(path, dpi=150, metadata={"Software": None})
        plt.close(figure)


def blend_shares(blend: Blend) -> dict[str, float]:
    """What fills a batch, in words, as shares that sum to 1; cascades and mixed ranks count as one thing."""
    chosen = 1 - blend.random_share
    if blend.mode is BlendMode.SHARES:
        total = sum(part.weight for part in blend.parts)
        shares = {part.strategy: chosen * part.weight / total for part in blend.parts}
    else:
        between = " then " if blend.mode is BlendMode.CASCADE else " and "
        shares = {between.join(part.strategy for part in blend.parts): chosen}
    if blend.random_share:
        shares[_AT_RANDOM] = shares.get(_AT_RANDOM, 0.0) + blend.random_share
    return shares


def _draw_curves(axes: Axes, runs: Mapping[str, Sequence[Run]]) -> None:
    for (name, seeds), (colour, line, marker) in zip(runs.items(), _LINES, strict=False):
        labels = [point.labels for point in seeds[0].curve]
        values = np.array([[point.value for point in run.curve] for run in seeds])
        mean = values.mean(axis=0)
        axes.fill_between(labels, values.min(axis=0), values.max(axis=0), color=colour, alpha=0.15, linewidth=0)
        axes.plot(labels, mean, color=colour, linestyle=line, marker=marker, markersize=4, label=name)
    axes.set_ylabel("accuracy on the test set")
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.yaxis.set_major_locator(MultipleLocator(0.1))
    axes.grid(axis="y", color="#E5E5E5")
    axes.set_axisbelow(True)
    spread = "" if len(next(iter(runs.values()))) == 1 else "; band: lowest to highest seed"
    axes.legend(loc="lower right", frameon=False, title=f"mean of the seeds{spread}")


def _draw_blends(axes: Axes, runs: Sequence[Run], name: str) -> None:
    """Stacked bars: each loop's bar spans the labels that it asked for."""
    loops = min(len(run.blends) for run in runs)
    shares = [[blend_shares(run.blends[loop]) for run in runs] for loop in range(loops)]
    names = list(dict.fromkeys(key for loop in shares for blend in loop for key in blend))
    names.sort(key=lambda key: key == _AT_RANDOM)
    ends = np.array([point.labels for point in runs[0].curve][:loops])
    starts = np.concatenate(([0], ends[:-1]))
    bottom = np.zeros(loops)
    looks = iter(_BARS * (1 + len(names) // len(_BARS)))
    for key in names:
        height = np.array([np.mean([blend.get(key, 0.0) for blend in loop]) for loop in shares])
        colour, hatch = _RANDOM if key == _AT_RANDOM else next(looks)
        axes.bar(
            starts,
            height,
            width=0.92 * (ends - starts),
            bottom=bottom,
            align="edge",
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0,
            label=key,
        )
        bottom += height
    axes.set_ylabel(f"blend of {name}")
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=min(3, len(names)), frameon=False, fontsize=8)
