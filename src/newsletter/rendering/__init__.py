"""Rendering: from an issue to the message that is sent, one step a file."""
