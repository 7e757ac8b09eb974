"""Testing, approving and sending an issue from the desk, and watching what becomes of it."""

from newsletter.web.desk.sending.pages import Sending

__all__ = ["Sending"]
