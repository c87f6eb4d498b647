"""Experiments say how much of the pool models look at; decisions advise at what, and whether to fit from scratch."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Adds the columns, in place as the migrations before, and the table."""
    op.add_column("experiments", sa.Column("inference_share", sa.Double()))
    op.add_column("decisions", sa.Column("retrain", sa.Boolean(), nullable=False, server_default=sa.true()))
    text = sa.String(63).with_variant(sa.String(63, collation="C"), "postgresql")
    key = ("tenant", text), ("experiment", text), ("loop", sa.Integer())
    op.create_table(
        "inference",
        *(sa.Column(name, kind, primary_key=True, autoincrement=False) for name, kind in key),
        sa.Column("mask", sa.LargeBinary(), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            [name for name, _ in key], [f"decisions.{name}" for name, _ in key], ondelete="CASCADE"
        ),
    )
