"""Writing an issue in the browser: its files, their history, and the mail beside them."""

from newsletter.web.desk.writing.pages import Writing

__all__ = ["Writing"]
