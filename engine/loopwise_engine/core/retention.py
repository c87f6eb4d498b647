"""The rule of retention: raw columns of old loops age out; rows, features, decisions and outcomes stay."""

from __future__ import annotations

from loopwise.resources import ExperimentInfo
from loopwise.signals import SIGNALS
from loopwise.signals.history import WINDOW
from loopwise_engine.store import Transaction


def age_out(transaction: Transaction, info: ExperimentInfo, keep_loops: int | None) -> None:
    """Removes the columns of all but the newest loops, except those that decisions still need.

    Those are the newest column of each signal that is no model's, and the columns of as many loops that brought
    signals of a model as are kept in all, up to the `WINDOW` that signals of history look back on. So nothing that is
    removed would have been read for a decision where `WINDOW` loops or more are kept; where fewer are, signals of
    history see no more than these, as they do in an experiment that has just begun.

    Belongs into the transaction that reports a loop: a crash leaves both done, or neither.

    Args:
        transaction: that writes.
        info: the experiment, the new loop counted.
        keep_loops: what the engine keeps, unless the experiment says otherwise; None, all.
    """
    keep = keep_loops if info.keep_loops is None else info.keep_loops
    if keep is None or keep >= info.loop_count:
        return
    columns = transaction.columns.kept(info.id)
    of_models = sorted({loop for loop, signal in columns if not SIGNALS[signal].of_pool})
    looked_back_on = of_models[-min(keep, WINDOW) :]
    newest_of_pool = {signal: loop for loop, signal in columns if SIGNALS[signal].of_pool}
    old = [
        (loop, signal)
        for loop, signal in columns
        if loop < info.loop_count - keep and loop not in looked_back_on and newest_of_pool.get(signal) != loop
    ]
    transaction.columns.age_out(info.id, old)
