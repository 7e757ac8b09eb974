"""Transports: what carries messages away, behind one small protocol."""

from newsletter.transports.base import (
    Accepted,
    Batch,
    Deferred,
    Forgetting,
    Hold,
    HoldingTransport,
    NotSent,
    Outcome,
    Refused,
    Suppressed,
    SuppressionKeeper,
    Taken,
    Transport,
    Unknown,
)

__all__ = [
    "Accepted",
    "Batch",
    "Deferred",
    "Forgetting",
    "Hold",
    "HoldingTransport",
    "NotSent",
    "Outcome",
    "Refused",
    "Suppressed",
    "SuppressionKeeper",
    "Taken",
    "Transport",
    "Unknown",
]
