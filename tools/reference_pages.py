"""Writes docs/strategies.md and docs/signals.md from the registries: `python -m tools.reference_pages`."""

from __future__ import annotations

import inspect
import textwrap
from pathlib import Path
from types import ModuleType

from loopwise.signals import SIGNALS, Signal, catalogue
from loopwise.strategies import UtilityStrategy, registry
from loopwise.strategies.base import Strategy
from loopwise.strategies.streams import STREAM_STRATEGIES, StreamStrategy

DOCS = Path(__file__).parents[1] / "docs"

STRATEGIES_INTRO = """\
# Querying strategies

<!-- Made from the registry by `make docs`; edit the docstrings instead. -->

{count} strategies choose from a pool, {streams} from a stream. A strategy sees [signals](signals.md) only, never data
or labels. It can choose once all signals that it *needs* are there for every candidate; until then a decision lists it
as unmet, and says what is missing. Signals that follow from others need not be reported.

Those with *utilities* give each record a number, and can be ranked in blends and filter in cascades; the others fill a
batch as a whole. How time and memory grow with the pool is [measured](performance.md) for each.

An experiment follows one strategy when it is asked to, `engine.experiment(..., strategy="badge")`, and otherwise what
the policy decides. Without an engine:

```python
import numpy as np
from loopwise.signals import Column, SignalSet
from loopwise.strategies import Pool, get_strategy

rng = np.random.default_rng(0)
signals = SignalSet({{"probabilities": Column(rng.dirichlet(np.ones(3), 1000).astype(np.float32))}}, pool_size=1000)
pool = Pool(unlabeled=np.arange(20, 1000), labeled=np.arange(20), signals=signals)
print(get_strategy("margin").select(pool, 5, rng))
```

## Your own

Ten lines, and an entry point in the group `loopwise.strategies` of your package, which both the SDK and an engine that
has the package find: `hardest = "your_package:Hardest"`. `loopwise.testing.StrategySuite` tests it as it tests ours.

```python
from loopwise.strategies import UtilityStrategy

class Hardest(UtilityStrategy):
    \"\"\"Largest loss first.\"\"\"
    name = "hardest"
    needs = ("loss",)
    description = "Takes the records of largest loss."
    reference = "Yoo and Kweon, Learning loss for active learning, CVPR 2019"

    def utilities(self, pool, rng):
        return pool.signal("loss")
```
"""

SIGNALS_INTRO = """\
# Signals

<!-- Made from the definitions by `make docs`; edit them instead. -->

A signal is one number, or one short vector, per record and loop. What an SDK derives at home and what an engine derives
from other signals is the same code. A signal leaves at its *share level* or above; `n` is the number of records.

`experiment.report(probabilities)`, `report(committee=...)` and `report(embeddings=...)` bring the signals of their
kind; any other is given by its name, `report(signals={"loss": losses})`, for the reported records or the whole pool.
The functions of the same names in `loopwise.signals` take and give NumPy arrays, in blocks: memory stays bounded.
"""


def strategies_page() -> str:
    """The text of docs/strategies.md."""
    count = sum(len(family.STRATEGIES) for family in registry.FAMILIES)
    parts = [STRATEGIES_INTRO.format(count=count, streams=len(STREAM_STRATEGIES))]
    for family in registry.FAMILIES:
        parts.append(f"\n## {_title(family)}\n\n{_summary(family)}\n")
        parts += [_strategy(strategy) for strategy in family.STRATEGIES]
    parts.append(
        "\n## Streams\n\nThey see each record once, as it arrives, and decide there and then, within a budget.\n"
    )
    parts += [_stream(strategy) for strategy in STREAM_STRATEGIES]
    return "".join(parts)


def signals_page() -> str:
    """The text of docs/signals.md."""
    parts = [SIGNALS_INTRO]
    for family in catalogue.FAMILIES:
        parts.append(f"\n## {_title(family)}\n\n{_summary(family)}\n")
        parts += [_signal(signal) for signal in family.SIGNALS]
    return "".join(parts)


def _title(family: ModuleType) -> str:
    return family.__name__.rsplit(".", 1)[1].replace("_", " ").capitalize()


def _summary(family: ModuleType) -> str:
    return _wrap((family.__doc__ or "").split("\n\n")[0])


def _strategy(strategy: type[Strategy]) -> str:
    needs = ", ".join(f"[`{name}`](signals.md#{name})" for name in strategy.needs) or "nothing"
    facts = [f"Needs {needs}", "utilities" if issubclass(strategy, UtilityStrategy) else "fills a batch"]
    facts += [] if strategy.scales else ["time grows faster than the pool"]
    return (
        f"\n### {strategy.name}\n\n{_wrap(strategy.description)}\n\n{_when(strategy.serves)}"
        f"- {'; '.join(facts)}.\n{_parameters(strategy)}- {_wrap(strategy.reference, '  ')}\n"
    )


def _stream(strategy: type[StreamStrategy]) -> str:
    return (
        f"\n### {strategy.name}\n\n{_wrap(strategy.description)}\n\n{_when(strategy.serves)}"
        f"{_parameters(strategy)}- {_wrap(strategy.reference, '  ')}\n"
    )


def _when(serves: str) -> str:
    return f"- When to use it: {_wrap(serves[0].lower() + serves[1:], '  ')}\n"


def _parameters(strategy: type) -> str:
    parameters = inspect.signature(strategy).parameters.values()
    shown = ", ".join(f"`{one.name}={one.default!r}`" for one in parameters if one.default is not one.empty)
    return f"- {_wrap(f'Parameters: {shown}.', '  ')}\n" if shown else ""


def _signal(signal: Signal) -> str:
    dtypes = " or ".join(f"`{dtype.lstrip('<|')}`" for dtype in signal.dtypes)
    facts = [
        f"`{signal.shape}`, {dtypes}",
        f"in [{signal.low:g}, {signal.high:g}]",
        f"from `{signal.level.name.lower()}`",
    ]
    lines = [f"- {', '.join(facts)}."]
    if signal.sources:
        what = " and ".join(f"`{source}`" for source in signal.sources)
        lines.append(f"- Follows from {what}{' over loops' if signal.over_loops else ''}.")
    lines.append(f"- Formula: {_wrap(signal.formula, '  ')}.")
    lines.append(f"- {_wrap(signal.source, '  ')}")
    return f"\n### {signal.name}\n\n{_wrap(signal.meaning)}\n\n" + "\n".join(lines) + "\n"


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(" ".join(text.split()), 118, subsequent_indent=indent, break_long_words=False)


def main() -> None:
    """Writes both pages."""
    (DOCS / "strategies.md").write_text(strategies_page())
    (DOCS / "signals.md").write_text(signals_page())
    print(f"{len(SIGNALS)} signals, {len(registry.strategies())} strategies")


if __name__ == "__main__":
    main()
