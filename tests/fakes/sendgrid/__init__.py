"""A SendGrid of our own, over a real socket: it remembers, keeps its rules, and can misbehave.

Its oracle, `FakeSendGrid.received`, tells what each address would find in its inbox. By
hand: ``python -m tests.fakes.sendgrid``.
"""

from tests.fakes.sendgrid.account import KEY, FakeSendGrid, Fault, Mail
from tests.fakes.sendgrid.server import fake_sendgrid

__all__ = ["KEY", "FakeSendGrid", "Fault", "Mail", "fake_sendgrid"]
