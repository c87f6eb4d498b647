"""The command line and its settings: what starts, what is refused, and in which words."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import click
import grpc
import pytest
from click.testing import CliRunner
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

import loopwise as sdk
from loopwise.errors import InvalidInputError
from loopwise.v1 import errors_pb2, service_pb2, service_pb2_grpc
from loopwise_engine import cli, main
from loopwise_engine.cli import loopwise
from loopwise_engine.service.status import DETAILS_KEY, clip
from loopwise_engine.settings import Settings
from loopwise_engine.store import Store
from loopwise_training import metacli

LOOPWISE = [sys.executable, "-c", "from loopwise_engine.main import main; main()"]
PATIENCE = 60.0
"""Seconds; a bound for a process that hangs, nothing waits for it otherwise."""


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server, and the address that it says it listens on."""
    command = [*LOOPWISE, "serve", "--listen", "127.0.0.1:0", "--db", f"sqlite:///{folder / 'cli.db'}", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert said.startswith("listening on 127.0.0.1:"), process.communicate(timeout=PATIENCE)
            yield process, said.removeprefix("listening on ").strip()
        finally:
            process.kill()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("cli"), "--reflection", "--policy", "prior") as (_, address):
        yield address


# Settings


def test_settings_come_from_what_is_given_then_the_environment_then_the_defaults() -> None:
    environment = {
        "LOOPWISE_LISTEN": "127.0.0.1:1",
        "LOOPWISE_DB": "sqlite://",
        "LOOPWISE_REFLECTION": "yes",
        "LOOPWISE_INSECURE": "0",
        "LOOPWISE_METRICS": "127.0.0.1:3",
        "LOOPWISE_CACHE_BYTES": "1048576",
        "LOOPWISE_KEEP_LOOPS": "12",
        "LOOPWISE_POLICY": "prior",
        "LOOPWISE_EXPLORE": "0.05",
        "LOOPWISE_TLS_CERT": "a.pem",
        "LOOPWISE_TLS_KEY": "b.pem",
        "LISTEN": "127.0.0.1:9",
    }

    assert Settings.read({}) == Settings()
    assert Settings.read(environment, listen="127.0.0.1:2", db=None) == Settings(
        db="sqlite://",
        listen="127.0.0.1:2",
        reflection=True,
        tls_cert=Path("a.pem"),
        tls_key=Path("b.pem"),
        metrics="127.0.0.1:3",
        cache_bytes=1 << 20,
        keep_loops=12,
        policy="prior",
        explore=0.05,
    )


def test_the_share_that_is_explored_is_one() -> None:
    with pytest.raises(InvalidInputError, match="LOOPWISE_EXPLORE='some' must be a number"):
        Settings.read({"LOOPWISE_EXPLORE": "some"})
    for share in (-0.1, 1.5, float("nan")):
        with pytest.raises(InvalidInputError, match="it must be a share of the decisions, from 0 to 1"):
            Settings(explore=share)


def test_a_variable_that_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="LOOPWISE_REFLECTION='perhaps' must be one of"):
        Settings.read({"LOOPWISE_REFLECTION": "perhaps"})


def test_the_size_of_the_cache_is_a_whole_number_from_0_on() -> None:
    with pytest.raises(InvalidInputError, match="LOOPWISE_CACHE_BYTES='much' must be a whole number"):
        Settings.read({"LOOPWISE_CACHE_BYTES": "much"})
    with pytest.raises(InvalidInputError, match="cache_bytes is -1; it must be 0, for no cache, or more"):
        Settings(cache_bytes=-1)

    assert Settings.read({"LOOPWISE_CACHE_BYTES": "7"}, cache_bytes=0).cache_bytes == 0


def test_loops_to_keep_are_counted() -> None:
    with pytest.raises(InvalidInputError, match="LOOPWISE_KEEP_LOOPS='all' must be a whole number"):
        Settings.read({"LOOPWISE_KEEP_LOOPS": "all"})
    with pytest.raises(InvalidInputError, match="keep-loops 0 must be 1 to 1000000000"):
        Settings.read({}, keep_loops=0)


@pytest.mark.parametrize("listen", ["", "50051", "localhost", "127.0.0.1:", "a b:1", "127.0.0.1:65536", "::1:50051"])
def test_a_malformed_address_is_refused(listen: str) -> None:
    with pytest.raises(InvalidInputError, match=r"must look like '127\.0\.0\.1:50051'"):
        Settings(listen=listen)
    with pytest.raises(InvalidInputError, match=r"must look like '127\.0\.0\.1:50051'"):
        Settings(metrics=listen)


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "127.8.9.1:50051", "localhost:50051", "[::1]:50051"])
def test_loopback_needs_no_tls(listen: str) -> None:
    assert Settings(listen=listen).listen == listen


