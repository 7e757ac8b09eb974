"""Headings: which words over a column mean what, in the languages that lists come in."""

import re
from enum import StrEnum
from typing import NamedTuple

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
    BEFORE = "exported_as"  # see newsletter.subscribers.export


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
        désinscrit; dado de baja; baja; cancelado; disiscritto; uitgeschreven; avregistrerad; descadastrado;
        unsub reason; unsub reason other; unsubscribe reason; opt out reason""",
    Field.OPTED_IN: """
        optin time; confirm time; opt in time; opt in date; opted in at; opted in on; consent date; consent time;
        consent timestamp; date of consent; confirmed at; confirmed on; subscribed at; subscribed on; subscribe
        date; date subscribed; subscription date; subscriber since; signup date; sign up date; signed up; signed
        up at; signed up on; anmeldedatum; date d'inscription; fecha de alta""",
    # What this program writes itself beside the columns above, and what says nothing about a person.
    Field.IGNORE: """
        source; joined; rejected line; rejected reason; unsub campaign title; unsub
        campaign id; clean campaign title; clean campaign id; unsubscribe link; unsubscribe url;
        unsubscribe page; unsubscribe token; unsubscribe ip; preferences link; bounce count; bounces;
        soft bounces; last bounce; soft bounce count""",
}

_EITHER = {"name", "nom", "nome", "nombre", "nev"}
"""A first name beside a last name, a last name beside a first name, else the whole name."""

