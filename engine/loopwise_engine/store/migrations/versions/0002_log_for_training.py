"""Experiments may opt out of the logs that one trains on; those that were there have not."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds the column."""
    # Not in batch mode: SQLite would drop the table to make it anew, and with it all that goes with its rows.
    op.add_column("experiments", sa.Column("log_for_training", sa.Boolean(), nullable=False, server_default=sa.true()))
