"""Published ways to choose among strategies or records, as our own reimplementations: what loopwise is compared with.

Each is written anew from its paper, says in which points it differs, and is not its authors' code. They see what an
engine never does: the labels, and models fitted at home.
"""

from __future__ import annotations

from collections.abc import Callable

from loopwise_training.baselines.albl import Albl
from loopwise_training.baselines.base import Baseline
from loopwise_training.baselines.lal import Lal
from loopwise_training.baselines.selectal import SelectAl
from loopwise_training.baselines.tailor import Tailor

BASELINES: dict[str, Callable[[int], Baseline]] = {
    "albl": Albl,
    "lal": lambda _rounds: Lal(),
    "tailor": lambda _rounds: Tailor(),
    "selectal": lambda _rounds: SelectAl(),
}
"""By name: a new one for a run of so many batches."""

__all__ = ["BASELINES", "Albl", "Baseline", "Lal", "SelectAl", "Tailor"]
