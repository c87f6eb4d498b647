"""Arrays and resources to protobuf and back, chunks and their checksums.

Every `decode_*` raises InvalidInputError with the sentence that the caller should see.
"""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp
from numpy.typing import NDArray

from loopwise import names, resources
from loopwise.errors import InvalidInputError
from loopwise.limits import CHUNK_BYTES
from loopwise.signals.definitions import ShareLevel
from loopwise.strategies.blend import Blend, BlendMode, Part
from loopwise.v1 import array_pb2, decision_pb2, experiment_pb2, loop_pb2, service_pb2, strategy_pb2

_DTYPES = ("<f4", "<f2", "<f8", "<i4", "<u4", "|u1")


def encode_array(values: NDArray[Any]) -> array_pb2.Array:
    """An array as a message; its dtype must be one that the wire knows, in any byte order."""
    values = np.ascontiguousarray(values, dtype=values.dtype.newbyteorder("<"))
    if values.dtype.str not in _DTYPES:
        raise InvalidInputError(f"the type {values.dtype} does not travel; known are {', '.join(_DTYPES)}")
    data = values.tobytes()
    return array_pb2.Array(data=data, dtype=values.dtype.str, shape=values.shape, crc32=zlib.crc32(data))


def decode_array(message: array_pb2.Array) -> NDArray[Any]:
    """A read-only array over the message's bytes, without a copy."""
    if message.dtype not in _DTYPES:
        raise InvalidInputError(f"the array's dtype {message.dtype!r} must be one of {', '.join(_DTYPES)}")
    dtype = np.dtype(message.dtype)
    shape = tuple(message.shape)
    size = dtype.itemsize
    for length in shape:
        size *= length
    if size != len(message.data):
        raise InvalidInputError(
            f"the array's data has {len(message.data)} bytes, its shape {shape} and dtype {message.dtype} need {size}"
        )
    if zlib.crc32(message.data) != message.crc32:
        raise InvalidInputError("the array's CRC-32 does not match its data; send it again")
    return np.frombuffer(message.data, dtype=dtype).reshape(shape)


