"""An issue that was sent, for what the desk shows of it afterwards."""

from newsletter.campaigns import Plan
from newsletter.campaigns.freezing import start
from newsletter.issues import load_issue
from newsletter.rendering import render_issue
from newsletter.storage import open_store
from newsletter.workspace import Workspace
from tests.campaigns.samples import add_people


def send_issue(workspace: Workspace, slug: str) -> None:
    """Freeze the issue as it is now for one subscriber."""
    message = render_issue(workspace, load_issue(workspace, slug)).message
    with open_store(workspace.database_url, workspace.key_file) as store:
        add_people(store, 1)
        start(store, message, slug=slug, plan=Plan(transport="outbox"))
