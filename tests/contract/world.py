"""A small database in which every method has something to do, and for each a request that is in order."""

from __future__ import annotations

from typing import Any

import numpy as np
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from loopwise.v1 import experiment_pb2, loop_pb2, service_pb2
from tests.contract.messages import FINGERPRINT, POOL, array, checksum_of, experiment, mask_of, probabilities
from tests.contract.rpc import Rpc

LABELED = range(4)
UNLABELED = range(4, POOL)
OUTCOMES = [loop_pb2.LabelOutcome(position=position) for position in LABELED]
WIDE_POOL = 20_000
SKETCH = np.random.default_rng(1).normal(size=(POOL, 4)).astype(np.float32)
PROBABILITIES = probabilities(len(UNLABELED))
MARGIN = np.linspace(0, 1, len(UNLABELED), dtype=np.float32)


def build(rpc: Rpc) -> None:
    """Fills the database.

    cold: created, no more. wide: likewise, of many records. scores: likewise, but shares scores only. half: sketch of
    loop 0 uploaded up to row 10. closed: loops 0 and 1 reported, neither decided. open: loop 0 decided and answered,
    with probabilities uploaded for the unlabeled records of loop 1, which is not reported.
    """
    rpc.create("cold", label_budget=12)
    rpc.create("wide", pool_size=WIDE_POOL)
    rpc.report("wide", 0)
    rpc.create("scores", share_level=experiment_pb2.SHARE_LEVEL_SCORES)
    rpc.create("half")
    rpc.upload("half", 0, "sketch", SKETCH[:10])
    rpc.create("closed")
    rpc.report("closed", 0)
    rpc.report("closed", 1)
    rpc.create("open", batch_size=4)
    rpc.report("open", 0, columns=[rpc.upload("open", 0, "sketch", SKETCH)], metrics={"accuracy": 0.1})
    rpc.decide("open", 0)
    rpc.label("open", 0, OUTCOMES)
    rpc.upload("open", 1, "probabilities", PROBABILITIES)


def open_loop(rpc: Rpc, name: str, **fields: Any) -> None:
    """An experiment whose loop 0 is answered and whose loop 1 is reported, with probabilities of the unlabeled."""
    rpc.create(name, **fields)
    rpc.report(name, 0, columns=[rpc.upload(name, 0, "sketch", SKETCH)])
    rpc.decide(name, 0)
    rpc.label(name, 0, OUTCOMES)
    column = rpc.upload(name, 1, "probabilities", PROBABILITIES, coverage=1)
    rpc.report(name, 1, labeled_count=len(OUTCOMES), columns=[column], coverages=[mask_of(UNLABELED)])


UPLOADED = loop_pb2.Column(
    signal="probabilities",
    dtype="<f4",
    rows=len(UNLABELED),
    width=PROBABILITIES.shape[1],
    checksum=checksum_of([array(PROBABILITIES)]),
    coverage=1,
)
"""The column that is uploaded for loop 1 of "open"."""

# The mutations do not disturb each other, in whatever order they are sent.
IN_ORDER: dict[str, Message] = {
    "CreateExperiment": service_pb2.CreateExperimentRequest(
        experiment_id="new",
        experiment=experiment(label_budget=10, batch_size=2, strategy="margin", random_share=0.1),
        request_id="create",
    ),
    "GetExperiment": service_pb2.GetExperimentRequest(name="experiments/open"),
    "ListExperiments": service_pb2.ListExperimentsRequest(page_size=2),
    "UpdateExperiment": service_pb2.UpdateExperimentRequest(
        experiment=experiment_pb2.Experiment(name="experiments/open", label_budget=20),
        update_mask=FieldMask(paths=["label_budget"]),
        request_id="update",
    ),
    "DeleteExperiment": service_pb2.DeleteExperimentRequest(name="experiments/cold", request_id="delete"),
    "PutColumnChunk": service_pb2.PutColumnChunkRequest(
        parent="experiments/open/loops/1",
        signal="margin",
        checksum=checksum_of([array(MARGIN)]),
        chunk=array(MARGIN),
        request_id="put",
    ),
    "ReportLoop": service_pb2.ReportLoopRequest(
        parent="experiments/open",
        pool_fingerprint=FINGERPRINT,
        loop=loop_pb2.Loop(
            number=1,
            labeled_count=len(LABELED),
            metrics={"accuracy": 0.5},
            columns=[UPLOADED],
            coverages=[mask_of(UNLABELED)],
        ),
        request_id="report loop",
    ),
    "ListLoops": service_pb2.ListLoopsRequest(parent="experiments/open", page_size=2),
    "ListSignalHistory": service_pb2.ListSignalHistoryRequest(parent="experiments/open", signal="sketch", page_size=8),
    "Decide": service_pb2.DecideRequest(parent="experiments/closed/loops/1", request_id="decide"),
    "GetDecision": service_pb2.GetDecisionRequest(name="experiments/open/loops/0/decision"),
    "GetInference": service_pb2.GetInferenceRequest(parent="experiments/open/loops/0/decision"),
    "ListDecisionRows": service_pb2.ListDecisionRowsRequest(parent="experiments/open/loops/0/decision", page_size=2),
    "ListDecisions": service_pb2.ListDecisionsRequest(parent="experiments/open", page_size=2),
    "ReportLabels": service_pb2.ReportLabelsRequest(
        parent="experiments/closed/loops/0",
        pool_fingerprint=FINGERPRINT,
        outcomes=[
            loop_pb2.LabelOutcome(position=9, correct=True, loss=0.5, cost=2, seconds=3.5, annotator="ann"),
            loop_pb2.LabelOutcome(position=20, abstained=True, cost=1),
        ],
        request_id="report labels",
    ),
    "ListStrategies": service_pb2.ListStrategiesRequest(page_size=2),
    "GetServerInfo": service_pb2.GetServerInfoRequest(),
}
