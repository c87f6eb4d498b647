"""The registry, and how other packages extend it: with real distributions on the path."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from loopwise.errors import InvalidInputError, LoopwiseError
from loopwise.signals import SignalSet
from loopwise.strategies import Blend, Pool, execute, get_strategy, registry, strategies

Install = Callable[[str, str], None]

SOURCE = '''
import numpy as np
from loopwise.strategies import Strategy

class Plugin(Strategy):
    """Takes the first."""
    name, needs, description, reference = "plugin", (), "Takes the first.", "Nobody, Nowhere, 2020"

    def select(self, pool, size, rng):
        return pool.unlabeled[:size]
'''


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Puts a distribution on the path that offers `entry point = module:object`, with the module's source."""

    def make(entry_point: str, source: str) -> None:
        (tmp_path / "loopwise_plugin.py").write_text(source)
        info = tmp_path / "loopwise_plugin-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: loopwise-plugin\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{registry.GROUP}]\n{entry_point}\n")
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "loopwise_plugin", raising=False)
        registry.forget()

    yield make
    registry.forget()


def test_the_strategies_of_loopwise() -> None:
    assert set(strategies()) >= {
        "random",
        "least_confidence",
        "margin",
        "entropy",
        "density_weighted",
        "k_center",
        "typicality",
        "badge",
        "cluster_margin",
    }
    for name, strategy in strategies().items():
        assert get_strategy(name) is strategy
        assert strategy.name == name


def test_the_registry_cannot_be_changed_from_outside() -> None:
    strategies().clear()
    assert "margin" in strategies()


def test_an_unknown_strategy_is_refused_with_those_known() -> None:
    with pytest.raises(InvalidInputError, match=r"no strategy 'oracle'; there are .*badge, .*, typicality.*\."):
        get_strategy("oracle")


def test_another_package_adds_a_strategy(install: Install) -> None:
    install("plugin = loopwise_plugin:Plugin", SOURCE)
    assert "plugin" in strategies()
    pool = Pool(np.arange(5, 30), np.arange(5), SignalSet({}, 30))
    assert execute(Blend.single("plugin", 0), pool, 3, seed=0).positions.tolist() == [5, 6, 7]


@pytest.mark.parametrize(
    ("entry_point", "source", "words"),
    [
        ("plugin = loopwise_plugin:Missing", SOURCE, "cannot be loaded"),
        ("plugin = loopwise_absent:Plugin", SOURCE, "cannot be loaded"),
        ("plugin = loopwise_plugin:Plugin", "1 / 0", "cannot be loaded: division by zero"),
        ("plugin = loopwise_plugin:Plugin", SOURCE.replace("select", "choose"), "cannot be loaded"),
        ("plugin = loopwise_plugin:np", SOURCE, "cannot be loaded"),
        ("plugin = loopwise_plugin:dict", "dict = dict", "no subclass"),
        ("other = loopwise_plugin:Plugin", SOURCE, "names itself 'plugin'"),
        ("margin = loopwise_plugin:Plugin", SOURCE.replace('"plugin"', '"margin"'), "second strategy 'margin'"),
    ],
)
def test_a_broken_entry_point_is_named(install: Install, entry_point: str, source: str, words: str) -> None:
    install(entry_point, source)
    with pytest.raises(LoopwiseError, match=words) as caught:
        strategies()
    assert entry_point in str(caught.value)
    assert "loopwise-plugin" in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        "np.array([6, 6, 7])",
        "np.array([6, 7])",
        "np.array([4, 6, 7])",  # 4 is labeled
        "np.array([6, 7, 30])",
        "np.array([6.0, 7.0, 8.0])",
        "np.array([[6, 7, 8]])",
        "np.array([])",
        "None",
    ],
)
def test_a_strategy_that_breaks_its_word_is_named(install: Install, wrong: str) -> None:
    install("plugin = loopwise_plugin:Plugin", SOURCE.replace("pool.unlabeled[:size]", wrong))
    pool = Pool(np.arange(5, 30), np.arange(5), SignalSet({}, 30))
    with pytest.raises(InvalidInputError, match="plugin did not return 3 unique unlabeled positions"):
        execute(Blend.single("plugin"), pool, 3, seed=0)
