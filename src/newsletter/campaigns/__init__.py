"""Campaigns: the ledger, its state machine, and what may be sent."""
