"""Selection beside its floor and beside other libraries: the same arrays, in turn, on one core.

Each environment has a worker process, which runs one piece of work at a time and tells its CPU seconds and its peak
extra memory. Contestants alternate, floor included, so that what else the machine does meets them all; medians are
quoted, as ratios to the floor of the same run. What a library cannot do is a line in the table. Then every registered
strategy: peak extra memory at a million records, and how its time grows when the pool doubles.

Usage: python -m benchmarks.strategies [--quick] [--only WORK ...] [--json FILE] [--docs FOLDER]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import every_strategy
from benchmarks.peers.process import ROOT, Measured, Worker
from benchmarks.report import print_strategies, print_works, write_docs
from benchmarks.works import WORKS, Arrays, Work
from loopwise.strategies import strategies

LIMIT = 60.0
MEMORY_GB = 12.0
EVERY = "strategies"
OURS = ("plain", "compiled")
ENVIRONMENTS = (
    (Path(sys.executable), ("floors", "ours")),
    (Path(sys.executable), ("scikit_activeml", "modal", "small_text")),
    (ROOT / ".venv-peers/bin/python", ("baal", "cardinal", "small_text")),
)
"""Interpreters, and the adapters that each runs."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the size, fewer rounds")
    names = [*(work.name for work in WORKS), EVERY]
    parser.add_argument("--only", action="append", choices=names, metavar="WORK", help=f"of {', '.join(names)}")
    parser.add_argument("--json", type=Path, help="write the results here")
    parser.add_argument("--docs", type=Path, help="write tables and picture into performance.md here")
    arguments = parser.parse_args()
    wanted = arguments.only or names
    works = [work.tenth() if arguments.quick else work for work in WORKS if work.name in wanted]
    console = Console()
    console.width = max(console.width, 100)
    report: dict[str, Any] = {"benchmark": "strategies", "quick": arguments.quick, "limit_s": LIMIT}
    with _workers(bool(works)) as workers, tempfile.TemporaryDirectory() as folder, _progress(console) as progress:
        report |= {"machine": _machine(workers), "works": [], "strategies": []}
        arrays = Arrays(Path(folder))
        task = progress.add_task("", total=len(works))
        for work in works:
            report["works"].append(measure(work, workers, arrays, arguments.quick, progress))
            progress.advance(task)
            arrays.forget_unless(works[works.index(work) + 1 :])
        if EVERY in wanted:
            task = progress.add_task("", total=len(strategies()))
            for row in every_strategy.measure(workers[0], arrays, arguments.quick):
                report["strategies"].append(row)
                progress.update(task, advance=1, description=f"every strategy: {row['name']}")
    if report["works"]:
        print_works(console, report)
    if report["strategies"]:
        print_strategies(console, report)
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")
    if arguments.docs:
        write_docs(report, arguments.docs)


def measure(work: Work, workers: list[Worker], arrays: Arrays, quick: bool, progress: Progress) -> dict[str, Any]:
    """All contestants at one piece of work, in turn."""
    paths = arrays.of(work)

    def run(contestant: tuple[Worker, str], memory: bool) -> Measured:
        worker, who = contestant
        progress.update(progress.task_ids[-1], description=f"{work.name}: {who}")
        return worker.run(
            who,
            work.floor if who == "floor" else work.call,
            paths,
            records=work.records,
            batch=work.batch,
            labeled=work.labeled,
            limit=LIMIT,
            memory=memory,
        )

    contestants = list(_contestants(work, workers))
    warm = {one: run(one, memory=True) for one in contestants}
    rounds = {one: _rounds(warm[one], one[1] in OURS, quick) for one in contestants}
    timed: dict[tuple[Worker, str], list[Measured]] = {one: [] for one in contestants}
    for number in range(max(rounds.values())):
        for one in contestants:
            if number < rounds[one]:
                timed[one].append(run(one, memory=rounds[one] == 1))
    # Giving memory back before a run makes a fast one slower: what it takes is measured apart.
    memory = {one: run(one, memory=True) if rounds[one] > 1 else (timed[one] or [warm[one]])[-1] for one in contestants}
    results = [_result(one[1], timed[one] or [warm[one]], memory[one]) for one in contestants]
    floor, others = results[0], results[1:]
    if floor["seconds"] is not None:
        floor["seconds"] *= work.floor_factor
        for result in others:
            if result["seconds"] is not None:
                result["ratio"] = result["seconds"] / floor["seconds"]
    return {
        "name": work.name,
        "title": work.title,
        "size": work.size,
        "floor": {"what": work.floor_words, "seconds": floor["seconds"], "rounds": floor["rounds"]},
        "goals": {"plain": str(work.plain), "compiled": str(work.compiled), "memory_mb": work.memory_mb},
        "results": others,
    }


def _contestants(work: Work, workers: list[Worker]) -> Iterator[tuple[Worker, str]]:
    """The floor first, then ours, then the others."""
    yield workers[0], "floor"
    for worker in workers:
        for who, calls in worker.offers.items():
            if work.call in calls and who not in ("floor", every_strategy.WHO):
                yield worker, who


def _rounds(first: Measured, ours: bool, quick: bool) -> int:
    """How often it is run again, always an odd number, or not at all: the slow ones once."""
    if first.seconds is None:
        return 0
    for seconds, rounds in ((0.2, 11), (1.0, 5), (5.0, 3)):
        if first.seconds < seconds:
            return min(rounds, 3) if quick else rounds
    return 1 if ours and first.seconds < 20 else 0  # ours was warming up, and compiling


def _result(who: str, runs: list[Measured], memory: Measured) -> dict[str, Any]:
    seconds = [one.seconds for one in runs if one.seconds is not None]
    return {
        "who": who,
        "seconds": median(seconds) if seconds else None,
        "ratio": None,
        "extra_mb": memory.extra_mb,
        "rounds": len(seconds),
        "failure": None if seconds else runs[0].failure,
    }


@contextmanager
def _workers(peers: bool) -> Iterator[list[Worker]]:
    """One worker per environment; the first is ours."""
    environments = ENVIRONMENTS if peers else ENVIRONMENTS[:1]
    with ThreadPoolExecutor() as pool:  # importing takes most of them seconds
        workers = list(pool.map(lambda one: Worker(str(one[0]), list(one[1]), MEMORY_GB), environments))
    if not workers[0].offers:
        sys.exit(f"loopwise's own worker does not run: {workers[0].absent}")
    try:
        yield workers
    finally:
        for worker in workers:
            worker.stop()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:42}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )


def _machine(workers: list[Worker]) -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "processor": processor(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "versions": {name: version for worker in workers for name, version in worker.versions.items()},
        "absent": {name: why for worker in workers for name, why in worker.absent.items()},
    }


def processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    main()
