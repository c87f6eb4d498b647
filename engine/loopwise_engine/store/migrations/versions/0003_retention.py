"""Columns age out: experiments may say when, and a column says whether it has."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the columns, in place as the migration before."""
    op.add_column("experiments", sa.Column("keep_loops", sa.Integer()))
    op.add_column("signal_columns", sa.Column("aged_out", sa.Boolean(), nullable=False, server_default=sa.false()))
