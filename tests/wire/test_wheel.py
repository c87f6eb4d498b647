"""The wheel in a fresh environment: thin without extras, an engine with [engine], on PostgreSQL with [postgres].

One environment serves all tests, in the order of this file: those without extras come before those with [engine].
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from packaging.requirements import Requirement

from loopwise.v1 import service_pb2, service_pb2_grpc
from tests import postgres

ROOT = Path(__file__).parents[2]
PACKAGES = ("sdk/loopwise", "engine/loopwise_engine", "training_meta/loopwise_training")
PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
# A bound for a process that hangs; nothing waits for it otherwise.
PATIENCE = 120.0


@dataclass(frozen=True)
class Environment:
    """A fresh environment, and an empty directory to run in."""

    bin: Path
    directory: Path

    def install(self, wheel: Path, extras: str = "") -> None:
        pinned = ("--no-compile", "-c", str(ROOT / "constraints.txt"))
        subprocess.run([*PIP, "--python", str(self.bin / "python"), "install", *pinned, f"{wheel}{extras}"], check=True)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / program), *arguments],
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def python(self, code: str) -> str:
        done = self.run("python", "-I", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def serve(self, database: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
        """A running engine on the database at this URL, and the address that it says it listens on."""
        process = subprocess.Popen(
            [str(self.bin / "loopwise"), "serve", "--listen", "127.0.0.1:0", "--db", database, *options],
            cwd=self.directory,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        with process:
            try:
                assert process.stdout is not None
                said = []
                for line in process.stdout:
                    said.append(line)
                    if found := re.search(r"listening on (\S+:\d+)", line):
                        yield process, found[1]
                        break
                else:
                    pytest.fail(f"the engine ended before it listened:\n{''.join(said)}")
            finally:
                process.kill()
                watchdog.cancel()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", "--no-deps", "--wheel-dir", str(directory), str(ROOT)], check=True)
    (built,) = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def thin(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home / "env", symlinks=os.name != "nt")
    (home / "empty").mkdir()
    environment = Environment(home / "env" / ("Scripts" if os.name == "nt" else "bin"), home / "empty")
    environment.install(wheel)
    return environment


@pytest.fixture(scope="module")
def with_engine(thin: Environment, wheel: Path) -> Environment:
    thin.install(wheel, "[engine]")
    return thin


def test_wheel_holds_the_packages_whole_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    written = {
        path.relative_to((ROOT / package).parent).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert held == written
    assert held >= {f"{Path(package).name}/py.typed" for package in PACKAGES}
    assert any(re.fullmatch(r"loopwise_engine/store/migrations/versions/\w+\.py", name) for name in held)
    assert not [name for name in held if re.search(r"(^|/)(tests/|test_|conftest)", name)]


def test_three_direct_dependencies(thin: Environment) -> None:
    code = "import importlib.metadata, json; print(json.dumps(importlib.metadata.requires('loopwise')))"
    requirements = [Requirement(line) for line in json.loads(thin.python(code))]
    direct = [r.name for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]

    assert sorted(direct) == ["grpcio", "numpy", "protobuf"]


def test_import_loads_neither_engine_nor_third_parties(thin: Environment) -> None:
    loaded = thin.python(
        "import sys, loopwise\n"
        "for name, module in list(sys.modules.items()):\n"
        "    if 'site-packages' in (getattr(module, '__file__', None) or ''):\n"
        "        print(name.partition('.')[0])\n"
    )

    assert "loopwise" in loaded.split()
    assert set(loaded.split()) <= {"loopwise", "numpy", "grpc", "google", "typing_extensions"}


def test_serve_names_the_missing_extra(thin: Environment) -> None:
    refused = thin.run("loopwise", "serve")

    assert refused.returncode != 0
    assert "loopwise[engine]" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_embedded_engine_names_the_missing_extra(thin: Environment) -> None:
    said = thin.python(
        "import loopwise\n"
        "from loopwise.errors import MissingExtraError\n"
        "try:\n"
        "    loopwise.connect()\n"
        "except MissingExtraError as error:\n"
        "    print(error)\n"
    )

    assert "loopwise[engine]" in said
    assert not list(thin.directory.iterdir())


def test_engine_extra_serves(with_engine: Environment, wheel: Path, tmp_path: Path) -> None:
    database = tmp_path / "loopwise.db"
    with with_engine.serve(f"sqlite:///{database}", "--metrics", "127.0.0.1:0") as (process, address):
        with grpc.insecure_channel(address) as channel:
            info = service_pb2_grpc.EngineServiceStub(channel).GetServerInfo(
                service_pb2.GetServerInfoRequest(), timeout=PATIENCE, wait_for_ready=True
            )
        process.terminate()
        process.communicate()

    assert info.version == wheel.name.split("-")[1]
    assert info.policy
    assert process.returncode == 0
    assert database.exists()


def test_engine_extra_brings_what_a_meta_model_needs_for_the_first_decision(with_engine: Environment) -> None:
    said = with_engine.python(
        "import importlib.util, sys\n"
        "import loopwise\n"
        "with loopwise.connect('sqlite://') as engine:\n"
        "    print(engine.info().policy, importlib.util.find_spec('lightgbm') is not None, 'lightgbm' in sys.modules)\n"
        "import lightgbm\n"
    )

    assert said.split()[1:] == ["True", "False"]


def test_engine_extra_has_the_commands_of_those_who_run_it(with_engine: Environment, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'loopwise.db'}"
    assert with_engine.run("loopwise", "db", "upgrade", "--db", url).returncode == 0
    listed = with_engine.run("loopwise", "meta", "list", "--db", url)
    helped = with_engine.run("loopwise", "meta", "--help")

    assert listed.returncode == 0, listed.stderr
    assert re.findall(r"^  (fit|promote) ", helped.stdout, re.MULTILINE) == ["fit", "promote"]


@pytest.mark.parametrize("command", [("demo",), ("meta", "fit", "--runs", ".", "--out", "model")])
def test_training_names_the_missing_extra(with_engine: Environment, command: tuple[str, ...]) -> None:
    refused = with_engine.run("loopwise", *command)

    assert refused.returncode != 0
    assert "loopwise[training]" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_missing_driver_names_the_extra_that_brings_it(with_engine: Environment, wheel: Path) -> None:
    with postgres.database() as url:
        refused = with_engine.run("loopwise", "serve", "--db", url)
        with_engine.install(wheel, "[postgres]")
        with with_engine.serve(url) as (_, address):
            assert address

    assert refused.returncode == 1
    assert refused.stderr.endswith("needs psycopg, its driver: pip install 'loopwise[postgres]'\n")
    assert refused.stderr.count("\n") == 1
