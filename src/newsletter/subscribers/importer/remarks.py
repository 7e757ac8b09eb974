"""Remarks: what people write into a list in words of their own, of somebody who is not to be mailed.

No list of phrases is complete, and a phrase may be about something else. So nobody is
suppressed by a remark: their row is kept apart, and a person decides.
"""

import re

from newsletter.subscribers.names import normal

_NEWS = r"(?:news\w*|e ?mails?|mails?|mailings?|bulletins?|messages?|marketing|contact|list|updates|anything|us)"
_LIST = r"(?:list\w*|lista|liste|verteiler|news\w*|boletin|boletim|infolettre|mailings?|e ?mails?|mails?|database|us)"
_ENGLISH = rf"""
    (?:un ?subscri|unsubs?\b|non subscri)
    (?<!not )(?<!never )(?<!n t )opt(?:ed|s|ing)? ?out\b
    no (?:more |further |longer )?(?:\w+ )?{_NEWS}\b(?! (?:on file|address|yet|known|given|provided))
    no longer (?:wants?|wish\w*|interested|subscribed|a subscriber|receiv\w*)
    not (?:interested|subscribed)\b
    (?:remov|delet|tak|took|drop)\w* (?:\w+ ){{0,4}}?(?:from|off) (?:\w+ ){{0,3}}?{_LIST}\b
    (?:take|taken|took) (?:me |her |him |them )?off\b
    (?:ask(?:ed|s|ing)?|want(?:ed|s)?|wish\w*|request\w*|prefer\w*|like[sd]?) (?:us )?(?:to )?(?:be )?not\b
    (?:ask(?:ed|s|ing)?|want(?:ed|s)?|wish\w*|request\w*|like[sd]?) (?:to be |be )?(?:remov\w*|taken|deleted|left off)\b
    (?:asked|wants?|told) (?:us )?to (?:stop|leave|unsub)
    (?:do|does|did) ?(?:n[o ]?t) (?:want|wish|like|care) (?:\w+ ){{0,5}}?(?:{_NEWS}|hear|this|it|them|any)\b
    do ?n[o ]?t (?:ever )?(?:send|e ?mail|contact|mail|write|use|add|include|subscribe|disturb|solicit)
    stop (?:all )?(?:send|e ?mail|mail|news|contact)\w*
    (?:left|quit|leaving) (?:the |our )?(?:\w+ )?{_LIST}\b
    (?:withdr[ae]w\w*|revoked?) (?:\w+ )?consent|consent (?:was )?(?:withdrawn|revoked)
    (?:hard )?bounc(?:ed|es|ing)\b|undeliverable|address (?:is )?(?:dead|invalid)
    (?:marked|reported)(?: us| it)? (?:as )?spam|spam complain\w*|complain(?:ed|s) (?:of|about) (?:\w+ )?{_NEWS}
"""
_SPANISH = rf"""
    (?:dad[oa]s?|darse|darl[oa]|dar|dio|di|causo|pid\w+|solicit\w+) (?:de |la |su |se |el )*baja
    baja (?:del?|en) (?:la |el |los )?(?:{_LIST}|correos?)
    (?:ya )?no (?:quiere|desea|enviar|envien|mandar|contactar|escribir|recibir|le interesa|interesad[oa])
    (?:desuscri|dessuscri|dessubscri)
    (?:elimin|quit|borr|sac|retir)\w+ de (?:la |el |los |nuestra )*{_LIST}\b
    pid\w+ (?:que )?(?:no|eliminar|borrar|salir|ser elimin)
"""
_PORTUGUESE = rf"""
    nao (?:quer|deseja|enviar|envie|mandar|contact\w+|receber|tem interesse|interessad[oa])
    descadastr
    cancel\w+ (?:a |o |sua )?(?:inscric\w+|assinatura|recebimento|news\w*)
    pedi\w+ (?:para |a |o |por )?(?:sair|remo\w+|ser \w+|cancel\w+|exclus\w+|descadastr\w+|nao)
    (?:retir|remov|tir|exclu|saiu|sair)\w* da (?:nossa )?{_LIST}\b
"""
_FRENCH = rf"""
    (?:desabonn|desinscri|resili(?:e|ee|es|ation)\b)
    ne (?:pas|plus) (?:\w+ )?(?:contact|envo|ecri|mail|recev|adress|sollicit|relanc|inscri|mettre)
    ne (?:veut|souhaite|desire) (?:plus|pas)
    n est plus (?:interess|abonn|inscri)
    (?:retir|suppr|enlev|ray|effac)\w* (?:\w+ )?de (?:la |notre |nos )?{_LIST}\b
    (?:a|demande de|demande a etre|demande) (?:retir|supprim|desinscri|enlev)\w+
    (?:plus|pas) de (?:mails?|e ?mails|courriels?|news\w*|infolettres?|pub\w*)
"""
_GERMAN = rf"""
    (?:abgemeldet|abmeld|abbestell|ausgetragen|austragen|widerruf)
    kein\w* (?:\w+ )?(?:e ?mails?|mails?|news\w*|werbung|kontakt|interesse|einwilligung|infos?|post)\b
    nicht (?:mehr )?(?:zu |an)?(?:kontakt|schreib|anschreib|send|schick|zusend|mailen|erwunscht|interessiert)
    (?:will|mochte|wunscht) (?:das |es |den |die )?(?:nicht|nichts|kein\w*)\b
    (?:aus|von) (?:dem |der |unserem |unserer )?{_LIST} (?:nehmen|streichen|gestrichen|entfern\w*|loschen|geloscht)
    unzustellbar
"""
_OTHERS = r"""
    disiscri|cancellat[oa] dalla lista|non (?:vuole|desidera|inviare|contattare)
    uitgeschreven|uitschrijv|afgemeld|niet (?:meer )?(?:mailen|contacteren|sturen)|geen (?:e ?mail|mail|nieuwsbrief)
"""
_REFUSES = re.compile(
    r"\b(?:"
    + "|".join(
        line.strip()
        for words in (_ENGLISH, _SPANISH, _PORTUGUESE, _FRENCH, _GERMAN, _OTHERS)
        for line in words.splitlines()
        if line.strip()
    )
    + ")"
)
_ALONE = re.compile(
    r"(?:please )?(?:removed?|remove me|delete|deceased|dead|died|passed away|rip|stop|stopped|dn[cme]|do not use"
    r"|eliminad[oa]|borrad[oa]|retirad[oa]|excluid[oa]|fallecid[oa]|fallecio|removid[oa]|baixa|falecid[oa]|faleceu|obito"
    r"|supprimee?|retiree?|decede\w*|a (?:supprimer|retirer|enlever)|gestrichen|streichen|geloscht|loschen|verstorben"
    r"|gestorben|gekundigt|gesperrt|revoked|withdrawn|(?:dad[oa] de )?baja(?= \d))"
    r"(?: (?:on|at|since|in|by|am|seit|le|depuis|el|em|desde|request(?:ed)?|per request|\d[\w ]*))*"
)
"""Words that say it where they stand alone, or with a date."""
_OFFERED = re.compile(r"\b(?:any ?time|jederzeit|a tout moment|en cualquier momento|a qualquer momento)\b")
"""What the sender's own words promise: "you can unsubscribe at any time"."""
_LINK = re.compile(r"(?:https?://|www\.)\S*|\S+@\S+", re.IGNORECASE)
_LONGEST = 2_000


def refuses_mail(cell: str) -> bool:
    """Whether words say, wherever they stand, that somebody is not to be mailed; links and addresses say nothing."""
    return _LETTERS.search(cell) is not None and _says_no(_plain(cell))


def is_remark_of_refusal(cell: str) -> bool:
    """Whether a cell that is nothing but a remark says so; a single word is enough."""
    if not _LETTERS.search(cell):
        return False
    words = _plain(cell)
    return _says_no(words) or (len(words) <= _LONGEST_ALONE and _ALONE.fullmatch(words) is not None)


_LETTERS = re.compile(r"[^\W\d_]{3}")
_LONGEST_ALONE = 60


def _says_no(words: str) -> bool:
    return _REFUSES.search(words) is not None and not _OFFERED.search(words)


def _plain(cell: str) -> str:
    """Return words as `normal` does; most are ASCII, and there are millions."""
    text = _LINK.sub(" ", cell[:_LONGEST]) if "@" in cell or "/" in cell or "www." in cell.lower() else cell[:_LONGEST]
    return " ".join(_WORDS.findall(text.lower())) if text.isascii() else normal(text)


_WORDS = re.compile(r"[a-z0-9]+")
