"""The composition root: puts the engine's parts together, embedded or as a server."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import TYPE_CHECKING

import grpc
import structlog
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from loopwise.errors import LoopwiseError
from loopwise.limits import MAX_MESSAGE_BYTES
from loopwise_engine.core.serving import Serving
from loopwise_engine.interceptors import CallLog, Errors
from loopwise_engine.policy import Policy, PriorPolicy
from loopwise_engine.service.handlers import SERVICE_NAME, generic_handlers
from loopwise_engine.service.servicer import EngineServicer
from loopwise_engine.settings import Settings
from loopwise_engine.store import Store

if TYPE_CHECKING:
    from loopwise_engine.metrics import Metrics

LOGGER = "loopwise_engine"
"""Name of the standard library's logger that the engine writes to."""

EMBEDDED_CACHE_BYTES = 64 << 20
"""Beside a user's own data and model: what a report on a million records and ten classes brings, and little more."""

_WORKERS = 32
_MAX_CALLS = 256
"""Calls at once; more are refused before they cost anything."""
_GRACE_SECONDS = 20.0
_SIGNAL_SECONDS = 0.2
_OPTIONS = [
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.so_reuseport", 0),  # a port in use is an error, not a second listener
]


class App:
    """An engine: what a server serves, and what an embedded channel calls.

    Args:
        settings: the database it works on, what decides, and how long columns are kept.
        policy: decides, whatever the settings say, where it is given.

    Attributes:
        generic_handlers: the contract's methods.
        interceptors: what every call passes through, outermost first.
        metrics: of its calls and its cache; None where the settings name no address for them.

    Raises:
        InvalidInputError: the database's URL is malformed.
        MissingExtraError: the database's driver is not installed.
        StoreError: the database cannot be opened, or has another schema.
    """

    def __init__(self, settings: Settings, policy: Policy | None = None) -> None:
        logger = _logger()
        self._store = Store(settings.db, cache_bytes=settings.cache_bytes)
        self.metrics = None if settings.metrics is None else _metrics(self._store)
        fixed = PriorPolicy() if policy is None and settings.policy == "prior" else policy
        count = _uncounted if self.metrics is None else self.metrics.count_failure
        self._serving = Serving(
            self._store, fixed, count, blending=settings.policy == "blend", exploring=settings.explore
        )
        servicer = EngineServicer(self._store, self._serving, settings.keep_loops)
        self.generic_handlers: tuple[grpc.GenericRpcHandler, ...] = generic_handlers(servicer)
        observe = None if self.metrics is None else self.metrics.observe
        self.interceptors: tuple[grpc.ServerInterceptor, ...] = (CallLog(logger, observe), Errors(logger))

    def close(self) -> None:
        """Closes the database, and ends the serving of metrics; no call is under way any more."""
        if self.metrics is not None:
            self.metrics.close()
        self._serving.close()
        self._store.close()


class ListenError(LoopwiseError):
    """The address cannot be listened on, or the certificate cannot be read."""


def open_engine(url: str) -> App:
    """An engine for this process, on the database at `url`; raises as `App`."""
    return App(Settings(db=url, cache_bytes=EMBEDDED_CACHE_BYTES))


def serve(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT, then ends the calls under way, and returns.

    Prints "listening on HOST:PORT" once it answers, and where metrics are, if they are served.

    Raises:
        InvalidInputError, MissingExtraError, StoreError: as `App`.
        ListenError: the address is in use or not this machine's, or a TLS file cannot be read.
    """
    app = App(settings)
    try:
        server = grpc.server(
            ThreadPoolExecutor(_WORKERS),
            interceptors=list(app.interceptors),
            options=_OPTIONS,
            maximum_concurrent_rpcs=_MAX_CALLS,
        )
        server.add_generic_rpc_handlers(app.generic_handlers)
        vital = health.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(vital, server)
        if settings.reflection:
            services = (SERVICE_NAME, health.SERVICE_NAME, reflection.SERVICE_NAME)
            reflection.enable_server_reflection(services, server)
        port = _bind(server, settings)
        watched = None if app.metrics is None else _serve_metrics(app.metrics, settings)
        stop = threading.Event()

        def ask_to_stop(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        _log_to_stderr()
        server.start()
        for service in ("", SERVICE_NAME):
            vital.set(service, health_pb2.HealthCheckResponse.SERVING)
        print(f"listening on {settings.listen.rpartition(':')[0]}:{port}", flush=True)
        if watched is not None:
            print(f"metrics on {watched}", flush=True)
        while not stop.wait(_SIGNAL_SECONDS):  # a signal that reaches another thread does not wake this one
            pass
        vital.enter_graceful_shutdown()
        server.stop(_GRACE_SECONDS).wait()
    finally:
        app.close()


def _bind(server: grpc.Server, settings: Settings) -> int:
    try:
        if settings.tls_cert is None or settings.tls_key is None:
            return server.add_insecure_port(settings.listen)
        pair = (settings.tls_key.read_bytes(), settings.tls_cert.read_bytes())
        return server.add_secure_port(settings.listen, grpc.ssl_server_credentials([pair]))
    except OSError as error:
        raise ListenError(f"the TLS file {error.filename} cannot be read: {error.strerror}") from error
    except RuntimeError as error:
        raise ListenError(
            f"cannot listen on {settings.listen}: the port is in use, the address is not this machine's, "
            "or the certificate does not fit its key"
        ) from error


def _uncounted(_role: str, _cause: str) -> None:
    """For an engine that nobody watches."""


def _metrics(store: Store) -> Metrics:
    from loopwise_engine.metrics import Metrics  # noqa: PLC0415  an embedded engine does without

    return Metrics(store.cache.stats)


def _serve_metrics(metrics: Metrics, settings: Settings) -> str:
    """Where they are served from now on."""
    host, _, port = (settings.metrics or "").rpartition(":")
    try:
        bound = metrics.serve(host.strip("[]"), int(port), settings.tls_cert, settings.tls_key)
    except OSError as error:
        raise ListenError(f"cannot serve metrics on {settings.metrics}: {error.strerror or error}") from error
    return f"{'http' if settings.tls_cert is None else 'https'}://{host}:{bound}/metrics"


def _logger() -> structlog.stdlib.BoundLogger:
    """Lines as key=value pairs through the standard library, where an application may route or silence them."""
    logger: structlog.stdlib.BoundLogger = structlog.wrap_logger(
        logging.getLogger(LOGGER),
        wrapper_class=structlog.stdlib.BoundLogger,
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["event"], drop_missing=True),
        ],
    )
    return logger


def _log_to_stderr() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger(LOGGER).addHandler(handler)
    logging.getLogger(LOGGER).setLevel(logging.INFO)
