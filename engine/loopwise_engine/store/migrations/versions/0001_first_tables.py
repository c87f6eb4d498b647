"""The first tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0001"
down_revision = None


def _text(length: int) -> TypeEngine[Any]:
    """A key that every database sorts by code points."""
    return sa.String(length).with_variant(sa.String(length, collation="C"), "postgresql")


_TENANT = ("tenant", _text(63))
_EXPERIMENT = ("experiment", _text(63))
_LOOP = ("loop", sa.Integer())


def upgrade() -> None:
    """Creates the tables."""
    _create_experiments()
    _create_loops()
    _create_signals()
    _create_decisions()
    _create(
        "outcomes",
        [_TENANT, _EXPERIMENT, ("position", sa.BigInteger())],
        sa.Column("loop", sa.Integer(), nullable=False),
        sa.Column("abstained", sa.Boolean(), nullable=False),
        sa.Column("correct", sa.Boolean()),
        sa.Column("loss", sa.Double()),
        sa.Column("cost", sa.Double()),
        sa.Column("seconds", sa.Double()),
        sa.Column("annotator", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant", "experiment"], ["experiments.tenant", "experiments.id"], ondelete="CASCADE"),
        with_rowid=False,
    )
    _create(
        "requests",
        [_TENANT, ("id", _text(256))],
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        with_rowid=False,
    )
    op.create_index("ix_requests_created", "requests", ["created"])


def _create_experiments() -> None:
    _create(
        "experiments",
        [_TENANT, ("id", _text(63))],
        sa.Column("uid", sa.String(32), nullable=False),
        sa.Column("pool_size", sa.BigInteger(), nullable=False),
        sa.Column("pool_fingerprint", sa.Text(), nullable=False),
        sa.Column("classes", sa.Integer()),
        sa.Column("label_budget", sa.BigInteger()),
        sa.Column("share_level", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(20), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("batch_size", sa.BigInteger()),
        sa.Column("strategy", sa.Text()),
        sa.Column("random_share", sa.Double(), nullable=False),
        sa.Column("labeled_count", sa.BigInteger(), nullable=False),
        sa.Column("abstained_count", sa.BigInteger(), nullable=False),
        sa.Column("loop_count", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
    )


def _create_loops() -> None:
    _create(
        "loops",
        [_TENANT, _EXPERIMENT, ("number", sa.Integer())],
        sa.Column("labeled_count", sa.BigInteger(), nullable=False),
        sa.Column("abstained_count", sa.BigInteger(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant", "experiment"], ["experiments.tenant", "experiments.id"], ondelete="CASCADE"),
    )
    for series in ("loop_metrics", "loop_features"):
        _create(
            series,
            [_TENANT, _EXPERIMENT, _LOOP, ("name", _text(256))],
            sa.Column("value", sa.Double(), nullable=False),
            _of_loop(),
            with_rowid=False,
        )
    _create(
        "coverages",
        [_TENANT, _EXPERIMENT, _LOOP, ("number", sa.Integer())],
        sa.Column("mask", sa.LargeBinary(), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        _of_loop(),
    )


def _create_signals() -> None:
    _create(
        "signal_columns",
        [_TENANT, _EXPERIMENT, _LOOP, ("signal", _text(63))],
        sa.Column("dtype", sa.String(8), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.Column("running", sa.BigInteger(), nullable=False),
        sa.Column("coverage", sa.Integer()),
        sa.ForeignKeyConstraint(["tenant", "experiment"], ["experiments.tenant", "experiments.id"], ondelete="CASCADE"),
    )
    _create(
        "column_chunks",
        [_TENANT, _EXPERIMENT, _LOOP, ("signal", _text(63)), ("first_row", sa.BigInteger())],
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "experiment", "loop", "signal"],
            [f"signal_columns.{name}" for name in ("tenant", "experiment", "loop", "signal")],
            ondelete="CASCADE",
        ),
    )
    if op.get_bind().dialect.name == "postgresql":  # trying to compress numbers costs half of the time
        op.execute("ALTER TABLE column_chunks ALTER COLUMN data SET STORAGE EXTERNAL")


def _create_decisions() -> None:
    _create(
        "decisions",
        [_TENANT, _EXPERIMENT, _LOOP],
        sa.Column("blend", sa.JSON(), nullable=False),
        sa.Column("batch_size", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.String(20), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("policy_version", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("unmet", sa.JSON(), nullable=False),
        sa.Column("stop", sa.Boolean(), nullable=False),
        sa.Column("stop_reason", sa.Text(), nullable=False),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False),
        _of_loop(),
    )
    _create(
        "decision_rows",
        [_TENANT, _EXPERIMENT, _LOOP, ("first_row", sa.BigInteger())],
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("positions", sa.LargeBinary(), nullable=False),
        sa.Column("propensities", sa.LargeBinary(), nullable=False),
        sa.Column("chosen_by", sa.LargeBinary(), nullable=False),
        sa.Column("probabilities", sa.LargeBinary()),
        sa.Column("predicted_class", sa.LargeBinary()),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "experiment", "loop"],
            [f"decisions.{name}" for name in ("tenant", "experiment", "loop")],
            ondelete="CASCADE",
        ),
    )


def _create(
    name: str,
    keys: Sequence[tuple[str, TypeEngine[Any]]],
    *items: sa.schema.SchemaItem,
    with_rowid: bool = True,
) -> None:
    columns = [sa.Column(key, kind, primary_key=True, autoincrement=False) for key, kind in keys]
    op.create_table(name, *columns, *items, sqlite_with_rowid=with_rowid)


def _of_loop() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant", "experiment", "loop"],
        [f"loops.{name}" for name in ("tenant", "experiment", "number")],
        ondelete="CASCADE",
    )
