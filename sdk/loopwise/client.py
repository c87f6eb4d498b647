"""What a user touches first: `connect` and `Engine`."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from numbers import Real
from pathlib import Path
from types import TracebackType
from typing import Any

from loopwise import channel, inputs, local, names
from loopwise.batch import History
from loopwise.checks import check_amount, check_cost, check_level
from loopwise.errors import EngineError, EngineUnavailableError, InvalidInputError
from loopwise.experiment import Experiment
from loopwise.journal import DEFAULT_SHARE, Header, Journal
from loopwise.limits import MAX_BATCH_SIZE, MAX_BUDGET, MAX_LOOPS
from loopwise.pool import PoolIds
from loopwise.resources import CHANGEABLE, ExperimentInfo, ServerInfo, StrategyInfo
from loopwise.rpc import Rpc
from loopwise.signals.definitions import ShareLevel

DEFAULT_URL = "sqlite:///loopwise.db"
_CONNECT_SECONDS = 10.0


class Unset(enum.Enum):
    """The type of `UNSET`."""

    UNSET = "unset"


UNSET = Unset.UNSET
"""Not given: an experiment that is opened again stays as it was, a new one gets the default."""


def connect(target: str = DEFAULT_URL) -> Engine:
    """Opens an engine: in this process, or at a server.

    Args:
        target: "sqlite:///FILE" runs an engine here on a file (by default loopwise.db in the working directory),
            "sqlite://" in memory; "grpcs://host:port" and "grpc://host:port" (no encryption) reach a server, and
            "grpcs://host:port,host:port" several servers over one database: calls take turns among them, and what one
            does not answer goes to the next.

    Raises:
        MissingExtraError: an embedded engine was asked for, and is not installed.
        EngineUnavailableError: nothing answers at the address, or at any of them.
        InvalidInputError: the target is none of these.
    """
    if target.startswith("sqlite:"):
        return Engine(Rpc(local.open_channel(target)), target)
    opened = channel.open_channel(target)
    try:
        Rpc(opened, deadline=_CONNECT_SECONDS).get_server_info()
    except EngineUnavailableError as error:
        opened.close()
        raise EngineUnavailableError(
            f"no engine answers at {target} ({error}); is `loopwise serve` running there?", code=error.code
        ) from error
    return Engine(Rpc(opened), target)


class Engine:
    """An engine, embedded or remote; made by `connect`. Also a context manager that closes itself."""

    def __init__(self, rpc: Rpc, target: str) -> None:
        self._rpc = rpc
        self.target = target

    def experiment(
        self,
        name: str,
        *,
        pool: object,
        classes: object = None,
        budget: int | Unset | None = UNSET,
        embeddings: object = None,
        batch_size: int | Unset | None = UNSET,
        strategy: str | Unset | None = UNSET,
        random_share: float | Unset = UNSET,
        share: str | Unset = UNSET,
        seed: int | Unset = UNSET,
        log_for_training: bool | Unset = UNSET,
        keep_loops: int | Unset | None = UNSET,
        label_cost: float | Unset = UNSET,
        retrain_cost: float | Unset = UNSET,
        deadline: datetime | Unset | None = UNSET,
        target_accuracy: float | Unset | None = UNSET,
        stop_confidence: float | Unset | None = UNSET,
        inference_share: float | Unset | None = UNSET,
        secret: str | None = None,
        journal: str | Path | None = None,
    ) -> Experiment:
        """Creates an experiment, or opens it again where it was; what is not given then stays as it was.

        Args:
            name: 1 to 63 letters, digits, ".", "_" or "-".
            pool: ids of all records, labeled or not: range, list, NumPy array, pandas index or Series of unique ints or
                strings. They stay here; the engine knows positions and a fingerprint.
            classes: their number (the labels are then 0 .. n-1), or the list of labels in the order of the model's
                columns. Without, the first probabilities fix the number, and whether the model was right stays unknown.
            budget: labels to spend in all; None (the default), no limit. May be changed later.
            embeddings: (pool, features); only a random projection leaves. They make the first batch typical instead of
                random, and later ones diverse.
            batch_size: records per batch; None (the default), the policy decides. May be changed later.
            strategy: one strategy to follow, by name; None (the default), the policy decides. May be changed later.
            random_share: share of every batch that is drawn at random, so that one can tell later what beat random;
                0.05 by default. May be changed later.
            share: which signals may leave at most: "scores", "probabilities" or "embeddings" (the default).
            seed: governs every random choice of the engine, 0 by default. With embeddings, the same choices also need
                the same `secret`.
            log_for_training: whether who runs the engine may export what it knows of the experiment, to train on; True
                by default. May be changed later.
            keep_loops: how many loops keep their raw columns at the engine; older ones lose them with the next report,
                but for what decisions still need. None (the default), as the engine's own rule says. May be changed
                later, but does not bring back what is gone.
            label_cost: what one label costs, in your own unit; 1 by default. May be changed later.
            retrain_cost: what a loop costs beside its labels, above all the fit of a model, in the same unit; 0 by
                default. Where the policy decides about batches, the dearer a loop, the fewer there are. May be changed
                later.
            deadline: until when labels are wanted, with a time zone; None (the default), nothing presses. May be
                changed later.
            target_accuracy: accuracy that you wish for, above 0 and at most 1, so that forecasts say how many labels it
                takes, and advice to stop how sure it is that reports have reached it; None (the default), none. May be
                changed later.
            stop_confidence: `ask` stops once the advice's confidence is as high as this, above 0 and at most 1; None
                (the default), it is advice only. May be changed later.
            inference_share: share of the open records that models should look at before each decision, above 0 and at
                most 1: `infer_on` says which. None (the default), all of them. May be changed later.
            secret: of the projection of embeddings; by default one is drawn and kept in the journal.
            journal: file for the labels; by default NAME.journal in the working directory.

        Raises:
            InvalidInputError: an argument is wrong, or differs from what the experiment was created with.
            JournalError: the journal is damaged, in use, missing, or of another pool.
            EngineError: the engine refused, or did not answer.
        """
        ids = PoolIds(pool)
        labels = inputs.class_labels(classes)
        given: dict[str, Any] = {}
        if not isinstance(budget, Unset):
            given["label_budget"] = _count(budget, "budget", MAX_BUDGET)
        if not isinstance(batch_size, Unset):
            given["batch_size"] = _count(batch_size, "batch_size", MAX_BATCH_SIZE)
        if not isinstance(strategy, Unset):
            given["strategy"] = strategy
        if not isinstance(random_share, Unset):
            given["random_share"] = _share(random_share)
        if not isinstance(share, Unset):
            given["share_level"] = _share_level(share)
        if not isinstance(seed, Unset):
            given["seed"] = _seed(seed)
        if not isinstance(log_for_training, Unset):
            given["log_for_training"] = _yes_or_no(log_for_training, "log_for_training")
        if not isinstance(keep_loops, Unset):
            given["keep_loops"] = _count(keep_loops, "keep_loops", MAX_LOOPS)
        if not isinstance(label_cost, Unset):
            given["label_cost"] = _number(label_cost, "label_cost", check_cost)
        if not isinstance(retrain_cost, Unset):
            given["retrain_cost"] = _number(retrain_cost, "retrain_cost", check_amount)
        if not isinstance(deadline, Unset):
            given["deadline"] = _moment(deadline, "deadline")
        if not isinstance(target_accuracy, Unset):
            given["target_accuracy"] = _level(target_accuracy, "target_accuracy")
        if not isinstance(stop_confidence, Unset):
            given["stop_confidence"] = _level(stop_confidence, "stop_confidence")
        if not isinstance(inference_share, Unset):
            given["inference_share"] = _level(inference_share, "inference_share")
        if labels is not None:
            given["classes"] = len(labels)
        matrix = None if embeddings is None else inputs.as_embeddings(embeddings, len(ids))
        header = Header(
            experiment=names.check_id(name),
            pool_size=len(ids),
            pool_fingerprint=ids.fingerprint,
            secret="" if secret is None else secret.encode().hex(),
            classes=None if labels is None else labels.labels,
            share=given["share_level"].name.lower() if "share_level" in given else None,
            seed=given.get("seed"),
        )
        held = Journal(Path(f"{name}.journal" if journal is None else journal), header)
        try:
            given |= {"share_level": _share_level(held.header.share or DEFAULT_SHARE), "seed": held.header.seed or 0}
            if held.header.classes is not None:  # an engine that does not know the experiment must learn all of it
                given["classes"] = len(held.header.classes)
            return Experiment(self._rpc, held, ids, self._open(ids, name, given), embeddings=matrix)
        except BaseException:
            held.discard()
            raise

    def experiments(self) -> list[ExperimentInfo]:
        """All experiments of this engine, by name."""
        return self._rpc.list_experiments()

    def history(self, name: str) -> History:
        """All loops of an experiment, oldest first; how many bytes were sent is known to its user's journal alone.

        Raises:
            EngineError: there is none of this name (NOT_FOUND).
        """
        names.check_id(name)
        return History.of(self._rpc.list_loops(name), self._rpc.list_decisions(name))

    def delete_experiment(self, name: str) -> None:
        """Deletes what the engine knows of an experiment; the journal with its labels stays.

        Raises:
            EngineError: there is none of this name (NOT_FOUND).
        """
        self._rpc.delete_experiment(names.check_id(name))

    def strategies(self) -> list[StrategyInfo]:
        """The querying strategies that this engine can follow, with what they need."""
        return self._rpc.list_strategies()

    def info(self) -> ServerInfo:
        """Version, policy and limits of the engine."""
        return self._rpc.get_server_info()

    def close(self) -> None:
        """Ends the connection; an embedded engine is closed."""
        self._rpc.close()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Engine({self.target!r})"

    def _open(self, ids: PoolIds, name: str, given: dict[str, Any]) -> ExperimentInfo:
        try:
            found = self._rpc.get_experiment(name)
        except EngineError as error:
            if error.code != "NOT_FOUND":
                raise
            return self._rpc.create_experiment(ExperimentInfo(name, len(ids), ids.fingerprint, **given))
        if found.pool_fingerprint != ids.fingerprint:
            raise InvalidInputError(
                f"the experiment {name!r} was created with another pool ({found.pool_size} records, now {len(ids)}); "
                "the ids and their order must stay the same, or take another name"
            )
        for field, argument in (("classes", "classes"), ("share_level", "share"), ("seed", "seed")):
            before = getattr(found, field)
            if field in given and given[field] != before:
                raise InvalidInputError(
                    f"the experiment {name!r} was created with {argument}={_plain(before)}, now {_plain(given[field])} "
                    "is given; keep it, or take another name"
                )
        changed = [field for field in CHANGEABLE if field in given and given[field] != getattr(found, field)]
        return self._rpc.update_experiment(replace(found, **given), changed) if changed else found


def _plain(value: Any) -> str:
    return repr(value.name.lower()) if isinstance(value, ShareLevel) else repr(value)


def _count(value: int | None, what: str, limit: int) -> int | None:
    if value is None:
        return None
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not 1 <= value <= limit or int(value) != value:
        raise InvalidInputError(f"{what} must be a whole number from 1 to {limit}, or None; it is {value!r}")
    return int(value)


def _level(value: float | None, what: str) -> float | None:
    return None if value is None else _number(value, what, check_level)


def _number(value: float, what: str, check: Callable[[str, float], None]) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise InvalidInputError(f"{what} must be a number; it is {value!r}")
    check(what, float(value))
    return float(value)


def _moment(value: datetime | None, what: str) -> datetime | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise InvalidInputError(
            f"{what} must be a datetime with a time zone, e.g. datetime(2030, 1, 31, 18, tzinfo=UTC); it is {value!r}"
        )
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise InvalidInputError(f"{what} {value!r} lies outside of the years 1 to 9999, in UTC") from None


def _yes_or_no(value: bool, what: str) -> bool:
    if not isinstance(value, bool):
        raise InvalidInputError(f"{what} must be True or False; it is {value!r}")
    return value


def _seed(seed: int) -> int:
    if isinstance(seed, bool) or int(seed) != seed or not 0 <= seed < 1 << 64:
        raise InvalidInputError(f"seed must be a whole number from 0 to 2**64 - 1; it is {seed!r}")
    return int(seed)


def _share(share: float) -> float:
    if not (math.isfinite(share) and 0 <= share <= 1):
        raise InvalidInputError(f"random_share must be from 0 to 1; it is {share!r}")
    return float(share)


def _share_level(share: str) -> ShareLevel:
    levels = {level.name.lower(): level for level in ShareLevel}
    if share not in levels:
        raise InvalidInputError(f"share must be one of {', '.join(levels)}; it is {share!r}")
    return levels[share]


__all__ = ["DEFAULT_URL", "Engine", "connect"]
