"""The desk: a local web app in which staff look at their issues. It loads, renders, shows."""

from newsletter.web.desk.app import create_desk
from newsletter.web.desk.gate import Gate
from newsletter.web.desk.instance import Instance, Running
from newsletter.web.desk.server import Desk

__all__ = ["Desk", "Gate", "Instance", "Running", "create_desk"]
