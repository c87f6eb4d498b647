"""A disk that is full: a limit on the size of files stands for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
import resource, signal, sys
import numpy as np
import loopwise
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
folder = sys.argv[1]
engine = loopwise.connect(f"sqlite:///{folder}/engine.db")
experiment = engine.experiment("full", pool=range(100_000), classes=10, journal=f"{folder}/journal")
P = np.full((100_000, 10), 0.1, dtype=np.float32)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, resource.RLIM_INFINITY))
try:
    experiment.report(P)
except loopwise.EngineError as error:
    print(error.code, error.reason)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(len(experiment.history))
experiment.report(P)
print(len(experiment.history), len(experiment.ask()))
"""


def test_a_full_disk_is_told_and_nothing_is_half_written(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["RESOURCE_EXHAUSTED STORE_FULL", "0", "1 1000"]
