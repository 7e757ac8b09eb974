"""Standing: what a row's cells say of a person, from "joined" to "complained"."""

import re
from collections.abc import Mapping
from enum import StrEnum

from newsletter.subscribers.importer.headings import Field, blames, is_reason
from newsletter.subscribers.names import normal


class Standing(StrEnum):
    """What a row says of a person; of several things that it says the later one counts."""

    JOINED = "joined"
    UNCONFIRMED = "not confirmed there"
    BLOCKED = "blocked at times, which is no farewell"
    NEVER = "never agreed"
    BOUNCED = "bounced"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"

    @property
    def weight(self) -> int:
        """Its place in that order."""
        return _ORDER[self]


_ORDER = {standing: place for place, standing in enumerate(Standing)}
SUPPRESSED = frozenset({Standing.UNSUBSCRIBED, Standing.BOUNCED, Standing.COMPLAINED})
"""Whoever is one of these is never mailed again."""

MEANINGS: Mapping[str, Standing] = {
    "subscribed": Standing.JOINED,
    "never": Standing.NEVER,
    "unsubscribed": Standing.UNSUBSCRIBED,
    "bounced": Standing.BOUNCED,
    "complained": Standing.COMPLAINED,
}
"""What a person can say that a word in a file means."""

_WORDS: Mapping[Standing, str] = {
    Standing.JOINED: """subscribed active enabled confirmed regular premium gifted trialed express implicit implied
        opted_in opt_in optin yes y true 1 s subscribe verified subscriber consented
        premium_monthly premium_annual free paid comp author founding churning past_due paused
        suscrito suscrita activo activa confirmado confirmada inscrito inscrita ativo ativa
        marketing_contact abonne abonnee inscrit inscrite actif confirme angemeldet aktiv bestatigt""",
    Standing.UNCONFIRMED: """pending unconfirmed unactivated awaiting_confirmation not_confirmed waiting unverified
        not_verified pending_confirmation confirmation_pending opt_in_pending pendiente pendente en_attente
        non_confirme ausstehend unbestatigt""",
    Standing.BLOCKED: "blocked soft_bounce soft_bounced soft_bouncing",
    Standing.NEVER: """non_marketing_contact never nunca jamais nie niemals
        never_subscribed not_subscribed non_subscribed nonsubscribed non_subscriber no_permission not_set
        permission_not_set none transactional no_consent not_opted_in not_consented declined consent_declined
        nunca_suscrito no_suscrito nunca_inscrito nao_inscrito jamais_abonne non_abonne non_inscrit
        nie_angemeldet nicht_angemeldet keine_einwilligung""",
    Standing.UNSUBSCRIBED: """unsubscribed optout opt_out opted_out removed disabled blocklisted blacklisted blocklist
        blacklist no n false 0 u suppressed suppression user_suppressed churned left deleted archived cancelled canceled
        unsub unsubs unsubscribe unsubscription do_not_email do_not_mail do_not_contact do_not_send do_not_subscribe
        don_t_email dont_email no_email no_emails no_more_emails withdrawn consent_withdrawn revoked consent_revoked
        desuscrito desuscrita dado_de_baja dada_de_baja baja cancelado cancelada no_enviar no_contactar
        descadastrado descadastrada inscricao_cancelada nao_enviar desabonne desabonnee desinscrit desinscrite
        ne_pas_contacter ne_plus_contacter abgemeldet ausgetragen nicht_anschreiben""",
    Standing.BOUNCED: """bounced cleaned undeliverable hard_bounce hard_bounced hardbounce hardbounced bounce invalid b
        invalid_email invalid_address rebotado rebotada rebote devuelto devolvido rejete unzustellbar""",
    Standing.COMPLAINED: """complained complaint spam abuse spam_report spam_complaint marked_as_spam reported p
        spam_complained reported_spam reported_as_spam abuse_complaint spam_reported complainer
        junk queja quejas plainte plaintes reclamacao beschwerde spam_beschwerde""",
}
_KNOWN = {word: standing for standing, words in _WORDS.items() for word in words.split()}
_BEGINNINGS = re.compile(
    r"(?:(?P<u>un ?subscri|opte?d? ?out\b|desabonn|desinscri|desuscri|descadastr|abgemeldet|do not (?:e ?mail|contact))"
    r"|(?P<b>(?:hard )?bounced?\b|invalid (?:e ?mail|address))|(?P<c>complain|marked as spam|reported (?:as )?spam)"
    r"|(?P<n>(?:never|not) (?:subscribed|opted in|agreed|consented)))"
)
"""How a status begins that says more than its word, as "unsubscribed by admin"."""
_OFTEN = re.compile(
    r"(?:(?:only|at most|up to|once|twice|every|each|per|an?|the|one|two|three|other|times?|\d{1,2}|x|emails?|digest"
    r"|cada|una|uma|un|une|vez|veces|vezes|fois|par|por|al|au|ao|pro|im|in der|alle|jede[nrsm]?|ein ?mal"
    r"|chaque|tous les|toda|todo) )*"
    r"(?:dai?ly|(?:bi|semi)?(?:weekly|monthly)|fortnight(?:ly)?|quarterly|yearly|annual(?:ly)?|days?|weeks?|months?"
    r"|quarters?|years?|diari[oa]|semanal|quincenal|quinzenal|mensual|mensal|bimestral|trimestral|anual|dia|semana|mes|ano"
    r"|quotidien(?:ne)?|hebdomadaire|mensuel(?:le)?|trimestriel(?:le)?|annuel(?:le)?|jour|semaine|mois|taglich|wochentlich|monatlich"
    r"|vierteljahrlich|jahrlich|tag|woche|monat|quartal|jahr|immediate(?:ly)?|instant(?:ly)?|always|often|sometimes"
    r"|occasional(?:ly)?|regular(?:ly)?|digest)(?: (?:digest|emails?|only|updates?|newsletters?))?"
)
"""How often somebody wants mail: all but "never" is a yes."""
_OF_BEGINNING = {"u": Standing.UNSUBSCRIBED, "b": Standing.BOUNCED, "c": Standing.COMPLAINED, "n": Standing.NEVER}
_UNMISTAKABLE = re.compile(
    r"subscri|suscri|inscri|opt|bounc|complain|spam|abonn|baja|abgemeldet|ausgetragen|descadastr|cleaned|consent|permi"
    r"|block|black|suppress|undeliver|unzustellbar|email|mail|contact|anschreiben|subs?$"
)
LOUD = frozenset(
    word
    for word, standing in _KNOWN.items()
    if standing in SUPPRESSED | {Standing.NEVER} and _UNMISTAKABLE.search(word) and word != "baja"  # low, in Spanish
)
"""Words, joined by underscores, that say under any heading that somebody must not be mailed."""


