"""Simulated experiments and the demo, through the real SDK and a real embedded engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import matplotlib.image
import numpy as np
import pytest
from click.testing import CliRunner
from sklearn.linear_model import LogisticRegression

import loopwise
from loopwise.strategies import Blend, BlendMode, Part
from loopwise_training import picture
from loopwise_training.cli import demo
from loopwise_training.demo import digits, summarise
from loopwise_training.demo_runs import Arm, Run, simulate
from loopwise_training.metrics import CurvePoint
from loopwise_training.trial import Split

POLICY = Arm("loopwise")
MARGIN = Arm("margin", strategy="margin", embeddings=False, random_share=0.0)
RANDOM = Arm("random", strategy="random", embeddings=False, random_share=0.0)


@pytest.fixture
def engine(tmp_path: Path) -> loopwise.Engine:
    return loopwise.connect(f"sqlite:///{tmp_path}/simulated.db")


def run(engine: loopwise.Engine, tmp_path: Path, arm: Arm, seed: int = 0, budget: int = 60, **more: Any) -> Run:
    return simulate(
        engine,
        more.pop("split", digits(seed)),
        LogisticRegression(max_iter=1000),
        arm,
        budget=budget,
        seed=seed,
        journal=tmp_path / f"{more.get('name', arm.name)}-{seed}.journal",
        **more,
    )


@pytest.mark.parametrize("arm", [POLICY, MARGIN, RANDOM], ids=lambda arm: arm.name)
def test_a_simulation_spends_its_budget_and_learns(engine: loopwise.Engine, tmp_path: Path, arm: Arm) -> None:
    seen: list[CurvePoint] = []
    found = run(engine, tmp_path, arm, batch_size=20, on_loop=seen.append)
    assert [point.labels for point in found.curve] == [20, 40, 60]
    assert found.curve[-1].value > 0.7
    assert seen == list(found.curve)
    assert len(found.blends) == len(found.reasons) == 3
    assert len(found.bytes_sent) >= 3
    assert all(count > 0 for count in found.bytes_sent)


def test_the_policy_starts_with_typical_records_and_margin_at_random(engine: loopwise.Engine, tmp_path: Path) -> None:
    assert run(engine, tmp_path, POLICY, budget=20).blends[0].parts == (Part("typicality"),)
    margin = run(engine, tmp_path, MARGIN, budget=40, batch_size=20)
    assert margin.blends == (Blend.single("random", 0.0), Blend.single("margin", 0.0))


def test_the_policy_chooses_the_batch_size_where_none_is_fixed(engine: loopwise.Engine, tmp_path: Path) -> None:
    found = run(engine, tmp_path, POLICY, budget=60)
    labels = [point.labels for point in found.curve]
    sizes = np.diff([0, *labels])
    assert labels[-1] == 60
    assert (sizes >= 10).all()
    assert (np.diff(sizes) > 0).all()


def test_the_same_seed_gives_the_same_run(tmp_path: Path) -> None:
    runs = []
    for again in ("one", "two"):
        folder = tmp_path / again
        folder.mkdir()
        with loopwise.connect(f"sqlite:///{folder}/simulated.db") as engine:
            runs.append(run(engine, folder, POLICY, seed=3, batch_size=20))
    assert runs[0].curve == runs[1].curve
    assert runs[0].blends == runs[1].blends
    assert runs[0].bytes_sent == runs[1].bytes_sent


def test_a_start_with_one_class_only_and_a_pool_that_runs_out(engine: loopwise.Engine, tmp_path: Path) -> None:
    X = np.append(np.zeros(11), 10.0)[:, None]
    y = (X[:, 0] > 0).astype(np.int64)
    split = Split(X, y, X, y)
    found = run(engine, tmp_path, RANDOM, budget=100, batch_size=1, split=split)
    assert [point.labels for point in found.curve] == list(range(1, 13))
    assert found.curve[-1].value == 1.0


def test_the_picture_shows_curves_and_blends(engine: loopwise.Engine, tmp_path: Path) -> None:
    runs = {
        arm.name: [run(engine, tmp_path, arm, seed, budget=40, batch_size=20) for seed in (0, 1)]
        for arm in (POLICY, MARGIN)
    }
    path = tmp_path / "curves.png"
    picture.draw(runs, "loopwise", path, "two arms")
    pixels = matplotlib.image.imread(path)
    assert pixels.shape[0] > 500
    assert pixels.shape[1] > 500
    # Something is drawn in the lower third too, where the blends are.
    assert pixels[-pixels.shape[0] // 3 :, :, :3].std() > 0.05


@pytest.mark.parametrize(
    ("blend", "shares"),
    [
        (Blend.single("margin", 0.0), {"margin": 1.0}),
        (Blend.single("margin", 0.1), {"margin": 0.9, "random": 0.1}),
        (
            Blend(BlendMode.SHARES, (Part("margin", 3), Part("random", 1)), random_share=0.2),
            {"margin": 0.6, "random": 0.4},
        ),
        (
            Blend(BlendMode.CASCADE, (Part("margin"), Part("typicality")), keep=0.4, random_share=0.05),
            {"margin then typicality": 0.95, "random": 0.05},
        ),
    ],
)
def test_shares_of_a_blend(blend: Blend, shares: dict[str, float]) -> None:
    assert picture.blend_shares(blend) == pytest.approx(shares)


def test_a_summary_is_of_the_mean_curve() -> None:
    blend = Blend.single("random", 0.0)

    def made(*values: float, bytes_sent: int, seconds: float) -> Run:
        curve = tuple(CurvePoint(100 * (i + 1), value) for i, value in enumerate(values))
        return Run("any", 0, curve, (blend,) * 3, ("",) * 3, (bytes_sent,) * 3, seconds)

    found = summarise(
        [made(0.5, 0.8, 1.0, bytes_sent=10, seconds=1.0), made(0.7, 0.9, 0.9, bytes_sent=30, seconds=2.0)]
    )
    assert found.accuracy == pytest.approx({"100": 0.6, "200": 0.85, "300": 0.95})
    assert found.aubc == pytest.approx((0.725 + 0.9) / 2)
    assert found.labels_to_90 == 300
    assert found.bytes_per_loop == 20
    assert found.seconds == pytest.approx(1.5)


@pytest.mark.long
def test_the_demo_prints_the_same_figures_twice(tmp_path: Path) -> None:
    results = []
    for _ in range(2):
        ended = CliRunner().invoke(demo, ["--json", "--seed", "7", "--out", str(tmp_path / "out")])
        assert ended.exit_code == 0, ended.output
        results.append(json.loads(ended.stdout))
        assert (tmp_path / "out" / "curves.png").stat().st_size > 10_000
    summary = results[0]["summary"]
    assert list(summary) == ["loopwise", "margin", "random"]
    for figures in summary.values():
        assert set(figures) == {"aubc", "accuracy", "labels_to_90", "bytes_per_loop", "seconds"}
        assert list(figures["accuracy"]) == ["100", "200", "300"]
    assert summary["loopwise"]["aubc"] > summary["margin"]["aubc"] > summary["random"]["aubc"]
    assert summary["loopwise"]["labels_to_90"] < summary["random"]["labels_to_90"]
    for result in results:
        for figures in (*result["summary"].values(), *result["runs"]):
            del figures["seconds"]
    assert results[0] == results[1]
