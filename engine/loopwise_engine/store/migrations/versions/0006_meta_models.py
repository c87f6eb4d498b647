"""Meta-models: their files, which of them decides or is in shadow, and what those in shadow would have decided."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0006"
down_revision = "0005"


def _key(name: str, kind: TypeEngine[Any]) -> sa.Column[Any]:
    if isinstance(kind, sa.String):
        kind = kind.with_variant(sa.String(kind.length, collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def upgrade() -> None:
    """Adds the tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "shadow_decisions",
        _key("tenant", sa.String(63)),
        _key("experiment", sa.String(63)),
        _key("loop", sa.Integer()),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("blend", sa.JSON(), nullable=False),
        sa.Column("batch_size", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant", "experiment", "loop"],
            ["decisions.tenant", "decisions.experiment", "decisions.loop"],
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "models",
        _key("tenant", sa.String(63)),
        _key("version", sa.String(64)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("published", moment, nullable=False),
    )
    op.create_table(
        "model_files",
        _key("tenant", sa.String(63)),
        _key("version", sa.String(64)),
        _key("name", sa.String(256)),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("crc32", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant", "version"], ["models.tenant", "models.version"], ondelete="CASCADE"),
    )
    op.create_table(
        "model_roles",
        _key("tenant", sa.String(63)),
        _key("role", sa.String(16)),
        _key("number", sa.Integer()),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("below", sa.Integer(), nullable=False),
        sa.Column("created", moment, nullable=False),
    )
