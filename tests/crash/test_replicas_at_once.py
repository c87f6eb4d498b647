"""Two servers over one database, asked the same at the same moment: what one of them says holds for the other."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import grpc
import numpy as np
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from loopwise import channel
from loopwise.errors import EngineUnavailableError
from loopwise.rpc import Rpc as SdkRpc
from loopwise.v1 import decision_pb2, experiment_pb2, loop_pb2, service_pb2
from tests import postgres
from tests.contract.messages import FINGERPRINT, POOL, experiment, new_request_id, values_of
from tests.contract.rpc import Refusal, Rpc, decide_request, read_refusal, report_request
from tests.crash.replicas import Replica, replicas, target

ROUNDS = 4
ROUNDS_OF_THE_LONG_TEST = 200
ASKERS = 4
CHOICE = {"strategy": "margin", "batch_size": 3, "random_share": 0.0}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Replica]]:
    """Started at once, on a database without tables."""
    with postgres.empty_database() as url, replicas(url, tmp_path_factory.mktemp("replicas"), 2) as started:
        yield started


@pytest.fixture(scope="module")
def askers(two: list[Replica]) -> Iterator[list[Rpc]]:
    """Calls to one server and the other, in turn."""
    with ExitStack() as stack:
        channels = [channel.open_channel(f"grpc://{replica.address}") for replica in two]
        yield [Rpc(stack.enter_context(closing(channels[number % 2]))) for number in range(ASKERS)]


def at_once(askers: Sequence[Rpc], requests: Sequence[Message]) -> list[bytes | Refusal]:
    """What each asker is answered, byte for byte, or refused with; an asker for each request."""
    start = threading.Barrier(len(requests))

    def ask(asker: Rpc, request: Message) -> bytes | Refusal:
        method, message = type(request).__name__.removesuffix("Request"), request.SerializeToString()
        start.wait()
        try:
            return asker.send_bytes(method, message)
        except grpc.RpcError as error:
            return read_refusal(error)

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(ask, askers, requests))


def only(answers: Sequence[bytes | Refusal]) -> bytes:
    """The one answer that all of them are."""
    (answer,) = set(answers)
    assert isinstance(answer, bytes), answer
    return answer


def reasons(answers: Sequence[bytes | Refusal]) -> list[str]:
    """Why calls were refused; empty for those that were not."""
    return sorted("" if isinstance(answer, bytes) else answer.reason for answer in answers)


def create_request(name: str) -> service_pb2.CreateExperimentRequest:
    return service_pb2.CreateExperimentRequest(
        experiment_id=name, experiment=experiment(**CHOICE), request_id=new_request_id()
    )


def labels_request(name: str, loop: int, positions: Sequence[int], cost: float) -> service_pb2.ReportLabelsRequest:
    return service_pb2.ReportLabelsRequest(
        parent=f"experiments/{name}/loops/{loop}",
        pool_fingerprint=FINGERPRINT,
        outcomes=[loop_pb2.LabelOutcome(position=position, cost=cost) for position in positions],
        request_id=new_request_id(),
    )


def play(askers: list[Rpc], name: str, seed: int) -> None:
    """The life of an experiment, of which every step is taken by all askers at once."""
    margins = np.random.default_rng(seed).permutation(POOL).astype(np.float32) / POOL
    one, other = askers[:2]

    created = at_once(askers, [create_request(name) for _ in askers])
    assert reasons(created) == ["", *["EXPERIMENT_EXISTS"] * (ASKERS - 1)]
    only(at_once(askers, [create_request(f"{name}-same")] * ASKERS))

    with ThreadPoolExecutor(ASKERS) as threads:
        columns = list(threads.map(lambda asker: asker.upload(name, 0, "margin", margins, 5), askers))
    assert columns == columns[:1] * ASKERS
    only(at_once(askers, [report_request(name, 0, columns=columns[:1]) for _ in askers]))

    decided = only(at_once(askers, [decide_request(name, 0) for _ in askers]))
    rows = service_pb2.ListDecisionRowsRequest(parent=f"experiments/{name}/loops/0/decision")
    page = service_pb2.ListDecisionRowsResponse.FromString(only(at_once(askers, [rows] * ASKERS)))
    assert values_of(page.rows.positions).tolist() == np.argsort(margins)[:3].tolist()

    labels = [labels_request(name, 0, [0, 1, 2 + number], cost=number) for number in range(ASKERS)]
    assert reasons(at_once(askers, labels)) == [""] * ASKERS
    assert one.get(name).labeled_count == 2 + ASKERS

    different = [report_request(name, 1, labeled_count=2 + ASKERS, metrics={"n": n}) for n in range(ASKERS)]
    assert reasons(at_once(askers, different)) == ["", *["LOOP_EXISTS"] * (ASKERS - 1)]

    changed = experiment_pb2.Experiment(name=f"experiments/{name}", batch_size=5)
    update = service_pb2.UpdateExperimentRequest(
        experiment=changed, update_mask=FieldMask(paths=["batch_size"]), request_id=new_request_id()
    )
    mixed = [decide_request(name, 1), decide_request(name, 1), labels_request(name, 1, [9, 10], 0.0), update]
    answers = at_once(askers, mixed)
    assert reasons(answers) == [""] * ASKERS
    assert only(answers[:2]) == only(at_once(askers, [decide_request(name, 1) for _ in askers]))
    assert only(at_once(askers, [decide_request(name, 0) for _ in askers])) == decided
    found = other.get(name)
    assert (found.batch_size, found.labeled_count, found.loop_count) == (5, 4 + ASKERS, 2)

    delete = [
        service_pb2.DeleteExperimentRequest(name=f"experiments/{name}", request_id=new_request_id()) for _ in range(2)
    ]
    ended = at_once(askers, [*delete, labels_request(name, 1, [11], 0.0), report_request(name, 2, labeled_count=8)])
    assert reasons(ended[:2]) == ["", "EXPERIMENT_NOT_FOUND"]
    assert set(reasons(ended[2:])) <= {"", "EXPERIMENT_NOT_FOUND", "LABELS_MISMATCH"}

    # Another experiment of the same name, of which no server may remember anything.
    one.create(name, **CHOICE)
    turned = margins[::-1].copy()
    column = one.upload(name, 0, "margin", turned, 5)
    one.report(name, 0, columns=[column])
    assert decision_pb2.Decision.FromString(only(at_once(askers, [decide_request(name, 0) for _ in askers]))).name
    for asker in askers[:2]:
        assert values_of(asker.rows(name, 0).positions).tolist() == np.argsort(turned)[:3].tolist()


def test_whoever_is_asked_the_answer_is_the_same(askers: list[Rpc]) -> None:
    for number in range(ROUNDS):
        play(askers, f"round-{number}", number)


@pytest.mark.long
def test_whoever_is_asked_the_answer_is_the_same_long(askers: list[Rpc]) -> None:
    for number in range(ROUNDS_OF_THE_LONG_TEST):
        play(askers, f"long-{number}", number)


def test_an_upload_goes_on_at_another_server(two: list[Replica]) -> None:
    values = np.linspace(0, 1, POOL, dtype=np.float32)
    with closing(channel.open_channel(target(two))) as opened:
        rpc = Rpc(opened)
        rpc.create("a")

        class Killing(Rpc):
            """Kills a server in the middle."""

            sent = 0

            def send(self, request: Message, timeout: float = 60.0) -> service_pb2.PutColumnChunkResponse:
                self.sent += 1
                if self.sent == 4:
                    two[0].kill()
                answer: service_pb2.PutColumnChunkResponse = super().send(request, timeout)
                return answer

        column = Killing(opened).upload("a", 0, "margin", values, rows_per_chunk=3)
        rpc.report("a", 0, columns=[column])
        two[0].start()
        two[0].wait()
    with closing(channel.open_channel(f"grpc://{two[0].address}")) as opened:
        (page,) = Rpc(opened).pages(service_pb2.ListSignalHistoryRequest(parent="experiments/a", signal="margin"))
        np.testing.assert_array_equal(values_of(page.part.values), values)


def test_a_server_that_hangs_costs_one_deadline(two: list[Replica]) -> None:
    """It cannot be told from one that takes its time; the next calls go elsewhere."""
    with closing(channel.open_channel(target(two))) as opened:
        assert isinstance(opened, channel.Replicas)
        patient, hasty = SdkRpc(opened), SdkRpc(opened, deadline=1.0)
        for _ in two:
            patient.get_server_info()
        two[0].stop()
        try:
            opened._turns = itertools.count(0)  # its turn
            with pytest.raises(EngineUnavailableError, match="there was no answer in time"):
                hasty.get_server_info()
            for _ in range(4):
                patient.get_server_info()
        finally:
            two[0].go_on()
