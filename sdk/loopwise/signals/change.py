"""How much a label would change the model: losses, gradients, expected errors."""

from __future__ import annotations

import math

from loopwise.signals.definitions import ShareLevel, Signal

SIGNALS: tuple[Signal, ...] = (
    Signal(
        name="loss",
        level=ShareLevel.SCORES,
        dtypes=("<f4",),
        meaning="The model's loss on the record, or its own estimate of it; large is hard.",
        formula="any loss in the user's own unit",
        source="Yoo and Kweon, Learning loss for active learning, CVPR 2019",
        low=-math.inf,
        high=math.inf,
    ),
)
