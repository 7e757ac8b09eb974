"""Writing an issue in the browser: its files, their history, and the mail beside them; and texts for many issues."""

from newsletter.web.desk.writing import snippets, versions
from newsletter.web.desk.writing.pages import Writing

__all__ = ["Writing", "snippets", "versions"]
