"""What a refused call tells its caller."""

from __future__ import annotations

from google.protobuf.any_pb2 import Any as AnyMessage

from loopwise.v1 import errors_pb2

DETAILS_KEY = "grpc-status-details-bin"
_TYPE_URL = "type.googleapis.com/google.rpc.ErrorInfo"
_DOMAIN = "loopwise"
_LIMIT = 1000
"""Bytes of a message or value: all of it travels in headers, which hold a few kilobytes."""


def clip(text: str) -> str:
    """The text, cut where it is too long for a header."""
    data = text.encode()
    return text if len(data) <= _LIMIT else data[:_LIMIT].decode(errors="ignore") + " ..."


def details(code: int, message: str, reason: str, metadata: dict[str, str]) -> bytes:
    """A serialised `Status` for the trailer `DETAILS_KEY`; the message and the metadata's values are short."""
    info = errors_pb2.ErrorInfo(reason=reason, domain=_DOMAIN, metadata=metadata)
    packed = AnyMessage(type_url=_TYPE_URL, value=info.SerializeToString(deterministic=True))
    return errors_pb2.Status(code=code, message=message, details=[packed]).SerializeToString()
