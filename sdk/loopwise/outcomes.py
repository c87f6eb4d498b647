"""What training may later need to know of a label: was the model right, and how surprised was it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from loopwise.inputs import ClassLabels
from loopwise.progress import Told
from loopwise.resources import DecisionRows, LabelOutcome


@dataclass(frozen=True, eq=False)
class Picks:
    """The records that a decision selected, with what the model thought of them then."""

    rows: DecisionRows

    @cached_property
    def _row_of(self) -> dict[int, int]:
        return {position: row for row, position in enumerate(self.rows.positions.tolist())}

    def outcome(self, position: int, told: Told, classes: ClassLabels | None) -> LabelOutcome:
        """What became of asking for a record's label; correct and loss where the model's opinion is known.

        Args:
            position: of the record, picked or not.
            told: of it.
            classes: the labels by column, if they are known.
        """
        said: dict[str, Any] = {"cost": told.cost, "seconds": told.seconds, "annotator": told.annotator}
        if told.label is None:
            return LabelOutcome(position, abstained=True, **said)
        row = self._row_of.get(position)
        if row is None or classes is None:
            return LabelOutcome(position, **said)
        column = classes.column(told.label)
        predicted, probabilities = self.rows.predicted_class, self.rows.probabilities
        if predicted is not None and predicted[row] >= 0:
            said["correct"] = bool(predicted[row] == column)
        if probabilities is not None and math.isfinite(probabilities[row, column]):
            chance = max(float(probabilities[row, column]), float(np.finfo(np.float32).tiny))
            said["loss"] = max(0.0, -math.log(chance))
        return LabelOutcome(position, **said)
