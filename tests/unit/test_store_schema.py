"""Opening a database on a file: what is created, what is refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from loopwise.errors import InvalidInputError
from loopwise_engine.errors import StoreError
from loopwise_engine.store import Store
from loopwise_engine.store.tables import metadata

OPEN = """
import sys
from loopwise_engine.store import Store
print("ready", flush=True)
sys.stdin.readline()
Store(sys.argv[1]).close()
"""


def test_every_row_belongs_to_a_tenant() -> None:
    assert {next(iter(table.primary_key)).name for table in metadata.tables.values()} == {"tenant"}


def test_a_path_with_odd_characters(tmp_path: Path) -> None:
    odd = tmp_path / "50% of é #1.db"
    Store(f"sqlite:///{odd}").close()

    assert odd.exists()


def test_processes_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN, f"sqlite:///{tmp_path / 'new.db'}"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(command, text=True, **pipes) for _ in range(2)]  # type: ignore[call-overload]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        _, said = process.communicate()
        assert process.returncode == 0, said


@pytest.mark.parametrize(
    "url", ["", "loopwise.db", "sqlite:/x", "postgresql://host/db", "sqlite://host/x.db", "sqlite:///x.db?mode=ro"]
)
def test_a_malformed_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError, match="must look like 'sqlite:///FILE'"):
        Store(url)


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"nowhere.db cannot be opened: unable to open database file"):
        Store(f"sqlite:///{tmp_path / 'not' / 'nowhere.db'}")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Sir or Madam, " * 1000)
    before = path.read_bytes()

    with pytest.raises(StoreError, match=r"letter.txt cannot be opened: file is not a database"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "accounts.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE accounts (id INTEGER)")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(StoreError, match="another program's tables, 'accounts' for one"):
        Store(f"sqlite:///{path}")
    assert path.read_bytes() == before
