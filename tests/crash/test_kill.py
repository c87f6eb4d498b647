"""kill -9 at random points of a running experiment: of the user's process, and of the engine's.

Whatever was killed, the run ends with the same ids as one that nobody disturbed; no label is lost, no loop is there
twice or in part.
"""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import IO

import numpy as np

import loopwise
from tests.crash import script

KILLS = 25
"""Of each kind: 50 in all."""
COMMAND = [sys.executable, "-m", "tests.crash.script"]
SECONDS_ALIVE = 0.25
"""At most, between the start of the work and the kill; a whole run takes some times as long."""


def start(command: list[str], announcement: str) -> subprocess.Popen[str]:
    """Starts a process and waits until it prints a line with the announcement, or has ended."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    stream: IO[str] = process.stdout  # type: ignore[assignment]
    while (line := stream.readline()) and announcement not in line:
        pass
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def undisturbed(folder: Path, name: str, seed: int) -> list[int]:
    folder.mkdir()
    script.run("sqlite://", name, seed, folder)
    return read(folder / f"{name}.done")


def read(path: Path) -> list[int]:
    found: list[int] = json.loads(path.read_text())
    return found


def check(target: str, name: str, seed: int, folder: Path, expected: list[int]) -> None:
    """The end of a run is as it must be."""
    assert read(folder / f"{name}.done") == expected
    assert len(set(expected)) == script.BUDGET
    _, y = script.data()
    with (
        loopwise.connect(target) as engine,
        engine.experiment(
            name,
            pool=range(script.POOL),
            classes=script.CLASSES,
            budget=script.BUDGET,
            batch_size=script.BATCH,
            seed=seed,
            journal=folder / f"{name}.journal",
        ) as experiment,
    ):
        assert experiment.labeled.tolist() == sorted(expected)
        np.testing.assert_array_equal(experiment.labels, y[experiment.labeled])
        assert [record.loop for record in experiment.history] == list(range(script.BUDGET // script.BATCH + 1))
        assert [record.labeled for record in experiment.history] == list(range(0, script.BUDGET + 1, script.BATCH))


def test_the_users_process_may_be_killed_anywhere(tmp_path: Path) -> None:
    chance = random.Random(KILLS)
    target = f"sqlite:///{tmp_path / 'loopwise.db'}"
    done, seed = 0, 0
    while done < KILLS:
        seed += 1
        name = f"run{seed}"
        expected = undisturbed(tmp_path / f"undisturbed{seed}", name, seed)
        while not (tmp_path / f"{name}.done").exists():
            process = start([*COMMAND, target, name, str(seed), str(tmp_path)], "running")
            if done < KILLS:
                try:
                    process.wait(chance.uniform(0, SECONDS_ALIVE))
                except subprocess.TimeoutExpired:
                    kill(process)
                    done += 1
                    continue
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
        check(target, name, seed, tmp_path, expected)


def test_the_engine_may_be_killed_anywhere(tmp_path: Path) -> None:
    chance = random.Random(KILLS)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    target = f"grpc://127.0.0.1:{port}"
    serve = [
        *(str(Path(sys.executable).with_name("loopwise")), "serve"),
        *("--listen", f"127.0.0.1:{port}", "--db", f"sqlite:///{tmp_path / 'engine.db'}"),
    ]
    done, seed = 0, 0
    engine = start(serve, "listening")
    try:
        while done < KILLS:
            seed += 1
            name = f"run{seed}"
            expected = undisturbed(tmp_path / f"undisturbed{seed}", name, seed)
            command = [*COMMAND, target, name, str(seed), str(tmp_path)]
            process = start(command, "running")
            while not (tmp_path / f"{name}.done").exists():
                if process.poll() is not None:  # it gave up waiting, as it may; a user runs it again
                    assert "EngineUnavailableError" in process.communicate()[1]
                    process = start(command, "running")
                time.sleep(chance.uniform(0, SECONDS_ALIVE))
                if done < KILLS and process.poll() is None:
                    kill(engine)
                    done += 1
                    engine = start(serve, "listening")
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
            check(target, name, seed, tmp_path, expected)
    finally:
        kill(engine)


def test_an_uninterrupted_run_ends_as_it_should(tmp_path: Path) -> None:
    expected = undisturbed(tmp_path / "one", "run", 1)
    assert expected == undisturbed(tmp_path / "two", "run", 1)
    assert expected != undisturbed(tmp_path / "three", "run", 2)
