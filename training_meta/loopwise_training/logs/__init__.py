"""Logged runs: what an engine knows of its experiments as Parquet files, to train on, or to bring to another engine.

The layout is documented in docs/logged-runs.md; `layout` is its one definition.
"""

from __future__ import annotations

from loopwise_training.logs.exporting import Exported, export_logs
from loopwise_training.logs.importing import import_logs
from loopwise_training.logs.layout import LogsError

__all__ = ["Exported", "LogsError", "export_logs", "import_logs"]
