"""Visitors of public pages."""

import pytest

from newsletter.storage import Store
from newsletter.workspace import Workspace, open_workspace
from tests.web.public.visiting import PUBLIC, Visit, Visitor


@pytest.fixture
def visit(workspace: Workspace, store: Store) -> Visit:
    """Visit pages with these settings under [web]."""

    def begin(settings: str = "", public_url: str = PUBLIC) -> Visitor:
        path = workspace.root / "newsletter.toml"
        web = f'\n[web]\npublic_url = "{public_url}"\nsignup = true\n{settings}\n'
        path.write_text(path.read_text("utf-8").partition("\n[web]")[0] + web, "utf-8")
        return Visitor(open_workspace(workspace.root), store)

    return begin


@pytest.fixture
def visitor(visit: Visit) -> Visitor:
    """A visitor of pages where people can subscribe."""
    return visit()
