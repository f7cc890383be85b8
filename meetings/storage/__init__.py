"""The published meetings, their sources and import runs in SQLite or PostgreSQL."""
