"""The service's methods."""
# ruff: noqa: N802  the methods' names are the contract's

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import Message

import loopwise
from loopwise import limits, names, wire
from loopwise.errors import InvalidInputError
from loopwise.resources import ExperimentInfo, ServerInfo, StrategyInfo
from loopwise.strategies.registry import strategies
from loopwise.v1 import array_pb2, decision_pb2, service_pb2
from loopwise_engine.core import columns, decisions, experiments, history, labels, loops
from loopwise_engine.core.requests import Ticket, once
from loopwise_engine.core.serving import Serving
from loopwise_engine.errors import Reason, RefusedError
from loopwise_engine.service.paging import PAGE_BYTES, read_page
from loopwise_engine.store import DEFAULT_TENANT, Store, Transaction

DECIDERS = 4
"""Decisions that are computed at once; the threads that are left answer everything else."""

DECIDE_PATIENCE = 5.0
"""Seconds that a decision waits for its turn."""

ROWS_PAGE_BYTES = 1 << 20
"""Of a page of selected records: a slow reader should not hold megabytes."""


class EngineServicer:
    """`loopwise.v1.EngineService`.

    Each method takes the request and returns the serialised answer, so that a repeated mutation gets the same bytes.
    A refused call raises InvalidInputError, or RefusedError with a reason from `loopwise_engine.errors`, where all of
    them are listed; the interceptors tell the caller.

    Args:
        store: what the engine remembers.
        serving: decides.
        keep_loops: how many loops keep their columns, unless an experiment says otherwise; None, all.
    """

    def __init__(self, store: Store, serving: Serving, keep_loops: int | None = None) -> None:
        self._store = store
        self._serving = serving
        self._keep_loops = keep_loops
        self._deciding = threading.BoundedSemaphore(DECIDERS)

    # Experiments

    def CreateExperiment(self, request: service_pb2.CreateExperimentRequest, context: grpc.ServicerContext) -> bytes:
        """A new experiment."""
        message = type(request.experiment)()
        message.CopyFrom(request.experiment)
        message.name = names.experiment(names.check_id(request.experiment_id))
        message.ClearField("state")
        wanted = wire.decode_experiment(message)
        return self._mutate(request, context, lambda tx: wire.encode_experiment(experiments.create(tx, wanted)))

    def GetExperiment(self, request: service_pb2.GetExperimentRequest, _: grpc.ServicerContext) -> bytes:
        """One experiment."""
        experiment = names.parse_experiment(request.name)
        with self._store.read() as tx:
            return _bytes(wire.encode_experiment(experiments.get(tx, experiment)))

    def ListExperiments(self, request: service_pb2.ListExperimentsRequest, _: grpc.ServicerContext) -> bytes:
        """All experiments, by name."""
        page = read_page("experiments", request.page_size, request.page_token, "")
        with self._store.read() as tx:
            found = tx.experiments.page(page.after, page.size + 1)
        messages, token = page.fill(found, lambda info: info.id, wire.encode_experiment)
        return _bytes(service_pb2.ListExperimentsResponse(experiments=messages, next_page_token=token))

    def UpdateExperiment(self, request: service_pb2.UpdateExperimentRequest, context: grpc.ServicerContext) -> bytes:
        """Some fields of an experiment, set or cleared."""
        message = request.experiment
        wanted = ExperimentInfo(names.parse_experiment(message.name), 0, "", **wire.decode_changeable(message))
        paths = list(request.update_mask.paths)
        return self._mutate(request, context, lambda tx: wire.encode_experiment(experiments.update(tx, wanted, paths)))

    def DeleteExperiment(self, request: service_pb2.DeleteExperimentRequest, context: grpc.ServicerContext) -> bytes:
        """Deletes an experiment and everything below it."""
        experiment = names.parse_experiment(request.name)

        def delete(tx: Transaction) -> Message:
            experiments.delete(tx, experiment)
            return Empty()

        return self._mutate(request, context, delete)

    # Loops

    def PutColumnChunk(self, request: service_pb2.PutColumnChunkRequest, context: grpc.ServicerContext) -> bytes:
        """Appends a chunk to a column of the loop to come."""
        experiment, loop = names.parse_loop(request.parent)
        if len(request.chunk.shape) not in (1, 2) or 0 in request.chunk.shape:
            raise InvalidInputError(
                f"the chunk has the shape {tuple(request.chunk.shape)[:4]}; it must be (rows,) or (rows, width), none 0"
            )
        values = wire.decode_array(request.chunk)
        chunk = columns.Chunk(request.signal, request.checksum, request.offset, values, request.chunk.crc32)

        def put(tx: Transaction) -> Message:
            return service_pb2.PutColumnChunkResponse(rows=columns.put_chunk(tx, experiment, loop, chunk))

        return self._mutate(request, context, put, synced=False)  # ReportLoop syncs all chunks at once

    def ReportLoop(self, request: service_pb2.ReportLoopRequest, context: grpc.ServicerContext) -> bytes:
        """Commits a loop whole."""
        experiment = names.parse_experiment(request.parent)
        wanted = wire.decode_loop(request.loop)

        def report(tx: Transaction) -> Message:
            made = loops.report(tx, experiment, request.pool_fingerprint, wanted, self._keep_loops)
            return wire.encode_loop(experiment, made)

        return self._mutate(request, context, report)

    def ListLoops(self, request: service_pb2.ListLoopsRequest, _: grpc.ServicerContext) -> bytes:
        """All loops of an experiment, oldest first."""
        experiment = names.parse_experiment(request.parent)
        page = read_page(f"loops of {experiment}", request.page_size, request.page_token, -1)
        with self._store.read() as tx:
            experiments.get(tx, experiment)
            found = tx.loops.page(experiment, page.after + 1, page.size + 1)
        messages, token = page.fill(found, lambda info: info.number, lambda info: wire.encode_loop(experiment, info))
        return _bytes(service_pb2.ListLoopsResponse(loops=messages, next_page_token=token))

    def ListSignalHistory(self, request: service_pb2.ListSignalHistoryRequest, _: grpc.ServicerContext) -> bytes:
        """One signal over all loops, a part of one loop's column at a time."""
        experiment = names.parse_experiment(request.parent)
        signal = columns.known_signal(request.signal)
        page = read_page(
            f"history of {signal.name} of {experiment}",
            request.page_size,
            request.page_token,
            "",
            default=limits.MAX_POOL_SIZE,
            largest=limits.MAX_POOL_SIZE,
        )
        place = history.Place(*page.numbers(2)) if page.after else history.Place(0, 0)
        sizes = history.Sizes(page.size, limits.CHUNK_BYTES, PAGE_BYTES * 31 // 32)  # beside a bit for each position
        with self._store.read() as tx:
            info = experiments.get(tx, experiment)
            part, behind = history.part(tx, info, signal, place, sizes)
        response = service_pb2.ListSignalHistoryResponse(part=None if part is None else wire.encode_part(part))
        if behind is not None:
            response.next_page_token = page.token(f"{behind.loop} {behind.position}")
        return _bytes(response)

    # Decisions

    def Decide(self, request: service_pb2.DecideRequest, context: grpc.ServicerContext) -> bytes:
        """The decision of a loop, made now or before."""
        experiment, loop = names.parse_loop(request.parent)
        remaining = context.time_remaining()
        patience = DECIDE_PATIENCE if remaining is None else min(remaining, DECIDE_PATIENCE)
        if not self._deciding.acquire(timeout=max(0.0, patience)):
            raise RefusedError(Reason.ENGINE_BUSY)
        try:
            _check_awaited(context)
            return self._serving.decide(
                _ticket(request),
                (experiment, loop),
                lambda decision: _bytes(wire.encode_decision(experiment, decision)),
                context.time_remaining(),
            )
        finally:
            self._deciding.release()

    def GetDecision(self, request: service_pb2.GetDecisionRequest, _: grpc.ServicerContext) -> bytes:
        """The decision of a loop."""
        experiment, loop = names.parse_decision(request.name)
        with self._store.read() as tx:
            return _bytes(wire.encode_decision(experiment, decisions.get(tx, experiment, loop)))

    def ListDecisions(self, request: service_pb2.ListDecisionsRequest, _: grpc.ServicerContext) -> bytes:
        """All decisions of an experiment, oldest first."""
        experiment = names.parse_experiment(request.parent)
        page = read_page(f"decisions of {experiment}", request.page_size, request.page_token, -1)
        with self._store.read() as tx:
            experiments.get(tx, experiment)
            found = tx.decisions.page(experiment, page.after + 1, page.size + 1)
        messages, token = page.fill(found, lambda made: made.loop, lambda made: wire.encode_decision(experiment, made))
        return _bytes(service_pb2.ListDecisionsResponse(decisions=messages, next_page_token=token))

    def GetInference(self, request: service_pb2.GetInferenceRequest, _: grpc.ServicerContext) -> bytes:
        """Which records the next report should be about."""
        experiment, loop = names.parse_decision(request.parent)
        with self._store.read() as tx:
            return _bytes(decision_pb2.Inference(coverage=decisions.get_inference(tx, experiment, loop)))

    def ListDecisionRows(self, request: service_pb2.ListDecisionRowsRequest, _: grpc.ServicerContext) -> bytes:
        """The selected records, best first."""
        experiment, loop = names.parse_decision(request.parent)
        page = read_page(
            f"rows of {experiment}/{loop}",
            request.page_size,
            request.page_token,
            0,
            default=limits.MAX_PAGE_ROWS,
            largest=limits.MAX_PAGE_ROWS,
        )
        with self._store.read() as tx:
            size = decisions.get(tx, experiment, loop).batch_size
            rows = tx.decisions.rows(experiment, loop, page.after, page.size, ROWS_PAGE_BYTES)
        end = page.after + len(rows.positions)
        token = page.token(end) if end < size else ""
        return _bytes(service_pb2.ListDecisionRowsResponse(rows=wire.encode_rows(rows), next_page_token=token))

    # Labels

    def ReportLabels(self, request: service_pb2.ReportLabelsRequest, context: grpc.ServicerContext) -> bytes:
        """Records what became of asking for labels."""
        experiment, loop = names.parse_loop(request.parent)
        labels.check_length(request.outcomes)
        outcomes = [wire.decode_outcome(outcome) for outcome in request.outcomes]

        def report(tx: Transaction) -> Message:
            info = labels.report(tx, experiment, loop, request.pool_fingerprint, outcomes)
            return service_pb2.ReportLabelsResponse(
                labeled_count=info.labeled_count, abstained_count=info.abstained_count
            )

        return self._mutate(request, context, report)

    # What the engine is

    def ListStrategies(self, request: service_pb2.ListStrategiesRequest, _: grpc.ServicerContext) -> bytes:
        """The strategies that the engine can follow, by name."""
        page = read_page("strategies", request.page_size, request.page_token, "")
        found = [
            StrategyInfo(name, strategy.needs, strategy.description, strategy.reference)
            for name, strategy in sorted(strategies().items())
            if name > page.after
        ]
        messages, token = page.fill(found, lambda info: info.name, wire.encode_strategy)
        return _bytes(service_pb2.ListStrategiesResponse(strategies=messages, next_page_token=token))

    def GetServerInfo(self, _request: service_pb2.GetServerInfoRequest, _: grpc.ServicerContext) -> bytes:
        """What answers, and its limits."""
        policy = self._serving.policy
        info = ServerInfo(
            version=loopwise.__version__,
            max_message_bytes=limits.MAX_MESSAGE_BYTES,
            max_pool_size=limits.MAX_POOL_SIZE,
            max_outcomes=limits.MAX_OUTCOMES,
            policy=policy.name,
            policy_version=policy.version,
        )
        return _bytes(wire.encode_server_info(info))

    def _mutate(
        self,
        request: Message,
        context: grpc.ServicerContext,
        work: Callable[[Transaction], Message],
        *,
        synced: bool = True,
    ) -> bytes:
        """Does the work once per request id, as long as somebody waits for it."""

        def do(transaction: Transaction) -> bytes:
            _check_awaited(context)
            return _bytes(work(transaction))

        return once(self._store, _ticket(request), do, synced=synced)


def _check_awaited(context: grpc.ServicerContext) -> None:
    remaining = context.time_remaining()
    if not context.is_active() or (remaining is not None and remaining <= 0):
        raise RefusedError(Reason.DEADLINE_PASSED)


def _bytes(message: Message) -> bytes:
    return message.SerializeToString(deterministic=True)


def _ticket(request: Message) -> Ticket:
    method = request.DESCRIPTOR.name.removesuffix("Request")
    payload = request
    if isinstance(request, service_pb2.PutColumnChunkRequest):  # the checked CRC-32 stands for the megabyte
        payload = service_pb2.PutColumnChunkRequest(
            parent=request.parent,
            signal=request.signal,
            checksum=request.checksum,
            offset=request.offset,
            chunk=array_pb2.Array(dtype=request.chunk.dtype, shape=request.chunk.shape, crc32=request.chunk.crc32),
        )
    request_id: str = request.request_id  # type: ignore[attr-defined]  # every mutation has one
    return Ticket(DEFAULT_TENANT, request_id, method, hashlib.sha256(_bytes(payload)).digest())
