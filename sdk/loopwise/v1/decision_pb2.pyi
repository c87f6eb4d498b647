from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loopwise.v1 import array_pb2 as _array_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BlendMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BLEND_MODE_UNSPECIFIED: _ClassVar[BlendMode]
    BLEND_MODE_SHARES: _ClassVar[BlendMode]
    BLEND_MODE_RANKS: _ClassVar[BlendMode]
    BLEND_MODE_CASCADE: _ClassVar[BlendMode]
BLEND_MODE_UNSPECIFIED: BlendMode
BLEND_MODE_SHARES: BlendMode
BLEND_MODE_RANKS: BlendMode
BLEND_MODE_CASCADE: BlendMode

class BlendPart(_message.Message):
    __slots__ = ("strategy", "weight")
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    strategy: str
    weight: float
    def __init__(self, strategy: _Optional[str] = ..., weight: _Optional[float] = ...) -> None: ...

class Blend(_message.Message):
    __slots__ = ("mode", "parts", "keep", "random_share", "distinct")
    MODE_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    KEEP_FIELD_NUMBER: _ClassVar[int]
    RANDOM_SHARE_FIELD_NUMBER: _ClassVar[int]
    DISTINCT_FIELD_NUMBER: _ClassVar[int]
    mode: BlendMode
    parts: _containers.RepeatedCompositeFieldContainer[BlendPart]
    keep: float
    random_share: float
    distinct: float
    def __init__(self, mode: _Optional[_Union[BlendMode, str]] = ..., parts: _Optional[_Iterable[_Union[BlendPart, _Mapping]]] = ..., keep: _Optional[float] = ..., random_share: _Optional[float] = ..., distinct: _Optional[float] = ...) -> None: ...

class UnmetStrategy(_message.Message):
    __slots__ = ("strategy", "missing_signals", "reason")
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    MISSING_SIGNALS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    strategy: str
    missing_signals: _containers.RepeatedScalarFieldContainer[str]
    reason: str
    def __init__(self, strategy: _Optional[str] = ..., missing_signals: _Optional[_Iterable[str]] = ..., reason: _Optional[str] = ...) -> None: ...

class StopRule(_message.Message):
    __slots__ = ("name", "value", "stop")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    name: str
    value: float
    stop: bool
    def __init__(self, name: _Optional[str] = ..., value: _Optional[float] = ..., stop: bool = ...) -> None: ...

class StopAdvice(_message.Message):
    __slots__ = ("stop", "reason", "confidence", "rules")
    STOP_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    stop: bool
    reason: str
    confidence: float
    rules: _containers.RepeatedCompositeFieldContainer[StopRule]
    def __init__(self, stop: bool = ..., reason: _Optional[str] = ..., confidence: _Optional[float] = ..., rules: _Optional[_Iterable[_Union[StopRule, _Mapping]]] = ...) -> None: ...

class Forecast(_message.Message):
    __slots__ = ("metric", "labels", "value", "low", "high", "labels_for_target")
    METRIC_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LOW_FIELD_NUMBER: _ClassVar[int]
    HIGH_FIELD_NUMBER: _ClassVar[int]
    LABELS_FOR_TARGET_FIELD_NUMBER: _ClassVar[int]
    metric: str
    labels: int
    value: float
    low: float
    high: float
    labels_for_target: int
    def __init__(self, metric: _Optional[str] = ..., labels: _Optional[int] = ..., value: _Optional[float] = ..., low: _Optional[float] = ..., high: _Optional[float] = ..., labels_for_target: _Optional[int] = ...) -> None: ...

class Decision(_message.Message):
    __slots__ = ("name", "blend", "batch_size", "seed", "policy", "policy_version", "reason", "unmet", "stop", "create_time", "schedule", "forecast", "retrain")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BLEND_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    POLICY_VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    UNMET_FIELD_NUMBER: _ClassVar[int]
    STOP_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    SCHEDULE_FIELD_NUMBER: _ClassVar[int]
    FORECAST_FIELD_NUMBER: _ClassVar[int]
    RETRAIN_FIELD_NUMBER: _ClassVar[int]
    name: str
    blend: Blend
    batch_size: int
    seed: int
    policy: str
    policy_version: str
    reason: str
    unmet: _containers.RepeatedCompositeFieldContainer[UnmetStrategy]
    stop: StopAdvice
    create_time: _timestamp_pb2.Timestamp
    schedule: _containers.RepeatedScalarFieldContainer[int]
    forecast: Forecast
    retrain: bool
    def __init__(self, name: _Optional[str] = ..., blend: _Optional[_Union[Blend, _Mapping]] = ..., batch_size: _Optional[int] = ..., seed: _Optional[int] = ..., policy: _Optional[str] = ..., policy_version: _Optional[str] = ..., reason: _Optional[str] = ..., unmet: _Optional[_Iterable[_Union[UnmetStrategy, _Mapping]]] = ..., stop: _Optional[_Union[StopAdvice, _Mapping]] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., schedule: _Optional[_Iterable[int]] = ..., forecast: _Optional[_Union[Forecast, _Mapping]] = ..., retrain: bool = ...) -> None: ...

class Inference(_message.Message):
    __slots__ = ("coverage",)
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    coverage: bytes
    def __init__(self, coverage: _Optional[bytes] = ...) -> None: ...

class DecisionRows(_message.Message):
    __slots__ = ("positions", "propensities", "chosen_by", "probabilities", "predicted_class")
    POSITIONS_FIELD_NUMBER: _ClassVar[int]
    PROPENSITIES_FIELD_NUMBER: _ClassVar[int]
    CHOSEN_BY_FIELD_NUMBER: _ClassVar[int]
    PROBABILITIES_FIELD_NUMBER: _ClassVar[int]
    PREDICTED_CLASS_FIELD_NUMBER: _ClassVar[int]
    positions: _array_pb2.Array
    propensities: _array_pb2.Array
    chosen_by: _array_pb2.Array
    probabilities: _array_pb2.Array
    predicted_class: _array_pb2.Array
    def __init__(self, positions: _Optional[_Union[_array_pb2.Array, _Mapping]] = ..., propensities: _Optional[_Union[_array_pb2.Array, _Mapping]] = ..., chosen_by: _Optional[_Union[_array_pb2.Array, _Mapping]] = ..., probabilities: _Optional[_Union[_array_pb2.Array, _Mapping]] = ..., predicted_class: _Optional[_Union[_array_pb2.Array, _Mapping]] = ...) -> None: ...
