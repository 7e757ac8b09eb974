"""Headings: which words over a column mean what, in the languages that lists come in."""

import re
from enum import StrEnum

from newsletter.subscribers.clinical import is_clinical_heading
from newsletter.subscribers.names import normal


class Field(StrEnum):
    """What a column can become. Nothing else of a sheet is stored."""

    EMAIL = "email"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    NAME = "name"
    LANGUAGE = "language"
    TAGS = "tags"
    STATUS = "status"
    AGREED = "agreed"
    LEFT = "left"
    OPTED_IN = "opted_in"
    IGNORE = "ignore"
    CLINICAL = "clinical"
    UNCLEAR = "unclear"
    BEFORE = "exported_as"  # see newsletter.subscribers.exporting


_WORDS: dict[Field, str] = {
    Field.EMAIL: """
        email; e-mail; email address; e-mail address; mail; mail address; user email; subscriber email; email id;
        primary email; contact email; email 1; e-mail 1 value; email 1 value; e-mail 1 address; your email;
        e-mail 2 value; e-mail 3 value; e-mail 2 address; e-mail 3 address; email 2; email 3; secondary email;
        e-mail-adresse; emailadresse; mailadresse; adresse mail; adresse e-mail; adresse email; courriel;
        adresse courriel; correo; correo electrónico; email correo; dirección de correo electrónico; e-mail adres;
        emailadres; e-mailadres; indirizzo email; indirizzo e-mail; posta elettronica; correio eletrônico;
        endereço de email; endereço de e-mail; e-postadress; e-post; epost; adres e-mail; adres email; sähköposti;
        imèl; adrès imèl; эл. почта; электронная почта; почта; eposta; e-posta; địa chỉ email; thư điện tử;
        电子邮件; 电子邮箱; 邮箱; 電子郵件; メール; メールアドレス; 이메일; البريد الإلكتروني""",
    Field.FIRST_NAME: """
        first name; first; fname; f name; given name; given; forename; christian name; vorname; prénom; primer nombre;
        nombre de pila; nombres; primeiro nome; voornaam; förnamn; fornavn; imię; etunimi; имя; 名; non; prenon""",
    Field.LAST_NAME: """
        last name; last; lname; l name; surname; family name; family; nachname; familienname; nom de famille; apellido;
        apellidos; primer apellido; cognome; sobrenome; apelido; achternaam; efternamn; etternavn; efternavn;
        nazwisko; sukunimi; фамилия; 姓; siyati""",
    Field.NAME: """
        full name; contact name; display name; contact; subscriber name; your name; nom complet; nombre completo;
        nome completo; nome e cognome; vollständiger name; volledige naam; naam; namn; navn; полное имя; фио; họ tên;
        姓名; 名前; 氏名; 이름; الاسم; last, first; last name, first name; last first name; surname, first name;
        first last; first name last name; first and last name; name first last; name last first""",
    Field.LANGUAGE: "language; lang; locale; preferred language; sprache; langue; idioma; lingua; taal; język; язык",
    Field.TAGS: """
        tags; tag; labels; label; groups; group; categories; category; lists; list; segments; segment; email lists;
        mailing lists; interests; group membership; gruppen; gruppe; étiquettes; etiquetas; grupos; etichette""",
    Field.STATUS: """
        status; email status; subscription status; subscriber status; email subscriber status; global status;
        list status; email marketing status; marketing status; rejected standing;
        subscriber type; opt in status; newsletter status; statut; estado; stato""",
    Field.AGREED: """
        accepts marketing; accepts email marketing; subscribed; subscribe; newsletter; wants newsletter; opt
        in; opted in; email opt in; marketing opt in; consent; email consent; marketing consent; newsletter
        consent; gdpr consent; receive newsletter; send newsletter; mailing list; permission; einwilligung;
        consentement; consentimiento; infolettre; boletín; nieuwsbrief""",
    Field.LEFT: """
        unsubscribed; unsubscribe; unsubscribed at; unsubscribed on; unsubscribe date; unsubscribed date; date
        unsubscribed; unsubscribe time; unsub time; unsub date; unsubscribed from all email; unsubscribed from all;
        unsubscribed from email; email unsubscribed; global unsubscribe; globally unsubscribed; clean time; opt out;
        opted out; email opt out; email opted out; has opted out of email; opted out of email; opted out at; opted
        out on; opt out date; opt out time; optout date; marketing opt out; marketing email opt out; newsletter opt
        out; do not email; do not mail; do not contact; do not send; do not subscribe; do not add;
        don't email; don't mail; no email; no emails; no newsletter; no mail; email disabled; blocklisted;
        blacklisted; suppressed; left the list; left on; abgemeldet; abgemeldet am; désabonné; désabonné le;
        désinscrit; dado de baja; baja; cancelado; disiscritto; uitgeschreven; avregistrerad; descadastrado""",
    Field.OPTED_IN: """
        optin time; confirm time; opt in time; opt in date; opted in at; opted in on; consent date; consent time;
        consent timestamp; date of consent; confirmed at; confirmed on; subscribed at; subscribed on; subscribe
        date; date subscribed; subscription date; subscriber since; signup date; sign up date; signed up; signed
        up at; signed up on; anmeldedatum; date d'inscription; fecha de alta""",
    # What this program writes itself beside the columns above, and what says nothing about a person.
    Field.IGNORE: """
        source; joined; rejected line; rejected reason; unsub reason; unsub reason other; unsub campaign title; unsub
        campaign id; clean campaign title; clean campaign id; unsubscribe reason; unsubscribe link; unsubscribe url;
        unsubscribe page; unsubscribe token; unsubscribe ip; preferences link; opt out reason; bounce count; bounces;
        soft bounces; last bounce; soft bounce count; bounce reason""",
}

