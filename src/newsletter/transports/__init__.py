"""Transports: what carries messages away, behind one small protocol."""

from newsletter.transports.base import (
    ANSWER_SECONDS,
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
from newsletter.transports.provider_clock import ProviderTime

__all__ = [
    "ANSWER_SECONDS",
    "Accepted",
    "Batch",
    "Deferred",
    "Forgetting",
    "Hold",
    "HoldingTransport",
    "NotSent",
    "Outcome",
    "ProviderTime",
    "Refused",
    "Suppressed",
    "SuppressionKeeper",
    "Taken",
    "Transport",
    "Unknown",
]
