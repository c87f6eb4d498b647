"""All querying strategies by name: those of loopwise, and those of other packages."""

from __future__ import annotations

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from loopwise.errors import InvalidInputError, LoopwiseError
from loopwise.strategies import (
    badge,
    change,
    classes,
    clusters,
    committee,
    contrast,
    coverage,
    density,
    facility,
    history,
    kernel_machines,
    likely_errors,
    multilabel,
    noise,
    probcover,
    random,
    regression,
    structures,
    typicality,
    uncertainty,
)
from loopwise.strategies.base import Strategy

GROUP = "loopwise.strategies"
"""The entry-point group by which another package adds strategies: `name = "package.module:Class"`."""

FAMILIES: tuple[ModuleType, ...] = (
    random,
    uncertainty,
    noise,
    classes,
    density,
    committee,
    kernel_machines,
    change,
    coverage,
    facility,
    likely_errors,
    clusters,
    typicality,
    probcover,
    badge,
    contrast,
    history,
    multilabel,
    regression,
    structures,
)
"""The modules of loopwise's own strategies, one family each, in the order in which they are documented."""


def strategies() -> dict[str, Strategy]:
    """Every installed strategy by name, with its default parameters.

    Raises:
        LoopwiseError: Another package's strategy cannot be loaded, or has a name that is taken.
    """
    return dict(_installed())


def get_strategy(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        InvalidInputError: There is none; the message names those that there are.
        LoopwiseError: As `strategies`.
    """
    installed = _installed()
    if name not in installed:
        raise InvalidInputError(f"There is no strategy {name!r}; there are {', '.join(sorted(installed))}.")
    return installed[name]


def forget() -> None:
    """Look for other packages' strategies anew, next time one is asked for."""
    _installed.cache_clear()


@cache
def _installed() -> dict[str, Strategy]:
    installed: dict[str, Strategy] = {one.name: one() for family in FAMILIES for one in family.STRATEGIES}
    for point in entry_points(group=GROUP):
        strategy = _load(point)
        if strategy.name in installed:
            raise LoopwiseError(f"{_named(point)} adds a second strategy {strategy.name!r}; names must be unique.")
        installed[strategy.name] = strategy
    return installed


def _load(point: EntryPoint) -> Strategy:
    try:
        strategy = point.load()()
    except Exception as error:
        raise LoopwiseError(f"{_named(point)} cannot be loaded: {error}") from error
    if not isinstance(strategy, Strategy):
        raise LoopwiseError(f"{_named(point)} is no subclass of loopwise.strategies.Strategy.")
    if strategy.name != point.name:
        raise LoopwiseError(f"{_named(point)} names itself {strategy.name!r}; both names must be the same.")
    return strategy


def _named(point: EntryPoint) -> str:
    package = f" of {point.dist.name}" if point.dist else ""
    return f"The strategy {point.name} = {point.value}{package}"
