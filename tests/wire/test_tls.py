"""A server with a certificate, and a client that reaches it by "grpcs://"."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

LOOPWISE = str(Path(sys.executable).with_name("loopwise"))
CLIENT = """
import sys, loopwise.client
loopwise.client._CONNECT_SECONDS = float(sys.argv[3])
with loopwise.connect(sys.argv[1]) as engine:
    experiment = engine.experiment("tls", pool=range(10), journal=sys.argv[2])
    print(len(experiment.ask()))
"""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA, tmp_path: Path) -> Iterator[str]:
    certificate = authority.issue_cert("localhost")
    certificate.private_key_pem.write_to_path(tmp_path / "server.key")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "server.pem")
    command = [LOOPWISE, "serve", "--listen", "127.0.0.1:0", "--db", f"sqlite:///{tmp_path / 'engine.db'}"]
    command += ["--tls-cert", str(tmp_path / "server.pem"), "--tls-key", str(tmp_path / "server.key")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield "localhost:" + line.rpartition(":")[2].strip()
        process.terminate()


def connect(target: str, folder: Path, roots: trustme.CA, seconds: float = 60.0) -> subprocess.CompletedProcess[str]:
    roots.cert_pem.write_to_path(folder / "roots.pem")
    environment = {**os.environ, "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH": str(folder / "roots.pem")}
    command = [sys.executable, "-c", CLIENT, target, str(folder / "journal"), str(seconds)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_trusted_certificate_is_enough(server: str, authority: trustme.CA, tmp_path: Path) -> None:
    done = connect(f"grpcs://{server}", tmp_path, authority)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 10


def test_each_name_of_a_list_is_checked_by_itself(server: str, authority: trustme.CA, tmp_path: Path) -> None:
    """The certificate is localhost's; 127.0.0.1 is the same server by a name that is not its."""
    unnamed = server.replace("localhost", "127.0.0.1")
    done = connect(f"grpcs://{unnamed},{server}", tmp_path, authority)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == 10
    done = connect(f"grpcs://{unnamed},127.0.0.1:1", tmp_path, authority, seconds=1.0)
    assert "EngineUnavailableError: no engine answers" in done.stderr


def test_an_unknown_certificate_is_not_trusted(server: str, tmp_path: Path) -> None:
    done = connect(f"grpcs://{server}", tmp_path, trustme.CA(), seconds=1.0)
    assert "EngineUnavailableError: no engine answers" in done.stderr
