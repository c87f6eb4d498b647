"""The commands that this package brings to `loopwise`; what they need is imported when they run."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON, and nothing else, on stdout.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Governs everything random.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo"),
    show_default=True,
    help="Folder for the picture.",
)
def demo(as_json: bool, seed: int, out: Path) -> None:
    """Label 300 of scikit-learn's digits, from none: loopwise's policy against margin and random."""
    from loopwise_training.demo import run_demo  # noqa: PLC0415  scikit-learn and matplotlib

    run_demo(as_json, seed, out)
