"""The tables, as the newest migration leaves them.

Every row belongs to a tenant, and below an experiment names are as in the contract. Metrics, features and outcomes are
rows that one can query; signal columns and selected records are checksummed blobs.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

metadata = sa.MetaData()


class Moment(sa.TypeDecorator[datetime]):
    """A point in time: UTC, to the microsecond, also where the database knows no time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """To UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """From UTC, or from a session's time zone."""
        if value is None or value.tzinfo is not None:
            return value and value.astimezone(UTC)
        return value.replace(tzinfo=UTC)


def _key(name: str, kind: type[TypeEngine[Any]] | TypeEngine[Any]) -> sa.Column[Any]:
    if isinstance(kind, sa.String):  # in the order of code points everywhere, not in that of a server's language
        kind = kind.with_variant(sa.String(kind.length, collation="C"), "postgresql")
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _below(parent: sa.Table, *names: str) -> sa.ForeignKeyConstraint:
    """Rows that go with the row of `parent` whose primary key is in the columns `names`."""
    keys = [f"{parent.name}.{column.name}" for column in parent.primary_key]
    return sa.ForeignKeyConstraint(names, keys, ondelete="CASCADE")


experiments = sa.Table(
    "experiments",
    metadata,
    _key("tenant", sa.String(63)),
    _key("id", sa.String(63)),
    sa.Column("uid", sa.String(32), nullable=False),
    sa.Column("pool_size", sa.BigInteger, nullable=False),
    sa.Column("pool_fingerprint", sa.Text, nullable=False),
    sa.Column("classes", sa.Integer),
    sa.Column("label_budget", sa.BigInteger),
    sa.Column("share_level", sa.Integer, nullable=False),
    sa.Column("seed", sa.String(20), nullable=False),  # in decimal: databases have no unsigned 64-bit integers
    sa.Column("state", sa.Integer, nullable=False),
    sa.Column("batch_size", sa.BigInteger),
    sa.Column("strategy", sa.Text),
    sa.Column("random_share", sa.Double, nullable=False),
    sa.Column("labeled_count", sa.BigInteger, nullable=False),
    sa.Column("abstained_count", sa.BigInteger, nullable=False),
    sa.Column("loop_count", sa.Integer, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("updated", Moment, nullable=False),
    sa.Column("log_for_training", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("keep_loops", sa.Integer),
    sa.Column("label_cost", sa.Double, nullable=False, server_default="1"),
    sa.Column("retrain_cost", sa.Double, nullable=False, server_default="0"),
    sa.Column("deadline", Moment),
    sa.Column("target_accuracy", sa.Double),
    sa.Column("stop_confidence", sa.Double),
    sa.Column("inference_share", sa.Double),
)

loops = sa.Table(
    "loops",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("number", sa.Integer),
    sa.Column("labeled_count", sa.BigInteger, nullable=False),
    sa.Column("abstained_count", sa.BigInteger, nullable=False),
    sa.Column("created", Moment, nullable=False),
    _below(experiments, "tenant", "experiment"),
)


def _series(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        _key("tenant", sa.String(63)),
        _key("experiment", sa.String(63)),
        _key("loop", sa.Integer),
        _key("name", sa.String(256)),
        sa.Column("value", sa.Double, nullable=False),
        _below(loops, "tenant", "experiment", "loop"),
        sqlite_with_rowid=False,
    )


loop_metrics = _series("loop_metrics")
loop_features = _series("loop_features")

coverages = sa.Table(
    "coverages",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("loop", sa.Integer),
    _key("number", sa.Integer),  # from 1; 0 is the whole pool, and is not stored
    sa.Column("mask", sa.LargeBinary, nullable=False),
    sa.Column("crc32", sa.BigInteger, nullable=False),
    _below(loops, "tenant", "experiment", "loop"),
)

signal_columns = sa.Table(
    "signal_columns",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("loop", sa.Integer),
    _key("signal", sa.String(63)),
    sa.Column("dtype", sa.String(8), nullable=False),
    sa.Column("width", sa.Integer, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("checksum", sa.BigInteger, nullable=False),  # of the whole column, as its sender announced it
    sa.Column("running", sa.BigInteger, nullable=False),  # of the rows that are here
    sa.Column("coverage", sa.Integer),  # null until the loop is reported
    sa.Column("aged_out", sa.Boolean, nullable=False, server_default=sa.false()),  # then it has no chunks
    _below(experiments, "tenant", "experiment"),
)

column_chunks = sa.Table(
    "column_chunks",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("loop", sa.Integer),
    _key("signal", sa.String(63)),
    _key("first_row", sa.BigInteger),
    sa.Column("crc32", sa.BigInteger, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("continues", sa.Boolean, nullable=False, server_default=sa.false()),  # the chunk of the row before
    _below(signal_columns, "tenant", "experiment", "loop", "signal"),
)
# PostgreSQL would try to compress every chunk: half of the time, and next to nothing gained. And it would take apart
# what fills a page (see `pieces`).
for _setting in ("ALTER COLUMN data SET STORAGE EXTERNAL", "SET (toast_tuple_target = 8160)"):
    _statement = sa.DDL(f"ALTER TABLE column_chunks {_setting}")  # type: ignore[no-untyped-call]
    sa.event.listen(column_chunks, "after_create", _statement.execute_if(dialect="postgresql"))

decisions = sa.Table(
    "decisions",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("loop", sa.Integer),
    sa.Column("blend", sa.JSON, nullable=False),
    sa.Column("batch_size", sa.BigInteger, nullable=False),
    sa.Column("seed", sa.String(20), nullable=False),
    sa.Column("policy", sa.Text, nullable=False),
    sa.Column("policy_version", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("unmet", sa.JSON, nullable=False),
    sa.Column("stop", sa.Boolean, nullable=False),
    sa.Column("stop_reason", sa.Text, nullable=False),
    sa.Column("created", Moment, nullable=False),
    sa.Column("stop_confidence", sa.Double, nullable=False, server_default="0"),
    sa.Column("stop_rules", sa.JSON),  # null, likewise what follows: of before there were any
    sa.Column("schedule", sa.JSON),
    sa.Column("forecast", sa.JSON(none_as_null=True)),  # null also: too little was known
    sa.Column("retrain", sa.Boolean, nullable=False, server_default=sa.true()),
    _below(loops, "tenant", "experiment", "loop"),
)

decision_rows = sa.Table(
    "decision_rows",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("loop", sa.Integer),
    _key("first_row", sa.BigInteger),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("positions", sa.LargeBinary, nullable=False),
    sa.Column("propensities", sa.LargeBinary, nullable=False),
    sa.Column("chosen_by", sa.LargeBinary, nullable=False),
    sa.Column("probabilities", sa.LargeBinary),
    sa.Column("predicted_class", sa.LargeBinary),
    sa.Column("crc32", sa.BigInteger, nullable=False),  # of the five, one after the other
    _below(decisions, "tenant", "experiment", "loop"),
)

shadow_decisions = sa.Table(
    "shadow_decisions",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("loop", sa.Integer),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("blend", sa.JSON, nullable=False),
    sa.Column("batch_size", sa.BigInteger, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created", Moment, nullable=False),
    _below(decisions, "tenant", "experiment", "loop"),
)

inference = sa.Table(
    "inference",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("loop", sa.Integer),
    sa.Column("mask", sa.LargeBinary, nullable=False),
    sa.Column("crc32", sa.BigInteger, nullable=False),
    _below(decisions, "tenant", "experiment", "loop"),
)

outcomes = sa.Table(
    "outcomes",
    metadata,
    _key("tenant", sa.String(63)),
    _key("experiment", sa.String(63)),
    _key("position", sa.BigInteger),
    sa.Column("loop", sa.Integer, nullable=False),
    sa.Column("abstained", sa.Boolean, nullable=False),
    sa.Column("correct", sa.Boolean),
    sa.Column("loss", sa.Double),
    sa.Column("cost", sa.Double),
    sa.Column("seconds", sa.Double),
    sa.Column("annotator", sa.Text, nullable=False),
    _below(experiments, "tenant", "experiment"),
    sqlite_with_rowid=False,
)

requests = sa.Table(
    "requests",
    metadata,
    _key("tenant", sa.String(63)),
    _key("id", sa.String(256)),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("response", sa.LargeBinary, nullable=False),
    sa.Column("created", Moment, nullable=False, index=True),
    sqlite_with_rowid=False,
)

models = sa.Table(
    "models",
    metadata,
    _key("tenant", sa.String(63)),
    _key("version", sa.String(64)),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("published", Moment, nullable=False),
)

model_files = sa.Table(
    "model_files",
    metadata,
    _key("tenant", sa.String(63)),
    _key("version", sa.String(64)),
    _key("name", sa.String(256)),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("crc32", sa.BigInteger, nullable=False),
    _below(models, "tenant", "version"),
)

model_roles = sa.Table(
    "model_roles",
    metadata,
    _key("tenant", sa.String(63)),
    _key("role", sa.String(16)),
    _key("number", sa.Integer),  # from 1; the newest holds
    sa.Column("version", sa.Text, nullable=False),  # of a model, or a word that stands for one that is not here
    sa.Column("below", sa.Integer, nullable=False),  # what a rollback comes back to: a number, 0 for the beginning
    sa.Column("created", Moment, nullable=False),
)
