"""The pieces of work that are measured: their sizes, their floors, and what loopwise is to reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.floors import PRODUCTS

CLUSTERS = 100
"""Embeddings are drawn around so many centres, which lie as far apart as the records of one centre."""


@dataclass(frozen=True)
class Goal:
    """The most that something may take; None where no goal is set.

    Attributes:
        ratio: Times the floor.
        seconds: CPU seconds.
    """

    ratio: float | None = None
    seconds: float | None = None

    def __str__(self) -> str:
        return "" if self == Goal() else f"{self.ratio:g}x" if self.ratio is not None else f"{self.seconds:g} s"


@dataclass(frozen=True)
class Work:
    """One row of the table.

    Attributes:
        name: As in `--only`.
        title: What is done.
        call: What adapters call it.
        records: Size of the pool.
        batch: How many records are chosen.
        widths: Classes, width, or members and classes, by the array's name.
        floor: A call of `benchmarks.peers.floors`.
        plain: Goal in NumPy.
        compiled: Goal with compiled kernels.
        memory_mb: Goal for the peak extra memory.
        labeled: So many records are labeled.
    """

    name: str
    title: str
    call: str
    records: int
    batch: int
    widths: Mapping[str, tuple[int, ...]]
    floor: str
    plain: Goal = field(default_factory=Goal)
    compiled: Goal = field(default_factory=Goal)
    memory_mb: float | None = None
    labeled: int = 0

    @property
    def size(self) -> str:
        """In words, e.g. "1M x 10"."""
        shapes = " + ".join(
            " x ".join([*map(str, widths[:-1]), short(self.records), str(widths[-1])])
            for widths in self.widths.values()
        )
        return f"{shapes}, top {self.batch:,}" if self.batch else shapes

    @property
    def floor_words(self) -> str:
        """What the floor is, in words."""
        return f"{self.batch:,} matrix-vector products" if self.floor == "products" else f"one {self.floor}"

    @property
    def floor_factor(self) -> float:
        """How many times longer the floor takes than what is measured of it."""
        return self.batch / min(PRODUCTS, self.batch) if self.floor == "products" else 1.0

    def tenth(self) -> Work:
        """The same in small."""
        return replace(self, records=self.records // 10, batch=self.batch // 10, labeled=self.labeled // 10)


def short(count: int) -> str:
    """1000000 as 1M."""
    for unit, letter in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit:
            return f"{count / unit:.3g}{letter}"
    return str(count)


def _uncertainty() -> list[Work]:
    kinds = {"margin": "margin", "entropy": "entropy", "least-confidence": "least confidence"}
    goals = {10: (Goal(6), Goal(3)), 100: (Goal(5), Goal(2))}
    works = []
    for classes, (plain, compiled) in goals.items():
        for name, title in kinds.items():
            call, widths = name.replace("-", "_"), {"probabilities": (classes,)}
            works.append(
                Work(
                    f"{name}-{classes}",
                    title,
                    call,
                    1_000_000,
                    1000,
                    widths,
                    "pass over probabilities",
                    plain,
                    compiled,
                )
            )
    return works


_million = partial(Work, records=1_000_000, batch=1000)
_embeddings = partial(Work, records=100_000, floor="products", widths={"embeddings": (128,)})
_badge = partial(_embeddings, call="badge", widths={"probabilities": (10,), "embeddings": (128,)})
_committee = partial(
    Work, records=100_000, batch=1000, floor="pass over members", widths={"members": (10, 10)}, plain=Goal(15)
)

WORKS: tuple[Work, ...] = (
    *_uncertainty(),
    _million(
        name="decision-10",
        title="margin, the whole decision",
        call="decision",
        widths={"probabilities": (10,)},
        floor="pass over probabilities",
    ),
    _million(
        name="decision-100",
        title="margin, the whole decision",
        call="decision",
        widths={"probabilities": (100,)},
        floor="pass over probabilities",
    ),
    _embeddings(name="k-center", title="k-center", call="k_center", batch=1000, plain=Goal(1.2), compiled=Goal(0.2)),
    _badge(name="badge-100", title="BADGE", batch=100, plain=Goal(1.5), compiled=Goal(0.1)),
    _badge(name="badge-1000", title="BADGE", batch=1000, plain=Goal(1.6), compiled=Goal(0.1)),
    _embeddings(name="typicality", title="TypiClust", call="typicality", batch=1000, plain=Goal(2.5)),
    _embeddings(
        name="probcover",
        title="ProbCover",
        call="probcover",
        batch=100,
        plain=Goal(100),
        compiled=Goal(30),
        memory_mb=1000,
    ),
    _embeddings(name="density", title="density", call="density", batch=1000, floor="pass over embeddings"),
    _committee(name="bald", title="BALD", call="bald"),
    _committee(name="vote-entropy", title="vote entropy", call="vote_entropy"),
    _committee(name="kl", title="KL divergence", call="kl_max"),
    _committee(name="three", title="BALD, vote entropy and KL at once", call="three", batch=0, compiled=Goal(6)),
    _committee(name="committee", title="all disagreement at once", call="committee", batch=0, plain=Goal()),
    _million(
        name="refine",
        title="refine",
        call="refine",
        widths={"probabilities": (10,), "embeddings": (64,)},
        floor="products",
        plain=Goal(seconds=10),
        compiled=Goal(seconds=3),
        memory_mb=1000,
        labeled=1000,
    ),
)


class Arrays:
    """Arrays made once from a seed, as files that all workers read.

    Args:
        folder: Where the files lie.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, work: Work) -> dict[str, Path]:
        """Paths of the arrays of a piece of work, by name."""
        makers: dict[str, Callable[..., NDArray[Any]]] = {
            "probabilities": probabilities,
            "embeddings": embeddings,
            "members": members,
        }
        return {
            name: self.made(_file(work, name), makers[name], work.records, *widths)
            for name, widths in work.widths.items()
        }

    def made(self, name: str, make: Callable[..., NDArray[Any]], *arguments: object) -> Path:
        """The file of that name, made if it is not there."""
        path = self._folder / f"{name}.npy"
        if not path.exists():
            np.save(path, make(*arguments, np.random.default_rng(0)))
        return path

    def forget(self, name: str) -> None:
        """Remove the file of that name."""
        (self._folder / f"{name}.npy").unlink(missing_ok=True)

    def forget_unless(self, works: Sequence[Work]) -> None:
        """Remove the files that none of these needs."""
        needed = {_file(work, name) for work in works for name in work.widths}
        for path in self._folder.glob("*.npy"):
            if path.stem not in needed:
                path.unlink()


def _file(work: Work, name: str) -> str:
    return f"{name}-{work.records}-{'-'.join(map(str, work.widths[name]))}"


def probabilities(records: int, classes: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Uniform on the simplex, (records, classes)."""
    P = rng.standard_exponential((records, classes), dtype=np.float32)
    P /= P.sum(axis=1, keepdims=True)
    return P


def members(records: int, count: int, classes: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """(members, records, classes), each row uniform on the simplex."""
    return probabilities(count * records, classes, rng).reshape(count, records, classes)


def embeddings(records: int, width: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """(records, width), Gaussian around Gaussian centres."""
    centres = rng.standard_normal((CLUSTERS, width), dtype=np.float32)
    E = rng.standard_normal((records, width), dtype=np.float32)
    groups = rng.integers(0, CLUSTERS, records)
    for start in range(0, records, 1 << 16):
        E[start : start + (1 << 16)] += centres[groups[start : start + (1 << 16)]]
    return E
