"""The issue folder: reading it, and making one."""

from newsletter.issues.value import Issue, IssuePost, Passage

__all__ = ["Issue", "IssuePost", "Passage"]
