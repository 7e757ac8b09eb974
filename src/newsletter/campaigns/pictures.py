"""Which hosted pictures everybody may see: those of mail that was sent, and those whose mark was sent to somebody."""

import hmac
import re

from newsletter.campaigns.records import campaigns_of
from newsletter.rendering import hosted_picture, picture_path
from newsletter.storage import Store
from newsletter.workspace import Workspace


def public_picture(
    workspace: Workspace, store: Store, slug: str, name: str, mark: str = ""
) -> tuple[bytes, str] | None:
    """Return the data and media type of an issue's picture, if whoever asks may see it.

    A draft's picture is for those who were sent its mark. What stands in a mail that went out, or is about
    to, stays where the mail says: under a name without a mark, as mail had it once, and after the file changed.

    Raises:
        ThemeError: the theme, which says how wide pictures are, cannot be read.
    """
    found = hosted_picture(workspace, slug, name)
    if found is None:
        return None
    is_known = hmac.compare_digest(mark.encode(), found.mark.encode())
    if is_known or _was_sent_with(store, slug, picture_path(slug, name, mark)):
        return found.data, found.media_type
    return None


def _was_sent_with(store: Store, slug: str, address: str) -> bool:
    """Whether a mail of the issue that was ever frozen, also of a canceled campaign, holds `address`."""
    with store.read() as connection:
        campaigns = campaigns_of(connection, slug)
    whole = re.compile(rf"{re.escape(address)}(?![\w.%~-])")  # and not only the beginning of a longer one
    return any(whole.search(campaign.message.html) for campaign in campaigns)
