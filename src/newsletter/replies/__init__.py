"""Reading a reply mailbox: what each mail is, without deciding what follows from it."""

from newsletter.replies.bounces import Bounce, Hardness
from newsletter.replies.classification import Class, Reading, classify
from newsletter.replies.mail import ReceivedMail, parse_mail
from newsletter.replies.sources import EmlFolder, ImapMailbox, MailSource, Stored

__all__ = [
    "Bounce",
    "Class",
    "EmlFolder",
    "Hardness",
    "ImapMailbox",
    "MailSource",
    "Reading",
    "ReceivedMail",
    "Stored",
    "classify",
    "parse_mail",
]
