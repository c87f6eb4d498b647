"""`loopwise db stats` and `loopwise db vacuum`: what takes the space, and what is said where that cannot be told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import loopwise as sdk
from loopwise import local
from loopwise.rpc import Rpc
from loopwise_engine.cli import loopwise
from loopwise_engine.store import Store, space, tables
from tests import postgres, schemas

POOL = 5000


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(loopwise, ["db", *arguments])


def stats(url: str) -> Any:
    shown = ask("stats", "--db", url, "--json")
    assert shown.exit_code == 0, shown.output
    return json.loads(shown.stdout)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        Store(f"sqlite:///{tmp_path / 'space.db'}").close()
        yield f"sqlite:///{tmp_path / 'space.db'}"
    else:
        with postgres.database() as url:
            yield url


@pytest.fixture
def filled(url: str, tmp_path: Path) -> str:
    """ "large": three loops, of which two keep their columns; "small": labels and no columns."""
    with sdk.Engine(Rpc(local.open_channel(url)), url) as engine:
        with engine.experiment("small", pool=range(POOL), journal=tmp_path / "small", batch_size=3) as small:
            small.tell(batch := small.ask(), [0] * len(batch))
        with engine.experiment("large", pool=range(POOL), journal=tmp_path / "large", keep_loops=2) as large:
            for _ in range(3):
                large.report(np.full((POOL, 4), 0.25), signals={"margin": np.zeros(POOL)})
                large.ask()
    return url


def test_experiments_are_told_largest_first(filled: str) -> None:
    large, small = stats(filled)["experiments"]

    assert (large["name"], small["name"]) == ("large", "small")
    assert (large["loops"], large["columns"], large["aged_out"]) == (3, 4, 2)
    assert large["column_bytes"] == 2 * POOL * (4 * 4 + 4)
    assert (small["loops"], small["columns"], small["column_bytes"]) == (1, 0, 0)
    assert 0 < small["row_bytes"] < large["row_bytes"] < 1e6


def test_every_table_is_of_a_kind() -> None:
    told = [table.name for of_kind in space.KINDS.values() for table in of_kind]
    assert sorted([*told, "column_chunks"]) == sorted(tables.metadata.tables)


def test_kinds_add_up_to_the_whole(filled: str) -> None:
    found = stats(filled)

    kinds = found["kinds"]
    assert kinds["signal columns"] == {"number": 4, "size": 2 * POOL * (4 * 4 + 4)}
    assert kinds["outcomes of labels"]["number"] == 3
    assert kinds["decisions"]["number"] >= 4
    assert kinds["answers, kept 24 h"]["number"] > 10
    stored = sum(kind["size"] for kind in kinds.values())
    assert stored + (found["free"] or 0) + found["overhead"] == found["size"]
    rows = sum(one["row_bytes"] for one in found["experiments"])
    assert rows == stored - kinds["signal columns"]["size"] - kinds["answers, kept 24 h"]["size"]


def test_the_size_is_that_of_the_file(filled: str, tmp_path: Path) -> None:
    if filled.startswith("sqlite"):
        assert stats(filled)["size"] == (tmp_path / "space.db").stat().st_size


def test_the_table_fits_a_terminal(filled: str) -> None:
    shown = ask("stats", "--db", filled).stdout.splitlines()[2:]

    assert shown[0].split() == ["experiment", "loops", "columns", "aged", "out", "in", "columns", "in", "rows"]
    assert shown[1].split()[:6] == ["large", "3", "4", "2", "195.3", "KiB"]
    assert shown[2].split()[:6] == ["small", "1", "0", "0", "0", "B"]
    assert shown[3] == ""
    said = {line.rsplit("  ", 1)[0].strip().partition("  ")[0] for line in shown[5:]}
    assert {"signal columns", "decisions", "outcomes of labels", "answers, kept 24 h"} <= said
    assert max(len(line.rstrip()) for line in [*shown[:3], *shown[5:]]) <= 80


def test_an_empty_database_has_its_tables_alone(url: str) -> None:
    found = stats(url)

    assert found["experiments"] == []
    assert {kind["size"] for kind in found["kinds"].values()} == {0}
    assert found["overhead"] + (found["free"] or 0) == found["size"]
    assert ask("stats", "--db", url).exit_code == 0


def test_vacuum_changes_nothing_that_is_stored(filled: str) -> None:
    before = stats(filled)

    done = ask("vacuum", "--db", filled)

    assert done.exit_code == 0
    after = stats(filled)
    assert (after["experiments"], after["kinds"]) == (before["experiments"], before["kinds"])
    assert done.output.split()[2::3] == ["before,", "now"]


@pytest.mark.parametrize("command", ["stats", "vacuum"])
def test_what_is_not_there_or_not_ours_is_told(command: str, tmp_path: Path) -> None:
    missing = ask(command, "--db", f"sqlite:///{tmp_path / 'no.db'}")
    with schemas.restored("0001", "sqlite", tmp_path) as (url, _):
        older = ask(command, "--db", url)

    assert missing.exit_code == older.exit_code == 1
    assert "no.db has no tables; run: loopwise db upgrade" in missing.output
    assert "has schema '0001', and this loopwise needs" in older.output
    assert not (tmp_path / "no.db").exists()
