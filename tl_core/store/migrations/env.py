"""Run by alembic; the connection comes from ``tl_core.store.database.migrate``."""

from alembic import context

from tl_core.store.database import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
