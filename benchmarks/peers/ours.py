"""loopwise through its public API, in plain NumPy and with its compiled kernels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.task import Calls, Run, Task
from loopwise.signals import SIGNALS, Column, SignalSet, density, entropy, least_confidence, margin
from loopwise.signals.disagreement import MEASURES, measure
from loopwise.strategies import Blend, Pool, execute, get_strategy, strategies, top_k


def plain() -> AbstractContextManager[None]:
    """Without the compiled kernels, where there are any."""
    context: AbstractContextManager[None] = import_module("loopwise.compiled").plain()
    return context


def is_compiled() -> bool:
    """Are there compiled kernels, and what they need?"""
    return find_spec("numba") is not None and find_spec("loopwise.compiled") is not None


def of_signal(utilities: Callable[[NDArray[Any]], NDArray[Any]], array: str = "probabilities") -> Callable[[Task], Run]:
    """The bare signal and its largest values, as the other libraries are given bare scores."""

    def prepare(task: Task) -> Run:
        values = task.arrays[array]
        return lambda: top_k(utilities(values), task.batch, np.random.default_rng(0))

    return prepare


def _smallness(P: NDArray[Any]) -> NDArray[np.float32]:
    """Margin's utilities."""
    leads = margin(P)
    return np.negative(leads, out=leads)


def of_strategy(name: str, **columns: str) -> Callable[[Task], Run]:
    """A strategy, from reported columns to the batch; `columns` names the array of each."""

    def prepare(task: Task) -> Run:
        if name not in strategies():
            raise LookupError("not there")
        chooser = get_strategy(name)
        pool = _pool(task, {signal: task.arrays[array] for signal, array in columns.items()})
        return lambda: chooser.select(pool, task.batch, np.random.default_rng(0))

    return prepare


def whole_decision(task: Task) -> Run:
    """What the engine runs: margin with random share and propensities, and checks of what it was sent."""
    blend, columns = Blend.single("margin"), {"probabilities": task.arrays["probabilities"]}
    return lambda: execute(blend, _pool(task, columns, checked=False), task.batch, seed=0)


def of_committee(name: str) -> Callable[[Task], Run]:
    """One signal of disagreement, and its largest values."""

    def prepare(task: Task) -> Run:
        derive = getattr(import_module("loopwise.signals.committee"), name)
        members = task.arrays["members"]
        return lambda: top_k(derive(members), task.batch, np.random.default_rng(0))

    return prepare


def disagreement(names: Iterable[str]) -> Callable[[Task], Run]:
    """Several signals of disagreement at once, in passes that they share."""
    return lambda task: lambda: measure(task.arrays["members"], names)


def any_strategy(name: str) -> Callable[[Task], Run]:
    """A strategy in a pool of which its needs are reported alone: arrays are named by signals.

    For signals of history there are two earlier loops besides.
    """

    def prepare(task: Task) -> Run:
        chooser = get_strategy(name)
        past: list[dict[str, Column]] = []
        if any_over_loops(chooser.needs):
            rolled = [{key: np.roll(values, loop, axis=0) for key, values in task.arrays.items()} for loop in (1, 2)]
            past = [{key: Column(values) for key, values in arrays.items()} for arrays in rolled]
        pool = _pool(task, task.arrays, past)
        return lambda: chooser.select(pool, task.batch, np.random.default_rng(0))

    return prepare


def _pool(
    task: Task,
    columns: Mapping[str, NDArray[Any]],
    past: Sequence[Mapping[str, Column]] = (),
    *,
    checked: bool = True,
) -> Pool:
    """The pool, in which nothing has been derived yet."""
    positions = np.arange(task.records)
    reported = {signal: Column(values) for signal, values in columns.items()}
    signals = SignalSet(reported, task.records, past, checked=checked)
    return Pool(positions[task.labeled :], positions[: task.labeled], signals)


def reported(needs: tuple[str, ...]) -> list[str]:
    """The signals that must be reported so that all of these are known."""
    found: dict[str, None] = {}
    for need in needs:
        sources = SIGNALS[need].sources
        found.update(dict.fromkeys(reported(sources) if sources else [need]))
    return list(found)


def any_over_loops(needs: tuple[str, ...]) -> bool:
    """Does any of these follow from history?"""
    return any(SIGNALS[need].over_loops or any_over_loops(SIGNALS[need].sources) for need in needs)


def _in_plain(prepare: Callable[[Task], Run]) -> Callable[[Task], Run]:
    def prepared(task: Task) -> Run:
        run = prepare(task)

        def run_in_plain() -> object:
            with plain():
                return run()

        return run_in_plain

    return prepared


_BOTH = {"probabilities": "probabilities", "sketch": "embeddings"}
_WORKS: Calls = {
    "margin": of_signal(_smallness),
    "entropy": of_signal(entropy),
    "least_confidence": of_signal(least_confidence),
    "decision": whole_decision,
    "k_center": of_strategy("k_center", sketch="embeddings"),
    "badge": of_strategy("badge", **_BOTH),
    "typicality": of_strategy("typicality", sketch="embeddings"),
    "probcover": of_strategy("probcover", sketch="embeddings"),
    "density": of_signal(density, "embeddings"),
    "bald": of_committee("bald"),
    "vote_entropy": of_committee("vote_entropy"),
    "kl_max": of_committee("kl_max"),
    "three": disagreement(("bald", "vote_entropy", "kl_max")),
    "committee": disagreement(MEASURES),
    "refine": of_strategy("refine", **_BOTH),
}

DISTRIBUTION = "loopwise"
CALLS: dict[str, Calls] = {
    "plain": {name: _in_plain(prepare) for name, prepare in _WORKS.items()} if is_compiled() else _WORKS,
    "any strategy": {name: any_strategy(name) for name in strategies()},
}
if is_compiled():
    CALLS["compiled"] = _WORKS
