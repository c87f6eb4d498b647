"""Logged runs: what is exported, how others read it, and that an import gives the database back, bit for bit."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

import loopwise as sdk
from loopwise.resources import ExperimentInfo, Forecast, LabelOutcome, StopAdvice, StopRule
from loopwise.strategies.blend import Blend, BlendMode, Part
from loopwise_engine.cli import loopwise
from loopwise_engine.policy.base import Plan
from loopwise_engine.store import ShadowDecision, Store
from loopwise_training.logs import LogsError, export_logs, import_logs, layout, progress
from tests import postgres
from tests.core_world import FixedPolicy, World, probabilities, scalars
from tests.dump import Dump, dump
from tests.e2e.iris import IDS, X, fit_and_report, labels

ROOT = Path(__file__).parents[2]


def run(engine: sdk.Engine, folder: Path, name: str, loops: int, **options: Any) -> None:
    """An experiment on iris, with costs, abstentions and sketches, that stops in the middle of a loop."""
    journal = folder / f"{name}.journal"
    with engine.experiment(name, pool=IDS, classes=3, batch_size=6, journal=journal, embeddings=X, **options) as one:
        for _ in range(loops):
            batch = one.ask()
            told: list[Any] = labels(batch)
            told[-1] = None
            one.tell(batch, told, cost=1.5, seconds=[*range(len(batch))], annotator="Änn")
            fit_and_report(one)
        one.ask()


def odd(url: str) -> None:
    """An experiment "x" of what clients other than the SDK do."""
    world = World(url)
    due = datetime(2026, 2, 3, 4, 5, 6, 7, UTC)
    costs = {"label_cost": 0.1, "retrain_cost": 7.5, "deadline": due, "target_accuracy": 0.9, "stop_confidence": 2 / 3}
    shares = {"share_level": sdk.signals.ShareLevel.EMBEDDINGS, "inference_share": 0.3}
    world.create(pool_size=21, classes=3, **shares, **costs)
    sketch = np.random.default_rng(0).normal(size=(21, 4)).astype("<f2")
    every, some, unused = range(21), [0, 3, 8, 20], [5]
    world.report(
        world.upload("sketch", sketch, chunk_rows=1),
        world.upload("margin", scalars(21), coverage=1, chunk_rows=21),
        world.upload("probabilities", probabilities(4), coverage=3, chunk_rows=3),
        world.upload("predicted_class", np.array([2, 0, 1, 2], "<i4"), coverage=3),
        covered=[every, unused, some],
        metrics={"accuracy": -1e300, "é": 5e-324},
    )
    blend = Blend(BlendMode.SHARES, (Part("margin", 0.1), Part("random", 3.0)), random_share=0.5)
    advice = StopAdvice(
        confidence=1 / 3, rules=(StopRule("kappa", 0.1, stop=True), StopRule("plateau", -1e-9, stop=False))
    )
    forecast = Forecast("accuracy", 21, 0.1 + 0.2, 0.1, 0.7, labels_for_target=9)
    plan = Plan(blend, 3, "as told", stop=advice, features={"a": 1 / 3}, schedule=(3, 4), forecast=forecast)
    world.decide(policy=FixedPolicy(plan))
    with world.store.write() as transaction:
        transaction.shadows.insert("x", ShadowDecision(0, "v", Blend.single("margin"), 2, "on paper", world.now))
    world.label(LabelOutcome(20, correct=False, loss=0.1, cost=0.0), LabelOutcome(3, abstained=True, seconds=2.5))
    world.report()
    without = Forecast("accuracy", 21, 0.5, 0.25, 0.75)
    world.decide(policy=FixedPolicy(Plan(Blend.single("random"), 0, "enough", forecast=without)))
    world.report(metrics={"accuracy": 0.5})
    world.put("margin", scalars(5), checksum=7)
    world.store.close()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """x, as above; iris, four loops; iris-2, which shares scores; new, without loops; private, which has opted out."""
    folder = tmp_path_factory.mktemp("logged")
    url = f"sqlite:///{folder / 'runs.db'}"
    with sdk.connect(url) as engine:
        run(engine, folder, "iris", 3)
        run(engine, folder, "iris-2", 2, share="scores", seed=(1 << 64) - 1, budget=40, strategy="margin")
        run(engine, folder, "private", 1, log_for_training=False)
        engine.experiment("new", pool=range(5), journal=folder / "new.journal").close()
    odd(url)
    return folder / "runs.db"


@pytest.fixture(scope="module")
def exported(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    export_logs(f"sqlite:///{database}", folder)
    return folder


@pytest.fixture
def copy(exported: Path, tmp_path: Path) -> Path:
    """An export that a test may change."""
    return Path(shutil.copytree(exported, tmp_path / "copy"))


def content(url: str, names: set[str] | None = None) -> Dump:
    """What an export holds: neither answered requests nor meta-models nor uploads of loops that are not reported."""
    store = Store(url)
    found = dump(store)
    store.close()
    for table in ("requests", "models", "model_files", "model_roles"):
        del found[table]
    found["signal_columns"] = [row for row in found["signal_columns"] if row[-2] is not None]
    committed = {row[:4] for row in found["signal_columns"]}
    found["column_chunks"] = [row for row in found["column_chunks"] if row[:4] in committed]
    return {table: [row for row in rows if names is None or row[1] in names] for table, rows in found.items()}


LOGGED = {"x", "iris", "iris-2", "new"}


def files_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with its time and content."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


# There and back


def test_an_import_gives_the_database_back_bit_for_bit(database: Path, exported: Path, tmp_path: Path) -> None:
    assert set(import_logs(exported, f"sqlite:///{tmp_path / 'other.db'}")) == LOGGED

    before, after = content(f"sqlite:///{database}", LOGGED), content(f"sqlite:///{tmp_path / 'other.db'}")
    assert [len(before[table]) > 0 for table in before] == [True] * len(before), "every table is tried"
    for table, rows in before.items():
        assert after[table] == rows, table


def test_postgresql_gives_and_takes_the_same(exported: Path, tmp_path: Path) -> None:
    with postgres.empty_database() as url:
        import_logs(exported, url)
        export_logs(url, tmp_path / "again")

    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in (exported, tmp_path / "again")]
    assert manifests[0] == manifests[1]


def test_an_imported_experiment_goes_on(database: Path, exported: Path, tmp_path: Path) -> None:
    import_logs(exported, f"sqlite:///{tmp_path / 'other.db'}")
    shutil.copy(database.parent / "iris.journal", tmp_path)
    with (
        sdk.connect(f"sqlite:///{tmp_path / 'other.db'}") as engine,
        engine.experiment("iris", pool=IDS, classes=3, journal=tmp_path / "iris.journal") as one,
    ):
        batch = one.ask()
        one.tell(batch, labels(batch))
        fit_and_report(one)
        assert len(one.history) == 5


def test_a_part_may_be_exported(database: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{database}"
    assert export_logs(url, tmp_path / "out", ["x", "new"]).experiments == ("new", "x")
    assert export_logs(url, tmp_path / "out", ["iris"]).experiments == ("iris",)

    import_logs(tmp_path / "out", f"sqlite:///{tmp_path / 'other.db'}")

    assert content(f"sqlite:///{tmp_path / 'other.db'}") == content(url, {"x", "new", "iris"})


# As others read it


def scalar_rows(database: Path, signal: str) -> list[tuple[str, int, int, float]]:
    """A signal as the engine answers."""
    found = []
    with sdk.connect(f"sqlite:///{database}") as engine:
        for name in ("iris", "iris-2"):
            with engine.experiment(name, pool=IDS, classes=3, journal=database.parent / f"{name}.journal") as one:
                values = one.signal(signal)
            found += [
                (name, loop, position, float(values[loop, position]))
                for loop, position in np.argwhere(~np.isnan(values)).tolist()
            ]
    return found


def by_pandas(folder: Path) -> list[Any]:
    frame = pd.read_parquet(folder)
    frame["experiment"] = frame["experiment"].astype(str)
    frame["loop"] = frame["loop"].astype(int)
    return [tuple(row) for row in frame[["experiment", "loop", "position", "value"]].itertuples(index=False)]


def by_polars(folder: Path) -> list[Any]:
    return pl.read_parquet(folder).select("experiment", "loop", "position", "value").rows()


def by_duckdb(folder: Path) -> list[Any]:
    with duckdb.connect() as connection:
        query = f"SELECT experiment, loop, position, value FROM '{folder}/**/*.parquet'"
        return connection.sql(query).fetchall()


READERS = [by_pandas, by_polars, by_duckdb]


@pytest.mark.parametrize("read", READERS)
def test_a_signal_is_one_table(read: Callable[[Path], list[Any]], database: Path, exported: Path) -> None:
    """Loops of experiments that shared different signals, as float16 or float32, in one table."""
    rows = [row for row in read(exported / "signals" / "margin") if row[0] == "iris-2"]

    assert sorted(rows) == [row for row in scalar_rows(database, "margin") if row[0] == "iris-2"]
    assert len(rows) > 200


@pytest.mark.parametrize("read", READERS)
def test_rows_of_values_are_lists(read: Callable[[Path], list[Any]], exported: Path) -> None:
    rows = read(exported / "signals" / "sketch")

    assert {name for name, *_ in rows} == {"iris", "x"}
    assert len([row for row in rows if row[:2] == ("x", 0)]) == 21
    values = {position: list(value) for name, _, position, value in rows if name == "x"}
    expected = np.random.default_rng(0).normal(size=(21, 4)).astype("<f2").astype(float)
    assert values == dict(enumerate(expected.tolist()))


@pytest.mark.parametrize("table", [*layout.TABLES, "selected"])
def test_every_table_opens_as_it_is(table: str, exported: Path) -> None:
    folder = exported / table
    rows = json.loads((exported / "manifest.json").read_text())["rows"][table]

    assert len(pd.read_parquet(folder)) == rows
    assert len(pl.read_parquet(folder)) == rows
    with duckdb.connect() as connection:
        assert connection.sql(f"SELECT * FROM '{folder}/**/*.parquet'").to_arrow_table().num_rows == rows


def test_what_was_reported_comes_out(exported: Path) -> None:
    experiments = pl.read_parquet(exported / "experiments").to_dicts()
    scores = next(row for row in experiments if row["experiment"] == "iris-2")
    assert (scores["seed"], scores["share_level"], scores["label_budget"]) == ((1 << 64) - 1, "scores", 40)

    metrics = pl.read_parquet(exported / "metrics").filter(pl.col("experiment") == "x")
    assert {(row["loop"], row["name"]): row["value"] for row in metrics.to_dicts()} == {
        (0, "accuracy"): -1e300, (0, "é"): 5e-324, (2, "accuracy"): 0.5,
    }  # fmt: skip
    outcomes = pl.read_parquet(exported / "outcomes").filter(pl.col("experiment") == "x").sort("position").to_dicts()
    assert [(row["position"], row["abstained"], row["seconds"], row["correct"]) for row in outcomes] == [
        (3, True, 2.5, None),
        (20, False, None, False),
    ]
    (decision, enough) = pl.read_parquet(exported / "decisions").filter(pl.col("experiment") == "x").to_dicts()
    assert (decision["mode"], decision["strategies"], decision["weights"]) == ("shares", ["margin", "random"], [0.1, 3])
    assert enough["batch_size"] == 0
    assert (decision["schedule"], enough["schedule"]) == ([3, 4], [])
    assert (decision["forecast"]["labels_for_target"], enough["forecast"]["labels_for_target"]) == (9, None)
    assert decision["stop_rules"][1] == {"name": "plateau", "value": -1e-9, "stop": False}
    selected = pl.read_parquet(exported / "selected").filter(pl.col("experiment") == "x")
    assert selected["rank"].to_list() == [0, 1, 2]
    assert selected["probabilities"].list.len().to_list() == [3, 3, 3]


def test_what_has_opted_out_is_nowhere(exported: Path) -> None:
    assert not [path for path in exported.rglob("*") if "private" in path.name]
    assert "private" not in (exported / "manifest.json").read_text()


def test_every_field_of_an_experiment_is_logged() -> None:
    fields = set(ExperimentInfo.__dataclass_fields__)

    assert fields - set(layout.TABLES["experiments"].names) == {"id", "log_for_training", "keep_loops"}


def test_the_page_tells_every_column() -> None:
    page = (ROOT / "docs" / "logged-runs.md").read_text(encoding="utf-8")
    tables = {**layout.TABLES, "selected": layout.SELECTED}
    for table, schema in tables.items():
        section = page.partition(f"### `{table}`")[2].partition("\n### ")[0]
        told = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| `")]
        assert [(name.strip(" `"), kind.strip()) for name, kind in told] == [
            (field.name, str(field.type).replace("element", "item") + (" or null" if field.nullable else ""))
            for field in schema
        ], table


# Again, and after a kill


def test_what_is_there_is_not_written_anew(database: Path, copy: Path) -> None:
    before = files_of(copy)

    done = export_logs(f"sqlite:///{database}", copy)

    assert (done.written, done.kept) == (0, len(before) - 1)
    assert {name: kept for name, kept in files_of(copy).items() if name != "manifest.json"} == {
        name: kept for name, kept in before.items() if name != "manifest.json"
    }
    assert files_of(copy)["manifest.json"][1] == before["manifest.json"][1]


def test_an_experiment_that_went_on_is_exported_anew_where_it_changed(
    database: Path, copy: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    shutil.copy(database, tmp_path / "runs.db")
    shutil.copy(database.parent / "iris.journal", tmp_path)
    before = files_of(copy)
    with (
        sdk.connect(url) as engine,
        engine.experiment("iris", pool=IDS, classes=3, journal=tmp_path / "iris.journal") as one,
    ):
        batch = one.ask()
        one.tell(batch, labels(batch))
        fit_and_report(one)

    export_logs(url, copy)

    changed = {name for name, kept in files_of(copy).items() if before.get(name) != kept} - {"manifest.json"}
    assert changed == {layout.path_of(table, "iris") for table in layout.TABLES} | {
        layout.path_of("signals", "iris", 4, "probabilities")
    }
    import_logs(copy, f"sqlite:///{tmp_path / 'other.db'}")
    assert content(f"sqlite:///{tmp_path / 'other.db'}") == content(url, LOGGED)


def test_who_opts_out_later_is_taken_out(database: Path, copy: Path, tmp_path: Path) -> None:
    shutil.copy(database, tmp_path / "runs.db")
    shutil.copy(database.parent / "iris.journal", tmp_path)
    url = f"sqlite:///{tmp_path / 'runs.db'}"
    with sdk.connect(url) as engine:
        engine.experiment(
            "iris", pool=IDS, classes=3, journal=tmp_path / "iris.journal", log_for_training=False
        ).close()

    done = export_logs(url, copy, ["x"])

    assert done.opted_out == ("iris", "private")
    assert not [name for name in files_of(copy) if "experiment=iris/" in name]
    assert set(import_logs(copy, f"sqlite:///{tmp_path / 'other.db'}")) == LOGGED - {"iris"}


KILLED = """
import os, sys
from loopwise_training.logs import exporting, export_logs
write, left = exporting.pq.ParquetWriter.write_batch, int(sys.argv[3])
def dying(self, batch):
    global left
    write(self, batch)
    left -= 1
    if left == 0:
        os.kill(os.getpid(), 9)