@pytest.mark.parametrize("listen", ["0.0.0.0:50051", "[::]:50051", "192.168.1.2:50051", "example.org:50051"])
def test_beyond_loopback_there_is_tls_or_a_word(listen: str) -> None:
    with pytest.raises(InvalidInputError, match="can be reached from other machines: give tls-cert and tls-key"):
        Settings(listen=listen)
    with pytest.raises(InvalidInputError, match="can be reached from other machines: give tls-cert and tls-key"):
        Settings(metrics=listen)

    assert Settings(listen=listen, metrics=listen, insecure=True).insecure
    assert Settings(listen=listen, tls_cert=Path("a"), tls_key=Path("b")).listen == listen


def test_a_certificate_comes_with_its_key() -> None:
    with pytest.raises(InvalidInputError, match="both a certificate and its key"):
        Settings(tls_cert=Path("a"))
    with pytest.raises(InvalidInputError, match="both a certificate and its key"):
        Settings(tls_key=Path("a"))


# Commands


def test_version() -> None:
    assert CliRunner().invoke(loopwise, ["--version"]).output == f"loopwise, version {sdk.__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "lines"),
    [
        ([], ["  serve  ", "  demo  ", " server:    engine = loopwise.connect()\n", "LOOPWISE_DB"]),
        (["serve"], ["--listen", "[127.0.0.1:50051]", "[sqlite:///loopwise.db]", "--tls-cert", "\n  loopwise serve\n"]),
    ],
)
def test_help_teaches(arguments: list[str], lines: list[str]) -> None:
    shown = CliRunner().invoke(loopwise, [*arguments, "--help"])

    assert shown.exit_code == 0
    assert [line for line in lines if line not in shown.output] == []


def test_an_unknown_command_is_refused() -> None:
    shown = CliRunner().invoke(loopwise, ["nonsense"])

    assert shown.exit_code == 2
    assert "No such command 'nonsense'" in shown.output


@click.command("greet")
@click.argument("name")
def greet(name: str) -> None:
    """Greets."""
    click.echo(f"Hello, {name}")


greetings = click.Group("meta", {"greet": greet}, help="Another one.")


def test_other_packages_bring_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("greet", f"{__name__}:greet", cli.COMMANDS)
    monkeypatch.setattr(
        cli, "entry_points", lambda group, name="greet": [point] if (group, name) == (cli.COMMANDS, "greet") else []
    )

    assert "greet" in CliRunner().invoke(loopwise, ["--help"]).output
    assert CliRunner().invoke(loopwise, ["greet", "Ada"]).output == "Hello, Ada\n"
    assert "Greets." in CliRunner().invoke(loopwise, ["greet", "--help"]).output


def test_a_group_has_the_commands_of_both_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("meta", f"{__name__}:greetings", cli.COMMANDS)
    monkeypatch.setattr(cli, "entry_points", lambda group, name="meta": [point] if name == "meta" else [])

    assert CliRunner().invoke(loopwise, ["meta", "greet", "Ada"]).output == "Hello, Ada\n"
    shown = CliRunner().invoke(loopwise, ["meta", "--help"]).output
    assert [words in shown for words in ("promote", "greet", "The meta-model: learn one")] == [True] * 3
    assert "Another one." not in shown
    assert loopwise.commands["meta"].commands.keys().isdisjoint({"greet"})  # type: ignore[attr-defined]


def test_a_server_loads_no_commands_of_others() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from loopwise_engine.cli import loopwise; "
        "CliRunner().invoke(loopwise, ['serve', '--listen', 'nonsense']); "
        "print({name.partition('.')[0] for name in sys.modules} & {'loopwise_training', 'sklearn', 'matplotlib'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        *(("serve", "engine"), ("--help", "engine"), ("meta promote", "engine")),
        *(("demo", "training"), ("logs", "training"), ("meta fit", "training")),
    ],
)
def test_a_missing_part_is_named(command: str, extra: str) -> None:
    code = f"import sys; sys.modules['click'] = None; sys.argv[1:] = {command.split()}; {LOOPWISE[-1]}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"pip install 'loopwise[{extra}]'" in done.stderr


# Serving


def refused(*options: str) -> str:
    done = CliRunner().invoke(loopwise, ["serve", "--db", "sqlite://", *options])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    return done.stderr


