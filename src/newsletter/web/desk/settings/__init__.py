"""The desk's pages for the settings that staff may need to change, and for whether everything is in order."""

from newsletter.web.desk.settings import at_hand, examining
from newsletter.web.desk.settings.part import SettingsPage

__all__ = ["SettingsPage", "at_hand", "examining"]