exporting.pq.ParquetWriter.write_batch = dying
export_logs(sys.argv[1], __import__("pathlib").Path(sys.argv[2]))
"""


@pytest.mark.parametrize("batches", [1, 30])
def test_a_kill_leaves_no_half_file_and_the_next_export_goes_on(
    batches: int, database: Path, exported: Path, tmp_path: Path
) -> None:
    url, folder = f"sqlite:///{database}", tmp_path / "out"
    killed = subprocess.run([sys.executable, "-c", KILLED, url, str(folder), str(batches)], check=False)
    assert killed.returncode == -9
    left = files_of(folder)
    whole = files_of(exported)
    finished = {name for name in left if name.endswith(".parquet") and not Path(name).name.startswith(".")}
    assert all(left[name][1] == whole[name][1] for name in finished)
    assert (len(finished) > 0) == (batches > 1)
    assert [name for name in left if name.endswith(".tmp")]
    with pytest.raises(LogsError, match=r"no whole export: manifest\.json is missing; run the export again"):
        import_logs(folder, f"sqlite:///{tmp_path / 'other.db'}")

    done = export_logs(url, folder)

    assert done.kept >= len(finished) - 1  # the last one may have been finished, but not noted yet
    after = files_of(folder)
    assert {name: data for name, (_, data) in after.items()} == {name: data for name, (_, data) in whole.items()}
    assert all(after[name] == left[name] for name in finished) or done.kept == len(finished) - 1


def test_a_torn_line_of_the_manifest_costs_one_file(database: Path, copy: Path) -> None:
    files = json.loads((copy / "manifest.json").read_text())["files"]
    header = {"format": layout.FORMAT, "version": layout.VERSION}
    lines = "".join(json.dumps(line) + "\n" for line in [header, *files])
    (copy / "manifest.partial.jsonl").write_text(lines[:-20])
    (copy / "manifest.json").unlink()

    assert export_logs(f"sqlite:///{database}", copy).written == 1


# What is refused


def refuse(copy: Path, tmp_path: Path, match: str) -> None:
    """An import is refused, and changes nothing."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with sdk.connect(url) as engine:
        engine.experiment("here", pool=range(5), journal=tmp_path / "here.journal").close()
    before = content(url)
    with pytest.raises(LogsError, match=match):
        import_logs(copy, url)
    assert content(url) == before


