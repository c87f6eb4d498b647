"""The console script `loopwise`: says in one sentence what to install when a part of loopwise is not there.

Imports nothing but the standard library, since the base package installs this script without its dependencies.
"""

from __future__ import annotations

import sys

_OURS = ("loopwise", "loopwise_engine", "loopwise_training")

_OF_TRAINING = (
    "demo",
    "logs",
    *(f"meta {name}" for name in ("estimate", "evaluate", "fit", "fit-errors", "fit-stop", "simulate")),
)


def main() -> None:
    """Runs the command line."""
    try:
        from loopwise_engine.cli import loopwise  # noqa: PLC0415

        loopwise(prog_name="loopwise")
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in _OURS:
            raise
        words = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
        command = " ".join(words[: 2 if words[:1] == ["meta"] else 1])
        part, extra = ("training", "training") if command in _OF_TRAINING else ("the engine", "engine")
        sys.exit(f"{f'loopwise {command}'.strip()} needs {part}: pip install 'loopwise[{extra}]'")
