"""The same furniture in the other languages that clinics here write in, or whose systems speak them."""

_DEVICE = r"[\w+'-]{1,20}(?: [\w+'-]{1,20}){0,5}[.!]?"
_NO_DEVICE = (
    r"(?!(?:coraz[óo]n|alma|casa|cocina|jard[íi]n|cama|familia|c[œo]e?ur|[âa]me|maison|cuisine|lit|famille|bureau"
    r"|cora[çc][ãa]o|cozinha|quarto|fam[íi]lia|herz(?:en)?|haus(?:e)?|garten|k[üu]che|cuore|cucina|huis|hart)\b)"
)
_SYSTEM = r"(?:iphone|ipad|ios|android|windows|mac(?:os)?)\b.{0,12}"

IN_LANGUAGES: dict[str, tuple[str, ...]] = {
    "the read time": (
        r"\d+ ?min(?:utos?)? (?:de lectura|para leer)|(?:tiempo de lectura|lectura):? ?\d+ ?min(?:utos?)?\.?",
        r"\d+ ?min(?:utes?)? de lecture|temps de lecture ?:? ?\d+.{0,10}",
        r"\d+ ?min\.? (?:lesezeit|de leitura)|lesezeit:? ?\d+.{0,10}",
    ),
    "a mail's foot": (
        rf"enviad[oa] (?:desde|con) mi {_NO_DEVICE}{_DEVICE}|obt(?:ener|[ée]n|enga) outlook para .{{1,20}}",
        rf"envoy[ée]e? (?:de|depuis|avec|[àa] partir de) (?:mon|ma) {_NO_DEVICE}{_DEVICE}",
        r"(?:obtenir|obtenez|t[ée]l[ée]charge[rz]) outlook pour .{1,20}",
        rf"enviad[oa] (?:do|da|pelo|pela|de|a partir d[oa]) (?:meu|minha) {_NO_DEVICE}{_DEVICE}",
        r"(?:obter|obtenha|baixar|baixe|transferir) (?:o )?outlook para .{1,20}",
        rf"(?:von|mit) meine[mr] {_NO_DEVICE}{_DEVICE} (?:gesendet|gesandt|geschickt)",
        rf"gesendet (?:von|mit) meine[mr] {_NO_DEVICE}{_DEVICE}",
        r"(?:holen sie sich )?outlook f[üu]r .{1,20}?(?: (?:beziehen|herunterladen|abrufen))?",
        rf"inviato dal? (?:mio|mia) {_NO_DEVICE}{_DEVICE}|(?:scarica|ottieni) outlook per .{{1,20}}",
        rf"(?:verstuurd|verzonden) (?:van(?:af|uit)?|met) mijn {_NO_DEVICE}{_DEVICE}",
        r"(?:download )?outlook voor .{1,20}",
        (
            rf"(?:enviad[oa]|envoy[ée]e?|gesendet|inviat[oa]|verzonden|verstuurd) \w{{1,7}} .{{2,30}} "
            rf"(?:para|pour|f[üu]r|per|voor) {_SYSTEM}"
        ),
        (
            rf"(?:enviad[oa]|envoy[ée]e?|gesendet|inviat[oa]|verzonden) "
            rf"(?:desde|depuis|via|von|da|vanaf|do|pelo) (?:un |o )?{_SYSTEM}"
        ),
    ),
    "a count": (
        r"\d+ (?:visualizaciones|vistas|comentarios?|me gusta|vues?|commentaires?|aufrufe|kommentare?|visualizações)",
        r"(?:sin|no hay|aucun|keine|nenhum) (?:comentarios?|commentaires?|kommentare|comentário)",
    ),
    "the comments": (
        r"(?:deja|dejar|escribe|escribir|publicar|añadir) un(?:a)? (?:comentario|respuesta)(?:\.{3}|…)?",
        r"(?:laisser|écrire|ajouter) un commentaire(?:\.{3}|…)?",
        r"(?:schreibe einen|kommentar) kommentar.{0,20}",
        r"tu dirección de correo electrónico no será publicada\..{0,80}|deixe um comentário|cancelar respuesta",
    ),
    "a share row": (
        (
            r"(?:compartir|comparte|partager|teilen|compartilhar) (?:(?:este?a?|esto|cet|diesen) )?(?:(?:artículo|"
            r"entrada|article|beitrag)|(?:en|sur|auf|no) (?:facebook|twitter|x|linkedin|whatsapp|pinterest)):?"
        ),
        r"haz clic para compartir.{0,60}|se abre en una ventana nueva|copiar enlace|me gusta cargando.{0,4}",
    ),
    "the page's menu": (
        r"saltar al contenido|ir al contenido(?: principal)?|volver (?:arriba|al blog)",
        r"aller au contenu|zum inhalt springen",
        r"(?:entrada|entradas|artículo) (?:anterior(?:es)?|siguientes?)",
        r"(?:article|billet) (?:précédent|suivant)|todas las entradas",
        r"lire la suite|weiterlesen",
    ),
    "a cookie notice": (
        r"(?:este sitio|esta página|esta web|nuestro sitio)(?: web)? (?:utiliza|usa) cookies.{0,160}",
        r"aceptar(?: todas)? las cookies|ce site utilise des cookies.{0,160}",
        r"diese (?:website|seite) verwendet cookies.{0,160}|alle akzeptieren",
    ),
    "the page's foot": (
        r"todos los derechos reservados\.?|tous droits réservés\.?|alle rechte vorbehalten\.?",
        r"política de (?:privacidad|cookies)",
        r"aviso legal|datenschutz(?:erklärung)?|impressum|mentions légales|mapa del sitio",
    ),
    "a sign-up form": (
        r"suscríbe(?:te|se)(?: a (?:nuestr[oa]|l[oa]s?|mi) .{0,20}(?:boletín|newsletter|blog|lista|canal))?!?",
        r"(?:ingresa|escribe|introduce) tu (?:correo|email).{0,40}",
        r"s.abonner|abonnez-vous.{0,60}|jetzt abonnieren|newsletter abonnieren|gracias por (?:enviar|suscribir).{0,20}",
    ),
}
"""Light, for the words of Spanish, French, German and Portuguese systems."""

LANGUAGES_IN_COMPANY: dict[str, tuple[str, ...]] = {
    "the comments": (r"comentarios|commentaires",),
    "a share row": (r"(?:compartir|comparte|partager|teilen|compartilhar)(?: esto)?:?|me gusta",),
    "the page's menu": (
        r"inicio|quiénes somos|nuestros servicios|contáctenos|reservar cita|pida una cita|leer más|seguir leyendo",
    ),
    "tags": (r"(?:etiquetas?|categorías?|publicado en|archivado en|étiquettes?|catégories?|schlagwörter)\s*:.{0,120}",),
    "a cookie notice": (r"(?:aceptar|rechazar)(?: todas?)?",),
    "a sign-up form": (r"suscribirse",),
}
"""The same, as far as an author could write it."""

TAIL_IN_LANGUAGES = (
    r"(?:entradas|artículos|publicaciones) (?:recientes|relacionad[ao]s|similares)(?: ver todo)?",
    r"(?:articles|posts) (?:récents|similaires|liés)|(?:ähnliche|neueste|aktuelle) beiträge|posts recentes",
    r"(?:\d+ )?(?:comentarios?|commentaires?|kommentare?)|deja (?:un comentario|una respuesta)",
    r"también te puede (?:gustar|interesar):?|te puede interesar:?|sobre (?:el|la) autora?|acerca d(?:el|e la) autora?",
)
"""Lines behind which an article is over."""
