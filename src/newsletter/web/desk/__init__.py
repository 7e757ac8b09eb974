"""The desk: a local web app in which staff look at their issues. It loads, renders, shows."""

from newsletter.web.desk.app import create_desk
from newsletter.web.desk.gate import Gate
from newsletter.web.desk.server import Desk, listen_as_before

__all__ = ["Desk", "Gate", "create_desk", "listen_as_before"]
