"""Over random pools, blends, sizes and seeds: what holds of every selection."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from loopwise.signals import SIGNALS, Column, SignalSet
from loopwise.strategies import (
    RANDOM_SHARE,
    Blend,
    BlendMode,
    Part,
    Pool,
    UtilityStrategy,
    execute,
    get_strategy,
    strategies,
)
from loopwise.testing import StrategySuite

NAMES = sorted(strategies())
NEEDED = {need for name in NAMES for need in get_strategy(name).needs}
REPORTED = sorted(
    {need for need in NEEDED if not SIGNALS[need].sources or SIGNALS[need].over_loops}.union(
        *(SIGNALS[need].sources for need in NEEDED)
    )
    - {"sketch"}
)
SCORERS = [name for name in NAMES if isinstance(get_strategy(name), UtilityStrategy)]


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    """Pools of up to 80 records, some of them labeled, some of them alike."""
    size = draw(st.integers(1, 80))
    classes, width = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kinds = rng.integers(0, draw(st.integers(1, size)), size)
    E = rng.normal(size=(size, width)).astype(draw(st.sampled_from([np.float16, np.float32])))[kinds]
    labeled = rng.random(size) < draw(st.floats(0, 0.9))
    labeled[rng.integers(size)] = False
    unlabeled = np.flatnonzero(~labeled)
    suite = StrategySuite()
    columns = {"sketch": Column(E)}
    for name in REPORTED:
        values = suite.values(name, size, classes, rng)[kinds]
        columns[name] = Column(values[unlabeled], unlabeled)
    return Pool(unlabeled, np.flatnonzero(labeled), SignalSet(columns, size))


@st.composite
def blends(draw: st.DrawFn) -> Blend:
    mode = draw(st.sampled_from(BlendMode))
    share = draw(st.floats(0, 1))
    if mode == BlendMode.CASCADE:
        parts = [draw(st.sampled_from(SCORERS)), draw(st.sampled_from(NAMES))]
    else:
        parts = draw(st.lists(st.sampled_from(SCORERS if mode == BlendMode.RANKS else NAMES), min_size=1, max_size=4))
    weights = [draw(st.floats(0.01, 100)) for _ in parts]
    keep = draw(st.floats(0.01, 1))
    distinct = draw(st.sampled_from([0.0, 0.02, 1.0]))
    return Blend(mode, tuple(Part(*part) for part in zip(parts, weights, strict=True)), keep, share, distinct)


@given(pool=pools(), blend=blends(), size=st.integers(1, 100), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=150, deadline=None)
def test_every_selection(pool: Pool, blend: Blend, size: int, seed: int) -> None:
    selection = execute(blend, pool, size, seed)
    count = min(size, len(pool.unlabeled))

    assert selection.positions.shape == selection.propensities.shape == selection.chosen_by.shape == (count,)
    assert len(np.unique(selection.positions)) == count
    assert np.isin(selection.positions, pool.unlabeled).all()
    assert ((selection.propensities > 0) & (selection.propensities <= 1)).all()

    by_chance = selection.chosen_by == RANDOM_SHARE
    expected = round(count * blend.random_share)
    assert by_chance.sum() == (max(1, expected) if count >= 20 and blend.random_share > 0 else expected)
    assert (selection.chosen_by[~by_chance] < len(blend.parts)).all()
    if count == len(pool.unlabeled):
        assert (selection.propensities == 1).all()

    again = execute(blend, pool, size, seed)
    for field in ("positions", "propensities", "chosen_by"):
        assert getattr(again, field).tobytes() == getattr(selection, field).tobytes()
