"""The desk's pages for the settings that staff may need to change, and for whether everything is in order."""

from newsletter.web.desk.settings import at_hand
from newsletter.web.desk.settings.examining import Examining
from newsletter.web.desk.settings.part import SettingsPage

__all__ = ["Examining", "SettingsPage", "at_hand"]
