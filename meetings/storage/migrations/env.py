"""Run the migrations on the connection that meetings.storage.migrate hands over."""

from alembic import context

from meetings.storage.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite alters a table by building it anew; its DDL is transactional because of our own
    # "begin immediate", which Alembic cannot know (reliability.md 8.4)
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
