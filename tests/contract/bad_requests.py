"""Requests that must be refused: each is one that is in order but for what it names."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from google.protobuf.timestamp_pb2 import Timestamp
from numpy.typing import NDArray

from loopwise import limits
from loopwise.v1 import loop_pb2
from tests.contract.messages import CLASSES, MUTATIONS, POOL, array, mask_of, probabilities, with_changes
from tests.contract.world import IN_ORDER, MARGIN, PROBABILITIES, SKETCH, UNLABELED, UPLOADED, WIDE_POOL

Changes = Mapping[str, object]


@dataclass(frozen=True)
class Bad:
    """A request that must be refused.

    Attributes:
        what: is wrong with it.
        changes: to the request that is in order.
        code: of the refusal.
        reason: of the refusal.
        says: what the message names.
    """

    method: str
    what: str
    changes: Changes
    code: str
    reason: str
    says: str

    def __str__(self) -> str:
        return f"{self.method}: {self.what}"


INVALID = ("INVALID_ARGUMENT", "INVALID_ARGUMENT")
NAN, INF = math.nan, math.inf
HUGE = (1 << 64) - 1
TOO_LONG = "a" * (limits.MAX_TEXT + 1)

NAMED_BY = {
    "GetExperiment": ("name", "experiment"),
    "UpdateExperiment": ("experiment.name", "experiment"),
    "DeleteExperiment": ("name", "experiment"),
    "PutColumnChunk": ("parent", "loop"),
    "ReportLoop": ("parent", "experiment"),
    "ListLoops": ("parent", "experiment"),
    "ListSignalHistory": ("parent", "experiment"),
    "Decide": ("parent", "loop"),
    "GetDecision": ("name", "decision"),
    "GetInference": ("parent", "decision"),
    "ListDecisionRows": ("parent", "decision"),
    "ListDecisions": ("parent", "experiment"),
    "ReportLabels": ("parent", "loop"),
}
SHAPES = {"experiment": "", "loop": "/loops/0", "decision": "/loops/0/decision"}
PAGED = [method for method, request in IN_ORDER.items() if "page_token" in request.DESCRIPTOR.fields_by_name]
FINGERPRINTED = ("ReportLoop", "ReportLabels")


def malformed_names(kind: str) -> Iterator[str]:
    tail = SHAPES[kind]
    yield from ("", "open", f"experiments/{tail}", f"experiments/-open{tail}", f"experiments/{'a' * 64}{tail}")
    yield from (f"experiments/ä b{tail}", f"experiments/open{tail}/", f"experiments/open{tail}\n", f"x/open{tail}")
    if kind != "experiment":
        yield from (f"experiments/open/loops/{n}{tail[8:]}" for n in ("", "x", "-1", "01", "1.0", "1" * 10))


def named_and_paged() -> Iterator[Bad]:
    """What is alike for many methods."""
    for method, (path, kind) in NAMED_BY.items():
        for name in malformed_names(kind):
            yield Bad(method, f"named {name!r}", {path: name}, *INVALID, "must look like 'experiments/{experiment}")
        too_long = {path: f"experiments/ä{'a' * 10_000}{SHAPES[kind]}"}  # far more than fits a header
        yield Bad(method, "named at length", too_long, *INVALID, "the name 'experiments/ä")
        nobody = {path: f"experiments/nobody{SHAPES[kind]}"}
        yield Bad(method, "of nobody", nobody, "NOT_FOUND", "EXPERIMENT_NOT_FOUND", "'nobody'")
    for method in MUTATIONS:
        yield Bad(method, "without a request_id", {"request_id": ""}, *INVALID, "request_id")
        yield Bad(method, "a request_id too long", {"request_id": TOO_LONG}, *INVALID, str(limits.MAX_TEXT))
        yield Bad(method, "a request_id of two lines", {"request_id": "a\nb"}, *INVALID, "request_id")
    for method in PAGED:
        yield Bad(method, "a negative page_size", {"page_size": -1}, *INVALID, "page_size")
        for token in ("x", "AAAA", "e30=", "\x00", "ä", "a" * 10_000):
            yield Bad(method, f"page_token {token[:10]!r}", {"page_token": token}, *INVALID, "page_token")
    for method in FINGERPRINTED:
        for fingerprint in ("", "f" * 64, "ä" * 10_000):
            changes = {"pool_fingerprint": fingerprint}
            what = f"pool_fingerprint {fingerprint[:10]!r}"
            yield Bad(method, what, changes, "FAILED_PRECONDITION", "FINGERPRINT_MISMATCH", "fingerprint")


def invalid(method: str, *rows: tuple[str, Changes, str]) -> Iterator[Bad]:
    """Requests that are wrong by themselves: what is wrong, the changes, what the message names."""
    return (Bad(method, what, changes, *INVALID, says) for what, changes, says in rows)


COSTS = {
    "label_cost": (0, -1, NAN, INF),
    "retrain_cost": (-1, NAN, INF),
    "target_accuracy": (0, -0.5, 1.5, NAN),
    "stop_confidence": (0, -0.5, 1.5, NAN),
    "inference_share": (0, -0.5, 1.5, NAN),
}
"""What costs and levels may not be."""


def settings(prefix: str) -> list[tuple[str, Changes, str]]:
    """What both creating and updating set."""
    return [
        ("no budget at all", {f"{prefix}label_budget": 0}, "label_budget"),
        ("a budget beyond counting", {f"{prefix}label_budget": HUGE}, "label_budget"),
        ("batches of none", {f"{prefix}batch_size": 0}, "batch_size"),
        ("batches beyond any pool", {f"{prefix}batch_size": limits.MAX_POOL_SIZE + 1}, "batch_size"),
        ("a random_share of NaN", {f"{prefix}random_share": NAN}, "random_share"),
        ("a random_share above 1", {f"{prefix}random_share": 2.0}, "random_share"),
        ("a random_share below 0", {f"{prefix}random_share": -0.1}, "random_share"),
        *(
            (f"a {field} of {value}", {f"{prefix}{field}": value}, field)
            for field, values in COSTS.items()
            for value in values
        ),
        ("a deadline out of time", {f"{prefix}deadline": Timestamp(seconds=1 << 60)}, "deadline"),
        ("a deadline of too many nanoseconds", {f"{prefix}deadline": Timestamp(nanos=-5)}, "deadline"),
        ("an unknown strategy", {f"{prefix}strategy": "guess"}, "'guess'"),
        ("a strategy with a name too long", {f"{prefix}strategy": "ä" * 10_000}, "strategy"),
    ]


def experiments() -> Iterator[Bad]:
    for experiment_id in ("", "-a", ".a", "a b", "a/b", "ä", "a" * 64, "a\n"):
        yield from invalid("CreateExperiment", (f"called {experiment_id!r}", {"experiment_id": experiment_id}, "name"))
    yield from invalid(
        "CreateExperiment",
        ("nothing of it", {"experiment": None}, "task_kind"),
        ("no task kind", {"experiment.task_kind": None}, "task_kind"),
        ("an unknown task kind", {"experiment.task_kind": 99}, "task_kind"),
        ("more classes than any task", {"experiment.classes": limits.MAX_CLASSES + 1}, "classes"),
        ("an empty pool", {"experiment.pool_size": 0}, "pool_size"),
        ("a pool too large", {"experiment.pool_size": limits.MAX_POOL_SIZE + 1}, "pool_size"),
        ("a pool beyond counting", {"experiment.pool_size": HUGE}, "pool_size"),
        ("no fingerprint", {"experiment.pool_fingerprint": ""}, "pool_fingerprint"),
        ("a fingerprint too long", {"experiment.pool_fingerprint": TOO_LONG}, "pool_fingerprint"),
        ("no share level", {"experiment.share_level": None}, "share_level"),
        ("share level summary", {"experiment.share_level": 1}, "share_level"),
        ("an unknown share level", {"experiment.share_level": 9}, "share_level"),
        *settings("experiment."),
    )
    yield Bad(
        "CreateExperiment", "a name taken", {"experiment_id": "cold"}, "ALREADY_EXISTS", "EXPERIMENT_EXISTS", "'cold'"
    )
    for what, changes, says in settings("experiment."):
        (path,) = changes
        mask = {"update_mask.paths": [path.removeprefix("experiment.")]}
        yield from invalid("UpdateExperiment", (what, {**changes, **mask}, says))
    for field in ("colour", "pool_size", "name", "state", "seed", "share_level", "experiment.label_budget", "*", ""):
        paths = {"update_mask.paths": ["label_budget", field]}
        yield from invalid("UpdateExperiment", (f"field {field!r}", paths, "update_mask"))
    yield from invalid("UpdateExperiment", ("no field", {"update_mask": None}, "update_mask"))


def put(signal: str, values: NDArray[Any], **more: object) -> Changes:
    return {"signal": signal, "chunk": array(values), **more}


def row_changed(values: NDArray[Any], row: int, value: object) -> NDArray[Any]:
    changed = values.copy()
    changed[row] = value
    return changed


def chunks() -> Iterator[Bad]:
    right = array(MARGIN)
    margin, sketch, shares = MARGIN, SKETCH, PROBABILITIES
    whole = np.arange(POOL, dtype=np.int32) % CLASSES
    pairs = np.tile(shares, 2)  # committees of two
    yield from invalid(
        "PutColumnChunk",
        ("no chunk", {"chunk": None}, "chunk"),
        ("no rows", put("margin", margin[:0]), "chunk"),
        ("no columns", put("sketch", sketch[:, :0]), "chunk"),
        ("three dimensions", put("sketch", sketch[:, :, None]), "chunk"),
        ("another CRC-32", {"chunk": with_changes(right, {"crc32": right.crc32 ^ 1})}, "CRC-32"),
        ("a bit flipped", {"chunk": with_changes(right, {"data": b"\x01" + right.data[1:]})}, "CRC-32"),
        ("bytes missing", {"chunk": with_changes(right, {"data": right.data[:-1]})}, "bytes"),
        ("rows that are not there", {"chunk": with_changes(right, {"shape": [len(margin) + 1]})}, "bytes"),
        ("rows beyond counting", {"chunk": with_changes(right, {"shape": [HUGE, HUGE]})}, "bytes"),
        ("no type", {"chunk": with_changes(right, {"dtype": ""})}, "dtype"),
        ("pickled objects", {"chunk": with_changes(right, {"dtype": "|O"})}, "dtype"),
        ("an unknown type", {"chunk": with_changes(right, {"dtype": "ä" * 10_000})}, "dtype"),
        ("big-endian", {"chunk": with_changes(right, {"dtype": ">f4"})}, "dtype"),
        ("half a float", put("margin", margin.astype("<f2")), "<f2"),
        ("probabilities as half floats", put("probabilities", shares.astype("<f2")), "<f2"),
        ("probabilities as doubles", put("probabilities", shares.astype("<f8")), "<f8"),
        ("classes as floats", put("predicted_class", whole.astype("<f4")), "<f4"),
        ("no signal", {"signal": ""}, "signal"),
        ("an unknown signal", {"signal": "colour"}, "'colour'"),
        ("an unknown signal, at length", {"signal": "ä" * 10_000}, "signal"),
        ("a table for a scalar", put("margin", margin[:, None]), "margin"),
        ("a scalar for a table", put("probabilities", margin), "probabilities"),
        ("a class too many", put("probabilities", probabilities(5, CLASSES + 1)), "classes"),
        ("a sketch too wide", put("sketch", np.zeros((2, limits.MAX_VECTOR_WIDTH + 1), np.float32)), "sketch"),
        ("more rows than records", put("margin", np.zeros(POOL + 1, np.float32)), str(POOL)),
        ("a margin of NaN", put("margin", row_changed(margin, 7, NAN)), "row 7"),
        ("an infinite margin", put("margin", row_changed(margin, 7, INF)), "row 7"),
        ("a margin above 1", put("margin", row_changed(margin, 7, 1.5)), "row 7"),
        ("probabilities of NaN", put("probabilities", row_changed(shares, 7, NAN)), "row 7"),
        ("negative probabilities", put("probabilities", row_changed(shares, 7, [-0.5, 0.5, 1])), "row 7"),
        ("probabilities above 1 in all", put("probabilities", row_changed(shares, 7, [0.5, 0.5, 0.002])), "row 7"),
        ("probabilities below 1 in all", put("probabilities", row_changed(shares, 7, [0.5, 0.498, 0])), "row 7"),
        ("a member that sums to 2", put("members", row_changed(pairs, 7, [1, 1, 0, 0, 0, 0])), "row 7"),
        ("a member below 0", put("members", row_changed(pairs, 7, [-0.5, 1.5, 0, 0, 0, 1])), "row 7"),
        ("members of too many classes", put("members", np.tile(probabilities(5, CLASSES + 1), 2)), "classes"),
        ("a class that is none", put("predicted_class", row_changed(whole, 7, CLASSES)), "row 7"),
        ("a class below 0", put("predicted_class", row_changed(whole, 7, -1)), "row 7"),
        ("an infinite sketch", put("sketch", row_changed(sketch, 7, INF)), "row 7"),
        ("a sketch of NaN", put("sketch", row_changed(sketch.astype("<f2"), 7, NAN)), "row 7"),
    )
    early = ("FAILED_PRECONDITION", "CHUNK_OUT_OF_ORDER")
    yield Bad("PutColumnChunk", "a gap at first", {"offset": 5}, *early, "row 0")
    yield Bad("PutColumnChunk", "far beyond the pool", {"offset": HUGE}, *early, "row 0")
    late = ("FAILED_PRECONDITION", "LOOP_OUT_OF_ORDER")
    for loop in (0, 2, 999_999_999):
        parent = {"parent": f"experiments/open/loops/{loop}"}
        yield Bad("PutColumnChunk", f"loop {loop}", parent, *late, "loop 1")
    private = {"parent": "experiments/scores/loops/0", **put("probabilities", PROBABILITIES)}
    secret = {"parent": "experiments/scores/loops/0", **put("sketch", SKETCH)}
    above = ("FAILED_PRECONDITION", "SIGNAL_NOT_SHARED")
    yield Bad("PutColumnChunk", "probabilities above the share level", private, *above, "probabilities")
    yield Bad("PutColumnChunk", "a sketch above the share level", secret, *above, "embeddings")


def column(**changes: object) -> list[loop_pb2.Column]:
    return [with_changes(UPLOADED, changes)]


def loops() -> Iterator[Bad]:
    full, short = mask_of(UNLABELED), mask_of(UNLABELED)[:-1]
    beyond = full[:-1] + bytes([full[-1] | 1 << POOL % 8])
    yield from invalid(
        "ReportLoop",
        ("a metric of NaN", {"loop.metrics": {"accuracy": NAN}}, "'accuracy'"),
        ("an infinite metric", {"loop.metrics": {"accuracy": -INF}}, "'accuracy'"),
        ("a label feature of NaN", {"loop.label_features": {"rarest_share": NAN}}, "'rarest_share'"),
        ("a label feature with a long name", {"loop.label_features": {"x" * limits.MAX_TEXT: 1.0}}, "label feature"),
        ("a metric without a name", {"loop.metrics": {"": 1.0}}, "metric"),
        ("a metric with a long name", {"loop.metrics": {TOO_LONG: 1.0}}, "metric"),
        (
            "too many metrics",
            {"loop.metrics": {str(n): 1.0 for n in range(limits.MAX_METRICS + 1)}},
            str(limits.MAX_METRICS),
        ),
        ("a mask too short", {"loop.coverages": [short]}, "coverage 1"),
        ("a mask too long", {"loop.coverages": [full + b"\x00"]}, "coverage 1"),
        ("an empty mask", {"loop.coverages": [b""]}, "coverage 1"),
        ("bits beyond the pool", {"loop.coverages": [beyond]}, "coverage 1"),
        ("a second mask too short", {"loop.coverages": [full, short]}, "coverage 2"),
        ("more records than rows", {"loop.coverages": [mask_of(range(POOL))]}, "probabilities"),
        ("fewer records than rows", {"loop.coverages": [mask_of(UNLABELED[1:])]}, "probabilities"),
        ("rows for the whole pool", {"loop.columns": column(coverage=0)}, "probabilities"),
        ("no such coverage", {"loop.columns": column(coverage=2)}, "coverage 2"),
        ("a column twice", {"loop.columns": column() * 2}, "probabilities"),
        ("a column of no signal", {"loop.columns": column(signal="colour")}, "'colour'"),
        ("a column uploaded as another type", {"loop.columns": column(dtype="<f2")}, "<f2"),
        ("a column uploaded in another width", {"loop.columns": column(width=4)}, "4 wide"),
    )
    yield Bad("ReportLoop", "an old loop, otherwise", {"loop.number": 0}, "ALREADY_EXISTS", "LOOP_EXISTS", "loop 0")
    failed = "FAILED_PRECONDITION"
    for number in (2, (1 << 32) - 1):
        yield Bad("ReportLoop", f"loop {number}", {"loop.number": number}, failed, "LOOP_OUT_OF_ORDER", "loop 1")
    for field, count in (("labeled_count", 3), ("labeled_count", HUGE), ("abstained_count", 1)):
        yield Bad("ReportLoop", f"{field} {count}", {f"loop.{field}": count}, failed, "LABELS_MISMATCH", str(count))
    for what, columns in {
        "another upload": column(checksum=UPLOADED.checksum ^ 1),
        "no upload": [loop_pb2.Column(signal="margin", dtype="<f4", rows=POOL, width=1)],
        "an upload of fewer rows": column(rows=POOL, coverage=0),
        "an upload of more rows": column(rows=len(UNLABELED) - 1, coverage=2),
    }.items():
        changes = {"loop.columns": columns, "loop.coverages": [mask_of(UNLABELED), mask_of(UNLABELED[1:])]}
        yield Bad("ReportLoop", what, changes, failed, "COLUMN_INCOMPLETE", columns[0].signal)
    private = {"parent": "experiments/scores", "loop.number": 0, "loop.labeled_count": 0}
    yield Bad("ReportLoop", "above the share level", private, failed, "SIGNAL_NOT_SHARED", "probabilities")


def histories() -> Iterator[Bad]:
    for signal in ("", "colour", "Margin", "margin\n", "ä" * 10_000):
        yield from invalid("ListSignalHistory", (f"signal {signal[:10]!r}", {"signal": signal}, "there is no signal"))
    of = "history of sketch of open"
    for place in (" ", "0", "0 8 0", "0 -8", "0 x", "0 ٨", "0  8", "0 1234567890", 8, [0, 8], None):
        token = base64.urlsafe_b64encode(json.dumps([of, place]).encode()).decode()
        yield from invalid("ListSignalHistory", (f"place {place!r}", {"page_token": token}, "page_token"))
    gone = base64.urlsafe_b64encode(json.dumps([of, "1 8"]).encode()).decode()
    yield from invalid("ListSignalHistory", ("a place in no column", {"page_token": gone}, "loop 1 has no sketch"))


def decisions() -> Iterator[Bad]:
    absent = ("NOT_FOUND", "LOOP_NOT_FOUND")
    for method in ("Decide", "GetDecision", "ListDecisionRows", "ReportLabels"):
        path, kind = NAMED_BY[method]
        for loop in (2, 999_999_999):
            name = f"experiments/closed/loops/{loop}" + ("/decision" if kind == "decision" else "")
            yield Bad(method, f"loop {loop} of 2", {path: name}, *absent, f"no loop {loop}")
    none_yet = {"parent": "experiments/cold/loops/0"}
    yield Bad("Decide", "before the first loop", none_yet, *absent, "no loop 0")
    yield Bad("ReportLabels", "before the first loop", none_yet, *absent, "no loop 0")
    passed = {"parent": "experiments/closed/loops/0"}
    yield Bad("Decide", "a loop that others followed", passed, "FAILED_PRECONDITION", "LOOP_CLOSED", "loop 1")
    for method in ("GetDecision", "ListDecisionRows"):
        undecided = {NAMED_BY[method][0]: "experiments/closed/loops/1/decision"}
        yield Bad(method, "not decided", undecided, "NOT_FOUND", "DECISION_NOT_FOUND", "loop 1")


def outcome(**fields: Any) -> Changes:
    return {"outcomes": [loop_pb2.LabelOutcome(position=5), loop_pb2.LabelOutcome(**{"position": 7, **fields})]}


def labels() -> Iterator[Bad]:
    many = [loop_pb2.LabelOutcome(position=position) for position in range(limits.MAX_OUTCOMES + 1)]
    assert len(many) <= WIDE_POOL
    yield from invalid(
        "ReportLabels",
        ("outside the pool", outcome(position=POOL), f"position {POOL}"),
        ("far outside the pool", outcome(position=HUGE), f"position {HUGE}"),
        ("a position twice", outcome(position=5), "position 5"),
        ("a negative cost", outcome(cost=-1), "position 7"),
        ("a cost of NaN", outcome(cost=NAN), "position 7"),
        ("an infinite cost", outcome(cost=INF), "position 7"),
        ("negative seconds", outcome(seconds=-1), "position 7"),
        ("seconds of NaN", outcome(seconds=NAN), "position 7"),
        ("a negative loss", outcome(loss=-0.5), "position 7"),
        ("a loss of NaN", outcome(loss=NAN), "position 7"),
        ("abstained, but correct", outcome(abstained=True, correct=True), "position 7"),
        ("abstained, but wrong", outcome(abstained=True, correct=False), "position 7"),
        ("abstained, with a loss", outcome(abstained=True, loss=0.0), "position 7"),
        ("an annotator's name too long", outcome(annotator=TOO_LONG), "position 7"),
        ("too many", {"parent": "experiments/wide/loops/0", "outcomes": many}, str(limits.MAX_OUTCOMES)),
    )


BAD_REQUESTS = [*named_and_paged(), *experiments(), *chunks(), *loops(), *histories(), *decisions(), *labels()]
