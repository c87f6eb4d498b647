"""`loopwise experiments`: tables for people, JSON for programs, from a database or a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import loopwise as sdk
from loopwise_engine.cli import loopwise
from tests.unit.test_cli import serving


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(loopwise, ["experiments", *arguments], env={"COLUMNS": "40"})


def asked_as_json(*arguments: str) -> Any:
    shown = ask(*arguments, "--json")
    assert shown.exit_code == 0, shown.output
    return json.loads(shown.stdout)


def fill(target: str, folder: Path) -> None:
    """Two loops of "digits", the second with a metric, and "empty"."""
    with sdk.connect(target) as engine:
        for name in ("empty", "digits"):
            engine.experiment(name, pool=range(30), classes=2, budget=6, batch_size=3, journal=folder / name).close()
        with engine.experiment("digits", pool=range(30), journal=folder / "digits") as experiment:
            for accuracy in (0.5, 0.123456, None):
                batch = experiment.ask()
                if not batch:
                    return
                experiment.tell(batch, [int(one) % 2 for one in batch])
                metrics = {} if accuracy is None else {"accuracy": accuracy}
                experiment.report(np.full((len(experiment.unlabeled), 2), 0.5), metrics=metrics)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("experiments")
    url = f"sqlite:///{folder / 'x.db'}"
    fill(url, folder)
    return url


def test_a_list_of_experiments(database: str) -> None:
    digits, empty = asked_as_json("list", "--db", database)

    assert empty["name"] == "empty"
    digits.pop("updated")
    assert digits == {
        "name": "digits", "state": "stopped", "pool": 30, "labeled": 6, "abstained": 0, "budget": 6, "loops": 3,
    }  # fmt: skip
    header, *rows = ask("list", "--db", database).stdout.splitlines()
    assert header.split() == ["name", "state", "pool", "labeled", "abstained", "budget", "loops", "updated"]
    assert [row.split()[:7] for row in rows] == [
        ["digits", "stopped", "30", "6", "0", "6", "3"],
        ["empty", "active", "30", "0", "0", "6", "0"],
    ]


def test_the_history_of_an_experiment(database: str) -> None:
    cold, first, second = asked_as_json("history", "digits", "--db", database)

    assert (cold["loop"], cold["labeled"], cold["metrics"], cold["batch_size"]) == (0, 0, {}, 3)
    assert (first["loop"], first["labeled"], first["metrics"], first["stop"]) == (1, 3, {"accuracy": 0.5}, None)
    assert second["metrics"] == {"accuracy": 0.123456}
    assert "budget" in second["stop"]
    assert cold["why"]
    assert cold["policy"].split()[0] in ("meta", "prior")

    header, *rows = ask("history", "digits", "--db", database).stdout.splitlines()
    assert header.split() == ["loop", "labeled", "accuracy", "blend", "batch", "size", "stop"]
    assert [row.split()[:3] for row in rows] == [["0", "0", "-"], ["1", "3", "0.5"], ["2", "6", "0.1235"]]
    assert second["stop"] in rows[2]  # a pipe gets whole lines


def test_a_server_says_the_same(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, address):
        fill(f"grpc://{address}", tmp_path)
        over_network = asked_as_json("history", "digits", "--engine", f"grpc://{address}")

        assert [row["labeled"] for row in over_network] == [0, 3, 6]
        assert [row["name"] for row in asked_as_json("list", "--engine", f"grpc://{address}")] == ["digits", "empty"]
    assert asked_as_json("history", "digits", "--db", f"sqlite:///{tmp_path / 'cli.db'}") == over_network


def test_nothing_yet_is_said_in_words(database: str) -> None:
    assert ask("history", "empty", "--db", database).stdout == "no loops of empty yet\n"
    assert asked_as_json("history", "empty", "--db", database) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["history", "nobody"], "there is no experiment 'nobody'"),
        (["history", "a/b"], "the experiment's name 'a/b' must be"),
        (["list", "--db", "nonsense"], "the database 'nonsense' must look like"),
        (["list", "--engine", "nonsense"], "'nonsense' is no engine"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(arguments: list[str], sentence: str, database: str) -> None:
    shown = ask(*arguments, *([] if len(arguments) > 2 else ["--db", database]))

    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.startswith(f"Error: {sentence}")
    assert shown.stderr.count("\n") == 1


def test_no_database_is_made_by_looking(tmp_path: Path) -> None:
    shown = ask("list", "--db", f"sqlite:///{tmp_path / 'none.db'}")

    assert shown.exit_code == 1
    assert shown.stderr == f"Error: there is no database {tmp_path / 'none.db'}\n"
    assert list(tmp_path.iterdir()) == []


def test_two_engines_are_one_too_many() -> None:
    assert ask("list", "--db", "sqlite://", "--engine", "grpc://x:1").exit_code == 2
