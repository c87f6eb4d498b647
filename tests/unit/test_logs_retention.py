"""Logged runs of experiments whose columns age out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from loopwise_training.logs import export_logs, import_logs
from tests.core_world import World, scalars
from tests.unit.test_logs import content


def aging(tmp_path: Path) -> World:
    """An experiment "x" that keeps two loops, and has had five."""
    world = World(f"sqlite:///{tmp_path / 'aging.db'}", keep_loops=2)
    world.create(pool_size=10)
    for loop in range(5):
        world.report(world.upload("margin", scalars(10, seed=loop)))
    return world


def test_what_has_aged_out_is_told_and_fails_nothing(tmp_path: Path) -> None:
    world = aging(tmp_path)
    done = export_logs(f"sqlite:///{tmp_path / 'aging.db'}", tmp_path / "out")
    import_logs(tmp_path / "out", f"sqlite:///{tmp_path / 'other.db'}")

    assert done.aged_out == 3
    assert pd.read_parquet(tmp_path / "out" / "signals")["loop"].astype(int).unique().tolist() == [3, 4]
    columns = pd.read_parquet(tmp_path / "out" / "columns").set_index("loop")
    assert columns["chunk_rows"].map(list).to_dict() == {0: [], 1: [], 2: [], 3: [4, 4, 2], 4: [4, 4, 2]}
    assert content(f"sqlite:///{tmp_path / 'other.db'}") == content(f"sqlite:///{tmp_path / 'aging.db'}")
    world.store.close()


def test_a_folder_keeps_what_has_aged_out_since(tmp_path: Path) -> None:
    world, url = aging(tmp_path), f"sqlite:///{tmp_path / 'aging.db'}"
    export_logs(url, tmp_path / "out")
    world.report(world.upload("margin", scalars(10, seed=5)))
    world.store.close()

    done = export_logs(url, tmp_path / "out")
    import_logs(tmp_path / "out", f"sqlite:///{tmp_path / 'other.db'}")

    assert done.aged_out == 3
    kept = pd.read_parquet(tmp_path / "out" / "signals").groupby("loop", observed=True)["value"]
    assert {int(str(loop)): values.tolist() for loop, values in kept} == {
        loop: scalars(10, seed=loop).tolist() for loop in (3, 4, 5)
    }
    assert content(f"sqlite:///{tmp_path / 'other.db'}") == content(url)