_LONGEST_LOUD = 60  # characters
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def _spellings(word: str) -> set[str]:
    spaced = word.replace("_", " ")
    forms = (word, spaced, spaced.replace(" ", "-"))
    return {spaced.title()}.union(*((form, form.upper(), form.capitalize()) for form in forms))


LOUD_CELLS = frozenset(form for word in LOUD for form in _spellings(word))
"""The same as cells have them, so that a million cells can be looked at without changing each."""

_DATE = re.compile(
    r"\d{1,4}\D\d{1,2}\D\d{1,4}|\d{9,13}$"  # a day, or seconds since 1970
    r"|(?:\w{3,9},? )?(?:\w{3,10}\.? \d{1,2},?|\d{1,2}\.? (?:de )?\w{3,10}\.?(?: de)?) (?:19|20)\d\d\b"
)
_TICKS = {"✓", "✔", "☑", "✅", "+", "*"}
_YES_WORDS = """yes; y; x; true; 1; on; ok; checked; ticked; ja; oui; sí; sim; si; da; agree; agreed; i agree; accept;
    accepted; allowed; granted; given; verdadero; verdadeiro; vrai; wahr; selected; opted"""
_NO_WORDS = """no; n; false; 0; off; none; never; unchecked; nein; non; não; nee; null; n/a; nunca; jamais; nie; falso;
    faux; falsch; not given; not granted; denied; refused; rejected; disabled"""
