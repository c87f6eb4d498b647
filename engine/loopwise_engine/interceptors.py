"""What every call passes through, embedded or over a network: log and metrics, and the translation of errors."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NoReturn

import grpc
import structlog

from loopwise.errors import InvalidInputError
from loopwise.limits import MAX_TEXT
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.service import status

Behavior = Callable[[Any, grpc.ServicerContext], Any]
Observe = Callable[[str, str, float], None]
"""Is told of a call: its method, its code, its seconds."""


class _Unary(grpc.ServerInterceptor):
    """Wraps unary methods; streams (health, reflection) pass as they are."""

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], grpc.RpcMethodHandler[Any, Any] | None],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """The handler, wrapped."""
        handler = continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler
        return grpc.unary_unary_rpc_method_handler(
            self._wrap(handler_call_details.method, handler.unary_unary),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _wrap(self, method: str, behavior: Behavior) -> Behavior:
        raise NotImplementedError


class CallLog(_Unary):
    """One line per call: method, code, milliseconds, request id, peer; and whoever else is to be told of it."""

    def __init__(self, logger: structlog.stdlib.BoundLogger, observe: Observe | None = None) -> None:
        self._logger = logger
        self._observe = observe

    def _wrap(self, method: str, behavior: Behavior) -> Behavior:
        def logged(request: Any, context: grpc.ServicerContext) -> Any:
            begin = time.perf_counter()
            code = grpc.StatusCode.UNKNOWN
            try:
                response = behavior(request, context)
                code = grpc.StatusCode.OK
            except Exception:
                code = _code(context)
                raise
            finally:
                seconds = time.perf_counter() - begin
                self._logger.info(
                    "call",
                    method=method,
                    code=code.name,
                    ms=round(seconds * 1000, 3),
                    request_id=getattr(request, "request_id", "")[:MAX_TEXT],
                    peer=context.peer(),
                )
                if self._observe is not None:
                    self._observe(method, code.name, seconds)
            return response

        return logged


class Errors(_Unary):
    """Turns what a method raises into a status with details; the unknown into INTERNAL, its stack into the log."""

    def __init__(self, logger: structlog.stdlib.BoundLogger) -> None:
        self._logger = logger

    def _wrap(self, method: str, behavior: Behavior) -> Behavior:
        def translated(request: Any, context: grpc.ServicerContext) -> Any:
            try:
                return behavior(request, context)
            except RefusedError as error:
                _abort(context, error)
            except InvalidInputError as error:
                _abort(context, RefusedError(Reason.INVALID_ARGUMENT, sentence=str(error)))
            except Exception:
                self._logger.error("internal error", method=method, exc_info=True)
                _abort(context, RefusedError(Reason.INTERNAL))

        return translated


def _abort(context: grpc.ServicerContext, refused: RefusedError) -> NoReturn:
    code = grpc.StatusCode[refused.reason.code]
    message = status.clip(str(refused))
    metadata = {name: status.clip(value) for name, value in refused.metadata.items() if name != "sentence"}
    details = status.details(code.value[0], message, refused.reason.name, metadata)
    context.set_trailing_metadata(((status.DETAILS_KEY, details),))
    context.abort(code, message)


def _code(context: Any) -> grpc.StatusCode:
    code: grpc.StatusCode | None = context.code()
    return code or grpc.StatusCode.UNKNOWN
