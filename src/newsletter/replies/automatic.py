"""Mail that no person wrote: bounces, vacation notices and other machines' mail (RFC 3834, section 2)."""

import re

from newsletter.replies.mail import ReceivedMail, plain

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


def is_automatic(mail: ReceivedMail) -> bool:
    """Whether a machine wrote the mail; when in doubt, yes."""
    submitted = plain(mail.header("Auto-Submitted")).partition(";")[0].strip()
    suppressed = {part.strip() for part in plain(mail.header("X-Auto-Response-Suppress")).split(",")}
    return (
        submitted not in {"", "no"}
        or any(mail.has(name) for name in _MARKS)
        or plain(mail.header("Precedence")) in _PRECEDENCE
        or bool(suppressed & _SUPPRESS)
        or has_no_return_path(mail)
        or mail.parsed.get_content_type() in {"multipart/report", "text/calendar"}
        or _SENDER.fullmatch(plain(mail.sender).partition("@")[0]) is not None
        or _SUBJECT.match(plain(mail.subject)) is not None
    )


def has_no_return_path(mail: ReceivedMail) -> bool:
    """Whether nobody is to be told if the mail itself cannot be delivered: so bounces and good robots send."""
    return mail.header("Return-Path").replace(" ", "") == "<>"
