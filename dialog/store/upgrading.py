"""Running the migrations of `migrations/versions`."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from dialog.store.database import MIGRATIONS


def upgrade(db: Connection, to: str = "head") -> None:
    """Those that are missing up to that one, in the transaction of `db`."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = db
    command.upgrade(config, to)