_BY_MAIL = re.compile(
    r"\b(?:e ?mail\w*|mailings?|newsletters?|e ?news\w*|courriels?|correos?|boletin\w*|boletim|infolettres?|bulletins?"
    r"|rundbrief\w*)\b"
)
_MAIL = re.compile(
    rf"{_BY_MAIL.pattern}|\b(?:marketing|promo\w*|communications?|comunicac\w+|updates"
    r"|novidades|novedades|neuigkeiten|publicidade?|publicite|werbung)\b"
)
_CHANNELS = re.compile(
    r"\b(?:sms|mms|texts?|texting|text messages?|whats ?app|phone|mobile|cell|calls?|telephone|voice ?mail"
    r"|voice|push|fax|postal|telegram|telefon\w*|appels?|llamadas?|chamadas?|in app)\b"
)
"""Ways to reach people that are not mail: what they want there says nothing of it."""
_WILLING = re.compile(
    r"\b(?:consent\w*|permi(?:ssion|so|ssao)\w*|opt(?:ed|s)? ?in|optin|accept\w*|allow\w*|agree\w*"
    r"|subscri(?:be\w*|ption)|suscri\w+|inscri\w+|assin\w+|abonn\w+|wants?|receiv\w*|recib\w*|receb\w*|recevoir|enabled|authori\w+|autori\w+"
    r"|acept\w*|aceit\w*|accord|einwillig\w*|zustimm\w*"
    r"|erwunscht|gewunscht|erhalten|souhait\w*|dese[ao]\w*|quer|quier\w*|okay|ok|approved?|send)\b"
)
_SUBSCRIBED = re.compile(
    r"(?:is |has |currently |still |already )*(?:e ?mail |newsletter )?"
    r"(?:subscribed|subscriber|opted in|suscrit[oa]|assinante|abonnee?)\b"
)
_STATUS = re.compile(r"\b(?:status|state|standing|estado|situacao|statut|etat|stato|zustand)\b")
_PLACES = {"state", "estado", "stato", "etat", "provincia", "state province", "region", "estado provincia"}
_OFTEN = re.compile(
    r"\b(?:frequency|how often|frecuencia|periodicidade?|frequencia|frequence|haufigkeit|wie oft"
    r"|frequenza)\b"
)
"""How often somebody wants mail, which may be never."""
_ABOUT = re.compile(
    r"\b(?:source|via|method|ip|wording|page|form|url|link|lists?|name|count|number|id|by|version|device|location"
    r"|campaign|title|origin|opens?|opened|clicks?|clicked|sent|received|delivered|last|score|rating|frequency"
    r"|rate|domain"
    r"|text|types?|language|template|footer|provider)\b"
)
"""What is told beside a consent: where it was given, in which words, by which form."""
_WHEN = re.compile(r"\b(?:date|time|timestamp|at|on|when|since|datetime|datum|fecha|data|am|le|ts)\b")
_SERVICE = re.compile(
    r"\b(?:notif\w+|reminders?|alerts?|receipts?|confirm\w*|verif\w*|valid\w*|recordatorio\w*|rappels?)\b"
)
_OTHER_CONSENT = re.compile(
    r"\b(?:photos?|terms|waivers?|privacy|polic(?:y|ies)|cookies?|tos|treatment|telehealth|release|hipaa"
    r"|liability|media"
    r"|recording|video)\b"
)
_IN_USE = re.compile(r"(?:is |account |user |contact )*(?:active|enabled|activo|ativo|actif|aktiv)")
_GONE = re.compile(
    r"(?:is |was |account |user |contact |member |customer )*(?:deleted|archived|removed|inactive|deactivated"
    r"|disabled|closed)"
    r"(?: at| on| date| time)?"
)
_LEAVING = re.compile(
    r"\b(?:opt(?:ed)? ?out|optout|unsub\w*|do ?n[o']?t|don t|dnc|dnm|suppress\w*"
    r"|no (?:more|further|longer|e ?mails?|mails?|newsletters?|enviar|contactar)|ne (?:pas|plus)|nao enviar"
    r"|black ?list\w*|block ?list\w*|blocked|bounced?|hard ?bounce\w*|complain\w*|spam\w*|stop\w*|withdr\w+"
    r"|revoked?|objected|cancell?ed|abmeld\w*|abgemeld\w*|desabonn\w*|desinscri\w*|disiscri\w*|desuscri\w*"
    r"|descadastr\w*"
    r"|reject(?:ed|ion)|emailable|undeliverable|baja|resili\w*|ausgetragen|non ?subscri\w*|not subscri\w*)\b"
)
"""What a heading may hold that is not known and yet seems to tell who has left."""
_NOT_OF_MAIL = re.compile(
    r"\b(?:bookings?|orders?|appointments?|events?|class(?:es)?|payments?|invoices?|refunds?|visits?|sessions?"
    r"|chief|plan"
    r"|credit|reservations?|shipping|cheques?|checks?)\b"
)
_FILLING = re.compile(
    r"\b(?:e ?mails?|newsletters?|marketing|mailings?|date|time|datetime|timestamp|at|on|is|has|was|from|of|the"
    r"|utc|gmt|list"
    r"|member|subscriber|contact|user|customer|patient|client|am|le|el|em|la|de|du|des|del|da|do|fecha|data"
    r"|datum|global"
    r"|globally|information|status|flag|yn|y n)\b"
)
"""Words beside which "opted out" and its like still mean just that."""
_SURELY_LEFT = re.compile(
    r"do not|unsubscri(?:bed?|ption)|opt(?:ed)? ?out|blacklist(?:ed)?|blocklist(?:ed)?|desabonne\w*"
    r"|desinscri\w*|desuscri\w*"
    r"|descadastr\w*|dado baja|baja|abgemeldet|abmeldung|abmelde(?:datum)?|ausgetragen|(?:hard ?)?bounced"
    r"|hard ?bounces?|(?:spam )?complained"
    r"|spam complaints?|marked as spam|reported (?:as )?spam|spam reported"
)
_ENDED = re.compile(
    r"(?:date|data|fecha|day|dia)(?: of| d| da| de| del| do)* (?:cancel\w*|annul\w*|baixa)"
    r"|cancell?ation (?:date|on|at|time)|(?:kundigungs|opzeg|afmeld|austritts)datum|(?:un)?gekundigt(?: am)?"
)
"""When something was given up, which may have been the newsletter."""
_DEAD = re.compile(r"\b(?:junk|deceased|fallecid[oa]s?|falecid[oa]s?|decede\w*|verstorben\w*)\b")
_LAW = re.compile(r"\b(?:gdpr|rgpd|dsgvo|lgpd|casl|can spam|legal bas[ei]s|base (?:legal|juridica|legale))\b")
"""Laws by which people are asked whether they may be mailed, and what a column of the answers is named after."""
_REACHED = re.compile(
    r"\b(?:contactable|reachable|(?:keep|stay|remain|get|be)\b.*\b(?:touch|posted|updated|contacted)"
    r"|hear (?:from|more)|inform(?:ed|iert\w*|ad[oa]s?|ees?|es?)|auf dem laufenden)\b"
)
_REACH = re.compile(
    r"\b(?:contact\w*|contato|kontakt\w*|inform\w*|write|reach|escrib\w*|escrev\w*|ecri\w*|schreib\w*)\b"
)
_BY_WHICH_WAY = re.compile(r"\bby e ?mail\b")
_WISH = re.compile(
    r"\b(?:may|can|could|ok|okay|please|keep|happy|wish|like|by|via|per|por|par|me|us|we|you|nous|vous|podemos|puede|wir|ich|mich"
    r"|darf|durfen)\b"
)
"""What makes of reaching somebody something that they allow."""
_CHOOSING = re.compile(
    r"^(?!.*address)(?:what|which|welche\w*|was|que|quais|quels?|quelles?|cuales)\b"
    r".*\b(?:(?:e ?)?mails|newsletters?|send|receive|correos|boletin\w*"
    r"|recib\w*|receb\w*|courriels|recevoir|erhalten)\b"
)
"""A question on a form which mails somebody wants; those who chose others do not want the newsletter."""
_REMARKS = re.compile(
    r"\b(?:notes?|comments?|remarks?|notas?|comentarios?|observac\w+|observations?|commentaires?|remarques?|notiz\w*|bemerkung\w*"
    r"|anmerkung\w*|kommentare?)\b"
)
_SAYING = re.compile(
    r"\b(?:source|method|wording|pages?|forms?|urls?|links?|campaigns?|titles?|subjects?|templates?|footer|text|consent)\b"
)
"""What repeats words of the sender's own, in which "unsubscribe" says nothing of the person."""
_REASON = re.compile(r"\b(?:reason|motivo|motif|raison|grund|explanation)\b")
_BOUNCE = re.compile(r"\bbounc|\bclean|undeliver|unzustellbar|rebot|devol")
_COMPLAINT = re.compile(r"\bcomplain|\bspam|\babuse")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

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

    Clinical headings come first, so that "patient name" is not taken for a name; but
    whether a patient wants mail is no health information.
    """
    plain = _plain(heading)
    if is_clinical_heading(heading):
        other = re.sub(r"\b(?:patient|client)s?\b", "", plain).strip()
        told = field_of(other) if _MAIL.search(other) and not is_clinical_heading(other) else None
        return told if told in {Field.AGREED, Field.LEFT} else Field.CLINICAL
    if known := _known(normal(heading)) or _known(plain):
        return known
    if is_other_channel(heading):
        return None
    if _surely_left(plain):
        return Field.LEFT
    if _may_tell_who_left(plain) and not _NOT_OF_MAIL.search(plain):
        return Field.UNCLEAR
    return Field.AGREED if _ASKING.search(plain) else None


def _may_tell_who_left(plain: str) -> bool:
    is_by_law = _LAW.search(plain)  # CAN-SPAM is no complaint
    return bool(_LEAVING.search(_LAW.sub("", plain)) or _DEAD.search(plain) or (_ENDED.search(plain) and not is_by_law))


def _plain(heading: str) -> str:
    """Return the words of a heading, also those that only capitals part: isSubscribed."""
    return normal(_CAMEL.sub(" ", heading))


def _known(plain: str) -> Field | None:
    return _KNOWN.get(plain) or _KNOWN.get(plain.replace(" ", ""))


def _surely_left(plain: str) -> bool:
    bare = " ".join(_FILLING.sub("", _REASON.sub("", plain)).split())
    return _SURELY_LEFT.fullmatch(bare) is not None


class Hint(NamedTuple):
    """What a heading that is not known may tell of consent, and whether it surely does if its cells can say it."""

    field: Field
    is_sure: bool


def hint_of(heading: str) -> Hint | None:
    """Return what the heading of a column that is not known may tell of consent, if anything.

    The cells decide: see `newsletter.subscribers.importer.survey`.
    """
    plain = _plain(heading)
    speaks_of_mail = bool(_MAIL.search(plain))
    is_of_something_else = bool(_NOT_OF_MAIL.search(plain) or _OTHER_CONSENT.search(plain))
    if is_other_channel(heading) or (is_of_something_else and not speaks_of_mail):
        return None
    if _may_tell_who_left(plain) or _GONE.fullmatch(plain):
        return Hint(Field.LEFT, is_sure=False)
    if _OFTEN.search(plain):
        return Hint(Field.STATUS, is_sure=speaks_of_mail)
    if _STATUS.search(plain):
        tells = speaks_of_mail or _WILLING.search(plain) or is_place(heading)
        return Hint(Field.STATUS, is_sure=True) if tells else None
    if _ABOUT.search(_BY_WHICH_WAY.sub("", plain)):
        return None
    return _hint_of_agreement(plain, speaks_of_mail=speaks_of_mail)


def _hint_of_agreement(plain: str, *, speaks_of_mail: bool) -> Hint | None:
    is_willing = bool(_WILLING.search(plain))
    is_subscribed = bool(_SUBSCRIBED.match(plain))
    if _CHOOSING.search(plain):
        return Hint(Field.AGREED, is_sure=True)
    if _WHEN.search(plain) and (is_willing or is_subscribed):
        return Hint(Field.OPTED_IN, is_sure=True)
    if _SERVICE.search(plain):
        return Hint(Field.AGREED, is_sure=False) if speaks_of_mail or is_willing else None
    if is_subscribed or (speaks_of_mail and (is_willing or len(_MAIL.findall(plain)) > 1)):
        return Hint(Field.AGREED, is_sure=True)
    reaches = _REACHED.search(plain) or (_REACH.search(plain) and (speaks_of_mail or _WISH.search(plain)))
    is_short = speaks_of_mail and len(plain.split()) <= 3
    is_likely = is_willing or _LAW.search(plain) or reaches or _IN_USE.fullmatch(plain) or is_short
    return Hint(Field.AGREED, is_sure=False) if is_likely else None


def may_hold_remarks(heading: str) -> bool:
    """Whether what people write under a heading may be about the person; orders, links and wordings are not."""
    plain = _plain(heading)
    if _REMARKS.search(plain):
        return True
    is_of_something_else = _NOT_OF_MAIL.search(plain) or _OTHER_CONSENT.search(plain) or _SAYING.search(plain)
    return not is_of_something_else and field_of(heading) is not Field.IGNORE


def is_other_channel(heading: str) -> bool:
    """Whether a column tells of text messages, calls and the like, in which no word is about mail."""
    plain = _plain(heading)
    return _CHANNELS.search(plain) is not None and _BY_MAIL.search(plain) is None


def is_place(heading: str) -> bool:
    """Whether a heading may as well stand over where people live: "State", "Estado"."""
    return _plain(heading) in _PLACES


def is_reason(heading: str) -> bool:
    """Whether a column gives the reason for which somebody left, bounced or complained: any text there says so."""
    return _REASON.search(_plain(heading)) is not None


def blames(heading: str) -> str:
    """Return what befell those of whom a column about leaving says yes."""
    plain = _plain(heading)
    return "bounced" if _BOUNCE.search(plain) else "complained" if _COMPLAINT.search(plain) else "unsubscribed"


def is_either(heading: str) -> bool:
    """Whether the heading's meaning hangs on the columns beside it."""
    return normal(heading) in _EITHER


def recognised(cells: list[str]) -> int:
    """Return how many of these cells are headings that are known."""
    return sum(1 for cell in cells if cell.strip() and (field_of(cell) or is_either(cell)))
