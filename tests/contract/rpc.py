"""Calls over the generated stub, and what a refused one tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2  # the package has no py.typed
from numpy.typing import NDArray

from loopwise.v1 import decision_pb2, experiment_pb2, loop_pb2, service_pb2
from loopwise.v1.service_pb2_grpc import EngineServiceStub
from tests.contract.messages import FINGERPRINT, SERVICE, checksum_of, chunks_of, experiment, new_request_id

SECONDS = 60.0


@dataclass(frozen=True)
class Refusal:
    """What a caller learns of a call that was refused; no reason where gRPC itself refused it."""

    code: str
    reason: str
    message: str
    metadata: Mapping[str, str]


class Rpc:
    """Sends requests; the method is known by the type of the request."""

    def __init__(self, channel: grpc.Channel) -> None:
        self._channel = channel
        self._stub = EngineServiceStub(channel)

    def send(self, request: Message, timeout: float = SECONDS) -> Any:
        return getattr(self._stub, type(request).__name__.removesuffix("Request"))(request, timeout=timeout)

    def send_bytes(self, method: str, request: bytes) -> bytes:
        """The answer as it came over the wire."""
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = self._channel.unary_unary(f"/{SERVICE.full_name}/{method}")
        return call(request, timeout=SECONDS)

    def refuse(self, request: Message, timeout: float = SECONDS) -> Refusal:
        """Sends a request that must be refused."""
        with pytest.raises(grpc.RpcError) as refused:
            self.send(request, timeout)
        return read_refusal(refused.value)

    def refuse_bytes(self, method: str, request: bytes) -> Refusal:
        with pytest.raises(grpc.RpcError) as refused:
            self.send_bytes(method, request)
        return read_refusal(refused.value)

    def pages(self, request: Any) -> Iterator[Any]:
        """All pages of a list."""
        while True:
            page = self.send(request)
            yield page
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    # The steps of an experiment, short enough to tell a story in

    def create(self, name: str, /, **fields: Any) -> experiment_pb2.Experiment:
        created: experiment_pb2.Experiment = self.send(
            service_pb2.CreateExperimentRequest(
                experiment_id=name, experiment=experiment(**fields), request_id=new_request_id()
            )
        )
        return created

    def upload(
        self, name: str, loop: int, signal: str, values: NDArray[Any], rows_per_chunk: int = 1 << 30, coverage: int = 0
    ) -> loop_pb2.Column:
        """Uploads a column, or what is missing of it; returns it as the loop's report names it."""
        rows = min(rows_per_chunk, len(values))
        chunks = chunks_of(values, rows)
        checksum, durable = checksum_of(chunks), 0
        for offset, chunk in zip(range(0, len(values), rows), chunks, strict=True):
            if offset < durable:
                continue
            put = service_pb2.PutColumnChunkRequest(
                parent=f"experiments/{name}/loops/{loop}",
                signal=signal,
                checksum=checksum,
                offset=offset,
                chunk=chunk,
                request_id=new_request_id(),
            )
            durable = self.send(put).rows
        width = values.shape[1] if values.ndim == 2 else 1
        return loop_pb2.Column(
            signal=signal,
            dtype=values.dtype.str,
            rows=len(values),
            width=width,
            checksum=checksum,
            coverage=coverage,
        )

    def report(self, name: str, number: int, /, **fields: Any) -> loop_pb2.Loop:
        loop: loop_pb2.Loop = self.send(report_request(name, number, **fields))
        return loop

    def decide(self, name: str, loop: int) -> decision_pb2.Decision:
        decision: decision_pb2.Decision = self.send(decide_request(name, loop))
        return decision

    def rows(self, name: str, loop: int) -> decision_pb2.DecisionRows:
        """The decision's rows, where they fit one page."""
        page = self.send(service_pb2.ListDecisionRowsRequest(parent=f"experiments/{name}/loops/{loop}/decision"))
        assert not page.next_page_token
        rows: decision_pb2.DecisionRows = page.rows
        return rows

    def label(self, name: str, loop: int, outcomes: Iterable[loop_pb2.LabelOutcome]) -> Any:
        return self.send(
            service_pb2.ReportLabelsRequest(
                parent=f"experiments/{name}/loops/{loop}",
                pool_fingerprint=FINGERPRINT,
                outcomes=outcomes,
                request_id=new_request_id(),
            )
        )

    def get(self, name: str) -> experiment_pb2.Experiment:
        found: experiment_pb2.Experiment = self.send(service_pb2.GetExperimentRequest(name=f"experiments/{name}"))
        return found


def report_request(name: str, number: int, /, **fields: Any) -> service_pb2.ReportLoopRequest:
    return service_pb2.ReportLoopRequest(
        parent=f"experiments/{name}",
        pool_fingerprint=FINGERPRINT,
        loop=loop_pb2.Loop(number=number, **fields),
        request_id=new_request_id(),
    )


def decide_request(name: str, loop: int) -> service_pb2.DecideRequest:
    return service_pb2.DecideRequest(parent=f"experiments/{name}/loops/{loop}", request_id=new_request_id())


def read_refusal(error: Any) -> Refusal:
    """Reads the details as any client of google.rpc does."""
    code, message = error.code(), error.details()
    trailers = [value for key, value in error.trailing_metadata() or () if key == "grpc-status-details-bin"]
    if not trailers:
        return Refusal(code.name, "", message, {})
    (trailer,) = trailers
    status = status_pb2.Status.FromString(trailer)
    (detail,) = status.details
    info = error_details_pb2.ErrorInfo()
    assert detail.Unpack(info)
    assert (status.code, status.message, info.domain) == (code.value[0], message, "loopwise")
    return Refusal(code.name, info.reason, message, dict(info.metadata))
