"""The store: SQLite by default, PostgreSQL by its address, through SQLAlchemy Core."""

from newsletter.storage.store import Store, open_store

__all__ = ["Store", "open_store"]
