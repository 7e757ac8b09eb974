"""What the feet of newsletters say, in the languages that clinics here write in or whose systems speak them."""

import re

MAIL = (
    r"(?:e-?mails?|newsletters?|mailings?|correos?(?: electr[óo]nicos?)?|bolet[íi]n(?:es)?|courriels?|infolettres?"
    r"|bulletins?(?: d.information)?|boletins?|boletim|rundbriefe?|nieuwsbrie(?:f|ven))"
)
LETTER = (
    rf"(?:{MAIL}|messages?|updates|notifications?"
    r"|mensajes?|mensagens?|mensagem|nachricht(?:en)?|messaggi[oi]?|lettres?|bericht(?:en)?)"
)
THIS = r"(?:this|these|est[eao]s?|es[ts][ea]s?|cet?|cette|ces|diese[rsn]?|quest[aeio]|deze|dit)"
BECAUSE = (
    r"(?:because|as|since|from|by|via|at|through|if|porque|ya que"
    r"|pues|debido|car|parce|puisque|weil|da|perch[ée]|omdat|@)"
)

UNSUBSCRIBES = re.compile(
    r"\b(?:unsubscrib\w*|opt(?:ing)?[ -]?out"
    r"|remove (?:me|yourself|your (?:name|address|e-?mail(?: address)?))|(?:leave|get off) (?:this|the"
    r"|our) (?:\w+ )?list"
    r"|cancel (?:your|my|this) subscription|stop (?:receiving|getting)"
    r"|(?:dar(?:se|te|me)?|date|d[ée]se|causar) (?:de )?baja"
    r"|(?:cancel|anul)\w* (?:(?:la|tu|su|mi|esta|a|sua|minha) )*(?:suscripci[óo]n|inscri[çc][ãa]o|assinatura"
    r"|subscri[çc][ãa]o)"
    r"|des(?:uscrib|inscrib|cadastr|inscrev|subscrev)\w+|dejar de recibir|deixar de receber|remover (?:meu|seu"
    r"|o) (?:e-?mail|endere[çc]o)"
    r"|d[ée]s(?:abonn|inscri)\w+|abmelden|abmeldung|abbestellen|(?:abo|abonnement|newsletter) k[üu]ndigen"
    r"|(?:cancell|annull)\w* (?:\w+ )?(?:l.)?iscrizione|disiscri\w+|uitschrijven|afmelden|avregistrera|wypisz)",
    re.IGNORECASE,
)
NO_MORE = re.compile(
    r"\b(?:(?:no longer|not|n't) (?:wish|want|care|like) to (?:receive|get|hear)\b|(?:rather"
    r"|prefer) not (?:to )?(?:receive|get|hear)\b"
    r"|(?:would|no longer|not).{0,12}\b(?:interested in|receive any more)\b"
    r"|n[oã]o? (?:dese[ea]s?|quier[ea]s?|quer|queira|desej[ae]) (?:seguir |m[áa]s |mais |continuar )*(?:recib"
    r"|receb|a receber)\w+"
    r"|ne (?:souhaitez|voulez|d[ée]sirez) (?:plus|pas) recevoir|nicht (?:mehr|l[äa]nger)\b.{0,40}(?:erhalten"
    r"|bekommen)"
    r"|non (?:vuoi|desideri) (?:pi[ùu] )?ricevere)",
    re.IGNORECASE,
)
PREFERS = re.compile(
    r"\b(?:(?:manage|update|change|edit|adjust|customi[sz]e|modify|set|review|choose) (?:(?:your|my|these"
    r"|the) )?(?:[\w-]+ ){0,2}"
    r"(?:preferences?|subscriptions?|profile)|(?:e-?mail|subscription|subscriber|communication|mailing|newsletter) "
    r"(?:preferences?|settings|options|services|profile)"
    r"|(?:gestion|administr|actuali[zs]|modific|cambi|configur|gerenci|ger|atuali[zs]|alter)\w* (?:(?:tus|sus"
    r"|mis|las|suas|as|o seu|tu|la) )*"
    r"(?:preferencias|prefer[êe]ncias|suscripci[óo]n(?:es)?|inscri[çc][ãa]o|perfil)"
    r"|prefer[eê]ncias de (?:correo|suscripci[óo]n|e-?mail)"
    r"|(?:g[ée]rer|modifier|mettre [àa] jour) (?:vos|mes|votre|mon) (?:pr[ée]f[ée]rences|abonnements?|profil)"
    r"|(?:einstellungen|pr[äa]ferenzen|profil) (?:[äa]ndern|verwalten|anpassen)|gestisci (?:le )?(?:tue )?preferenze"
    r"|why did i get this|por qu[ée] (?:he recibido|recibo) est[eo]|pourquoi ai-je re[çc]u)",
    re.IGNORECASE,
)
LEADS_OUT = re.compile(
    r"unsub|opt[-_]?out|d[ée]sabon|desinscri|descadastr|dar-?de-?baja|[/=_-]baja\b|abmeld|abbestell|uitschrijv"
    r"|disiscri"
    r"|list-manage\.com/(?:profile|about|vcard)|/listinfo/|/asm/|preference[-_]?cent|subscription[-_]?cent"
    r"|(?:e-?mail|subscri\w+|newsletter|manage|update)[-_/](?:preferences|prefs|profile|subscription)"
    r"|managepreferences"
    r"|emailpreferences|updateprofile|updatesubscription|[-+](?:leave|signoff)@|subject=(?:remove|leave|signoff"
    r"|baja)\b",
    re.IGNORECASE,
)
MEANT = re.compile(
    rf"\b(?:{THIS}|our|here|below|click|link|any ?time|list|google groups?|aqu[íi]|haz|haga|enlace|nuestr\w+"
    rf"|cualquier|lista|ici|lien|cliquez"
    r"|tout moment|nos|notre|liste|clique|qualquer|noss\w+|hier|jederzeit|klicken|qui|clicca|momento)\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"(?:\W|click|here|to\b|if\b|(?:don'?t|do not|no longer|not)\b|you (?:can|may|have)\b|prefer|rather|tired"
    r"|too many|need|having|won'?t|please"
    r"|want|wish|we (?:respect|understand)|unsubscribe|manage|update|change|stop|opt|si\b|para\b|puedes?|haz\b"
    r"|haga\b|quieres?|deseas?|no\b"
    r"|cancel|gestion|por\b|pour\b|vous\b|cliquez|se\b|caso\b|clique|n[ãa]o|voc[êe]|pode|wenn|falls|um\b"
    r"|m[öo]chten|sie\b|per\b|als\b|¿)",
    re.IGNORECASE,
)
_SENT = (
    r"sent|delivered|mailed|addressed|enviad|remitid|destinad|endere[çc]ad|envoy[ée]|adress[ée]|destin[ée]"
    r"|gesendet|geschickt|verschickt|versandt|gerichtet|inviat|spedit|verzonden|verstuurd|gestuurd"
)
SENT = re.compile(
    rf"{THIS} {MAIL} (?:was|were|has been|is being) (?:\w+ ){{0,2}}?(?:sent|delivered|mailed|intended|addressed)\b"
    rf"|{THIS} messages? (?:was|has been|is) (?:\w+ ){{0,2}}?(?:sent|delivered|intended)\b(?=.*(?:@|\byou\b"
    rf"|because|behalf))"
    rf"|^\W*(?:sent|delivered|e-?mailed|enviad[oa]|envoy[ée]|gesendet|inviat[oa]) (?:to|a|para|[àa]"
    rf"|an):? <?[\w.+-]+@\S+"
    rf"|\bsent (?:by|from) .{{2,60}} to <?[\w.+-]+@\S+"
    rf"|{THIS} {LETTER} .{{2,30}}?\b(?:{_SENT})\w*\b.{{0,14}}?[\w.+-]+@[\w-]+\."
    rf"|{THIS} {LETTER} .{{2,30}}?[\w.+-]{{1,64}}@\S{{1,80}} (?:{_SENT})"
    rf"|^\W*(?:lo|la|los|las|o|a) recib\w+ .{{0,12}}\bporque\b.{{0,40}}(?:suscri|inscri|registr|apunt)"
    rf"|\byou(?:'re| are|'ve| have)? (?:\w+ )?(?:receiv|gett|got"
    rf"|sent)\w* {THIS} (?:[\w-]+ )?(?:{MAIL}.{{0,12}}(?:\b{BECAUSE}\b|\.?$)"
    rf"|(?:messages?|updates|notifications?)\b.{{0,12}}\bbecause\b)"
    rf"|\byou(?:'re| are|'ve| have)? (?:\w+ )?receiv\w* this\b.{{0,12}}\b{BECAUSE}\b"
    rf"|^\W*you(?:'ve)? (?:just )?read issue\b|^\W*you(?:'re| are) (?:\w+ )?subscribed (?:to|as|with)\b"
    rf"|\byou(?:'re| are) on (?:this|our) (?:mailing |e-?mail )?list (?:because|as|since)\b"
    rf"|\b(?:this is|you have received) an? (?:promotional|marketing|commercial|automated) {LETTER}"
    rf"|\byou(?:'re| are) receiving (?:\w+ )?(?:notification|marketing|promotional|automated) {LETTER}"
    rf"|{THIS} {MAIL} (?:was|is) (?:created|made) (?:with|using|by)\b"
    rf"|{THIS} {MAIL} (?:\w+ )?(?:ha sido|fue|foi|se ha|te ha sido|le ha sido|é) (?:enviad|destinad|envi)\w+"
    rf"|\b(?:has|ha|hemos|haberte?) recibido {THIS} (?:{MAIL}|{LETTER}.{{0,12}}\b{BECAUSE}\b)|\brecib(?:e|es"
    rf"|i[óo]|iste) {THIS} {LETTER}.{{0,12}}\b{BECAUSE}\b"
    rf"|\best[áa]s? (?:recibiendo|recebendo|a receber) {THIS} {LETTER}|\b(?:recebeu|recebe) {THIS} {LETTER}"
    rf"|{THIS} {MAIL} (?:\w+ ){{0,2}}?(?:a [ée]t[ée]|est) (?:\w+ )?(?:envoy|adress|destin)\w+"
    rf"|\bvous (?:recevez|avez re[çc]u) (?:{THIS}|nos|notre) {LETTER}"
    rf"|diese[rs]? {MAIL} (?:wurde|ging|ist) |sie (?:erhalten|bekommen|haben) diese[nr]? {MAIL}"
    rf"|questa {MAIL} [èe] stata inviata|(?:ricevi|hai ricevuto) questa {MAIL}",
    re.IGNORECASE,
)
PROVIDERS = (
    r"(?:intuit )?mailchimp|constant contact|sendgrid|twilio|substack|brevo|sendinblue|campaign monitor|hubspot"
    r"|ghost|buttondown|mailpoet"
    r"|active ?campaign|convertkit|kit|beehiiv|mailer ?lite|aweber|getresponse|klaviyo|flodesk|keap"
    r"|infusionsoft|icontact|benchmark"
    r"|mad ?mimi|vertical ?response|zoho|omnisend|moosend|mailjet|sendy|phplist|mailman|govdelivery|granicus"
    r"|squarespace|wix|godaddy|patreon"
    r"|tinyletter|cakemail|listmonk|acumbamail|doppler|mailrelay|rd station|e-?goi|sarbacane|cleverreach"
    r"|rapidmail|groups\.io|email ?octopus|smore"
)
BADGE = re.compile(
    rf"(?:.{{0,40}} )?powered by (?:the )?(?:{PROVIDERS})\b.{{0,80}}"
    rf"|(?:free )?e-?mail marketing (?:powered )?(?:by|from)\b.{{0,40}}"
    rf"|(?:proudly |this e-?mail was )?(?:sent|made|built|delivered|created|published|enviado|creado|hecho"
    rf"|feito|envoy[ée])(?: \w+)? "
    rf"(?:by|with|using|via|con|por|par|avec|com) (?:the )?(?:{PROVIDERS})\b.{{0,60}}"
    rf"|try e-?mail marketing.{{0,40}}|(?:trusted e-?mail from|safe).{{0,60}}",
    re.IGNORECASE,
)
OF_MAIL = re.compile(
    rf"\b(?:{THIS}|our|your|the|nuestr[oa]s?|notre|nosso) (?:\w+ )?{LETTER}\b|\b(?:inbox|address book|(?:mailing"
    rf"|e-?mail) list|spam|junk|opted in|signed up"
    r"|subscribed|suscrito|inscrit|inscrito|google groups|reply|privacy|terms|libreta de direcciones"
    r"|carnet d.adresses)\b",
    re.IGNORECASE,
)
CHANGES = re.compile(
    r"\b(?:chang|cambi|mud|modif|[äa]ndern|receiv|gett|recib|receb|recev|erhalten|ricev)", re.IGNORECASE
)
THIS_MAIL = re.compile(rf"\b{THIS} {MAIL}\b", re.IGNORECASE)
ASKS_TO_TRUST = re.compile(
    r"\b(?:to your|in your|a tu|a su|à votre) (?:address book|safe senders?|contacts?(?: list)?|spam folder"
    r"|junk folder|libreta|agenda|carnet)\b",
    re.IGNORECASE,
)
COPYRIGHT = re.compile(
    r"©|\(c\) ?(?:19|20)\d\d|\bcopyright\b|all rights reserved|derechos reservados|droits r[ée]serv[ée]s"
    r"|direitos reservados|rechte vorbehalten",
    re.IGNORECASE,
)
AROUND = re.compile(
    r"\b(?:view|read|see|open|ver|voir|leer|lire|ler|abrir)\b.{0,30}\b(?:browser|online|web ?(?:page|version"
    r"|site)?|navegador|navigateur)\b"
    r"|\b(?:web|online) version|versi[óo]n web|version (?:web|en ligne)|\bforward (?:this|to)\b|\b(?:reenviar"
    r"|encaminhar)\b|\badd us to\b"
    r"|mailing address|share on social|check out our (?:web)?site|visit our (?:web)?site|follow us(?: on)?\b"
    r"|nuestra direcci[óo]n|notre adresse|nosso endere[çc]o|unsere (?:anschrift|adresse)"
    r"|\bprivacy (?:policy|notice)|\bterms (?:of|and|&)|pol[íi]tica de|confidentialit[ée]|datenschutz|impressum"
    r"|aviso legal"
    r"|view this discussion|mailing list\b",
    re.IGNORECASE,
)
ADDRESSED = re.compile(
    r"(?:our|nuestra|notre|noss[oa]|unsere|il nostro|ons) (?:[\w-]+ ){0,2}?"
    r"(?:address|direcci[óo]n|adresse|endere[çc]o|morada|anschrift|postanschrift|indirizzo|(?:post)?adres)\b.{0,30}",
    re.IGNORECASE,
)
"""What stands above somebody's address."""
COUNTRY = re.compile(
    r"u\.?s\.?a?\.?|(?:the )?united states(?: of america)?|estados unidos|[ée]tats[- ]unis|canad[aá]|m[ée]xico|mexique"
    r"|united kingdom|u\.?k\.?|great britain|england|scotland|wales|ireland|australia|new zealand"
    r"|españa|spain|espagne|espanha|france|francia|frança|frankreich|bra[sz]il|br[ée]sil|portugal|deutschland|germany"
    r"|allemagne|alemania|[öo]sterreich|austria|schweiz|suisse|switzerland|suiza|svizzera|italia|italy|italie"
    r"|belgique|belgi[ëeu]m?|b[ée]lgica|luxembourg|nederland|(?:the )?netherlands|argentina|chile|colombia|per[úu]"
    r"|uruguay|paraguay|bolivia|ecuador|venezuela|costa rica|panam[áa]|guatemala|puerto rico|india|denmark|danmark"
    r"|sweden|sverige|norway|norge|finland|poland|polska",
    re.IGNORECASE,
)
ADDRESS_ABROAD = re.compile(
    r"\b\d{1,4},? ?(?:bis |ter )?(?:rue|avenue|boulevard|place|quai|all[ée]e|chemin|impasse)\b|\b\d{5}-\d{3}\b"
    r"|^[^\W\d]+(?:[ -][^\W\d]+){0,2},? \d{5}$|"
    r"\b(?:calle|avenida|avda|paseo|plaza|rua|rue|boulevard|via|viale|piazza|travessa|quai)\b.*\d|\w(?:stra(?:ß"
    r"|ss)e|platz|straat)\b.*\d"
    r"|\b\d{4,5}(?:-\d{3})? [A-ZÁÉÍÓÚÜ]\w+|\bp\.? ?o\.? box \d|\bapartado \d|\bpmb \d",
    re.IGNORECASE,
)
NO_LIST = re.compile(
    r"(?:where|address|location|place|when|d[óo]nde|lugar|lieu|o[ùu]|adresse|onde|local|wo|ort)\s*:", re.IGNORECASE
)
WEB = re.compile(r"(?:https?://|www\.|mailto:)[^\s<>\"“”()\[\]]+|[\w.+=-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
CRISIS = re.compile(
    r"\b988\b|\b911\b|\b112\b|\b116 ?123\b|lifeline|hotline|helpline|warmline|crisis|suicid", re.IGNORECASE
)

_STEM_WORDS = """
mail unsub subscri opt newsletter correo mensa messag bolet bulletin courriel lettre nachricht brief bericht update
notif sent deliver envi gesendet inviat receiv recib receb recev ricev erhalt list prefer préf pref profil perfil
setting iscri inscri baja abonn cadastr interes power made built creat publish hecho feito try safe trust remov
cancel annul anul schr meld bestell wypisz registr stell why por pourquoi kündig kundig issue group stop hear @ scri
hosted inbox book spam junk signed reply privacy terms libreta carnet agenda browser online web navega forward
encaminh add polític politic confiden datenschutz impressum aviso discussion direc adresse anschrift endere address
share follow site contact © (c) copyright rights derech droits direitos rechte
"""
_STEMS = _STEM_WORDS.split()


def may_speak_of_mail(text: str) -> bool:
    """Whether a line says something that a foot could say; most lines need to be asked nothing else."""
    small = text.lower()
    return any(stem in small for stem in _STEMS)
