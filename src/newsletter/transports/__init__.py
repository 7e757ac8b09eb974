"""Transports: what carries messages away, behind one small protocol."""

from newsletter.transports.base import (
    ANSWER_SECONDS,
    Accepted,
    Batch,
    Deferred,
    DeliveryLogs,
    Erasure,
    Hold,
    Holds,
    NotSent,
    Outcome,
    Refused,
    Suppressed,
    SuppressionLists,
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
    "DeliveryLogs",
    "Erasure",
    "Hold",
    "Holds",
    "NotSent",
    "Outcome",
    "ProviderTime",
    "Refused",
    "Suppressed",
    "SuppressionLists",
    "Taken",
    "Transport",
    "Unknown",
]