def test_every_command_of_training_is_known_as_one() -> None:
    assert set(main._OF_TRAINING) == {"demo", "logs", *(f"meta {name}" for name in metacli.meta.commands)}


def test_a_port_in_use_is_refused() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"

        assert refused("--listen", address).startswith(f"Error: cannot listen on {address}: the port is in use")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--db", "nonsense"], "Error: the database 'nonsense' must look like 'sqlite:///FILE'"),
        (["--db", "sqlite:///no/such/folder/x.db"], "cannot be opened: unable to open database file"),
        (["--listen", "0.0.0.0:0"], "Error: 0.0.0.0:0 can be reached from other machines"),
        (["--policy", "best"], "Error: the policy 'best' must be one of meta, blend, prior"),
        (["--keep-loops", "-1"], "Error: keep-loops -1 must be 1 to 1000000000"),
        (["--tls-cert", "no.pem", "--tls-key", "no.key"], "Error: the TLS file no.key cannot be read: No such file"),
    ],
)
def test_a_server_that_cannot_start_says_why(options: list[str], sentence: str) -> None:
    assert sentence in refused(*options)


def test_a_server_answers_and_is_healthy(address: str) -> None:
    with grpc.insecure_channel(address) as channel:
        info = service_pb2_grpc.EngineServiceStub(channel).GetServerInfo(
            service_pb2.GetServerInfoRequest(), timeout=PATIENCE
        )
        health = health_pb2_grpc.HealthStub(channel)
        for service in ("", "loopwise.v1.EngineService"):
            answer = health.Check(health_pb2.HealthCheckRequest(service=service), timeout=PATIENCE)
            assert answer.status == health_pb2.HealthCheckResponse.SERVING

    assert info.version == sdk.__version__
    assert info.policy == "prior"


def test_a_server_keeps_as_many_loops_as_it_is_told(tmp_path: Path) -> None:
    with serving(tmp_path, "--keep-loops", "1") as (_, address), sdk.connect(f"grpc://{address}") as engine:
        for name, keep in (("one", None), ("two", 2)):
            with engine.experiment(name, pool=range(4), journal=tmp_path / name, keep_loops=keep) as experiment:
                for _ in range(3):
                    experiment.report(signals={"margin": [0.1, 0.2, 0.3, 0.4]})
                kept = (experiment.signal("margin") > 0).any(axis=1)
                assert kept.tolist() == [False, keep == 2, True]


def test_a_server_describes_itself_when_told_to(address: str) -> None:
    with grpc.insecure_channel(address) as channel:
        asked = reflection_pb2.ServerReflectionRequest(list_services="")
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        (answer,) = stub.ServerReflectionInfo(iter([asked]), timeout=PATIENCE)

    assert "loopwise.v1.EngineService" in {service.name for service in answer.list_services_response.service}


def test_a_refusal_travels_with_its_reason_however_long(address: str) -> None:
    long = "experiments/" + "é" * 100_000
    with grpc.insecure_channel(address) as channel, pytest.raises(grpc.RpcError) as caught:
        service_pb2_grpc.EngineServiceStub(channel).GetExperiment(
            service_pb2.GetExperimentRequest(name=long), timeout=PATIENCE
        )
    error: Any = caught.value
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    trailer = dict(error.trailing_metadata())
    status = errors_pb2.Status.FromString(trailer[DETAILS_KEY])
    info = errors_pb2.ErrorInfo.FromString(status.details[0].value)

    assert status.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert status.message == error.details() == clip(status.message)
    assert (info.reason, info.domain) == ("INVALID_ARGUMENT", "loopwise")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_server_ends_when_it_is_told_to(tmp_path: Path, number: signal.Signals) -> None:
    with serving(tmp_path) as (process, address):
        with grpc.insecure_channel(address) as channel:
            request = service_pb2.CreateExperimentRequest(experiment_id="kept", request_id="1")
            request.experiment.task_kind = 1  # type: ignore[assignment]
            request.experiment.pool_size = 3
            request.experiment.pool_fingerprint = "f"
            request.experiment.share_level = 2  # type: ignore[assignment]
            service_pb2_grpc.EngineServiceStub(channel).CreateExperiment(request, timeout=PATIENCE)
        process.send_signal(number)
        _, log = process.communicate(timeout=PATIENCE)

        assert process.returncode == 0
        (line,) = log.splitlines()
        assert "method='/loopwise.v1.EngineService/CreateExperiment' code='OK'" in line
        assert "request_id='1'" in line

    store = Store(f"sqlite:///{tmp_path / 'cli.db'}")
    with store.read() as transaction:
        assert transaction.experiments.find("kept") is not None
    store.close()
