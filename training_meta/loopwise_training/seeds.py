"""Seeds that follow from other numbers, so that no figure depends on what ran before, or where."""

from __future__ import annotations

import numpy as np


def seed_of(*numbers: int) -> int:
    """A seed from 1 to 2**32 - 1 that follows from these numbers and from nothing else."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint32)[0]) or 1
