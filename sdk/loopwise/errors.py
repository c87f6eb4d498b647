"""Every error that loopwise raises.

LoopwiseError
├── InvalidInputError (also ValueError)      an argument is wrong; nothing was sent, nothing changed
│   └── MissingSignalError (also LookupError) a strategy was asked to choose without a signal that it needs
├── OutOfOrderError                          the call comes at the wrong moment of the loop
├── JournalError                             the local journal is damaged, in use, or another experiment's
├── MissingExtraError (also ImportError)     a part is not installed; says which extra to install
└── EngineError                              the engine refused or failed; carries code and reason
    └── EngineUnavailableError               nothing answers, or not in time; the call may be made again
"""

from __future__ import annotations

from collections.abc import Mapping


class LoopwiseError(Exception):
    """Root of all errors of loopwise."""


class InvalidInputError(LoopwiseError, ValueError):
    """An argument is wrong; nothing was sent and nothing changed."""


class MissingSignalError(InvalidInputError, LookupError):
    """A signal is not there for the records that were asked for.

    Attributes:
        signal: Name of the signal.
    """

    def __init__(self, signal: str, message: str) -> None:
        super().__init__(message)
        self.signal = signal

    def __str__(self) -> str:
        return str(self.args[0])


class OutOfOrderError(LoopwiseError):
    """The call comes at the wrong moment of the loop."""


class JournalError(LoopwiseError):
    """The local journal is damaged, in use by another process, or belongs to another experiment."""


class MissingExtraError(LoopwiseError, ImportError):
    """A part of loopwise is not installed; the message says which extra to install."""


class EngineError(LoopwiseError):
    """The engine refused a call, or failed.

    Attributes:
        code: Name of the gRPC status code, e.g. "FAILED_PRECONDITION".
        reason: What a program may branch on, e.g. "LOOP_OUT_OF_ORDER"; empty when the engine gave none.
        metadata: The values that the message names, by name.
    """

    def __init__(self, message: str, *, code: str, reason: str = "", metadata: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.metadata = dict(metadata or {})


class EngineUnavailableError(EngineError):
    """Nothing answers at the address, or not in time; the call may be made again."""
