"""Lists come in pages: every item once, in order, whatever is added or deleted meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.message import Message

from loopwise import limits
from loopwise.v1 import service_pb2
from tests.contract.messages import new_request_id, values_of, with_changes
from tests.contract.rpc import Rpc

LOOPS = 4
LISTS: dict[str, Message] = {
    "experiments": service_pb2.ListExperimentsRequest(),
    "loops": service_pb2.ListLoopsRequest(parent="experiments/d"),
    "decisions": service_pb2.ListDecisionsRequest(parent="experiments/d"),
    "rows": service_pb2.ListDecisionRowsRequest(parent="experiments/d/loops/0/decision"),
    "strategies": service_pb2.ListStrategiesRequest(),
}


def fill(rpc: Rpc) -> Rpc:
    for name in ("h", "f", "d", "b"):
        rpc.create(name, batch_size=5)
    for number in range(LOOPS):
        rpc.report("d", number)
        rpc.decide("d", number)
    return rpc


@pytest.fixture(scope="module")
def filled(shared_rpc: Rpc) -> Rpc:
    """An engine where every list has some items."""
    return fill(shared_rpc)


@pytest.fixture
def growing(rpc: Rpc) -> Rpc:
    """Likewise, for a test that changes them."""
    return fill(rpc)


def items(page: Any) -> list[str] | list[int]:
    if isinstance(page, service_pb2.ListDecisionRowsResponse):
        positions: list[int] = values_of(page.rows.positions).tolist()
        return positions
    (listed,) = (value for field, value in page.ListFields() if field.name != "next_page_token")
    return [item.name for item in listed]


def walk(rpc: Rpc, request: Message, page_size: int, token: str = "") -> Iterator[Any]:
    return rpc.pages(with_changes(request, {"page_size": page_size, "page_token": token}))


@pytest.mark.parametrize("request_", LISTS.values(), ids=LISTS)
def test_pages_of_any_size_hold_all_items_in_order(request_: Message, filled: Rpc) -> None:
    (whole,) = walk(filled, request_, 0)
    everything = items(whole)
    assert len(everything) > 3

    assert [items(page) for page in walk(filled, request_, 1)] == [[item] for item in everything]
    assert [items(page) for page in walk(filled, request_, 3)] == [
        everything[first : first + 3] for first in range(0, len(everything), 3)
    ]
    assert [items(page) for page in walk(filled, request_, len(everything))] == [everything]
    assert [items(page) for page in walk(filled, request_, (1 << 31) - 1)] == [everything]


@pytest.mark.parametrize("request_", LISTS.values(), ids=LISTS)
def test_a_token_may_be_used_again(request_: Message, filled: Rpc) -> None:
    token = next(walk(filled, request_, 2)).next_page_token

    assert next(walk(filled, request_, 2, token)) == next(walk(filled, request_, 2, token))


def test_items_added_meanwhile_disturb_no_walk(growing: Rpc) -> None:
    changing = [LISTS[name] for name in ("experiments", "loops", "decisions")]
    before = [items(next(walk(growing, request, 0))) for request in changing]
    walks = [walk(growing, request, 1) for request in changing]
    seen = [[*items(next(pages)), *items(next(pages))] for pages in walks]
    for added in ("a", "e", "z"):
        growing.create(added)
    growing.report("d", LOOPS)
    growing.decide("d", LOOPS)

    for pages, begun, known in zip(walks, seen, before, strict=True):
        walked = [*begun, *(item for page in pages for item in items(page))]
        assert [item for item in walked if item in known] == known
        assert len(walked) == len(set(walked))


def test_items_deleted_meanwhile_disturb_no_walk(growing: Rpc) -> None:
    pages = walk(growing, LISTS["experiments"], 1)
    assert [*items(next(pages)), *items(next(pages))] == ["experiments/b", "experiments/d"]
    for name in ("d", "f"):
        growing.send(service_pb2.DeleteExperimentRequest(name=f"experiments/{name}", request_id=new_request_id()))

    assert [items(page) for page in pages] == [["experiments/h"]]


def test_a_page_fits_a_message(rpc: Rpc) -> None:
    """Forty loops with the most and longest metrics are more than a message holds."""
    rpc.create("a")
    names = [f"{number:03}".ljust(limits.MAX_TEXT, "😀") for number in range(limits.MAX_METRICS)]
    for number in range(40):
        rpc.report("a", number, metrics=dict.fromkeys(names, float(number)))

    pages = list(walk(rpc, service_pb2.ListLoopsRequest(parent="experiments/a"), 1000))

    assert len(pages) == 2
    assert max(page.ByteSize() for page in pages) <= limits.MAX_MESSAGE_BYTES
    assert [loop.number for page in pages for loop in page.loops] == list(range(40))
    assert all(set(loop.metrics) == set(names) for page in pages for loop in page.loops)
