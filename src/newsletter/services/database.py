"""Moving to another database: from SQLite to PostgreSQL when a clinic grows, or back."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import URL, make_url

from newsletter.campaigns.journal import refuse_damaged, take_in_others
from newsletter.campaigns.lock import hold_still
from newsletter.campaigns.states import CampaignState
from newsletter.errors import StoreError
from newsletter.storage import open_store
from newsletter.storage.computer import record_computer, refuse_elsewhere
from newsletter.storage.copies import database_file, is_nothing
from newsletter.storage.ledger import campaigns
from newsletter.storage.store import journal_beside, open_new
from newsletter.storage.transfer import copy_rows
from newsletter.workspace import Workspace
from newsletter.workspace.settings import Database
from newsletter.workspace.values import database_url

_OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied.

    Attributes:
        rows: how many rows each table has.
        url: the address of the copy as it goes into the settings, without a password.
        has_password: whether one was given that must not go there.
    """

    rows: Mapping[str, int]
    url: str
    has_password: bool


def copy_database(workspace: Workspace, url: str) -> Copied:
    """Copy the workspace's whole database into an empty one; the old one is only read, and stays in use.

    Nobody can write to it meanwhile. The copy is compared with it before it is kept. It has the same key, and
    its journal tells what the old one's tells.

    Args:
        workspace: whose settings name the old database.
        url: the new one's address, as it would be in the settings.

    Raises:
        BusyError: a campaign is being sent.
        ElsewhereError: the workspace was last used on another computer.
        StoreError: there is nothing to copy, the new database is not empty or cannot be opened, or the copy
            differs from the original. The new database is left as it was.
    """
    there = _with_database(workspace, url)
    if is_nothing(database_file(workspace.database_url)):
        raise StoreError("there is no database to copy yet", where=workspace.root)
    with open_store(workspace.database_url, workspace.key_file) as store:
        refuse_damaged(store)
        with hold_still(store, campaigns.c.state.not_in(_OVER)), store.write() as source:
            refuse_elsewhere(source)
            with open_new(there.database_url) as target:
                rows = copy_rows(source, target)
                record_computer(target)
                # Before the copy is kept: a journal that knows more makes for doubt, one that knows less for a
                # second send.
                take_in_others(store, journal_beside(there.database_url, workspace.key_file))
    address = make_url(url)
    has_password = address.password is not None or "password" in address.query
    return Copied(rows, _without_password(address) if has_password else url, has_password)


def _without_password(url: URL) -> str:
    query = {name: value for name, value in url.query.items() if name != "password"}
    bare = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, query)
    return bare.render_as_string(hide_password=False)


def _with_database(workspace: Workspace, url: str) -> Workspace:
    try:
        database = Database(url=database_url(url))
    except ValueError as err:
        hint = "For example: postgresql://newsletter@db.example.org/newsletter"
        raise StoreError(f"the new database needs {err}", hint=hint) from err
    return replace(workspace, settings=replace(workspace.settings, database=database))
