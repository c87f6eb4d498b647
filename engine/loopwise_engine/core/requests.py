"""Mutations happen once: the same request again gets the same answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from loopwise.checks import check_text
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.store import Answered, LostRaceError, Store, Transaction

KEPT = timedelta(hours=24)
"""How long answers are remembered."""

_ATTEMPTS = 5
"""At a mutation that others keep getting in the way of; the one who loses a race seldom loses two."""


@dataclass(frozen=True)
class Ticket:
    """What tells one mutation from another.

    Attributes:
        tenant: for whom it is made.
        request_id: given by the caller.
        method: its name.
        digest: of its payload.

    Raises:
        InvalidInputError: the request id is empty, or not a text.
    """

    tenant: str
    request_id: str
    method: str
    digest: bytes

    def __post_init__(self) -> None:
        check_text("request_id", self.request_id)


def once(store: Store, ticket: Ticket, work: Callable[[Transaction], bytes], *, synced: bool = True) -> bytes:
    """Does the work in a transaction of its own, unless it was done before.

    Args:
        store: where it is done and remembered.
        ticket: names the mutation.
        work: makes the mutation and returns the answer; done anew where another transaction got in its way.
        synced: as `Store.write` says.

    Returns:
        The answer, or the one that was given before.

    Raises:
        RefusedError: REQUEST_ID_REUSED, the request id stands for another mutation; or what `work` raises. Nothing has
            changed, and nothing is remembered.
    """
    for _ in range(_ATTEMPTS - 1):
        try:
            return _attempt(store, ticket, work, synced=synced)
        except LostRaceError:
            continue
    return _attempt(store, ticket, work, synced=synced)


def _attempt(store: Store, ticket: Ticket, work: Callable[[Transaction], bytes], *, synced: bool) -> bytes:
    with store.write(ticket.tenant, synced=synced) as transaction:
        transaction.requests.purge(transaction.now - KEPT, ticket.request_id)
        known = answered(transaction, ticket)
        if known is not None:
            return known
        # Before the work: the same request, sent to another engine at the same time, waits here for the answer.
        claim = Answered(ticket.method, ticket.digest, b"", transaction.now)
        transaction.requests.insert(ticket.request_id, claim)
        response = work(transaction)
        transaction.requests.save(ticket.request_id, response)
        return response


def answered(transaction: Transaction, ticket: Ticket) -> bytes | None:
    """The answer that this request got before, or None; raises RefusedError (REQUEST_ID_REUSED)."""
    known = transaction.requests.find(ticket.request_id)
    if known is None or transaction.now - known.created > KEPT:
        return None
    if (known.method, known.digest) != (ticket.method, ticket.digest):
        raise RefusedError(Reason.REQUEST_ID_REUSED, request_id=ticket.request_id, method=known.method)
    return known.response
