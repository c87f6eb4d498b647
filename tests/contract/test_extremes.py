"""No request, whatever is in its fields, makes an engine fail: it is answered, or refused with a reason."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping, MutableSequence
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from tests.contract import world
from tests.contract.messages import METHODS, new_request_id, with_changes
from tests.contract.rpc import Rpc, read_refusal
from tests.contract.test_pages import LISTS, fill

BITS_32 = [0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 1]
BITS_64 = [*BITS_32, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1]
REALS = [math.nan, math.inf, -math.inf, -1.0, -0.0, 1e-45, 3e38]
TEXTS = ["", "\0", "\n", "%s {0} '\"\\", "ä😀\ufffe\u202e", "a" * 300, "😀" * 10_000]
EXTREMES: dict[int, list[Any]] = {
    FieldDescriptor.TYPE_UINT32: BITS_32,
    FieldDescriptor.TYPE_FIXED32: BITS_32,
    FieldDescriptor.TYPE_UINT64: BITS_64,
    FieldDescriptor.TYPE_INT32: [-(1 << 31), -1, 0, 1, (1 << 31) - 1],
    FieldDescriptor.TYPE_INT64: [-(1 << 63), -1, 0, 1, (1 << 63) - 1],
    FieldDescriptor.TYPE_ENUM: [-1, 0, 1, 2, 3, 4, 5, (1 << 31) - 1],
    FieldDescriptor.TYPE_FLOAT: REALS,
    FieldDescriptor.TYPE_DOUBLE: [*REALS, 5e-324, 1e308],
    FieldDescriptor.TYPE_BOOL: [False, True],
    FieldDescriptor.TYPE_STRING: TEXTS,
    FieldDescriptor.TYPE_BYTES: [b"", b"\0", b"\xff" * 3, b"\xff" * 10_000],
}


def extremes(message: Message) -> Iterator[dict[str, Any]]:
    """Changes that set one field after the other, however deep, to one extreme after the other."""
    for field in message.DESCRIPTOR.fields:
        now = getattr(message, field.name)
        if isinstance(now, Mapping):
            changes: list[Any] = [{text: 0.5} for text in TEXTS] + [{"a": value} for value in REALS]
        elif field.message_type is not None:
            part = now if isinstance(now, Message) else (*now, empty(field.message_type))[0]
            changes = [with_changes(part, change) for change in extremes(part)]
        else:
            changes = EXTREMES[field.type]
        for change in changes:
            if isinstance(now, MutableSequence):
                yield {field.name: [change]}
                yield {field.name: [*now, change]}
            else:
                yield {field.name: change}


def empty(kind: Any) -> Message:
    return GetMessageClass(kind)()


def outcome(rpc: Rpc, request: Message) -> str:
    """The reason of the refusal; empty, it was answered."""
    try:
        rpc.send(request)
    except grpc.RpcError as error:
        return read_refusal(error).reason or "none"
    return ""


@pytest.fixture(scope="module")
def small_world(shared_rpc: Rpc) -> Rpc:
    world.build(shared_rpc)
    return shared_rpc


@pytest.mark.parametrize("method", [method for method in METHODS if world.IN_ORDER[method].DESCRIPTOR.fields])
def test_extremes(method: str, small_world: Rpc) -> None:
    request = world.IN_ORDER[method]
    tried, failed = 0, []
    for number, change in enumerate(extremes(request)):
        fresh = {"request_id": new_request_id(), "experiment_id": f"new-{number}"}
        fresh = {name: value for name, value in fresh.items() if name in request.DESCRIPTOR.fields_by_name}
        if outcome(small_world, with_changes(request, fresh | change)) in ("none", "INTERNAL"):
            failed.append(change)
        tried += 1

    assert tried >= len(TEXTS)
    assert failed == []


@pytest.mark.parametrize("request_", LISTS.values(), ids=LISTS)
def test_forged_tokens(request_: Message, rpc: Rpc) -> None:
    """Tokens are opaque, but nothing keeps a client from looking into them."""
    page = next(fill(rpc).pages(with_changes(request_, {"page_size": 1})))
    of, _ = json.loads(base64.urlsafe_b64decode(page.next_page_token))
    for place in (
        "-1",
        "-2",
        "1e400",
        "1" + "0" * 30,
        "-1" + "0" * 30,
        '"\\ud800"',
        '"\\u0000"',
        "null",
        "[" * 100_000,
    ):
        token = base64.urlsafe_b64encode(f"[{json.dumps(of)}, {place}]".encode()).decode()
        assert outcome(rpc, with_changes(request_, {"page_token": token})) in ("", "INVALID_ARGUMENT"), place[:50]
