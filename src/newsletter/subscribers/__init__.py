"""Subscribers: their records, import, export, consent, suppression, audience."""
