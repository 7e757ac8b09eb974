"""Making an issue in the browser: from a paste, a file, a link or a feed to posts that somebody looked over."""

from newsletter.web.desk.making.arranging import Arranging
from newsletter.web.desk.making.pages import Making
from newsletter.web.desk.making.shelf import Shelf

__all__ = ["Arranging", "Making", "Shelf"]
