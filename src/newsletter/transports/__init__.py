"""Transports: what carries messages away, behind one small protocol."""

from newsletter.transports.base import (
    Accepted,
    Batch,
    Hold,
    NotSent,
    Outcome,
    Refused,
    Transport,
    Unknown,
)

__all__ = ["Accepted", "Batch", "Hold", "NotSent", "Outcome", "Refused", "Transport", "Unknown"]
