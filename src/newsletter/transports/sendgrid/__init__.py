"""Twilio SendGrid: two pure functions (message to body, answer to outcome) and a client."""

from newsletter.transports.sendgrid.body import Tracking, build_body
from newsletter.transports.sendgrid.client import Client
from newsletter.transports.sendgrid.transport import SendGridTransport

__all__ = ["Client", "SendGridTransport", "Tracking", "build_body"]
