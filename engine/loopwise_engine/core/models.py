"""The rules of meta-models: which may be published, which decides, which decides on paper, and the way back."""

from __future__ import annotations

from collections.abc import Mapping

from loopwise.errors import InvalidInputError, LoopwiseError
from loopwise_engine.policy.model import CARD, Card, MetaModel
from loopwise_engine.store import Appointment, PublishedModel, Transaction

SERVING = "serving"
SHADOW = "shadow"
"""Roles: one model decides, another one decides on paper."""

SHIPPED = "shipped"
"""Stands for the version of the model that comes with loopwise: another one after an upgrade."""

NONE = "none"
"""Stands for no model."""

_AT_FIRST = {SERVING: SHIPPED, SHADOW: NONE}


def publish(transaction: Transaction, files: Mapping[str, bytes], where: str) -> Card:
    """Keeps a model for all engines on the database; it decides nothing until it is promoted.

    The same model again changes nothing, except that files that were damaged are whole again.

    Args:
        transaction: that writes.
        files: by name, as in the model's folder.
        where: they come from, in words.

    Raises:
        ModelError: they hold no model, a damaged one, or its inputs or arms are not those of this engine.
        InvalidInputError: there is another model of this version.
    """
    card = MetaModel.parse(files, where).card
    whole = {name: files[name] for name in (CARD, *card.spreads)}
    known = transaction.models.checksums(card.version)
    if not known:
        transaction.models.insert(PublishedModel(card.version, card.name, transaction.now))
    transaction.models.save_files(card.version, whole)
    if known and transaction.models.checksums(card.version) != known:
        raise InvalidInputError(  # which undoes the transaction
            f"another model was published as {card.version}, with the same trees and another card: "
            "promote that one, or train this one with another seed"
        )
    return card


def promote(transaction: Transaction, version: str) -> bool:
    """Lets a model decide from now on; False where it does already.

    Args:
        transaction: that writes.
        version: of a published model, or `SHIPPED`.

    Raises:
        InvalidInputError: no such model was published.
        ModelError, RefusedError: it cannot decide here: as `load`.
    """
    if version != SHIPPED:
        load(transaction, version)
    return _appoint(transaction, SERVING, version)


def shadow(transaction: Transaction, version: str) -> bool:
    """Lets a model decide on paper from now on, beside the one that decides; False where it does already.

    Args:
        transaction: that writes.
        version: of a published model, `SHIPPED`, or `NONE`.

    Raises:
        InvalidInputError, ModelError, RefusedError: as `promote`.
    """
    if version not in (SHIPPED, NONE):
        load(transaction, version)
    return _appoint(transaction, SHADOW, version)


def rollback(transaction: Transaction) -> str:
    """Lets the model decide that did before the last promotion that stands; its version.

    Again, it takes back the promotion before that one, and so on to the beginning.

    Raises:
        InvalidInputError: no promotion is left to take back.
    """
    now = transaction.models.holder(SERVING)
    standing = [(0, _AT_FIRST[SERVING], 0)]
    standing += [(one.number, one.version, one.below) for one in transaction.models.appointments(SERVING)]
    if now is None or (now.below == 0 and now.version == _AT_FIRST[SERVING]):
        raise InvalidInputError("no promotion is left to take back")
    _, version, below = standing[now.below]
    transaction.models.appoint(Appointment(SERVING, now.number + 1, version, below, transaction.now))
    return version


def holder(transaction: Transaction, role: str) -> str:
    """The version of the model that has a role; `SHIPPED` or `NONE` where it is none of those published."""
    now = transaction.models.holder(role)
    return _AT_FIRST[role] if now is None else now.version


def load(transaction: Transaction, version: str) -> MetaModel:
    """A published model.

    Raises:
        InvalidInputError: there is none of this version; says which there are.
        ModelError: it was published by another loopwise, which computes other inputs or arms.
        RefusedError: DATA_DAMAGED.
    """
    return MetaModel.parse(files(transaction, version), f"the database, as {version},")


def why_unable(transaction: Transaction, version: str) -> str | None:
    """Why what was appointed cannot decide here; None where it can."""
    if version in (SHIPPED, NONE):
        return None
    try:
        load(transaction, version)
    except LoopwiseError as error:
        return str(error)
    return None


def files(transaction: Transaction, version: str) -> dict[str, bytes]:
    """The files of a published model, by name; raises InvalidInputError, RefusedError as `load`."""
    found = transaction.models.files(version)
    if not found:
        there = ", ".join(f"{one.version} ({one.name})" for one in transaction.models.page()) or "none"
        raise InvalidInputError(f"no meta-model {version!r} was published; there are: {there}")
    return found


def _appoint(transaction: Transaction, role: str, version: str) -> bool:
    now = transaction.models.holder(role)
    if version == holder(transaction, role):
        return False
    number = 0 if now is None else now.number
    transaction.models.appoint(Appointment(role, number + 1, version, number, transaction.now))
    return True
