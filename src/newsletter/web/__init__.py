"""The preview desk, on this machine only."""
