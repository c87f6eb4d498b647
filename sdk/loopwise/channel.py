"""The channel to a remote engine: where it is, and how calls are retried, bounded and kept alive."""

from __future__ import annotations

import json
import re

import grpc

from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_MESSAGE_BYTES

_TARGET = re.compile(r"(grpcs?)://([^/\s:]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})/?")

_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [{"service": "loopwise.v1.EngineService"}],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.2s",
                "maxBackoff": "5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],  # a server that drains cancels
            },
        }
    ]
}

_OPTIONS = [
    ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
    ("grpc.enable_retries", 1),
    ("grpc.per_rpc_retry_buffer_size", MAX_MESSAGE_BYTES),  # by default, calls over 256 KiB are silently not retried
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.max_reconnect_backoff_ms", 2_000),
]


def open_channel(target: str) -> grpc.Channel:
    """A channel to "grpcs://host:port" (TLS) or "grpc://host:port" (plain text, for loopback and private networks).

    Raises:
        InvalidInputError: the target is neither.
    """
    match = _TARGET.fullmatch(target)
    if match is None:
        raise InvalidInputError(
            f"{target!r} is no engine: give 'grpcs://host:port', 'grpc://host:port', or 'sqlite:///FILE'"
        )
    scheme, host, port = match.groups()
    address = f"{host}:{port}"
    if scheme == "grpcs":
        return grpc.secure_channel(address, grpc.ssl_channel_credentials(), options=_OPTIONS)
    return grpc.insecure_channel(address, options=_OPTIONS)
