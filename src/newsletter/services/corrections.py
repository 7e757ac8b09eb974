"""Correcting an issue that was sent: a new issue, for those only who were sent the wrong one."""

from newsletter.campaigns import known_campaign
from newsletter.errors import CampaignError
from newsletter.formatting import say_day
from newsletter.issues import load_issue
from newsletter.issues.make import make_correction
from newsletter.services.issues import free_name
from newsletter.storage import Store
from newsletter.subscribers.audience import Audience, count
from newsletter.workspace import Workspace

_LONGEST = 29  # of the name of the issue that is corrected, so that the end of the new one can be read
_LETTER = """Hello {{{{ first_name or "there" }}}},

There is a mistake in “{subject}”, which we sent you on {day}. We wrote:

> [insert the words that were wrong]

This is right:

> [insert the right words]

We are sorry for the mistake."""


def create_correction(workspace: Workspace, store: Store, slug: str) -> tuple[str, int]:
    """Create the issue that corrects `slug`; return its name, and how many people it is for now.

    It says in its file which issue it corrects, so whoever sends it, from wherever, can reach
    only those who were sent that one, and are still subscribed.

    Raises:
        CampaignError: nobody was sent the issue, so there is nothing to correct.
    """
    subject = load_issue(workspace, slug).subject
    campaign = known_campaign(store, slug, nothing_to="correct")
    with store.read() as connection:
        readers = count(connection, Audience(received=slug))
    if not readers:
        raise CampaignError(f"nobody on your list was sent {slug}", hint="Change the issue itself, and send it.")
    day = say_day((campaign.due_at or campaign.created_at).astimezone(workspace.settings.clinic.timezone))
    name = free_name(workspace, f"{slug[:_LONGEST].rstrip('-')}-correction")
    letter = _LETTER.format(subject=subject, day=day)
    make_correction(workspace, name, corrects=slug, subject=f"Correction: {subject}", letter=letter)
    return name, readers