_EITHER = {"name", "nom", "nome", "nombre", "nev"}
"""A first name beside a last name, a last name beside a first name, else the whole name."""

_LEAVING = re.compile(
    r"\b(?:opt(?:ed)? ?out|optout|unsub\w*|do ?n[o']?t|don t|dnc|dnm|suppress\w*"
    r"|no (?:more|further|longer|e ?mails?|mails?|newsletters?)"
    r"|black ?list\w*|block ?list\w*|blocked|bounced?|hard bounce\w*|complain\w*|spam\w*|stop\w*|withdr\w+"
    r"|revoked?|objected|cancell?ed|abmeld\w*|abgemeld\w*|desabonn\w*|desinscri\w*|disiscri\w*)\b"
)
"""What a heading may hold that is not known and yet seems to tell who has left."""

_ASKING = re.compile(
    r"^(?!.*\b(?:your|my) e ?mail|.*address)"
    r"(?:do|would|may|can|shall|should|please|yes|i|we|sign|wants?|receive|send|add|join|get)\b"
    r".*\b(?:newsletters?|mailing list|e ?mails?|updates|news)\b"
)
"""A question on a form, in whole: its answer says whether somebody agreed."""


def _table() -> dict[str, Field]:
    known = {normal(word): field for field, words in _WORDS.items() for word in words.split(";")}
    return known | {word.replace(" ", ""): field for word, field in known.items()}


_KNOWN = _table()


def field_of(heading: str) -> Field | None:
    """Return what the heading means by itself, or nothing if it is not known.

    Clinical headings come first, so that "patient name" is not taken for a name.
    """
    if is_clinical_heading(heading):
        return Field.CLINICAL
    plain = normal(heading)
    if known := _KNOWN.get(plain) or _KNOWN.get(plain.replace(" ", "")):
        return known
    if _LEAVING.search(plain):
        return Field.UNCLEAR
    return Field.AGREED if _ASKING.search(plain) else None


def is_either(heading: str) -> bool:
    """Whether the heading's meaning hangs on the columns beside it."""
    return normal(heading) in _EITHER


def recognised(cells: list[str]) -> int:
    """Return how many of these cells are headings that are known."""
    return sum(1 for cell in cells if cell.strip() and (field_of(cell) or is_either(cell)))
