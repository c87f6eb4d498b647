"""The metrics of a server, as Prometheus gets them."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import grpc
import numpy as np
import prometheus_client
import pytest
import trustme
from prometheus_client.parser import text_string_to_metric_families

from loopwise.local import LocalChannel
from loopwise.v1 import service_pb2
from loopwise_engine.app import App, ListenError, serve
from loopwise_engine.settings import Settings
from loopwise_engine.store.cache import OVERHEAD_BYTES
from tests.contract.messages import POOL
from tests.contract.rpc import SECONDS, Rpc, decide_request

LOOPWISE = Path(sys.executable).with_name("loopwise")
COLUMN = 4 * POOL + OVERHEAD_BYTES
"""Bytes that a column of scalars takes in memory."""


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[str, str]]:
    """A server: where it listens, and where its metrics are."""
    command = [str(LOOPWISE), "serve", "--listen", "127.0.0.1:0", "--db", f"sqlite:///{folder / 'watched.db'}"]
    command += ["--metrics", "127.0.0.1:0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = [process.stdout.readline().split() for _ in range(2)]
            assert [words[:-1] for words in said] == [["listening", "on"], ["metrics", "on"]]
            yield said[0][-1], said[1][-1]
            process.terminate()
            _, log = process.communicate(timeout=SECONDS)
            assert process.returncode == 0
            assert "Traceback" not in log
        finally:
            process.kill()


class Scraped(dict[tuple[str, str, str], float]):
    """Samples by name, method and code; without those of buckets."""

    def __init__(self, text: str) -> None:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if "le" not in sample.labels:
                    self[sample.name, sample.labels.get("method", ""), sample.labels.get("code", "")] = sample.value

    @property
    def calls(self) -> dict[tuple[str, str], float]:
        """How many, by method and code."""
        return {(method, code): value for (name, method, code), value in self.items() if name.endswith("seconds_count")}

    @property
    def cache(self) -> dict[str, float]:
        start = "loopwise_column_cache_"
        return {name.removeprefix(start): value for (name, _, _), value in self.items() if name.startswith(start)}


def scrape(url: str, context: ssl.SSLContext | None = None) -> Scraped:
    with urllib.request.urlopen(url, timeout=SECONDS, context=context) as answer:
        return Scraped(answer.read().decode())


def test_a_server_tells_of_calls_and_of_its_cache(tmp_path: Path) -> None:
    margins = np.linspace(0, 1, POOL, dtype="<f4")
    with (
        serving(tmp_path, "--cache-bytes", str(2 * COLUMN)) as (address, url),
        grpc.insecure_channel(address) as opened,
    ):
        assert scrape(url).calls == {}
        rpc = Rpc(opened)
        rpc.create("a")
        for loop in range(3):
            rpc.report("a", loop, columns=[rpc.upload("a", loop, "margin", margins)])
            rpc.decide("a", loop)
        history = service_pb2.ListSignalHistoryRequest(parent="experiments/a", signal="margin")
        assert rpc.send(history).part.loop == 0  # which had to go
        assert rpc.refuse(decide_request("a", 3)).code == "NOT_FOUND"
        assert rpc.refuse_bytes("Nonsense", b"").code == "UNIMPLEMENTED"
        found = scrape(url)

    assert found.calls == {
        ("CreateExperiment", "OK"): 1,
        ("PutColumnChunk", "OK"): 3,
        ("ReportLoop", "OK"): 3,
        ("Decide", "OK"): 3,
        ("Decide", "NOT_FOUND"): 1,
        ("ListSignalHistory", "OK"): 1,
    }
    assert found.cache == {
        "hits_total": 3,
        "misses_total": 1,
        "evictions_total": 2,
        "bytes": 2 * COLUMN,
        "limit_bytes": 2 * COLUMN,
    }
    assert 0 < found["loopwise_call_seconds_sum", "Decide", "OK"] < 3 * SECONDS


def test_with_a_certificate_metrics_are_read_by_https_and_nobody_keeps_others_waiting(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    issued.private_key_pem.write_to_path(tmp_path / "server.key")
    context = ssl.create_default_context()
    authority.configure_trust(context)
    options = ["--tls-cert", str(tmp_path / "server.pem"), "--tls-key", str(tmp_path / "server.key")]
    with serving(tmp_path, *options) as (_, url):
        assert url.startswith("https://127.0.0.1:")
        port = int(url.rpartition(":")[2].removesuffix("/metrics"))
        with socket.create_connection(("127.0.0.1", port)):  # and says nothing
            assert scrape(url, context).cache["hits_total"] == 0


def test_engines_in_one_process_count_for_themselves() -> None:
    everyone = prometheus_client.generate_latest()
    settings = Settings(db="sqlite://", metrics="127.0.0.1:0")
    apps = [App(settings), App(settings)]
    with (
        closing(LocalChannel(apps[0].generic_handlers, apps[0].interceptors, apps[0].close)) as opened,
        closing(apps[1]),
    ):
        Rpc(opened).create("a")
        calls = []
        for app in apps:
            assert app.metrics is not None
            calls.append(scrape(f"http://127.0.0.1:{app.metrics.serve('127.0.0.1', 0)}/metrics").calls)

    assert calls == [{("CreateExperiment", "OK"): 1}, {}]
    assert b"loopwise" not in everyone + prometheus_client.generate_latest()


def test_an_engine_that_nobody_watches_has_no_metrics() -> None:
    with closing(App(Settings(db="sqlite://"))) as app:
        assert app.metrics is None


def test_an_address_that_is_in_use_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = Settings(db=f"sqlite:///{tmp_path / 'watched.db'}", listen="127.0.0.1:0", metrics=address)
        with pytest.raises(ListenError, match=f"cannot serve metrics on {address}: Address already in use"):
            serve(settings)
