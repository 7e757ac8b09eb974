"""What a mail is: a request to unsubscribe, a bounce, a machine's mail, or one for a person to read."""

import re
from dataclasses import dataclass
from enum import StrEnum

from newsletter.replies.asking import asks_to_unsubscribe, says_yes
from newsletter.replies.bounces import Bounce, read_bounce
from newsletter.replies.mail import ReceivedMail, plain
from newsletter.subscribers.tokens import read_confirm_token, read_token

_MAILTO = re.compile(r"unsubscribe\s+[a-z2-7\s]{40,60}", re.IGNORECASE)
"""The subject that the unsubscribe link writes, and nothing else."""

_MARKS = (
    *("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply-From", "X-Mail-Autoreply"),
    *("X-MS-Exchange-Message-Is-Ndr", "X-Failed-Recipients", "List-Id", "List-Unsubscribe", "Feedback-ID", "X-Loop"),
)
_PRECEDENCE = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_SUPPRESS = {"all", "oof", "autoreply"}
"""Exchange also lets people's mail ask for no receipts, which says nothing."""

_SENDER = re.compile(
    r"(?:mailer-?daemon|postmaster|no-?reply|do-?not-?reply|bounces?|autoreply|auto-?respond\w*)(?:[+._-].*)?"
)
_SUBJECT = re.compile(
    "(?:automatic reply|auto-?reply|auto ?response|autoresponder|auto:|out of (?:the )?office|ooo|vacation|away from"
    "|on vacation|on leave|respuesta automatica|fuera de (?:la )?oficina|ausencia|ausente|de vacaciones"
    "|resposta automatica|fora do escritorio|ferias|aviso de (?:ausencia|ferias)|em ferias"
    "|reponse automatique|absence|absent|message d'absence|en conge|automatische antwort|abwesen\\w*"
    "|undeliver\\w*|delivery (?:status|failure|has failed)|mail delivery|returned mail|failure notice"
    "|(?:not )?read:|leido:|lida:|(?:non )?lu ?:|accepted:|declined:|tentative:|aceptado:|rechazado:|aceita:"
    "|accepte ?:|refuse ?:)(?![a-z])"
)


class Class(StrEnum):
    """What a mail is."""

    TOKEN = "unsubscribe by token"  # noqa: S105 - a class of mail, no secret
    WORDS = "unsubscribe in words"
    CONFIRMED = "confirms a subscription"
    BOUNCE = "bounce"
    AUTOMATIC = "automatic"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail is, and what it carries.

    Attributes:
        subscriber_id: whom its token names.
        token: by which it confirms a subscription.
        bounce: what it says of a message of ours.
    """

    kind: Class
    subscriber_id: int = 0
    token: str = ""
    bounce: Bounce | None = None


def classify(mail: ReceivedMail, key: bytes, sender: str) -> Reading:
    """Return what a mail is.

    A token counts in the subject only: quoted in a text, it belongs to a mail that was passed on. Mail
    programs that unsubscribe for a person send exactly the link's subject, and some of them say that a
    program wrote it, which it did.

    Args:
        mail: as it came.
        key: the workspace's, by which tokens are signed.
        sender: the newsletter's own address.
    """
    bounce = read_bounce(mail, sender)
    if bounce is not None:
        return Reading(Class.BOUNCE, bounce=bounce) if bounce.refs else Reading(Class.AUTOMATIC)
    automatic = _is_automatic(mail)
    by_a_link = _MAILTO.fullmatch(mail.subject.strip()) is not None and not mail.has_no_return_path
    if by_a_link or not automatic:
        number = read_token(key, mail.subject)
        if number is not None:
            return Reading(Class.TOKEN, subscriber_id=number)
    if automatic:
        return Reading(Class.AUTOMATIC)
    if asks_to_unsubscribe(mail):
        return Reading(Class.WORDS)
    token = _confirming(mail, key)
    return Reading(Class.CONFIRMED, token=token) if token else Reading(Class.OTHER)


def _is_automatic(mail: ReceivedMail) -> bool:
    """Whether a machine wrote the mail, such as a vacation notice (RFC 3834, section 2); when in doubt, yes."""
    submitted = plain(mail.header("Auto-Submitted")).partition(";")[0].strip()
    suppressed = {part.strip() for part in plain(mail.header("X-Auto-Response-Suppress")).split(",")}
    return (
        submitted not in {"", "no"}
        or any(mail.has(name) for name in _MARKS)
        or plain(mail.header("Precedence")) in _PRECEDENCE
        or bool(suppressed & _SUPPRESS)
        or mail.has_no_return_path
        or mail.parsed.get_content_type() in {"multipart/report", "text/calendar"}
        or _SENDER.fullmatch(plain(mail.sender).partition("@")[0]) is not None
        or _SUBJECT.match(plain(mail.subject)) is not None
    )


def _confirming(mail: ReceivedMail, key: bytes) -> str:
    """Return where the token is by which a person confirms: what the button writes, or the mail that they say yes to.

    A machine that says nothing of being one answers, too, so a reply has to say yes.
    """
    if read_confirm_token(key, mail.subject) is not None:
        return mail.subject
    answered = mail.header("In-Reply-To")
    return answered if read_confirm_token(key, answered) is not None and says_yes(mail) else ""
