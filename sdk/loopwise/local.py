"""The embedded engine behind a `grpc.Channel`: the real handlers and interceptors, in this process.

Messages are serialised both ways and deadlines hold, so that nothing works here that would not work against a server.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, NamedTuple, NoReturn

import grpc
from google.protobuf.message import DecodeError

from loopwise.errors import MissingExtraError
from loopwise.limits import MAX_MESSAGE_BYTES
from loopwise.unary import Metadata, UnaryChannel

_WORKERS = 4


def open_channel(url: str) -> grpc.Channel:
    """A channel to an engine that runs in this process on the database at `url`, e.g. "sqlite:///loopwise.db".

    Raises:
        MissingExtraError: the engine is not installed.
    """
    try:
        from loopwise_engine.app import open_engine  # noqa: PLC0415  the one lazy import of the engine
    except ModuleNotFoundError as missing:
        raise MissingExtraError(
            f"an embedded engine needs {missing.name}: pip install 'loopwise[engine]', "
            "or connect to a server: loopwise.connect('grpcs://host:port')"
        ) from missing
    app = open_engine(url)
    return LocalChannel(app.generic_handlers, app.interceptors, app.close)


class LocalRpcError(grpc.RpcError, grpc.Call):
    """A refused call, as a channel over a network raises it."""

    def __init__(self, code: grpc.StatusCode, details: str, trailing: Metadata = ()) -> None:
        super().__init__(f"{code.name}: {details}")
        self._code, self._details, self._trailing = code, details, tuple(trailing)

    def code(self) -> grpc.StatusCode:
        """The status code."""
        return self._code

    def details(self) -> str:
        """The message."""
        return self._details

    def initial_metadata(self) -> Metadata:
        """Nothing."""
        return ()

    def trailing_metadata(self) -> Metadata:  # type: ignore[override]  # two stubs of gRPC disagree
        """What the server sent behind the answer: the details of the error."""
        return self._trailing

    def is_active(self) -> bool:
        """False: it has ended."""
        return False

    def time_remaining(self) -> float:
        """0: it has ended."""
        return 0.0

    def cancel(self) -> bool:
        """False: it has ended."""
        return False

    def add_callback(self, callback: Callable[[], None]) -> bool:
        """False: it has ended."""
        return False


class _CallDetails(NamedTuple):
    method: str
    invocation_metadata: Metadata


class _AbortedError(Exception):
    """Carries `abort` out of a handler."""


class _Context(grpc.ServicerContext):
    """What a handler sees of its call."""

    def __init__(self, deadline: float | None, metadata: Metadata) -> None:
        self._deadline = deadline
        self._metadata = metadata
        self._code = grpc.StatusCode.OK
        self._details = ""
        self._trailing: Metadata = ()
        self._cancelled = threading.Event()

    def abort(self, code: grpc.StatusCode, details: str) -> NoReturn:
        self._code, self._details = code, details
        raise _AbortedError

    def abort_with_status(self, status: grpc.Status) -> NoReturn:
        self._trailing = tuple(status.trailing_metadata or ())
        self.abort(status.code, status.details)

    def set_trailing_metadata(self, trailing_metadata: Metadata) -> None:
        self._trailing = tuple(trailing_metadata)

    def trailing_metadata(self) -> Metadata:
        return self._trailing

    def set_code(self, code: grpc.StatusCode) -> None:
        self._code = code

    def set_details(self, details: str) -> None:
        self._details = details

    def code(self) -> grpc.StatusCode:
        return self._code

    def details(self) -> str:
        return self._details

    def invocation_metadata(self) -> Metadata:
        return self._metadata

    def peer(self) -> str:
        return "embedded"

    def peer_identities(self) -> Iterable[bytes] | None:
        return None

    def peer_identity_key(self) -> str | None:
        return None

    def auth_context(self) -> Mapping[str, Any]:
        return {}

    def set_compression(self, compression: grpc.Compression) -> None:
        pass

    def disable_next_message_compression(self) -> None:
        pass

    def send_initial_metadata(self, initial_metadata: Metadata) -> None:
        pass

    def is_active(self) -> bool:
        remaining = self.time_remaining()
        return not self._cancelled.is_set() and (remaining is None or remaining > 0)

    def time_remaining(self) -> float | None:  # type: ignore[override]  # None without a deadline, as in gRPC itself
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def cancel(self) -> bool:
        self._cancelled.set()
        return True

    def add_callback(self, callback: Callable[[], None]) -> bool:
        return False


class LocalChannel(UnaryChannel):
    """Hands serialised messages to handlers in this process.

    Args:
        handlers: as added to a `grpc.Server`.
        interceptors: as given to a `grpc.Server`, outermost first.
        on_close: called once, when the channel is closed.
    """

    def __init__(
        self,
        handlers: Sequence[grpc.GenericRpcHandler],
        interceptors: Sequence[grpc.ServerInterceptor],
        on_close: Callable[[], None],
    ) -> None:
        self._handlers = handlers
        self._interceptors = interceptors
        self._on_close = on_close
        self._executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="loopwise-engine")
        self._closed = False

    def close(self) -> None:
        """Waits for calls under way, then closes the engine."""
        if not self._closed:
            self._closed = True
            self._executor.shutdown()
            self._on_close()

    def call(self, method: str, request: bytes, timeout: float | None, metadata: Metadata) -> bytes:
        """Runs one call to its end, or to its deadline.

        Raises:
            LocalRpcError: what a network channel would raise.
        """
        if self._closed:
            raise ValueError("Cannot invoke RPC on closed channel!")  # as grpc's own channels do
        _check_size("request", request)
        context = _Context(None if timeout is None else time.monotonic() + timeout, metadata)
        future = self._executor.submit(self._handle, method, request, context)
        try:
            response = future.result(timeout)
        except FutureTimeoutError:
            context.cancel()
            raise LocalRpcError(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded") from None
        _check_size("response", response)
        return response

    def _handle(self, method: str, request: bytes, context: _Context) -> bytes:
        details = _CallDetails(method, context.invocation_metadata())

        def find(details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
            found = (handler.service(details) for handler in self._handlers)
            return next((handler for handler in found if handler is not None), None)

        continuation: Callable[[Any], grpc.RpcMethodHandler[Any, Any] | None] = find
        for interceptor in reversed(self._interceptors):
            continuation = _bind(interceptor, continuation)
        handler = continuation(details)
        if handler is None or handler.unary_unary is None:
            raise LocalRpcError(grpc.StatusCode.UNIMPLEMENTED, "Method not found!")
        try:
            response = handler.unary_unary(_request(handler, request), context)
        except _AbortedError:
            raise LocalRpcError(context.code(), context.details(), context.trailing_metadata()) from None
        return bytes(handler.response_serializer(response)) if handler.response_serializer else bytes(response)


def _request(handler: grpc.RpcMethodHandler[Any, Any], message: bytes) -> Any:
    try:
        return handler.request_deserializer(message) if handler.request_deserializer else message
    except DecodeError as error:
        raise LocalRpcError(grpc.StatusCode.INTERNAL, "Exception deserializing request!") from error


def _bind(interceptor: grpc.ServerInterceptor, continuation: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda details: interceptor.intercept_service(continuation, details)


def _check_size(what: str, message: bytes) -> None:
    if len(message) > MAX_MESSAGE_BYTES:
        raise LocalRpcError(
            grpc.StatusCode.RESOURCE_EXHAUSTED,
            f"the {what} has {len(message)} bytes; at most {MAX_MESSAGE_BYTES} are allowed",
        )
