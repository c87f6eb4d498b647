"""A `grpc.Channel` of unary calls alone, as the contract has them; what goes through it is serialised already."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Any, NoReturn

import grpc

Metadata = tuple[tuple[str, str | bytes], ...]


class UnaryChannel(grpc.Channel):
    """A channel for which one method says how calls are made."""

    @abc.abstractmethod
    def call(self, method: str, request: bytes, timeout: float | None, metadata: Metadata) -> bytes:
        """Makes one call, and returns when it has ended.

        Args:
            method: its full name, "/service/method".
            request: the message, serialised.
            timeout: seconds until it is given up; None, never.
            metadata: sent before the message.

        Raises:
            grpc.RpcError: as every channel does; it is a `grpc.Call` too.
        """

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[Any], bytes] | None = None,
        response_deserializer: Callable[[bytes], Any] | None = None,
        _registered_method: bool | None = False,
    ) -> grpc.UnaryUnaryMultiCallable[Any, Any]:
        """A callable for one method."""
        return _Callable(self, method, request_serializer or bytes, response_deserializer or bytes)

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> NoReturn:
        """Not in the contract."""
        raise NotImplementedError(f"{method}: this channel has no streams")

    stream_unary = unary_stream
    stream_stream = unary_stream

    def subscribe(
        self, callback: Callable[[grpc.ChannelConnectivity], None], try_to_connect: bool | None = False
    ) -> None:
        """Not offered: a call tells."""
        raise NotImplementedError("this channel does not tell of its state; make a call")

    def unsubscribe(self, callback: Callable[[grpc.ChannelConnectivity], None]) -> None:
        """Nothing is told anyway."""

    def __enter__(self) -> UnaryChannel:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class _Callable(grpc.UnaryUnaryMultiCallable):  # type: ignore[type-arg]  # generic in the stub alone
    def __init__(
        self,
        channel: UnaryChannel,
        method: str,
        serialize: Callable[[Any], bytes],
        deserialize: Callable[[bytes], Any],
    ) -> None:
        self._channel, self._method = channel, method
        self._serialize, self._deserialize = serialize, deserialize

    def __call__(self, request: Any, timeout: float | None = None, metadata: Any = None, *_: Any, **__: Any) -> Any:
        return self._deserialize(self._channel.call(self._method, self._serialize(request), timeout, metadata or ()))

    def with_call(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError("with_call is not offered by this channel")

    def future(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError("future is not offered by this channel")
