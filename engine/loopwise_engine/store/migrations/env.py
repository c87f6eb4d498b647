"""Run by Alembic: migrates the connection that `schema.upgrade` hands over, within its transaction."""

from __future__ import annotations

from alembic import context

from loopwise_engine.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