def chunk_rows(values: NDArray[Any]) -> int:
    """Rows per chunk of a column."""
    return max(1, CHUNK_BYTES // max(1, values[:1].nbytes))


def split(values: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    """The chunks of a column: the row at which each starts, and its rows."""
    step = chunk_rows(values)
    for offset in range(0, len(values), step):
        yield offset, values[offset : offset + step]


def column_checksum(values: NDArray[Any]) -> int:
    """CRC-32 over the CRC-32s of the column's chunks: the name of its upload."""
    checksum = 0
    for _, chunk in split(values):
        checksum = add_to_checksum(checksum, zlib.crc32(np.ascontiguousarray(chunk).data))
    return checksum


def add_to_checksum(checksum: int, chunk_crc32: int) -> int:
    """The column's checksum so far, 0 at first, with one more chunk."""
    return zlib.crc32(chunk_crc32.to_bytes(4, "little"), checksum)


def encode_experiment(info: resources.ExperimentInfo) -> experiment_pb2.Experiment:
    """An experiment as a message."""
    return experiment_pb2.Experiment(
        name=names.experiment(info.id),
        uid=info.uid,
        task_kind=experiment_pb2.TASK_KIND_CLASSIFICATION,
        classes=info.classes or 0,
        pool_size=info.pool_size,
        pool_fingerprint=info.pool_fingerprint,
        label_budget=info.label_budget,
        share_level=experiment_pb2.ShareLevel.Name(info.share_level),
        seed=info.seed,
        state=experiment_pb2.ExperimentState.Name(info.state),
        batch_size=info.batch_size,
        strategy=info.strategy or "",
        random_share=info.random_share,
        log_for_training=info.log_for_training,
        keep_loops=info.keep_loops,
        label_cost=info.label_cost,
        retrain_cost=info.retrain_cost,
        deadline=_encode_time(info.deadline),
        target_accuracy=info.target_accuracy,
        stop_confidence=info.stop_confidence,
        inference_share=info.inference_share,
        labeled_count=info.labeled_count,
        abstained_count=info.abstained_count,
        loop_count=info.loop_count,
        create_time=_encode_time(info.created),
        update_time=_encode_time(info.updated),
    )


def decode_experiment(message: experiment_pb2.Experiment) -> resources.ExperimentInfo:
    """An experiment from a message; its name must be set."""
    if message.task_kind != experiment_pb2.TASK_KIND_CLASSIFICATION:
        raise InvalidInputError("the experiment's task_kind must be TASK_KIND_CLASSIFICATION")
    return resources.ExperimentInfo(
        id=names.parse_experiment(message.name),
        uid=message.uid,
        classes=message.classes or None,
        pool_size=message.pool_size,
        pool_fingerprint=message.pool_fingerprint,
        share_level=_decode_share_level(message.share_level),
        seed=message.seed,
        state=resources.ExperimentState(message.state or resources.ExperimentState.ACTIVE),
        labeled_count=message.labeled_count,
        abstained_count=message.abstained_count,
        loop_count=message.loop_count,
        created=_decode_time(message, "create_time"),
        updated=_decode_time(message, "update_time"),
        **decode_changeable(message),
    )


def decode_changeable(message: experiment_pb2.Experiment) -> dict[str, Any]:
    """The fields of `resources.CHANGEABLE` from a message, which need not hold more."""
    return {
        "label_budget": message.label_budget if message.HasField("label_budget") else None,
        "batch_size": message.batch_size if message.HasField("batch_size") else None,
        "strategy": message.strategy or None,
        "random_share": message.random_share if message.HasField("random_share") else resources.DEFAULT_RANDOM_SHARE,
        "log_for_training": message.log_for_training if message.HasField("log_for_training") else True,
        "keep_loops": message.keep_loops if message.HasField("keep_loops") else None,
        "label_cost": message.label_cost if message.HasField("label_cost") else resources.DEFAULT_LABEL_COST,
        "retrain_cost": message.retrain_cost,
        "deadline": _decode_time(message, "deadline"),
        "target_accuracy": message.target_accuracy if message.HasField("target_accuracy") else None,
        "stop_confidence": message.stop_confidence if message.HasField("stop_confidence") else None,
        "inference_share": message.inference_share if message.HasField("inference_share") else None,
    }


def _decode_share_level(value: int) -> ShareLevel:
    try:
        return ShareLevel(value)
    except ValueError:
        known = ", ".join(f"{level.name} ({level.value})" for level in ShareLevel)
        raise InvalidInputError(f"the experiment's share_level {value} must be one of {known}") from None


def encode_loop(experiment_id: str, info: resources.LoopInfo) -> loop_pb2.Loop:
    """A loop as a message."""
    return loop_pb2.Loop(
        name=names.loop(experiment_id, info.number),
        number=info.number,
        labeled_count=info.labeled_count,
        abstained_count=info.abstained_count,
        metrics=info.metrics,
        columns=[
            loop_pb2.Column(
                signal=column.signal,
                dtype=column.dtype,
                rows=column.rows,
                width=column.width,
                checksum=column.checksum,
                coverage=column.coverage,
                aged_out=column.aged_out,
            )
            for column in info.columns
        ],
        coverages=info.coverages,
        features=info.features,
        create_time=_encode_time(info.created),
        label_features=info.label_features,
    )


def decode_loop(message: loop_pb2.Loop) -> resources.LoopInfo:
    """A loop from a message."""
    return resources.LoopInfo(
        number=message.number,
        labeled_count=message.labeled_count,
        abstained_count=message.abstained_count,
        metrics=dict(message.metrics),
        columns=tuple(
            resources.ColumnInfo(
                signal=column.signal,
                dtype=column.dtype,
                rows=column.rows,
                width=column.width,
                checksum=column.checksum,
                coverage=column.coverage,
                aged_out=column.aged_out,
            )
            for column in message.columns
        ),
        coverages=tuple(message.coverages),
        features=dict(message.features),
        created=_decode_time(message, "create_time"),
        label_features=dict(message.label_features),
    )


def encode_part(part: resources.ColumnPart) -> loop_pb2.ColumnPart:
    """A part of a column as a message."""
    return loop_pb2.ColumnPart(
        loop=part.loop, first=part.first, coverage=part.coverage, values=encode_array(part.values)
    )


def decode_part(message: loop_pb2.ColumnPart) -> resources.ColumnPart:
    """A part of a column from a message; as many rows as its coverage says."""
    values = decode_array(message.values)
    if message.coverage and int.from_bytes(message.coverage, "little").bit_count() != len(values):
        raise InvalidInputError(f"the part has {len(values)} rows, and its coverage another number of records")
    return resources.ColumnPart(message.loop, message.first, values, message.coverage)


def encode_outcome(outcome: resources.LabelOutcome) -> loop_pb2.LabelOutcome:
    """A label's outcome as a message."""
    return loop_pb2.LabelOutcome(
        position=outcome.position,
        abstained=outcome.abstained,
        correct=outcome.correct,  # type: ignore[arg-type]  # None leaves it unset; the stub does not know
        loss=outcome.loss,
        cost=outcome.cost,
        seconds=outcome.seconds,
        annotator=outcome.annotator,
    )


def decode_outcome(message: loop_pb2.LabelOutcome) -> resources.LabelOutcome:
    """A label's outcome from a message."""
    return resources.LabelOutcome(
        position=message.position,
        abstained=message.abstained,
        correct=message.correct if message.HasField("correct") else None,
        loss=message.loss if message.HasField("loss") else None,
        cost=message.cost if message.HasField("cost") else None,
        seconds=message.seconds if message.HasField("seconds") else None,
        annotator=message.annotator,
    )


def encode_decision(experiment_id: str, decision: resources.Decision) -> decision_pb2.Decision:
    """A decision as a message."""
    return decision_pb2.Decision(
        name=names.decision(experiment_id, decision.loop),
        blend=decision_pb2.Blend(
            mode=decision_pb2.BlendMode.Name(decision.blend.mode),
            parts=[decision_pb2.BlendPart(strategy=part.strategy, weight=part.weight) for part in decision.blend.parts],
            keep=decision.blend.keep,
            random_share=decision.blend.random_share,
            distinct=decision.blend.distinct,
        ),
        batch_size=decision.batch_size,
        seed=decision.seed,
        policy=decision.policy,
        policy_version=decision.policy_version,
        reason=decision.reason,
        unmet=[
            decision_pb2.UnmetStrategy(
                strategy=unmet.strategy, missing_signals=unmet.missing_signals, reason=unmet.reason
            )
            for unmet in decision.unmet
        ],
        stop=decision_pb2.StopAdvice(
            stop=decision.stop.stop,
            reason=decision.stop.reason,
            confidence=decision.stop.confidence,
            rules=[
                decision_pb2.StopRule(name=rule.name, value=rule.value, stop=rule.stop) for rule in decision.stop.rules
            ],
        ),
        create_time=_encode_time(decision.created),
        schedule=decision.schedule,
        forecast=_encode_forecast(decision.forecast),
        retrain=decision.retrain,
    )


def decode_decision(message: decision_pb2.Decision) -> resources.Decision:
    """A decision from a message."""
    return resources.Decision(
        loop=names.parse_decision(message.name)[1],
        blend=Blend(
            mode=BlendMode(message.blend.mode),
            parts=tuple(Part(part.strategy, part.weight) for part in message.blend.parts),
            keep=message.blend.keep,
            random_share=message.blend.random_share,
            distinct=message.blend.distinct,
        ),
        batch_size=message.batch_size,
        seed=message.seed,
        policy=message.policy,
        policy_version=message.policy_version,
        reason=message.reason,
        unmet=tuple(
            resources.UnmetStrategy(unmet.strategy, tuple(unmet.missing_signals), unmet.reason)
            for unmet in message.unmet
        ),
        stop=resources.StopAdvice(
            message.stop.stop,
            message.stop.reason,
            message.stop.confidence,
            tuple(resources.StopRule(rule.name, rule.value, rule.stop) for rule in message.stop.rules),
        ),
        created=_decode_time(message, "create_time"),
        schedule=tuple(message.schedule),
        forecast=_decode_forecast(message.forecast) if message.HasField("forecast") else None,
        retrain=message.retrain if message.HasField("retrain") else True,
    )


def _encode_forecast(forecast: resources.Forecast | None) -> decision_pb2.Forecast | None:
    if forecast is None:
        return None
    return decision_pb2.Forecast(**dataclasses.asdict(forecast))


def _decode_forecast(message: decision_pb2.Forecast) -> resources.Forecast:
    return resources.Forecast(
        message.metric,
        message.labels,
        message.value,
        message.low,
        message.high,
        message.labels_for_target if message.HasField("labels_for_target") else None,
    )


def encode_rows(rows: resources.DecisionRows) -> decision_pb2.DecisionRows:
    """Selected records as a message."""
    return decision_pb2.DecisionRows(
        positions=encode_array(rows.positions.astype("<u4")),
        propensities=encode_array(rows.propensities),
        chosen_by=encode_array(rows.chosen_by),
        probabilities=None if rows.probabilities is None else encode_array(rows.probabilities),
        predicted_class=None if rows.predicted_class is None else encode_array(rows.predicted_class),
    )


def decode_rows(message: decision_pb2.DecisionRows) -> resources.DecisionRows:
    """Selected records from a message."""
    return resources.DecisionRows(
        positions=decode_array(message.positions).astype(np.int64),
        propensities=decode_array(message.propensities),
        chosen_by=decode_array(message.chosen_by),
        probabilities=decode_array(message.probabilities) if message.HasField("probabilities") else None,
        predicted_class=decode_array(message.predicted_class) if message.HasField("predicted_class") else None,
    )


def join_rows(pages: Sequence[resources.DecisionRows]) -> resources.DecisionRows:
    """The pages of one decision as a whole."""
    if len(pages) == 1:
        return pages[0]
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(resources.DecisionRows):
        parts = [getattr(page, field.name) for page in pages]
        fields[field.name] = None if parts[0] is None else np.concatenate(parts)
    return resources.DecisionRows(**fields)


def encode_strategy(info: resources.StrategyInfo) -> strategy_pb2.Strategy:
    """A strategy as a message."""
    return strategy_pb2.Strategy(
        name=f"strategies/{info.name}", needs=info.needs, description=info.description, reference=info.reference
    )


def decode_strategy(message: strategy_pb2.Strategy) -> resources.StrategyInfo:
    """A strategy from a message."""
    return resources.StrategyInfo(
        name=message.name.removeprefix("strategies/"),
        needs=tuple(message.needs),
        description=message.description,
        reference=message.reference,
    )


def encode_server_info(info: resources.ServerInfo) -> service_pb2.ServerInfo:
    """What answers, as a message."""
    return service_pb2.ServerInfo(
        version=info.version,
        max_message_bytes=info.max_message_bytes,
        max_pool_size=info.max_pool_size,
        max_outcomes=info.max_outcomes,
        policy=info.policy,
        policy_version=info.policy_version,
    )


def decode_server_info(message: service_pb2.ServerInfo) -> resources.ServerInfo:
    """What answers, from a message."""
    return resources.ServerInfo(
        version=message.version,
        max_message_bytes=message.max_message_bytes,
        max_pool_size=message.max_pool_size,
        max_outcomes=message.max_outcomes,
        policy=message.policy,
        policy_version=message.policy_version,
    )


def _encode_time(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp


def _decode_time(message: Any, name: str) -> datetime | None:
    if not message.HasField(name):
        return None
    try:
        moment: datetime = getattr(message, name).ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInputError(f"the {name} is not a time: {error}") from None
    return moment
