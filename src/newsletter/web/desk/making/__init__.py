"""Making an issue in the browser: from a paste, a file, a link or a feed to posts that somebody looked over."""

from newsletter.web.desk.making import arranging, shelf
from newsletter.web.desk.making.pages import Making

__all__ = ["Making", "arranging", "shelf"]
