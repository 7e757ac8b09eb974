"""Checks: rules about an issue that return findings."""
