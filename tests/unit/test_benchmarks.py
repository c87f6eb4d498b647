"""The benchmarks: they run end to end in small, and a failing library is a line in the table of strategies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import every_strategy
from benchmarks.peers.ours import reported
from benchmarks.peers.process import ROOT, Worker
from benchmarks.report import between, works_markdown
from benchmarks.works import WORKS, Arrays, probabilities
from loopwise.signals import SIGNALS
from loopwise.strategies import strategies

MEMORY_GB = 12.0


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a short run over two pieces of work wrote."""
    path = tmp_path_factory.mktemp("results") / "strategies.json"
    command = [sys.executable, "-m", "benchmarks.strategies", "--quick", "--json", str(path)]
    command += ["--only", "least-confidence-10", "--only", "bald"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "BALD, 10 x 10k x 10, top 100" in done.stdout
    read: dict[str, Any] = json.loads(path.read_text())
    return read


def test_two_works_end_to_end(report: dict[str, Any]) -> None:
    assert [work["name"] for work in report["works"]] == ["least-confidence-10", "bald"]
    for work in report["works"]:
        assert work["floor"]["seconds"] > 0
        by_name = {result["who"]: result for result in work["results"]}
        assert {"plain", "scikit-activeml", "small-text"} <= set(by_name)
        for result in by_name.values():
            assert result["failure"] is None
            assert result["ratio"] == pytest.approx(result["seconds"] / work["floor"]["seconds"])
            assert result["rounds"] % 2 == 1
    assert report["machine"]["versions"]["scikit-activeml"]


def test_peak_memory_is_that_of_the_call(report: dict[str, Any]) -> None:
    (work,) = (work for work in report["works"] if work["name"] == "least-confidence-10")
    (ours,) = (result for result in work["results"] if result["who"] == "plain")
    if ours["extra_mb"] is None:
        pytest.skip("this system does not tell the peak")

    assert 0.4 < ours["extra_mb"] < 8  # a float per record at least; the input alone is 4 MB

    table = works_markdown(report)
    assert table.count("\n") == 2 + len(report["works"])
    assert "least confidence<br>100k x 10, top 100" in table


def test_failures_are_said(tmp_path: Path) -> None:
    """Too slow, wrong, not there, ended: each is a sentence, and the worker is there for the next."""
    worker = Worker(sys.executable, ["floors", "nobody"], MEMORY_GB)
    arrays = {"probabilities": Arrays(tmp_path).made("p", probabilities, 100, 3)}
    try:
        assert "nobody" in worker.absent
        sizes: dict[str, Any] = {"records": 100, "batch": 5, "labeled": 0, "memory": False}
        good = worker.run("floor", "pass over probabilities", arrays, limit=30, **sizes)
        late = worker.run("floor", "pass over probabilities", arrays, limit=0, **sizes)
        wrong = worker.run("floor", "products", arrays, limit=30, **sizes)
        again = worker.run("floor", "pass over probabilities", arrays, limit=30, **sizes)
    finally:
        worker.stop()

    assert good.failure is None
    assert good.seconds is not None
    assert late.failure == "over 0 s"
    assert wrong.seconds is None
    assert wrong.failure == "'embeddings'"
    assert again.failure is None
    assert Worker("no-such-python", ["floors"], MEMORY_GB).absent == {"floors": "its environment is not installed"}


def test_memory_is_bounded(tmp_path: Path) -> None:
    records = 15_000_000
    np.lib.format.open_memmap(tmp_path / "p.npy", "w+", np.float32, (records, 10))  # 600 MB, which will be copied
    worker = Worker(sys.executable, ["floors"], 1.0)
    arrays = {"probabilities": tmp_path / "p.npy"}
    try:
        done = worker.run(
            "floor",
            "pass over probabilities",
            arrays,
            records=records,
            batch=1,
            labeled=0,
            limit=60,
            memory=False,
        )
    finally:
        worker.stop()

    assert done.failure == "out of memory (1 GB)"


def test_growth_is_read_off_the_doublings() -> None:
    sizes = [100_000 * 2**i for i in range(6)]

    assert every_strategy.factor([(n, 3e-9 * n) for n in sizes]) == pytest.approx(2)
    assert every_strategy.factor([(n, 1e-18 * n**2) for n in sizes]) == pytest.approx(4)
    assert every_strategy.factor([(100, 1.0), (200, 2.0)]) is None


def test_arrays_can_be_made_for_every_strategy(tmp_path: Path) -> None:
    """Whatever a strategy needs is reported, or follows from what is; values are possible ones."""
    arrays = Arrays(tmp_path)
    for name, strategy in strategies().items():
        for signal in reported(strategy.needs):
            path = arrays.made(f"{name}-{signal}", every_strategy.values, SIGNALS[signal], 50)
            assert SIGNALS[signal].check(np.load(path)) is None, signal


def test_tables_stand_between_their_marks() -> None:
    page = "before\n<!-- works -->\nold\n<!-- /works -->\nafter\n"

    assert between(page, "works", "new\n") == page.replace("old", "new")
    with pytest.raises(ValueError, match="no place"):
        between(page, "strategies", "new")


def test_the_store_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "performance.md").write_text("<!-- store -->\n<!-- /store -->\n")
    command = [sys.executable, "-m", "benchmarks.store", "--quick", "--json", str(tmp_path / "store.json")]
    done = subprocess.run([*command, "--docs", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    read = json.loads((tmp_path / "store.json").read_text())

    assert set(read["commit"]) == {"floor", "sqlite", "postgresql"}
    assert all(row["seconds"] > 0 and row["rounds"] == 1 for row in read["commit"].values())
    assert [row["database"] for row in read["history"]] == ["sqlite", "postgresql"]
    assert [row["records"] for row in read["growth"]] == [1_000, 10_000]
    page = (tmp_path / "performance.md").read_text()
    assert "| a loop of 10,000 records x 6 float32 | SQLite |" in page
    assert (tmp_path / "store.png").stat().st_size > 1_000


def test_names_of_works_are_unique() -> None:
    assert len({work.name for work in WORKS}) == len(WORKS)
