"""Writes the fixtures of the newest revision."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.schemas import write

with tempfile.TemporaryDirectory() as folder:
    write(Path(folder))
