"""Floors: what cannot be avoided, whoever does the work."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.peers.task import Calls, Run, Task

PRODUCTS = 50
"""So many matrix-vector products are measured; more of them take as many times longer."""


def one_pass(array: str) -> Callable[[Task], Run]:
    def prepare(task: Task) -> Run:
        return task.arrays[array].sum

    return prepare


def products(task: Task) -> Run:
    """Matrix-vector products of the embeddings with the first records."""
    E = task.arrays["embeddings"]

    def run() -> None:
        for row in E[: min(PRODUCTS, task.batch)]:
            E @ row

    return run


DISTRIBUTION = "numpy"
CALLS: dict[str, Calls] = {
    "floor": {
        "pass over probabilities": one_pass("probabilities"),
        "pass over embeddings": one_pass("embeddings"),
        "pass over members": one_pass("members"),
        "products": products,
    }
}