def a_file(copy: Path, part: str) -> Path:
    return next(path for path in sorted(copy.rglob("*.parquet")) if part in str(path))


def test_a_flipped_bit_is_found(copy: Path, tmp_path: Path) -> None:
    path = a_file(copy, "signals/margin/experiment=x")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)

    refuse(copy, tmp_path, r"signals/margin/experiment=x/loop=0/data\.parquet does not match its checksum")


def test_a_file_that_is_gone_is_missed(copy: Path, tmp_path: Path) -> None:
    a_file(copy, "outcomes/experiment=iris").unlink()

    refuse(copy, tmp_path, r"outcomes/experiment=iris/data\.parquet cannot be read: No such file")


def edit_manifest(copy: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    manifest = json.loads((copy / "manifest.json").read_text())
    edit(manifest)
    (copy / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("edit", "match"),
    [
        (lambda m: m["files"].pop(), "the manifest lacks"),
        (lambda m: m.update(version=1), "version 1; this loopwise knows 'loopwise logged runs', version 2"),
        (lambda m: m.update(format="other"), "holds 'other'"),
        (lambda m: m["files"][0].pop("sha256"), r"manifest\.json in .* is damaged"),
        (lambda m: m["files"][0].update(path="../../etc/passwd"), "is no file of this layout"),
        (lambda m: m["files"][0].update(path="columns/experiment=../data.parquet"), "experiment's name"),
        (
            lambda m: m["files"].append({**m["files"][0], "path": "signals/colour/experiment=x/loop=0/data.parquet"}),
            "does not know",
        ),
    ],
)
def test_a_manifest_of_something_else_is_refused(
    edit: Callable[[dict[str, Any]], None], match: str, copy: Path, tmp_path: Path
) -> None:
    edit_manifest(copy, edit)

    refuse(copy, tmp_path, match)


def replace(copy: Path, part: str, change: Callable[[Any], Any]) -> None:
    """Another content with a right checksum, as one makes by hand."""
    path = a_file(copy, part)
    pq.write_table(change(pq.read_table(path, partitioning=None)), path)
    data = path.read_bytes()

    def edit(manifest: dict[str, Any]) -> None:
        entry = next(file for file in manifest["files"] if file["path"] == str(path.relative_to(copy)))
        entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}

    edit_manifest(copy, edit)


