"""The driver's side of a worker process: it is asked for one run at a time, and ended when a run takes too long."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "NUMBA")} | {
    "VECLIB_MAXIMUM_THREADS": "1"
}
START_SECONDS = 120.0


@dataclass(frozen=True)
class Measured:
    """What one run took.

    Attributes:
        seconds: CPU time; None when it failed.
        extra_mb: Peak memory beyond what the process held before the call; None where that was not asked for, or
            cannot be told.
        failure: Why there is no time.
    """

    seconds: float | None = None
    extra_mb: float | None = None
    failure: str | None = None


class Worker:
    """A process of one environment that runs some adapters.

    Args:
        python: The environment's interpreter.
        adapters: Modules of `benchmarks.peers`.
        memory_gb: Bound on its address space.

    Attributes:
        offers: Names of the calls, by contestant.
        versions: Versions, by distribution.
        absent: Why an adapter is not there.
    """

    def __init__(self, python: str, adapters: list[str], memory_gb: float) -> None:
        self._command = [python, "-m", "benchmarks.peers.worker", f"{memory_gb:g}", *adapters]
        self._process: subprocess.Popen[bytes] | None = None
        self._unread = b""
        self._errors: IO[bytes] | None = None
        self.offers: dict[str, list[str]] = {}
        self.versions: dict[str, str] = {}
        self.absent: dict[str, str] = {}
        try:
            self._start()
        except FileNotFoundError:
            self.stop()
            self.absent = dict.fromkeys(adapters, "its environment is not installed")
        except (OSError, EOFError, TimeoutError) as error:
            self.stop()
            self.absent = dict.fromkeys(adapters, f"its worker does not start: {error}")

    def run(
        self,
        who: str,
        call: str,
        arrays: Mapping[str, Path],
        *,
        records: int,
        batch: int,
        labeled: int,
        limit: float,
        memory: bool,
    ) -> Measured:
        """One run; whatever goes wrong, the worker is there for the next.

        Args:
            who: A contestant.
            call: One of its calls.
            arrays: Files of arrays by name.
            records: How many of their rows.
            batch: How many records are to be chosen.
            labeled: How many of the records, the first ones, are labeled.
            limit: Seconds, after which the process is ended; preparations may take as long besides.
            memory: Measure the peak extra memory too, after giving back what earlier calls left.
        """
        paths = {name: str(path) for name, path in arrays.items()}
        message = {"who": who, "call": call, "arrays": paths, "records": records, "batch": batch}
        try:
            if self._process is None:
                self._start()
            assert self._process is not None
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(message | {"labeled": labeled, "memory": memory}).encode() + b"\n")
            self._process.stdin.flush()
            answer = self._answer(limit)
            return Measured(**(self._answer(limit) if "ready" in answer else answer))
        except TimeoutError:
            self.stop()
            return Measured(failure=f"over {limit:g} s")
        except (OSError, EOFError) as error:
            self.stop()
            return Measured(failure=str(error) or "its process ended")

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None

    def _start(self) -> None:
        self._unread = b""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=os.environ | ONE_THREAD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        hello = self._answer(START_SECONDS)
        self.offers, self.versions, self.absent = hello["offers"], hello["versions"], hello["absent"]

    def _answer(self, seconds: float) -> dict[str, Any]:
        """The next line. Raises TimeoutError, or EOFError when the process ended."""
        assert self._process is not None
        assert self._process.stdout is not None
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._unread:
                if not selector.select(max(0, deadline - time.monotonic())):
                    raise TimeoutError
                part = os.read(self._process.stdout.fileno(), 1 << 16)
                if not part:
                    raise EOFError(f"its process ended ({self._process.wait()}): {self._last_error()}")
                self._unread += part
        line, self._unread = self._unread.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _last_error(self) -> str:
        assert self._errors is not None
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        return next((line[:120] for line in reversed(lines) if line.strip()), "")
