"""The history of a signal: page by page what the loops brought, or what follows from it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise import limits
from loopwise.v1 import loop_pb2, service_pb2
from tests.contract.messages import CLASSES, POOL, mask_of, probabilities, values_of
from tests.contract.rpc import Rpc
from tests.contract.world import SKETCH

COVERED = {1: [0, 2, 3, 8, 9, 17, 20], 2: range(POOL), 4: range(3, POOL)}
PROBABILITIES = {loop: probabilities(len(COVERED[loop]), seed=loop) for loop in COVERED}
MARGIN = np.linspace(0, 1, POOL, dtype=np.float32)


@pytest.fixture(scope="module")
def filled(shared_rpc: Rpc) -> Rpc:
    """Loop 0 brings a sketch, 1, 2 and 4 probabilities, 2 also a margin of its own, 3 nothing."""
    shared_rpc.create("a")
    shared_rpc.report("a", 0, columns=[shared_rpc.upload("a", 0, "sketch", SKETCH, rows_per_chunk=4)])
    for loop in range(1, 5):
        columns, coverages = [], []
        if loop in COVERED:
            whole = len(COVERED[loop]) == POOL
            coverages = [] if whole else [mask_of(COVERED[loop])]
            columns = [shared_rpc.upload("a", loop, "probabilities", PROBABILITIES[loop], 5, coverage=int(not whole))]
        if loop == 2:
            columns.append(shared_rpc.upload("a", loop, "margin", MARGIN))
        shared_rpc.report("a", loop, columns=columns, coverages=coverages)
    return shared_rpc


def history(rpc: Rpc, signal: str, page_size: int = 0) -> list[loop_pb2.ColumnPart]:
    request = service_pb2.ListSignalHistoryRequest(parent="experiments/a", signal=signal, page_size=page_size)
    return [page.part for page in rpc.pages(request) if page.HasField("part")]


def by_loop(parts: list[loop_pb2.ColumnPart]) -> dict[int, dict[int, Any]]:
    """The values by loop and position, as a reader of the contract understands them."""
    found: dict[int, dict[int, Any]] = {}
    for part in parts:
        values = values_of(part.values).tolist()
        bits = range(len(values))
        positions = [part.first + bit for bit in bits]
        if part.coverage:
            mask = int.from_bytes(part.coverage, "little")
            positions = [part.first + bit for bit in range(mask.bit_length()) if mask >> bit & 1]
        of_loop = found.setdefault(part.loop, {})
        assert not set(positions) & set(of_loop)
        assert values
        of_loop.update(zip(positions, values, strict=True))
    return found


def rows(values: NDArray[Any], positions: Any = range(POOL)) -> dict[int, Any]:
    return dict(zip(positions, values.tolist(), strict=True))


@pytest.mark.parametrize("page_size", [0, 1, 3, 8, POOL, (1 << 31) - 1])
def test_list_signal_history_as_reported(filled: Rpc, page_size: int) -> None:
    assert by_loop(history(filled, "sketch", page_size)) == {0: rows(SKETCH)}
    assert by_loop(history(filled, "probabilities", page_size)) == {
        loop: rows(PROBABILITIES[loop], COVERED[loop]) for loop in COVERED
    }


@pytest.mark.parametrize("page_size", [0, 1, 3, 8, POOL])
def test_list_signal_history_as_it_follows(filled: Rpc, page_size: int) -> None:
    """Where a loop brought the signal itself, that stands."""
    found = by_loop(history(filled, "margin", page_size))

    assert sorted(found) == [1, 2, 4]
    assert found[2] == rows(MARGIN)
    for loop in (1, 4):
        *_, second, first = np.sort(PROBABILITIES[loop], axis=1).T
        assert list(found[loop]) == list(COVERED[loop])
        np.testing.assert_allclose(list(found[loop].values()), first - second, atol=1e-6)


@pytest.mark.parametrize("page_size", [0, 1, 8])
def test_list_signal_history_of_what_follows_from_the_whole_pool(filled: Rpc, page_size: int) -> None:
    """Density is of the sketches of all records; flips are of records that the loop before knows too."""
    units = SKETCH / np.linalg.norm(SKETCH, axis=1, keepdims=True)
    density = by_loop(history(filled, "density", page_size))
    assert list(density) == [0]
    np.testing.assert_allclose(list(density[0].values()), (units @ units.mean(axis=0)), atol=1e-5)

    predicted = {loop: PROBABILITIES[loop].argmax(axis=1) for loop in COVERED}
    flips = by_loop(history(filled, "prediction_flips", page_size))
    changed = (predicted[4] != predicted[2][3:]).astype(int)
    since_first = (predicted[2][COVERED[1]] != predicted[1]).astype(int)
    assert flips == {2: rows(since_first, COVERED[1]), 4: rows(changed, COVERED[4])}  # loop 1 knows too few for loop 4


def test_list_signal_history_one_part_is_of_one_loop(filled: Rpc) -> None:
    parts = history(filled, "probabilities", 8)

    assert [(part.loop, part.first) for part in parts] == [(loop, first) for loop in (1, 2, 4) for first in (0, 8, 16)]
    assert [len(part.coverage) for part in parts[3:6]] == [0, 0, 0]


@pytest.mark.parametrize("signal", ["loss", "label_margin", "epig"])
def test_list_signal_history_of_what_nobody_reported(filled: Rpc, signal: str) -> None:
    (page,) = filled.pages(service_pb2.ListSignalHistoryRequest(parent="experiments/a", signal=signal))

    assert not page.HasField("part")


def test_list_signal_history_of_a_pool_larger_than_a_page(rpc: Rpc) -> None:
    pool = 3_000_000
    margin = np.random.default_rng(0).random(pool, dtype=np.float32)
    some = np.flatnonzero(np.random.default_rng(1).random(pool) < 0.5)
    mask = np.zeros(pool, np.bool_)
    mask[some] = True
    rpc.create("a", pool_size=pool)
    rpc.report("a", 0, columns=[rpc.upload("a", 0, "margin", margin, 400_000)])
    column = rpc.upload("a", 1, "margin", margin[some], 400_000, coverage=1)
    rpc.report("a", 1, columns=[column], coverages=[np.packbits(mask, bitorder="little").tobytes()])

    pages = list(rpc.pages(service_pb2.ListSignalHistoryRequest(parent="experiments/a", signal="margin")))

    assert max(page.ByteSize() for page in pages) <= limits.MAX_MESSAGE_BYTES
    found = np.full((2, pool), np.nan, np.float32)
    for page in pages:
        covered = np.arange(len(values_of(page.part.values)))
        if page.part.coverage:
            covered = np.flatnonzero(np.unpackbits(np.frombuffer(page.part.coverage, np.uint8), bitorder="little"))
        found[page.part.loop, page.part.first + covered] = values_of(page.part.values)
    np.testing.assert_array_equal(found[0], margin)
    np.testing.assert_array_equal(found[1], np.where(mask, margin, np.nan))


def test_list_signal_history_goes_on_with_loops_reported_meanwhile(rpc: Rpc) -> None:
    rpc.create("a")
    rpc.report("a", 0, columns=[rpc.upload("a", 0, "margin", MARGIN)])
    pages = rpc.pages(service_pb2.ListSignalHistoryRequest(parent="experiments/a", signal="margin", page_size=POOL - 1))
    begun = [next(pages).part]
    rpc.report("a", 1, columns=[rpc.upload("a", 1, "margin", MARGIN[::-1].copy())])

    assert by_loop([*begun, *(page.part for page in pages)]) == {0: rows(MARGIN), 1: rows(MARGIN[::-1])}


def test_list_signal_history_in_classes(filled: Rpc) -> None:
    assert {tuple(part.values.shape)[1:] for part in history(filled, "probabilities")} == {(CLASSES,)}
    assert {part.values.dtype for part in history(filled, "predicted_class")} == {"<i4"}
