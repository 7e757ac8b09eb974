"""The issue folder: reading it, and making one."""

from newsletter.issues.load import list_slugs, load_issue
from newsletter.issues.value import Issue, IssuePost, Passage

__all__ = ["Issue", "IssuePost", "Passage", "list_slugs", "load_issue"]
