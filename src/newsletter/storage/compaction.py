"""Writing the database anew, so that nothing of what was erased is left in its file."""

from sqlalchemy import Engine


def compact(engine: Engine, *, patience: float = 15.0) -> bool:
    """Rewrite the database without the space that erased rows leave behind, where they can still be read.

    Args:
        engine: the database's.
        patience: seconds to wait for another command that is writing.

    Returns:
        Whether it could be done; not while another command is writing.
    """
    pooled = engine.raw_connection()
    try:
        driver = pooled.driver_connection
        if driver is None:
            return False
        if engine.dialect.name != "sqlite":
            driver.autocommit = True  # no transaction may be open
        else:
            driver.execute(f"PRAGMA busy_timeout = {round(patience * 1000)}")
        driver.execute("VACUUM")
    except engine.dialect.loaded_dbapi.OperationalError:
        return False
    finally:
        pooled.invalidate()
    return True
