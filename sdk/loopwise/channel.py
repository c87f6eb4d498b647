"""The channel to a server, or to several over one database: how calls are retried, bounded and kept alive.

gRPC itself takes turns among the addresses of one name. A list of names it cannot take: its resolvers know lists of
numeric addresses of one family alone, and would check certificates against the list. So every name gets a channel of
its own, and `Replicas` takes turns among these.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import re
import time
from collections.abc import Sequence
from typing import Any

import grpc

from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_MESSAGE_BYTES
from loopwise.unary import Metadata, UnaryChannel

_ADDRESS = re.compile(r"([^/\s:,@\[\]]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})")
_MAX_PORT = 65_535

_ATTEMPTS = 5
"""At a call that servers refuse for now; gRPC allows no more."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.2, 2.0
_CONNECT_SECONDS = 3
"""That a call waits for a server among several which neither takes nor refuses connections."""
_REST_SECONDS = 30.0
"""That a server which did not answer is asked last."""

_RETRIED = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)  # a server that drains cancels
_ROUND_ROBIN: dict[str, Any] = {"loadBalancingConfig": [{"round_robin": {}}]}
_RETRIES: dict[str, Any] = {
    "methodConfig": [
        {
            "name": [{"service": "loopwise.v1.EngineService"}],
            "retryPolicy": {
                "maxAttempts": _ATTEMPTS,
                "initialBackoff": f"{_FIRST_PAUSE_SECONDS}s",
                "maxBackoff": f"{_LONGEST_PAUSE_SECONDS}s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": [code.name for code in _RETRIED],
            },
        }
    ]
}

_OPTIONS = [
    ("grpc.enable_retries", 1),
    ("grpc.per_rpc_retry_buffer_size", MAX_MESSAGE_BYTES),  # by default, calls over 256 KiB are silently not retried
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.max_reconnect_backoff_ms", int(_LONGEST_PAUSE_SECONDS * 1000)),
]
_ALONE = [*_OPTIONS, ("grpc.service_config", json.dumps(_ROUND_ROBIN | _RETRIES))]
_OF_SEVERAL = [
    *_OPTIONS,
    ("grpc.service_config", json.dumps(_ROUND_ROBIN)),
    ("grpc.min_reconnect_backoff_ms", _CONNECT_SECONDS * 1000),  # which bounds each attempt to connect
]


def open_channel(target: str) -> grpc.Channel:
    """A channel to servers.

    Args:
        target: "grpcs://host:port" (TLS), "grpc://host:port" (plain text, for loopback and private networks), or
            several servers over one database: "grpcs://host:port,host:port".

    Raises:
        InvalidInputError: the target is none of these; says what is wrong with it.
    """
    scheme, addresses = _parse(target)
    options = _ALONE if len(addresses) == 1 else _OF_SEVERAL
    channels = [
        grpc.secure_channel(address, grpc.ssl_channel_credentials(), options=options)
        if scheme == "grpcs"
        else grpc.insecure_channel(address, options=options)
        for address in addresses
    ]
    return channels[0] if len(channels) == 1 else Replicas(channels)


class Replicas(UnaryChannel):
    """Several servers over one database, as one channel: calls take turns, and go on to the next server on failure.

    A call whose answer was lost may have been made, and is made again elsewhere. The contract allows for that: a
    mutation carries a request id, which the servers' database knows. Calls wait for a server until their deadline.

    Args:
        channels: to the servers, at least one; closed with this one.
    """

    def __init__(self, channels: Sequence[grpc.Channel]) -> None:
        self._channels = list(channels)
        self._turns = itertools.count(random.randrange(len(self._channels)))
        self._resting = [-math.inf] * len(self._channels)
        self._closed = False

    def call(self, method: str, request: bytes, timeout: float | None, metadata: Metadata) -> bytes:
        """As `UnaryChannel` says; of several errors, that of an engine which was reached."""
        end = math.inf if timeout is None else time.monotonic() + timeout
        refused, pause = 0, _FIRST_PAUSE_SECONDS
        while True:
            last: Any = None
            for number in self._in_turn():
                ask: grpc.UnaryUnaryMultiCallable[bytes, bytes] = self._channels[number].unary_unary(method)
                remaining = None if timeout is None else max(0.0, end - time.monotonic())
                try:
                    response = ask(request, timeout=remaining, metadata=metadata)
                except grpc.RpcError as error:
                    self._note(number, error)
                    last = last if _is_engines(last) else error
                else:
                    self._resting[number] = -math.inf
                    return response
            refused += _is_engines(last)
            if refused == _ATTEMPTS or time.monotonic() + pause >= end:
                raise last
            time.sleep(pause)
            pause = min(2 * pause * random.uniform(0.8, 1.2), _LONGEST_PAUSE_SECONDS)  # not all clients at once

    def close(self) -> None:
        """Closes the channels; calls under way end."""
        self._closed = True
        for channel in self._channels:
            channel.close()

    def _in_turn(self) -> list[int]:
        """The servers' numbers, in the order in which a call asks them."""
        first, now = next(self._turns), time.monotonic()
        order = [(first + after) % len(self._channels) for after in range(len(self._channels))]
        return sorted(order, key=lambda number: self._resting[number] > now)

    def _note(self, number: int, error: Any) -> None:
        """What follows from a server's error: whether it rests; raises the error unless another server may be asked."""
        if error.code() in (*_RETRIED, grpc.StatusCode.DEADLINE_EXCEEDED):
            self._resting[number] = time.monotonic() + _REST_SECONDS
        if self._closed or error.code() not in _RETRIED:
            raise error


def _is_engines(error: Any) -> bool:
    """Whether an engine made the error, not gRPC on the way there."""
    return error is not None and any(key == "grpc-status-details-bin" for key, _ in error.trailing_metadata() or ())


def _parse(target: str) -> tuple[str, list[str]]:
    """The scheme and the addresses of a target."""
    scheme, _, rest = target.partition("://")
    if scheme not in ("grpc", "grpcs") or not rest:
        raise InvalidInputError(
            f"{target!r} is no engine: give 'grpcs://host:port', 'grpc://host:port', several servers over one "
            "database as 'grpcs://host:port,host:port', or 'sqlite:///FILE'"
        )
    addresses = rest.removesuffix("/").split(",")
    for place, address in enumerate(addresses, start=1):
        fault = _fault(address, scheme) or ("comes twice" if address in addresses[: place - 1] else None)
        if fault is not None:
            raise InvalidInputError(f"{target!r} is no engine: its address {place}, {address!r}, {fault}")
    return scheme, addresses


def _fault(address: str, scheme: str) -> str | None:
    """What is wrong with an address by itself."""
    if not address:
        return "is empty; give host:port, and one comma between two addresses"
    if "://" in address:
        return f"has a scheme; there is one for all addresses, in front: {scheme}://host:port,host:port"
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return "is not of the form host:port, as in engine.example:443, 10.0.0.7:50051 or [::1]:50051"
    if not 0 < int(match[2]) <= _MAX_PORT:
        return f"has the port {match[2]}; ports are 1 to {_MAX_PORT}"
    return None
