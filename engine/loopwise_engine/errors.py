"""Every way in which the engine refuses a call: one table from reason to status code and public message.

Programs branch on (code, reason); people read the message. Whatever is not in the table reaches the caller as INTERNAL,
without its details, and the log with them.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

from loopwise.errors import LoopwiseError


class Row(NamedTuple):
    """A row of the table.

    Attributes:
        code: name of the gRPC status code.
        message: template of the public message; its fields are the values that a `RefusedError` carries.
    """

    code: str
    message: str


@enum.unique
class Reason(Row, enum.Enum):
    """The table."""

    # An argument is wrong by itself, whatever the engine knows; the sentence says which and why.
    INVALID_ARGUMENT = Row("INVALID_ARGUMENT", "{sentence}")
    # The name is well-formed and nothing bears it.
    EXPERIMENT_NOT_FOUND = Row("NOT_FOUND", "there is no experiment {experiment!r}")
    LOOP_NOT_FOUND = Row("NOT_FOUND", "experiment {experiment!r} has no loop {loop}; it has {loop_count} loops so far")
    DECISION_NOT_FOUND = Row("NOT_FOUND", "loop {loop} of experiment {experiment!r} has no decision")
    # The name is taken.
    EXPERIMENT_EXISTS = Row("ALREADY_EXISTS", "there is an experiment {experiment!r} already")
    # The loop was reported before, with another content.
    LOOP_EXISTS = Row("ALREADY_EXISTS", "loop {loop} of experiment {experiment!r} was reported already, differently")
    # The request id was used within 24 hours for another call.
    REQUEST_ID_REUSED = Row("ALREADY_EXISTS", "the request_id {request_id!r} was used for another call, {method}")
    # The caller's pool is not the one that the experiment was created with.
    FINGERPRINT_MISMATCH = Row(
        "FAILED_PRECONDITION",
        "the pool's fingerprint {fingerprint!r} is not that of experiment {experiment!r}: its list of ids has changed",
    )
    # The signal needs a higher share level than the experiment has.
    SIGNAL_NOT_SHARED = Row(
        "FAILED_PRECONDITION",
        "signal {signal!r} may leave at share level {needed} or above; experiment {experiment!r} shares {share_level}",
    )
    # Loops come one after the other; `next` is the one that may be reported now.
    LOOP_OUT_OF_ORDER = Row(
        "FAILED_PRECONDITION",
        "loop {loop} of experiment {experiment!r} is not the next to report, which is loop {next}",
    )
    # A decision was asked for a loop that others have followed.
    LOOP_CLOSED = Row(
        "FAILED_PRECONDITION",
        "loop {loop} of experiment {experiment!r} got no decision before loop {last} was reported; decide that one",
    )
    # Client and engine count the labels differently: outcomes are missing on one side.
    LABELS_MISMATCH = Row(
        "FAILED_PRECONDITION",
        "the loop counts {labeled_count} labeled and {abstained_count} abstained records, the engine knows of "
        "{known_labeled_count} and {known_abstained_count}; report the missing outcomes first",
    )
    # The chunk would leave a gap; go on at row `rows`.
    CHUNK_OUT_OF_ORDER = Row(
        "FAILED_PRECONDITION", "the chunk of {signal!r} starts at row {offset}; go on at row {rows}, the first missing"
    )
    # The loop names a column whose upload, known by its checksum, is not complete; `rows` are durable.
    COLUMN_INCOMPLETE = Row(
        "FAILED_PRECONDITION", "column {signal!r} has {rows} of its {expected_rows} rows{difference}; upload it first"
    )
    # Others kept changing the experiment while its decision was computed.
    CONTENTION = Row("ABORTED", "experiment {experiment!r} changed while its decision was computed; ask again")
    # The caller has stopped waiting; nothing was changed.
    DEADLINE_PASSED = Row("DEADLINE_EXCEEDED", "the call's deadline passed before its turn came; nothing was changed")
    # Others hold the database, or what the call needs of it.
    STORE_BUSY = Row("UNAVAILABLE", "the engine's database is busy; try again")
    # The database server is down, or cannot be reached. The call may have been made: its request_id tells.
    STORE_DOWN = Row("UNAVAILABLE", "the engine's database does not answer; try again")
    # Too many decisions are being computed at once.
    ENGINE_BUSY = Row("UNAVAILABLE", "the engine is busy with other decisions; try again")
    # The disk under the database has no room.
    STORE_FULL = Row("RESOURCE_EXHAUSTED", "the engine's disk is full, or takes no writes; nothing was changed")
    # What was stored is not what is read back.
    DATA_DAMAGED = Row("DATA_LOSS", "{what} is damaged in the engine's database: its checksum does not match")
    # A defect of the engine.
    INTERNAL = Row("INTERNAL", "the engine failed; its log has the details")


class RefusedError(LoopwiseError):
    """The one exception by which core and store refuse a call.

    Args:
        reason: a row of the table.
        values: what its message names.
    """

    def __init__(self, reason: Reason, **values: object) -> None:
        super().__init__(reason.message.format(**values))
        self.reason = reason
        self.metadata = {name: str(value) for name, value in values.items()}


class StoreError(LoopwiseError):
    """The database cannot be opened: not there, not writable, not ours, or of another schema than this loopwise's."""
