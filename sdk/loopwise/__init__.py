"""loopwise: active learning's selection step as a service.

Your data and your model stay home. Signals travel. The engine learns what to ask next.
"""

from __future__ import annotations

import importlib.metadata

from loopwise.batch import Batch, History, LoopRecord
from loopwise.client import Engine, connect
from loopwise.errors import (
    EngineError,
    EngineUnavailableError,
    InvalidInputError,
    JournalError,
    LoopwiseError,
    MissingExtraError,
    MissingSignalError,
    OutOfOrderError,
)
from loopwise.experiment import Experiment

__version__ = importlib.metadata.version("loopwise")

__all__ = [
    "Batch",
    "Engine",
    "EngineError",
    "EngineUnavailableError",
    "Experiment",
    "History",
    "InvalidInputError",
    "JournalError",
    "LoopRecord",
    "LoopwiseError",
    "MissingExtraError",
    "MissingSignalError",
    "OutOfOrderError",
    "connect",
]
