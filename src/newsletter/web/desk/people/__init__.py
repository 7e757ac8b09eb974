"""The people's pages: search, one person, add, import, export, tags, who must not be mailed."""

from newsletter.web.desk.people.part import People

__all__ = ["People"]
