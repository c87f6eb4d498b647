"""What the engine remembers: tables, repositories, migrations.

    with store.write() as transaction:
        transaction.experiments.insert(info)

The store knows what was said and in which order; which of it is allowed is for `loopwise_engine.core` to know.
"""

from __future__ import annotations

from loopwise_engine.store.cache import CacheStats
from loopwise_engine.store.columns import Upload
from loopwise_engine.store.database import LostRaceError
from loopwise_engine.store.loops import OF_LABELS
from loopwise_engine.store.models import Appointment, PublishedModel
from loopwise_engine.store.requests import Answered
from loopwise_engine.store.shadows import ShadowDecision
from loopwise_engine.store.store import DEFAULT_TENANT, Store
from loopwise_engine.store.transaction import Transaction

__all__ = [
    "DEFAULT_TENANT",
    "OF_LABELS",
    "Answered",
    "Appointment",
    "CacheStats",
    "LostRaceError",
    "PublishedModel",
    "ShadowDecision",
    "Store",
    "Transaction",
    "Upload",
]
