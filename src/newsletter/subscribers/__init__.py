"""The people: import, export, consent, suppression, audience."""
