"""Loops are reported with their columns, and answered with labels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from loopwise.v1 import experiment_pb2, loop_pb2, service_pb2
from tests.contract.messages import CLASSES, POOL, mask_of, new_request_id, probabilities
from tests.contract.modes import Engine
from tests.contract.rpc import Rpc, report_request
from tests.contract.world import OUTCOMES, PROBABILITIES, SKETCH, UNLABELED, open_loop


def test_put_column_chunk_says_where_to_go_on(rpc: Rpc) -> None:
    rpc.create("a")
    column = rpc.upload("a", 0, "sketch", SKETCH, rows_per_chunk=5)

    assert rpc.report("a", 0, columns=[column]).columns == [column]


def test_put_column_chunk_takes_every_signal(rpc: Rpc) -> None:
    flat = np.linspace(0, 1, POOL, dtype=np.float32)
    signals: dict[str, NDArray[Any]] = {
        "probabilities": probabilities(POOL),
        "least_confidence": flat,
        "margin": flat,
        "entropy": flat,
        "predicted_class": np.arange(POOL, dtype=np.int32) % CLASSES,
        "sketch": SKETCH.astype(np.float16),
        "typicality": flat * 100,
        "density": 2 * flat - 1,
        "loss": flat * 1000 - 500,
    }
    rpc.create("a")
    columns = [rpc.upload("a", 0, name, values, rows_per_chunk=8) for name, values in signals.items()]

    loop = rpc.report("a", 0, columns=columns)

    assert list(loop.columns) == sorted(columns, key=lambda column: column.signal)


def test_report_loop_commits_it(rpc: Rpc) -> None:
    rpc.create("a")
    column = rpc.upload("a", 0, "probabilities", PROBABILITIES, coverage=1)

    loop = rpc.report("a", 0, columns=[column], coverages=[mask_of(UNLABELED)], metrics={"b": 0.5, "a": -1e300})

    assert (loop.name, loop.number) == ("experiments/a/loops/0", 0)
    assert dict(loop.metrics) == {"a": -1e300, "b": 0.5}
    assert list(loop.columns) == [column]
    assert not loop.coverages
    assert not loop.features
    assert loop.create_time.seconds > 0
    assert rpc.get("a").loop_count == 1


def test_report_loop_again_under_another_request_id(engine: Engine, rpc: Rpc) -> None:
    rpc.create("a")
    column = rpc.upload("a", 0, "probabilities", PROBABILITIES, coverage=1)
    first, again = (
        report_request("a", 0, columns=[column], coverages=[mask_of(UNLABELED)], metrics={"accuracy": 0.5})
        for _ in range(2)
    )

    loop = rpc.send(first)

    assert rpc.send(again) == loop
    assert rpc.get("a").loop_count == 1
    first.loop.metrics["accuracy"] = 0.6
    first.request_id = new_request_id()
    before = engine.dump()
    assert rpc.refuse(first).reason == "LOOP_EXISTS"
    assert engine.dump() == before


def test_report_loop_learns_the_number_of_classes(rpc: Rpc) -> None:
    rpc.create("a", classes=None)
    rpc.report("a", 0, columns=[rpc.upload("a", 0, "probabilities", probabilities(POOL, 5))])

    assert rpc.get("a").classes == 5


def test_report_loop_makes_a_stopped_experiment_active_again(rpc: Rpc) -> None:
    rpc.create("a", label_budget=4)
    rpc.report("a", 0)
    rpc.label("a", 0, OUTCOMES)
    rpc.report("a", 1, labeled_count=4)
    rpc.decide("a", 1)

    rpc.report("a", 2, labeled_count=4)

    assert rpc.get("a").state == experiment_pb2.EXPERIMENT_STATE_ACTIVE


def test_list_loops_oldest_first(rpc: Rpc) -> None:
    open_loop(rpc, "a")
    rpc.decide("a", 1)

    (page,) = rpc.pages(service_pb2.ListLoopsRequest(parent="experiments/a"))

    assert [loop.number for loop in page.loops] == [0, 1]
    assert [loop.labeled_count for loop in page.loops] == [0, 4]
    assert [[column.signal for column in loop.columns] for loop in page.loops] == [["sketch"], ["probabilities"]]
    assert all(loop.features["labeled_count"] == loop.labeled_count for loop in page.loops)


def test_list_loops_tells_which_columns_have_aged_out(rpc: Rpc) -> None:
    rpc.create("a", keep_loops=1)
    uploaded = rpc.upload("a", 0, "sketch", SKETCH)
    uploaded.aged_out = True  # output only
    assert not rpc.report("a", 0, columns=[uploaded]).columns[0].aged_out
    rpc.report("a", 1, columns=[rpc.upload("a", 1, "sketch", SKETCH)])

    (page,) = rpc.pages(service_pb2.ListLoopsRequest(parent="experiments/a"))

    assert [(loop.columns[0].checksum, loop.columns[0].aged_out) for loop in page.loops] == [
        (uploaded.checksum, True),
        (uploaded.checksum, False),
    ]


def test_report_labels_counts_records_once(rpc: Rpc) -> None:
    def counts(*outcomes: loop_pb2.LabelOutcome) -> tuple[int, int]:
        answer = rpc.label("a", 0, outcomes)
        known = rpc.get("a")
        assert (known.labeled_count, known.abstained_count) == (answer.labeled_count, answer.abstained_count)
        return answer.labeled_count, answer.abstained_count

    rpc.create("a")
    rpc.report("a", 0)

    outcome = loop_pb2.LabelOutcome
    assert counts(outcome(position=3, correct=False, loss=2.5), outcome(position=5, abstained=True, cost=1)) == (1, 1)
    assert counts(outcome(position=3, correct=True)) == (1, 1)
    assert counts(outcome(position=5)) == (2, 0)
    assert counts(outcome(position=3, abstained=True), outcome(position=20)) == (2, 1)
    assert counts() == (2, 1)
