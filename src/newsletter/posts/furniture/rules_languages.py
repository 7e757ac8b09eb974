"""The same furniture in the other languages that clinics here write in, or whose systems speak them."""

IN_LANGUAGES: dict[str, tuple[str, ...]] = {
    "the read time": (
        r"\d+ ?min(?:utos?)? (?:de lectura|para leer)|(?:tiempo de lectura|lectura):? ?\d+ ?min(?:utos?)?\.?",
        r"\d+ ?min(?:utes?)? de lecture|temps de lecture ?:? ?\d+.{0,10}",
        r"\d+ ?min\.? (?:lesezeit|de leitura)|lesezeit:? ?\d+.{0,10}",
    ),
    "a count": (
        r"\d+ (?:visualizaciones|vistas|comentarios?|me gusta|vues?|commentaires?|aufrufe|kommentare?|visualizações)",
        r"(?:sin|no hay|aucun|keine|nenhum) (?:comentarios?|commentaires?|kommentare|comentário)",
    ),
    "the comments": (
        r"(?:deja|dejar|escribe|escribir|publicar|añadir) un(?:a)? (?:comentario|respuesta)(?:\.{3}|…)?|comentarios",
        r"(?:laisser|écrire|ajouter) un commentaire(?:\.{3}|…)?|commentaires",
        r"(?:schreibe einen|kommentar) kommentar.{0,20}",
        r"tu dirección de correo electrónico no será publicada\..{0,80}|deixe um comentário|cancelar respuesta",
    ),
    "a share row": (
        (
            r"(?:compartir|comparte|partager|teilen|compartilhar)(?: (?:esto|en|con|por|este|esta|sur|auf|no|"
            r"este artículo).{0,40})?:?"
        ),
        r"haz clic para compartir.{0,60}|se abre en una ventana nueva|copiar enlace|me gusta(?: cargando.{0,4})?",
    ),
    "the page's menu": (
        r"saltar al contenido|ir al contenido(?: principal)?|volver (?:arriba|al blog)",
        r"aller au contenu|zum inhalt springen",
        r"(?:entrada|entradas|artículo) (?:anterior(?:es)?|siguientes?)",
        r"(?:article|billet) (?:précédent|suivant)|todas las entradas",
        r"inicio|quiénes somos|nuestros servicios|contáctenos|reservar cita|pida una cita|leer más",
        r"seguir leyendo|lire la suite|weiterlesen",
    ),
    "tags": (r"(?:etiquetas?|categorías?|publicado en|archivado en|étiquettes?|catégories?|schlagwörter)\s*:.{0,120}",),
    "a cookie notice": (
        r"(?:este sitio|esta página|esta web|nuestro sitio)(?: web)? (?:utiliza|usa) cookies.{0,160}",
        r"aceptar(?: todas?)?(?: las cookies)?",
        r"rechazar(?: todas?)?|ce site utilise des cookies.{0,160}",
        r"diese (?:website|seite) verwendet cookies.{0,160}|alle akzeptieren",
    ),
    "the page's foot": (
        r"todos los derechos reservados\.?|tous droits réservés\.?|alle rechte vorbehalten\.?",
        r"política de (?:privacidad|cookies)",
        r"aviso legal|datenschutz(?:erklärung)?|impressum|mentions légales|mapa del sitio",
    ),
    "a sign-up form": (
        r"suscríbe(?:te|se)(?: a (?:nuestro|la|mi).{0,60})?!?|suscribirse",
        r"(?:ingresa|escribe|introduce) tu (?:correo|email).{0,40}",
        r"s.abonner|abonnez-vous.{0,60}|jetzt abonnieren|newsletter abonnieren|gracias por (?:enviar|suscribir).{0,20}",
    ),
    "a picture's caption": (r"(?:foto|fotografía|imagen|crédito)s?(?: de| por)?\s*:\s*.{1,80}",),
}
"""Light, for the words of Spanish, French, German and Portuguese systems."""

TAIL_IN_LANGUAGES = (
    r"(?:entradas|artículos|publicaciones) (?:recientes|relacionad[ao]s|similares)(?: ver todo)?",
    r"(?:articles|posts) (?:récents|similaires|liés)|(?:ähnliche|neueste|aktuelle) beiträge|posts recentes",
    r"(?:\d+ )?(?:comentarios?|commentaires?|kommentare?)|deja (?:un comentario|una respuesta)",
    r"también te puede (?:gustar|interesar):?|te puede interesar:?|sobre (?:el|la) autora?|acerca d(?:el|e la) autora?",
)
"""Lines behind which an article is over."""
