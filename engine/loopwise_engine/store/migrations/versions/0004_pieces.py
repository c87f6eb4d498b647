"""PostgreSQL keeps chunks of columns in pieces of a page; those that are there stay as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds the column that says which pieces belong together, and lets a value fill a page."""
    # Not in batch mode: SQLite would drop the table to make it anew, and with it all that goes with its rows.
    op.add_column("column_chunks", sa.Column("continues", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE column_chunks SET (toast_tuple_target = 8160)")
