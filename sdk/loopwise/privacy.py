"""What may leave: projections by a secret that stays home, columns by share level; and the ledger of what did."""

from __future__ import annotations

import hashlib
from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from loopwise.signals.catalogue import SIGNALS
from loopwise.signals.columns import SignalSet
from loopwise.signals.definitions import ShareLevel

SKETCH_DIMENSIONS = 64
_BLOCK_ROWS = 16_384
_LEAST_SPREAD = 1 / 8  # of the root mean square; below it float16's 11 bits are spent on the offset


class Projection:
    """A random projection of embeddings that keeps distances and cosines, but not the embeddings.

    Johnson and Lindenstrauss 1984; orthonormal directions, so that up to `dimensions` features lose nothing.

    Args:
        secret: seeds the directions; whoever lacks it cannot undo the projection.
        dimensions: width of a sketch, at most.
    """

    def __init__(self, secret: bytes, dimensions: int = SKETCH_DIMENSIONS) -> None:
        self._seed = int.from_bytes(hashlib.sha256(b"loopwise projection" + secret).digest(), "little")
        self._dimensions = dimensions

    def sketch(self, embeddings: NDArray[np.floating]) -> NDArray[np.floating]:
        """Sketches of finite embeddings (records, features), as float16 (records, min(features, dimensions)).

        Scaled to unit root mean square; float32 where an offset far from zero would cost float16 its resolution.
        """
        features = embeddings.shape[1]
        width = min(features, self._dimensions)
        directions = np.random.default_rng(self._seed).standard_normal((features, width))
        basis = (np.linalg.qr(directions)[0] * np.sqrt(features / width)).astype(np.float32)
        sketches = np.empty((len(embeddings), width), dtype=np.float32)
        for start in range(0, len(embeddings), _BLOCK_ROWS):
            block = embeddings[start : start + _BLOCK_ROWS].astype(np.float32, copy=False)
            np.matmul(block, basis, out=sketches[start : start + _BLOCK_ROWS])
        scale = float(np.linalg.norm(sketches)) / np.sqrt(max(1, sketches.size))
        if scale > 0:
            sketches /= np.float32(scale)
        sample = sketches[:: 1 + len(sketches) // _BLOCK_ROWS]
        spread = float(sample.std(axis=0, dtype=np.float64).max(initial=0.0))
        return sketches if spread < _LEAST_SPREAD else sketches.astype(np.float16)


def columns_to_share(known: SignalSet, level: ShareLevel) -> list[str]:
    """The signals that leave at a share level: all that may, less what the engine can derive from the others."""
    allowed = [name for name, signal in SIGNALS.items() if signal.level <= level and known.has(name)]
    return [name for name in allowed if name in known.reported or not set(SIGNALS[name].sources) <= set(allowed)]


class Ledger:
    """Bytes of every request of an experiment that the engine answered, by loop and by what it was."""

    def __init__(self) -> None:
        self._sent: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, loop: int, what: str, count: int) -> None:
        """Counts bytes of serialised requests."""
        self._sent[loop][what] += count

    @property
    def total(self) -> int:
        """Bytes in all."""
        return sum(self.by_loop().values())

    def by_loop(self) -> dict[int, int]:
        """Bytes by loop."""
        return {loop: sum(parts.values()) for loop, parts in sorted(self._sent.items())}

    def by_kind(self) -> dict[str, int]:
        """Bytes by what was sent: a signal's name, "report", "labels", "questions"."""
        kinds: dict[str, int] = defaultdict(int)
        for parts in self._sent.values():
            for what, count in parts.items():
                kinds[what] += count
        return dict(sorted(kinds.items()))
