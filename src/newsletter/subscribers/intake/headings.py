"""Headings: which words over a column mean what, in the languages that lists come in."""

import re
import unicodedata
from enum import StrEnum


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
    IGNORE = "ignore"
    CLINICAL = "clinical"


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
        姓名; 名前; 氏名; 이름; الاسم""",
    Field.LANGUAGE: "language; lang; locale; preferred language; sprache; langue; idioma; lingua; taal; język; язык",
    Field.TAGS: """
        tags; tag; labels; label; groups; group; categories; category; lists; list; segments; segment; email lists;
        mailing lists; interests; group membership; gruppen; gruppe; étiquettes; etiquetas; grupos; etichette""",
    Field.STATUS: """
        status; email status; subscription status; subscriber status; email subscriber status; global status;
        subscriber type; opt in status; newsletter status; statut; estado; stato""",
    Field.AGREED: """
        accepts marketing; accepts email marketing; subscribed; subscribe; newsletter; wants newsletter; opt
        in; opted in; email opt in; marketing opt in; consent; email consent; marketing consent; newsletter
        consent; gdpr consent; receive newsletter; send newsletter; mailing list; permission; einwilligung;
        consentement; consentimiento; infolettre; boletín; nieuwsbrief""",
    # What this program writes itself beside the columns above, and what says nothing about a person.
    Field.IGNORE: "source; joined; rejected line; rejected reason",
}

_EITHER = {"name", "nom", "nome", "nombre", "nev"}
"""A first name beside a last name, a last name beside a first name, else the whole name."""

_CLINICAL = re.compile(
    r"""\b(?: diagnos\w* | diagnóst\w* | dx\d* | icd\d* | dsm\d* | medication\w* | medicament\w* | medikament\w*
    | meds? | rx | prescri\w* | dosage | dose | dob | (?:date|day|year)\ of\ birth | birth\ ?(?:date|year|day\ date)
    | geburtsdatum | date\ de\ naissance | fecha\ de\ nacimiento | data\ di\ nascita | data\ de\ nascimento
    | insur\w* | payer | payor | policy\ (?:number|no|id) | member\ id | group\ number | medicare | medicaid | copay
    | mrn | (?:medical\ )?record\ (?:number|no|id) | chart\w* | patient\w* | client\ id | case\ (?:number|no|id)
    | appointment\w* | appt\w* | (?:last|next|first)\ (?:visit|session|seen) | admission\w* | discharge\w*
    | (?:provider|clinical|progress|session|treatment|therapy|medical|intake)\ notes? | treatment\w* | therap\w*
    | visit\ (?:date|type|reason) | reason\ for\ visit | (?:health|medical)\ \w+
    | provider | clinician | psychiatrist | physician | referr\w*\ (?:by|provider|doctor|source) | symptom\w*
    | allerg\w* | condition | disorder\w* | phq\d* | gad\d* | ssn | social\ security\w* | emergency\ contact
    | lab\ results? | cpt\w* | hospital\w* | suicid\w* | substance\w* )\b""",
    re.VERBOSE,
)


def normal(heading: str) -> str:
    """Return a heading as it is compared: no case, no accents, single spaces for all signs."""
    folded = unicodedata.normalize("NFKD", heading).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[\W_]+", " ", plain).split())


def _table() -> dict[str, Field]:
    known = {normal(word): field for field, words in _WORDS.items() for word in words.split(";")}
    return known | {word.replace(" ", ""): field for word, field in known.items()}


_KNOWN = _table()


def field_of(heading: str) -> Field | None:
    """Return what the heading means by itself, or nothing if it is not known.

    Clinical headings come first, so that "patient name" is not taken for a name.
    """
    plain = normal(heading)
    if _CLINICAL.search(plain):
        return Field.CLINICAL
    return _KNOWN.get(plain) or _KNOWN.get(plain.replace(" ", ""))


def is_either(heading: str) -> bool:
    """Whether the heading's meaning hangs on the columns beside it."""
    return normal(heading) in _EITHER


def recognised(cells: list[str]) -> int:
    """Return how many of these cells are headings that are known."""
    return sum(1 for cell in cells if cell.strip() and (field_of(cell) or is_either(cell)))
