"""Experiments say what labels and loops cost; decisions plan ahead, and say how sure they are about stopping."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Adds the columns, in place as the migrations before."""
    op.add_column("experiments", sa.Column("label_cost", sa.Double(), nullable=False, server_default="1"))
    op.add_column("experiments", sa.Column("retrain_cost", sa.Double(), nullable=False, server_default="0"))
    op.add_column("experiments", sa.Column("deadline", sa.DateTime(timezone=True)))
    op.add_column("experiments", sa.Column("target_accuracy", sa.Double()))
    op.add_column("experiments", sa.Column("stop_confidence", sa.Double()))
    op.add_column("decisions", sa.Column("stop_confidence", sa.Double(), nullable=False, server_default="0"))
    op.add_column("decisions", sa.Column("stop_rules", sa.JSON()))
    op.add_column("decisions", sa.Column("schedule", sa.JSON()))
    op.add_column("decisions", sa.Column("forecast", sa.JSON()))
