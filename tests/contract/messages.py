"""Requests as a client without the SDK would write them: a second reading of the contract."""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from numpy.typing import NDArray

from loopwise.v1 import array_pb2, experiment_pb2, service_pb2

SERVICE = service_pb2.DESCRIPTOR.services_by_name["EngineService"]
METHODS = [method.name for method in SERVICE.methods]
MUTATIONS = [method.name for method in SERVICE.methods if "request_id" in method.input_type.fields_by_name]

FINGERPRINT = "0123456789abcdef" * 4
POOL, CLASSES = 21, 3  # a mask over the pool has bits to spare

_numbers = itertools.count()
Some = TypeVar("Some", bound=Message)


def new_request_id() -> str:
    return f"request {next(_numbers)}"


def experiment(**fields: Any) -> experiment_pb2.Experiment:
    """An experiment that may be created; None leaves a field unset."""
    given = {
        "task_kind": experiment_pb2.TASK_KIND_CLASSIFICATION,
        "classes": CLASSES,
        "pool_size": POOL,
        "pool_fingerprint": FINGERPRINT,
        "share_level": experiment_pb2.SHARE_LEVEL_EMBEDDINGS,
        "seed": 7,
        **fields,
    }
    return experiment_pb2.Experiment(**{name: value for name, value in given.items() if value is not None})


def array(values: NDArray[Any]) -> array_pb2.Array:
    data = values.tobytes()
    return array_pb2.Array(data=data, dtype=values.dtype.str, shape=values.shape, crc32=zlib.crc32(data))


def values_of(message: array_pb2.Array) -> NDArray[Any]:
    assert zlib.crc32(message.data) == message.crc32
    return np.frombuffer(message.data, dtype=message.dtype).reshape(tuple(message.shape))


def checksum_of(chunks: Iterable[array_pb2.Array]) -> int:
    return zlib.crc32(b"".join(struct.pack("<I", chunk.crc32) for chunk in chunks))


def chunks_of(values: NDArray[Any], rows: int) -> list[array_pb2.Array]:
    return [array(values[first : first + rows]) for first in range(0, len(values), rows)]


def mask_of(positions: Iterable[int], pool_size: int = POOL) -> bytes:
    mask = bytearray(-(-pool_size // 8))
    for position in positions:
        mask[position // 8] |= 1 << position % 8
    return bytes(mask)


def probabilities(rows: int, classes: int = CLASSES, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).dirichlet(np.ones(classes), rows).astype(np.float32)


def with_changes(request: Some, changes: Mapping[str, object]) -> Some:
    """The request with fields, by their paths, set to other values; None clears a field."""
    changed = type(request)()
    changed.CopyFrom(request)
    for path, value in changes.items():
        *parents, name = path.split(".")
        target: Any = changed
        for parent in parents:
            target = getattr(target, parent)
        target.ClearField(name)
        if isinstance(value, Mapping):
            getattr(target, name).update(value)
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            getattr(target, name).extend(value)
        elif isinstance(value, Message):
            getattr(target, name).CopyFrom(value)
        elif value is not None:
            setattr(target, name, value)
    return changed


def without_chance(message: Some) -> Some:
    """The message without what no two engines have in common: times and unique ids."""
    plain = type(message)()
    plain.CopyFrom(message)
    _strip(plain)
    return plain


def _strip(message: Message) -> None:
    for field, value in message.ListFields():
        if field.name == "uid" or isinstance(value, Timestamp):
            message.ClearField(field.name)
        elif field.message_type is not None and not field.message_type.GetOptions().map_entry:
            for part in [value] if isinstance(value, Message) else value:
                _strip(part)
