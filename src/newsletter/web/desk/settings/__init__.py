"""The desk's page for the settings that staff may need to change."""

from newsletter.web.desk.settings.part import SettingsPage

__all__ = ["SettingsPage"]