@pytest.mark.parametrize(
    ("part", "change", "match"),
    [
        ("signals/margin/experiment=x", lambda table: table.slice(1), "too few rows"),
        (
            "signals/margin/experiment=x",
            lambda table: table.set_column(0, table.schema.field(0), [np.arange(1, 22, dtype=np.int32)]),
            "positions are not those",
        ),
        ("signals/margin/experiment=x", lambda table: table.slice(0, 20), "too few rows"),
        (
            "signals/margin/experiment=x",
            lambda table: table.set_column(1, table.schema.field(1), [np.full(21, np.nan, np.float32)]),
            "row 0 holds nan",
        ),
        (
            "signals/margin/experiment=x",
            lambda table: table.set_column(1, table.schema.field(1), [np.full(21, 0.5, np.float32)]),
            "not those that its column's checksum names",
        ),
        ("signals/margin/experiment=x", lambda table: table.drop_columns("value"), "has other columns"),
        ("selected/experiment=x", lambda table: table.slice(1), "lacks selected records"),
    ],
)
def test_content_that_does_not_fit_together_is_refused(
    part: str, change: Callable[[Any], Any], match: str, copy: Path, tmp_path: Path
) -> None:
    replace(copy, part, change)

    refuse(copy, tmp_path, match)


def test_an_experiment_that_is_there_is_not_overwritten(exported: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    import_logs(exported, url)
    before = content(url)

    with pytest.raises(LogsError, match="there is an experiment 'iris' already; nothing was imported"):
        import_logs(exported, url)
    assert content(url) == before


def test_another_programs_folder_is_left_alone(database: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    with pytest.raises(LogsError, match="is not empty, and holds no export; give another"):
        export_logs(f"sqlite:///{database}", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


# Commands


def command(*arguments: str) -> Result:
    return CliRunner().invoke(loopwise, ["logs", *arguments])


def test_the_commands(database: Path, tmp_path: Path) -> None:
    out, other = str(tmp_path / "out"), f"sqlite:///{tmp_path / 'other.db'}"

    shown = command("export", "--db", f"sqlite:///{database}", "--out", out, "--experiment", "x")
    assert shown.exit_code == 0, shown.output
    assert shown.stdout.startswith(f"1 experiments in {out}: ")
    assert shown.stderr == ""
    assert command("import", out, "--db", other).stdout == "imported 1 experiments: x\n"
    assert command("import", out, "--db", other).stderr.startswith("Error: there is an experiment 'x' already")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--experiment", "nobody"], "there is no experiment 'nobody'"),
        (["--experiment", "private"], "the experiment 'private' has opted out"),
        (["--db", "sqlite:////nowhere/at/all.db"], "there is no database /nowhere/at/all.db"),
        (["--db", "nonsense"], "the database 'nonsense' must look like"),
    ],
)
def test_an_export_that_cannot_be_is_refused(
    arguments: list[str], sentence: str, database: Path, tmp_path: Path
) -> None:
    shown = command("export", "--db", f"sqlite:///{database}", "--out", str(tmp_path / "out"), *arguments)

    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.startswith(f"Error: {sentence}")
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system")
def test_a_full_disk_is_said_in_a_sentence(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with pytest.raises(LogsError, match="takes no more: No space left on device; run it again to go on"):
            export_logs(f"sqlite:///{database}", folder / "out")
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize(("after", "shown"), [(0.0, True), (60.0, False)])
def test_progress_shows_on_stderr_when_it_takes_long(
    after: float, shown: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "AFTER_SECONDS", after)
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    with progress.Steps(2) as steps:
        steps.step("iris", 1)
        steps.step("x", 1)

    said = capsys.readouterr()
    assert said.out == ""
    assert ("iris" in said.err or "x" in said.err) == shown
    assert (re.search(r"about \S*\d:\d\d:\d\d\S* to go", said.err) is not None) == shown
