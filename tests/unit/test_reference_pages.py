"""The pages made from the registries are those in docs/, and say of every strategy what a reader needs."""

from __future__ import annotations

import pytest

from loopwise import signals
from loopwise.signals import SIGNALS
from loopwise.strategies import Strategy, registry
from loopwise.strategies.streams import STREAM_STRATEGIES
from tools import reference_pages

OWN = [strategy for family in registry.FAMILIES for strategy in family.STRATEGIES]


@pytest.mark.parametrize("page", ["strategies", "signals"])
def test_the_pages_are_up_to_date(page: str) -> None:
    made = getattr(reference_pages, f"{page}_page")()
    assert (reference_pages.DOCS / f"{page}.md").read_text() == made, "make docs, and commit the result"


@pytest.mark.parametrize("strategy", [*OWN, *STREAM_STRATEGIES], ids=lambda strategy: strategy.name)
def test_each_strategy_says_when_it_serves(strategy: type[Strategy]) -> None:
    assert strategy.serves.endswith(".")
    assert f"### {strategy.name}\n" in reference_pages.strategies_page()


def test_names_are_unique() -> None:
    assert len({strategy.name for strategy in OWN}) == len(OWN)
    assert sum(len(family.SIGNALS) for family in signals.catalogue.FAMILIES) == len(SIGNALS)


@pytest.mark.parametrize("name", sorted(SIGNALS))
def test_each_signal_that_the_sdk_can_compute_is_a_public_function(name: str) -> None:
    derive = SIGNALS[name].derive
    assert derive is None or getattr(signals, derive.__name__, None) is derive
