"""Numbers and names as the pages of sending say them."""

from newsletter.formatting import counted


def people(number: int) -> str:
    """Return a number of people in words."""
    return counted(number, "person", "people")


def messages(number: int) -> str:
    """Return a number of messages in words."""
    return counted(number, "message", "messages")


def carrier(transport: str) -> str:
    """Return who carries the mail, as staff know it."""
    return {"sendgrid": "SendGrid", "smtp": "your mail server", "outbox": "practice mode (nothing is emailed)"}[
        transport
    ]
