"""Arms: the blends that a learned policy chooses among."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from loopwise.signals.columns import Positions
from loopwise.strategies import Blend, BlendMode, Part, Pool, execute, get_strategy
from loopwise_engine.policy.base import Situation
from loopwise_engine.policy.descriptors import Surroundings

DEFAULT = "refine"
"""The arm that is followed unless another one promises more."""

_ROUNDING = 1e-6
"""Shares are logged in 32 bits."""


def _one(name: str) -> Callable[[int, int], Blend]:
    return lambda _size, _candidates: Blend.single(name, random_share=0.0)


def _margin_then_k_center(size: int, candidates: int) -> Blend:
    keep = min(1.0, 4 * size / max(1, candidates))
    return Blend(BlendMode.CASCADE, (Part("margin"), Part("k_center")), keep, random_share=0.0)


ARMS: dict[str, Callable[[int, int], Blend]] = {
    "refine": _one("refine"),
    "likely_errors": _one("likely_errors"),
    "uncertainty_herding": _one("uncertainty_herding"),
    "margin": _one("margin"),
    "margin_k_center": _margin_then_k_center,
    "margin_random": lambda _size, _candidates: Blend.single("margin", random_share=0.25),
}
"""By name: the blend for a batch of this size from so many candidates, without a share drawn at random but its own."""


@dataclass(frozen=True, eq=False)
class Batch:
    """What an arm would do.

    Attributes:
        blend: how it chooses.
        positions: the records that it would choose, best first.
        descriptors: of these, by name; those of `DESCRIPTORS` whose signals are known.
    """

    blend: Blend
    positions: Positions
    descriptors: Mapping[str, float]


def blends(pool: Pool, size: int) -> dict[str, Blend]:
    """The blends of the arms whose strategies can choose here, by name of the arm."""
    of_all = {name: make(size, len(pool.unlabeled)) for name, make in ARMS.items()}
    return {
        name: blend
        for name, blend in of_all.items()
        if not any(get_strategy(part.strategy).why_unmet(pool) for part in blend.parts)
    }


def arm_of(blend: Blend, size: int, candidates: int, random_share: float) -> str | None:
    """The arm whose blend this is, near-duplicates left out or not; None, of none.

    Args:
        blend: of a decision.
        size: of its batch.
        candidates: that it chose from.
        random_share: that the experiment asks for of every batch.
    """
    for name, make in ARMS.items():
        of_arm = make(size, candidates)
        if (
            blend.mode == of_arm.mode
            and [part.strategy for part in blend.parts] == [part.strategy for part in of_arm.parts]
            and (blend.mode != BlendMode.CASCADE or abs(blend.keep - of_arm.keep) < _ROUNDING)
            and any(
                abs(blend.random_share - share) < _ROUNDING
                for share in (of_arm.random_share, max(of_arm.random_share, random_share))
            )
        ):
            return name
    return None


def batches(situation: Situation, size: int, seed: int) -> dict[str, Batch]:
    """What each arm would do whose strategies can choose here, by name.

    Args:
        situation: the candidates and what is known.
        size: of the batch.
        seed: governs the arms' random choices.
    """
    able = blends(situation.pool, size)
    chosen = {name: execute(blend, situation.pool, size, seed).positions for name, blend in able.items()}
    found = {}
    for name, descriptors in Surroundings(situation).describe(chosen, DEFAULT).items():
        right = situation.correct_by(able[name].parts[-1].strategy)
        known = descriptors if right is None else descriptors | {"correct": right}
        found[name] = Batch(able[name], chosen[name], known)
    return found