_YES = frozenset(normal(word) for word in _YES_WORDS.split(";"))
_NO = frozenset(normal(word) for word in _NO_WORDS.split(";"))
_REFUSING = re.compile(
    r"(?:no|non|nein|nao|nee)\b|.*\b(?:not|don t|dont|never|no quiero|ne \w+ pas|nao quero|nicht|decline|refuse"
    r"|remove me|opt(?:ed)? out|unsubscribe)\b"
)
_AGREEING = re.compile(
    r"(?:yes|yep|yeah|sure|please|si|sim|oui|ja|i (?:agree|accept|consent|want|would like|wish|give)|agree\w*|accept\w*"
    r"|consent\w*|sign me up|subscribe me|add me|send me|keep me|j accepte|je (?:veux|souhaite|consens|m abonne)"
    r"|acepto|quiero|aceito|quero|concordo|ich (?:mochte|will|stimme|willige))\b"
)
_ANSWERS: Mapping[Field, tuple[Standing, Standing]] = {
    Field.AGREED: (Standing.JOINED, Standing.NEVER),
    Field.LEFT: (Standing.UNSUBSCRIBED, Standing.JOINED),
}
"""What a yes and a no mean; a date is a yes, and a box that nobody ticked is a no."""
_BLAMED = {"bounced": Standing.BOUNCED, "complained": Standing.COMPLAINED}


def judge(field: Field, cell: str, words: Mapping[str, Standing], heading: str = "") -> Standing | None:
    """Return what one cell says, or nothing if it is not understood.

    Args:
        field: what its column is: a status, whether they agreed, or whether they left.
        cell: as it is in the file.
        words: status words of the program that wrote it, or as somebody has said what they mean.
        heading: of its column; a form's tick may repeat it.
    """
    word = normal(cell)
    if said := words.get(word.replace(" ", "_")):
        return said
    if word.startswith("manual") and is_reason(heading):  # somebody's own hand put them among the suppressed
        return Standing.UNSUBSCRIBED
    if field is Field.STATUS:
        is_plain_yes = not word or _OFTEN.fullmatch(word)
        return Standing.JOINED if is_plain_yes else _status(word, cell)
    yes, no = _ANSWERS[field]
    if field is Field.LEFT:
        yes = _BLAMED.get(blames(heading), yes)
    if word in _NO or not word.strip("0 "):  # 0000-00-00 is no day
        return yes if cell.strip() in _TICKS else no
    if word in _YES or is_date(cell) or (heading and word == normal(heading)):
        return yes
    return _status(word, cell) or _in_words(field, word, yes, heading)


def _status(word: str, cell: str) -> Standing | None:
    """Return what a status says: by its word, by how it begins, or by the words of a list of them."""
    if known := _KNOWN.get(word.replace(" ", "_")):
        return known
    if begun := _BEGINNINGS.match(word):
        return _OF_BEGINNING[begun.lastgroup or ""]
    parts = [normal(part) for part in re.split(r"[,;|]", cell)]
    found = [_KNOWN.get(part.replace(" ", "_")) for part in parts if part]
    if len(found) > 1 and all(found):
        return max((one for one in found if one), key=lambda one: one.weight)
    return None


def _in_words(field: Field, word: str, yes: Standing, heading: str) -> Standing | None:
    """Return what a sentence says that answers a form, or a reason that stands only where there is one."""
    if field is Field.LEFT:
        return yes if is_reason(heading) else None
    refuses, agrees = _REFUSING.match(word), _AGREEING.match(word)
    if refuses and agrees:
        return None
    if refuses:
        return Standing.NEVER
    is_label = len(word) > 8 and word in normal(heading)
    return yes if agrees or is_label else None


def is_loud(cell: str) -> bool:
    """Whether a cell says by itself that somebody must not be mailed."""
    if len(cell) > _LONGEST_LOUD:
        return False
    words = cell.lower() if cell.isascii() else normal(cell)  # most cells have no accents, and there are many
    return "_".join(_BETWEEN_WORDS.sub(" ", words).split()) in LOUD


def is_date(cell: str) -> bool:
    """Whether a cell holds a day, or a moment as programs count them."""
    return _DATE.match(cell.strip()) is not None
