from google.protobuf import timestamp_pb2 as _timestamp_pb2
from loopwise.v1 import array_pb2 as _array_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Column(_message.Message):
    __slots__ = ("signal", "dtype", "rows", "width", "checksum", "coverage", "aged_out")
    SIGNAL_FIELD_NUMBER: _ClassVar[int]
    DTYPE_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    CHECKSUM_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    AGED_OUT_FIELD_NUMBER: _ClassVar[int]
    signal: str
    dtype: str
    rows: int
    width: int
    checksum: int
    coverage: int
    aged_out: bool
    def __init__(self, signal: _Optional[str] = ..., dtype: _Optional[str] = ..., rows: _Optional[int] = ..., width: _Optional[int] = ..., checksum: _Optional[int] = ..., coverage: _Optional[int] = ..., aged_out: bool = ...) -> None: ...

class ColumnPart(_message.Message):
    __slots__ = ("loop", "first", "coverage", "values")
    LOOP_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    COVERAGE_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    loop: int
    first: int
    coverage: bytes
    values: _array_pb2.Array
    def __init__(self, loop: _Optional[int] = ..., first: _Optional[int] = ..., coverage: _Optional[bytes] = ..., values: _Optional[_Union[_array_pb2.Array, _Mapping]] = ...) -> None: ...

class Loop(_message.Message):
    __slots__ = ("name", "number", "labeled_count", "abstained_count", "metrics", "columns", "coverages", "features", "create_time", "label_features")
    class MetricsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class FeaturesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    class LabelFeaturesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    LABELED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ABSTAINED_COUNT_FIELD_NUMBER: _ClassVar[int]
    METRICS_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    COVERAGES_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    LABEL_FEATURES_FIELD_NUMBER: _ClassVar[int]
    name: str
    number: int
    labeled_count: int
    abstained_count: int
    metrics: _containers.ScalarMap[str, float]
    columns: _containers.RepeatedCompositeFieldContainer[Column]
    coverages: _containers.RepeatedScalarFieldContainer[bytes]
    features: _containers.ScalarMap[str, float]
    create_time: _timestamp_pb2.Timestamp
    label_features: _containers.ScalarMap[str, float]
    def __init__(self, name: _Optional[str] = ..., number: _Optional[int] = ..., labeled_count: _Optional[int] = ..., abstained_count: _Optional[int] = ..., metrics: _Optional[_Mapping[str, float]] = ..., columns: _Optional[_Iterable[_Union[Column, _Mapping]]] = ..., coverages: _Optional[_Iterable[bytes]] = ..., features: _Optional[_Mapping[str, float]] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., label_features: _Optional[_Mapping[str, float]] = ...) -> None: ...

class LabelOutcome(_message.Message):
    __slots__ = ("position", "abstained", "correct", "loss", "cost", "seconds", "annotator")
    POSITION_FIELD_NUMBER: _ClassVar[int]
    ABSTAINED_FIELD_NUMBER: _ClassVar[int]
    CORRECT_FIELD_NUMBER: _ClassVar[int]
    LOSS_FIELD_NUMBER: _ClassVar[int]
    COST_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    ANNOTATOR_FIELD_NUMBER: _ClassVar[int]
    position: int
    abstained: bool
    correct: bool
    loss: float
    cost: float
    seconds: float
    annotator: str
    def __init__(self, position: _Optional[int] = ..., abstained: bool = ..., correct: bool = ..., loss: _Optional[float] = ..., cost: _Optional[float] = ..., seconds: _Optional[float] = ..., annotator: _Optional[str] = ...) -> None: ...
