from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TaskKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_KIND_UNSPECIFIED: _ClassVar[TaskKind]
    TASK_KIND_CLASSIFICATION: _ClassVar[TaskKind]

class ShareLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SHARE_LEVEL_UNSPECIFIED: _ClassVar[ShareLevel]
    SHARE_LEVEL_SCORES: _ClassVar[ShareLevel]
    SHARE_LEVEL_PROBABILITIES: _ClassVar[ShareLevel]
    SHARE_LEVEL_EMBEDDINGS: _ClassVar[ShareLevel]

class ExperimentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EXPERIMENT_STATE_UNSPECIFIED: _ClassVar[ExperimentState]
    EXPERIMENT_STATE_ACTIVE: _ClassVar[ExperimentState]
    EXPERIMENT_STATE_STOPPED: _ClassVar[ExperimentState]
TASK_KIND_UNSPECIFIED: TaskKind
TASK_KIND_CLASSIFICATION: TaskKind
SHARE_LEVEL_UNSPECIFIED: ShareLevel
SHARE_LEVEL_SCORES: ShareLevel
SHARE_LEVEL_PROBABILITIES: ShareLevel
SHARE_LEVEL_EMBEDDINGS: ShareLevel
EXPERIMENT_STATE_UNSPECIFIED: ExperimentState
EXPERIMENT_STATE_ACTIVE: ExperimentState
EXPERIMENT_STATE_STOPPED: ExperimentState

class Experiment(_message.Message):
    __slots__ = ("name", "uid", "task_kind", "classes", "pool_size", "pool_fingerprint", "label_budget", "share_level", "seed", "state", "batch_size", "strategy", "random_share", "labeled_count", "abstained_count", "loop_count", "create_time", "update_time", "log_for_training", "keep_loops", "label_cost", "retrain_cost", "deadline", "target_accuracy", "stop_confidence", "inference_share")
    NAME_FIELD_NUMBER: _ClassVar[int]
    UID_FIELD_NUMBER: _ClassVar[int]
    TASK_KIND_FIELD_NUMBER: _ClassVar[int]
    CLASSES_FIELD_NUMBER: _ClassVar[int]
    POOL_SIZE_FIELD_NUMBER: _ClassVar[int]
    POOL_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    LABEL_BUDGET_FIELD_NUMBER: _ClassVar[int]
    SHARE_LEVEL_FIELD_NUMBER: _ClassVar[int]
    SEED_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    STRATEGY_FIELD_NUMBER: _ClassVar[int]
    RANDOM_SHARE_FIELD_NUMBER: _ClassVar[int]
    LABELED_COUNT_FIELD_NUMBER: _ClassVar[int]
    ABSTAINED_COUNT_FIELD_NUMBER: _ClassVar[int]
    LOOP_COUNT_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    LOG_FOR_TRAINING_FIELD_NUMBER: _ClassVar[int]
    KEEP_LOOPS_FIELD_NUMBER: _ClassVar[int]
    LABEL_COST_FIELD_NUMBER: _ClassVar[int]
    RETRAIN_COST_FIELD_NUMBER: _ClassVar[int]
    DEADLINE_FIELD_NUMBER: _ClassVar[int]
    TARGET_ACCURACY_FIELD_NUMBER: _ClassVar[int]
    STOP_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    INFERENCE_SHARE_FIELD_NUMBER: _ClassVar[int]
    name: str
    uid: str
    task_kind: TaskKind
    classes: int
    pool_size: int
    pool_fingerprint: str
    label_budget: int
    share_level: ShareLevel
    seed: int
    state: ExperimentState
    batch_size: int
    strategy: str
    random_share: float
    labeled_count: int
    abstained_count: int
    loop_count: int
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    log_for_training: bool
    keep_loops: int
    label_cost: float
    retrain_cost: float
    deadline: _timestamp_pb2.Timestamp
    target_accuracy: float
    stop_confidence: float
    inference_share: float
    def __init__(self, name: _Optional[str] = ..., uid: _Optional[str] = ..., task_kind: _Optional[_Union[TaskKind, str]] = ..., classes: _Optional[int] = ..., pool_size: _Optional[int] = ..., pool_fingerprint: _Optional[str] = ..., label_budget: _Optional[int] = ..., share_level: _Optional[_Union[ShareLevel, str]] = ..., seed: _Optional[int] = ..., state: _Optional[_Union[ExperimentState, str]] = ..., batch_size: _Optional[int] = ..., strategy: _Optional[str] = ..., random_share: _Optional[float] = ..., labeled_count: _Optional[int] = ..., abstained_count: _Optional[int] = ..., loop_count: _Optional[int] = ..., create_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., log_for_training: bool = ..., keep_loops: _Optional[int] = ..., label_cost: _Optional[float] = ..., retrain_cost: _Optional[float] = ..., deadline: _Optional[_Union[_timestamp_pb2.Timestamp, _Mapping]] = ..., target_accuracy: _Optional[float] = ..., stop_confidence: _Optional[float] = ..., inference_share: _Optional[float] = ...) -> None: ...
