"""The contract's methods as Python calls: resources in, resources out, errors as `EngineError`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import grpc
from google.protobuf.field_mask_pb2 import FieldMask
from numpy.typing import NDArray

from loopwise import names, resources, wire
from loopwise.errors import EngineError, EngineUnavailableError
from loopwise.v1 import errors_pb2, service_pb2
from loopwise.v1.service_pb2_grpc import EngineServiceStub

DEADLINE_SECONDS = 60.0
Sent = Callable[[str, int | None, int], None]
_RETRIABLE = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.DEADLINE_EXCEEDED)


def new_request_id() -> str:
    """One per mutation; retries of the same call carry the same."""
    return uuid.uuid4().hex


class Rpc:
    """Typed calls over a channel, embedded or remote. Safe to use from several threads.

    Args:
        channel: to an engine.
        on_sent: told of each request that was answered: what it brought, its loop (None: of no loop), its bytes.
        deadline: seconds after which a call is given up; until then it waits for a server that restarts.
    """

    def __init__(
        self, channel: grpc.Channel, on_sent: Sent | None = None, *, deadline: float = DEADLINE_SECONDS
    ) -> None:
        self._channel = channel
        self._deadline = deadline
        self._stub = EngineServiceStub(channel)
        self._on_sent = on_sent

    def counting(self, on_sent: Sent) -> Rpc:
        """The same calls, each request told to `on_sent`."""
        return Rpc(self._channel, on_sent, deadline=self._deadline)

    def close(self) -> None:
        """Closes the channel."""
        self._channel.close()

    def get_server_info(self) -> resources.ServerInfo:
        """What answers, and its limits."""
        return wire.decode_server_info(self._call(self._stub.GetServerInfo, service_pb2.GetServerInfoRequest()))

    def list_strategies(self) -> list[resources.StrategyInfo]:
        """All strategies that the engine can follow."""
        pages = self._pages(self._stub.ListStrategies, service_pb2.ListStrategiesRequest())
        return [wire.decode_strategy(message) for page in pages for message in page.strategies]

    def create_experiment(self, info: resources.ExperimentInfo) -> resources.ExperimentInfo:
        """Creates an experiment; fails with ALREADY_EXISTS when there is one of this name."""
        request = service_pb2.CreateExperimentRequest(
            experiment_id=info.id, experiment=wire.encode_experiment(info), request_id=new_request_id()
        )
        return wire.decode_experiment(self._call(self._stub.CreateExperiment, request))

    def get_experiment(self, experiment_id: str) -> resources.ExperimentInfo:
        """One experiment; fails with NOT_FOUND."""
        request = service_pb2.GetExperimentRequest(name=names.experiment(experiment_id))
        return wire.decode_experiment(self._call(self._stub.GetExperiment, request))

    def list_experiments(self) -> list[resources.ExperimentInfo]:
        """All experiments, by name."""
        pages = self._pages(self._stub.ListExperiments, service_pb2.ListExperimentsRequest())
        return [wire.decode_experiment(message) for page in pages for message in page.experiments]

    def update_experiment(self, info: resources.ExperimentInfo, fields: Sequence[str]) -> resources.ExperimentInfo:
        """Sets some of `loopwise.resources.CHANGEABLE`."""
        request = service_pb2.UpdateExperimentRequest(
            experiment=wire.encode_experiment(info),
            update_mask=FieldMask(paths=fields),
            request_id=new_request_id(),
        )
        return wire.decode_experiment(self._call(self._stub.UpdateExperiment, request))

    def delete_experiment(self, experiment_id: str) -> None:
        """Deletes an experiment and all that the engine knows of it."""
        request = service_pb2.DeleteExperimentRequest(name=names.experiment(experiment_id), request_id=new_request_id())
        self._call(self._stub.DeleteExperiment, request)

    def put_column(self, experiment_id: str, loop: int, signal: str, values: NDArray[Any], checksum: int) -> None:
        """Uploads a column in chunks, going on where an earlier attempt of the same checksum stopped."""
        durable = 0
        for offset, chunk in wire.split(values):
            if offset + len(chunk) <= durable:
                continue
            request = service_pb2.PutColumnChunkRequest(
                parent=names.loop(experiment_id, loop),
                signal=signal,
                checksum=checksum,
                offset=offset,
                chunk=wire.encode_array(chunk),
                request_id=new_request_id(),
            )
            durable = self._call(self._stub.PutColumnChunk, request, signal, loop).rows

    def report_loop(self, experiment_id: str, fingerprint: str, loop: resources.LoopInfo) -> resources.LoopInfo:
        """Commits a loop whose columns were uploaded."""
        request = service_pb2.ReportLoopRequest(
            parent=names.experiment(experiment_id),
            pool_fingerprint=fingerprint,
            loop=wire.encode_loop(experiment_id, loop),
            request_id=new_request_id(),
        )
        return wire.decode_loop(self._call(self._stub.ReportLoop, request, "report", loop.number))

    def list_loops(self, experiment_id: str) -> list[resources.LoopInfo]:
        """All loops of an experiment, oldest first."""
        request = service_pb2.ListLoopsRequest(parent=names.experiment(experiment_id))
        return [
            wire.decode_loop(message) for page in self._pages(self._stub.ListLoops, request) for message in page.loops
        ]

    def list_signal_history(self, experiment_id: str, signal: str) -> Iterator[resources.ColumnPart]:
        """One signal over all loops, oldest first, a part of one loop's column at a time."""
        request = service_pb2.ListSignalHistoryRequest(parent=names.experiment(experiment_id), signal=signal)
        for page in self._pages(self._stub.ListSignalHistory, request):
            if page.HasField("part"):
                yield wire.decode_part(page.part)

    def decide(self, experiment_id: str, loop: int) -> resources.Decision:
        """The decision of a loop, made now or before."""
        request = service_pb2.DecideRequest(parent=names.loop(experiment_id, loop), request_id=new_request_id())
        return wire.decode_decision(self._call(self._stub.Decide, request, "questions", loop))

    def get_decision(self, experiment_id: str, loop: int) -> resources.Decision:
        """The decision of a loop; fails with NOT_FOUND when there is none."""
        request = service_pb2.GetDecisionRequest(name=names.decision(experiment_id, loop))
        return wire.decode_decision(self._call(self._stub.GetDecision, request))

    def list_decisions(self, experiment_id: str) -> list[resources.Decision]:
        """All decisions of an experiment, oldest first."""
        request = service_pb2.ListDecisionsRequest(parent=names.experiment(experiment_id))
        pages = self._pages(self._stub.ListDecisions, request)
        return [wire.decode_decision(message) for page in pages for message in page.decisions]

    def get_inference(self, experiment_id: str, loop: int) -> bytes:
        """Bit mask of the records that the next report should be about; empty: all that are open."""
        request = service_pb2.GetInferenceRequest(parent=names.decision(experiment_id, loop))
        coverage: bytes = self._call(self._stub.GetInference, request, loop=loop).coverage
        return coverage

    def list_decision_rows(self, experiment_id: str, loop: int) -> resources.DecisionRows:
        """The selected records of a decision."""
        request = service_pb2.ListDecisionRowsRequest(parent=names.decision(experiment_id, loop))
        return wire.join_rows(
            [wire.decode_rows(page.rows) for page in self._pages(self._stub.ListDecisionRows, request, loop)]
        )

    def report_labels(
        self, experiment_id: str, loop: int, fingerprint: str, outcomes: Sequence[resources.LabelOutcome]
    ) -> None:
        """Records what became of asking for labels."""
        request = service_pb2.ReportLabelsRequest(
            parent=names.loop(experiment_id, loop),
            pool_fingerprint=fingerprint,
            outcomes=[wire.encode_outcome(outcome) for outcome in outcomes],
            request_id=new_request_id(),
        )
        self._call(self._stub.ReportLabels, request, "labels", loop)

    def _pages(self, method: Any, request: Any, loop: int | None = None) -> Iterator[Any]:
        while True:
            page = self._call(method, request, loop=loop)
            yield page
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def _call(self, method: Any, request: Any, what: str = "questions", loop: int | None = None) -> Any:
        try:
            response = method(request, timeout=self._deadline, wait_for_ready=True)
        except grpc.RpcError as error:
            raise to_engine_error(error) from error
        if self._on_sent is not None:
            self._on_sent(what, loop, request.ByteSize())
        return response


def to_engine_error(error: Any) -> EngineError:
    """What a failed call means, with the reason that the engine gave."""
    reason, metadata = "", {}
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            for detail in errors_pb2.Status.FromString(value).details:
                if detail.type_url.endswith("/google.rpc.ErrorInfo"):
                    info = errors_pb2.ErrorInfo.FromString(detail.value)
                    reason, metadata = info.reason, dict(info.metadata)
    kind = EngineUnavailableError if error.code() in _RETRIABLE else EngineError
    message = error.details() or error.code().name
    if error.code() is grpc.StatusCode.DEADLINE_EXCEEDED and not reason:  # of which gRPC says nothing more
        message = "there was no answer in time"
    return kind(message, code=error.code().name, reason=reason, metadata=metadata)
