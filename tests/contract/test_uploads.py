"""Columns arrive in chunks, resume where they stopped, and count only when their loop is reported."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from loopwise.v1 import service_pb2
from tests.contract.messages import POOL, array, checksum_of, chunks_of, new_request_id, probabilities, values_of
from tests.contract.modes import Engine
from tests.contract.rpc import Rpc, report_request
from tests.contract.world import SKETCH

CHUNK_ROWS = 6
FIRST, SECOND, THIRD, LAST = CHUNKS = chunks_of(SKETCH, CHUNK_ROWS)
CHECKSUM = checksum_of(CHUNKS)


def put(chunk: Any, offset: int, checksum: int = CHECKSUM, **more: Any) -> service_pb2.PutColumnChunkRequest:
    return service_pb2.PutColumnChunkRequest(
        parent="experiments/a/loops/0",
        signal=more.get("signal", "sketch"),
        checksum=checksum,
        offset=offset,
        chunk=chunk,
        request_id=new_request_id(),
    )


def without_requests(dump: str) -> str:
    """The dump but for the answered requests."""
    return re.sub(r"^requests\n(  .*\n)*", "", dump, flags=re.MULTILINE)


@pytest.fixture
def opened(rpc: Rpc) -> Rpc:
    rpc.create("a", batch_size=5)
    return rpc


def column(values: NDArray[Any], checksum: int) -> dict[str, Any]:
    width = values.shape[1]
    return {"signal": "sketch", "dtype": "<f4", "rows": len(values), "width": width, "checksum": checksum}


def test_each_answer_says_how_much_is_durable(opened: Rpc) -> None:
    rows = [opened.send(put(chunk, offset)).rows for chunk, offset in zip(CHUNKS, (0, 6, 12, 18), strict=True)]

    assert rows == [6, 12, 18, POOL]


def test_a_chunk_below_the_durable_rows_is_not_stored_again(engine: Engine, opened: Rpc) -> None:
    opened.send(put(FIRST, 0))
    opened.send(put(SECOND, 6))
    stored = without_requests(engine.dump())

    assert opened.send(put(FIRST, 0)).rows == 12
    assert opened.send(put(SECOND, 6)).rows == 12
    assert opened.send(put(array(SKETCH[3:9]), 3)).rows == 12
    assert without_requests(engine.dump()) == stored
    opened.send(put(THIRD, 12))
    opened.send(put(LAST, 18))
    assert opened.report("a", 0, columns=[column(SKETCH, CHECKSUM)]).columns[0].rows == POOL


def test_a_gap_is_refused_and_says_where_to_go_on(engine: Engine, opened: Rpc) -> None:
    opened.send(put(FIRST, 0))
    before = engine.dump()

    refusal = opened.refuse(put(THIRD, 12))

    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "CHUNK_OUT_OF_ORDER")
    assert refusal.metadata["rows"] == "6"
    assert engine.dump() == before
    assert opened.send(put(SECOND, int(refusal.metadata["rows"]))).rows == 12


def test_another_checksum_starts_anew(opened: Rpc) -> None:
    opened.send(put(FIRST, 0))
    opened.send(put(SECOND, 6))
    fresh = -SKETCH
    chunks = chunks_of(fresh, 11)
    checksum = checksum_of(chunks)

    assert opened.refuse(put(chunks[1], 11, checksum)).metadata["rows"] == "0"
    assert opened.send(put(chunks[0], 0, checksum)).rows == 11
    assert opened.refuse(put(THIRD, 12)).metadata["rows"] == "0", "the upload before is gone"
    assert opened.send(put(chunks[1], 11, checksum)).rows == POOL
    assert opened.refuse(report_request("a", 0, columns=[column(SKETCH, CHECKSUM)])).reason == "COLUMN_INCOMPLETE"
    assert opened.report("a", 0, columns=[column(fresh, checksum)]).columns[0].checksum == checksum


def test_a_refused_start_leaves_the_upload_before(opened: Rpc) -> None:
    opened.send(put(FIRST, 0))
    bad = SKETCH.copy()
    bad[2] = np.nan

    assert "row 2" in opened.refuse(put(array(bad), 0, CHECKSUM ^ 1)).message
    assert opened.send(put(SECOND, 6)).rows == 12


def test_a_bad_row_is_named_by_its_place_in_the_column(opened: Rpc) -> None:
    bad = SKETCH.copy()
    bad[8] = np.inf
    opened.send(put(FIRST, 0))

    assert "row 8" in opened.refuse(put(array(bad[6:12]), 6)).message


@pytest.mark.parametrize(
    "other", [array(SKETCH[6:12, :3]), array(SKETCH[6:12].astype(np.float16))], ids=["width", "type"]
)
def test_an_upload_keeps_its_shape(engine: Engine, opened: Rpc, other: Any) -> None:
    opened.send(put(FIRST, 0))
    before = engine.dump()

    assert opened.refuse(put(other, 6)).reason == "INVALID_ARGUMENT"
    assert engine.dump() == before


def test_a_loop_with_half_a_column_is_refused_whole(engine: Engine, opened: Rpc) -> None:
    whole = opened.upload("a", 0, "probabilities", probabilities(POOL))
    opened.send(put(FIRST, 0))
    before = engine.dump()
    request = report_request("a", 0, columns=[whole, column(SKETCH, CHECKSUM)], metrics={"accuracy": 0.5})

    refusal = opened.refuse(request)

    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "COLUMN_INCOMPLETE")
    assert (refusal.metadata["signal"], refusal.metadata["rows"]) == ("sketch", "6")
    assert engine.dump() == before
    assert opened.get("a").loop_count == 0
    (page,) = opened.pages(service_pb2.ListLoopsRequest(parent="experiments/a"))
    assert not page.loops
    assert opened.refuse(service_pb2.DecideRequest(parent="experiments/a/loops/0", request_id="d")).code == "NOT_FOUND"
    for chunk, offset in ((SECOND, 6), (THIRD, 12), (LAST, 18)):
        opened.send(put(chunk, offset))
    assert [known.signal for known in opened.send(request).columns] == ["probabilities", "sketch"]


def test_rows_that_do_not_match_the_checksum_are_refused(opened: Rpc) -> None:
    opened.send(put(array(SKETCH), 0))  # the same rows, but the checksum is that of four chunks

    refusal = opened.refuse(report_request("a", 0, columns=[column(SKETCH, CHECKSUM)]))

    assert refusal.reason == "COLUMN_INCOMPLETE"
    assert "checksum" in refusal.message


def test_what_the_report_does_not_name_is_dropped(engine: Engine, opened: Rpc) -> None:
    opened.send(put(FIRST, 0))
    named = opened.upload("a", 0, "probabilities", probabilities(POOL))

    opened.report("a", 0, columns=[named])

    assert "'sketch'" not in without_requests(engine.dump())
    decision = opened.decide("a", 0)
    assert "sketch" in {signal for unmet in decision.unmet for signal in unmet.missing_signals}


def test_rows_come_back_as_they_were_sent(opened: Rpc) -> None:
    P = probabilities(POOL)
    opened.report("a", 0, columns=[opened.upload("a", 0, "probabilities", P, rows_per_chunk=4)])
    opened.decide("a", 0)

    rows = opened.rows("a", 0)

    np.testing.assert_array_equal(values_of(rows.probabilities), P[values_of(rows.positions)])


def test_the_next_loop_takes_no_part_of_an_upload_before(opened: Rpc) -> None:
    opened.send(put(FIRST, 0))
    opened.report("a", 0)
    late = put(SECOND, 6)
    assert opened.refuse(late).reason == "LOOP_OUT_OF_ORDER"

    late.parent = "experiments/a/loops/1"

    assert opened.refuse(late).metadata["rows"] == "0"
