"""What an operator watches: calls, the cache of columns, the process; by HTTP, as Prometheus and its like read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from ssl import SSLSocket
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from loopwise_engine.store import CacheStats

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
"""Up to the deadline of a call."""


class Metrics:
    """The metrics of one engine, in a registry of their own.

    Args:
        cache: tells how the cache of columns does.
    """

    def __init__(self, cache: Callable[[], CacheStats]) -> None:
        self._registry = CollectorRegistry()
        self._calls = Histogram(
            "loopwise_call_seconds",
            "Time from a call's arrival to its answer.",
            ("method", "code"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._failures = Counter(
            "loopwise_model_failures",
            "Decisions that a meta-model was to make and did not; where it serves, the prior policy made them.",
            ("role", "cause"),
            registry=self._registry,
        )
        self._registry.register(_Cache(cache))
        ProcessCollector(registry=self._registry)
        self._server: WSGIServer | None = None

    def observe(self, method: str, code: str, seconds: float) -> None:
        """Counts a call.

        Args:
            method: its full name, of the contract's.
            code: the name of its status.
            seconds: that it took.
        """
        self._calls.labels(method.rpartition("/")[2], code).observe(seconds)

    def count_failure(self, role: str, cause: str) -> None:
        """Counts a decision that a meta-model did not make.

        Args:
            role: of the model: serving or shadow.
            cause: in a word.
        """
        self._failures.labels(role, cause).inc()

    def serve(self, host: str, port: int, cert: Path | None = None, key: Path | None = None) -> int:
        """Serves the metrics from now on, by HTTPS where there is a certificate; returns the port.

        Raises:
            OSError: the address cannot be listened on, or the certificate does not fit its key.
        """
        certfile, keyfile = (None if file is None else str(file) for file in (cert, key))
        self._server, _ = start_http_server(port, host, self._registry, certfile, keyfile)
        if isinstance(self._server.socket, SSLSocket):
            # Else a peer that connects and says nothing would keep all others waiting.
            self._server.socket.do_handshake_on_connect = False  # type: ignore[attr-defined]  # the stubs lack it
        return self._server.server_port

    def close(self) -> None:
        """Serves them no more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Cache(Collector):
    """The cache of columns, as it is when it is asked."""

    def __init__(self, stats: Callable[[], CacheStats]) -> None:
        self._stats = stats

    def collect(self) -> Iterator[Metric]:
        stats = self._stats()
        name = "loopwise_column_cache"
        yield CounterMetricFamily(f"{name}_hits", "Columns asked for that were in memory.", stats.hits)
        yield CounterMetricFamily(f"{name}_misses", "Columns asked for that were not.", stats.misses)
        yield CounterMetricFamily(f"{name}_evictions", "Columns that had to go for newer ones.", stats.evictions)
        yield GaugeMetricFamily(f"{name}_bytes", "Memory that the columns take.", stats.bytes)
        yield GaugeMetricFamily(f"{name}_limit_bytes", "The most that they may take.", stats.limit)
