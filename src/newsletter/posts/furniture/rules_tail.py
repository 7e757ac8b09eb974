"""Lines behind which an article is over."""

_DOTS = r"(?:\.{3}|…)?"

TAIL = (
    (
        r"(?:(?:more|our|other|all|see|view|explore|browse) )?"
        r"(?:recent|related|similar|latest|popular|trending|suggested|recommended|relevant) "
        r"(?:blog )?(?:posts?|articles?|stories|reads|entries)(?: see all)?"
    ),
    r"recommended from medium|others also viewed|popular posts from this blog|more articles by .{2,60}",
    r"more from medium",
)
"""Wherever they stand behind a paragraph."""

COMMENTS = (
    r"\d+ (?:comments?|responses?|replies)|no comments(?: yet)?|comments? \(\d+\)",
    rf"write a comment{_DOTS}|leave a (?:reply|comment)",
    r"discussion about this (?:post|episode)|member discussion",
)
"""The same, for what readers say."""

LAST_COMMENTS = (r"(?:no |one )?(?:comments?|responses?|replies)",)

LAST_TAIL = (
    (
        r"you (?:may|might|.ll|will)(?: also)? (?:like|love|enjoy|"
        r"be interested in)(?: to read)?(?: these)?(?: posts| articles)?:?"
    ),
    r"(?:keep|continue) (?:on )?reading:?|read (?:more )?(?:next|on|this next):?",
    r"(?:up )?next (?:up|read)s?:?|what to read next:?",
    r"more (?:from|by|in|on|posts|articles|stories|to read|like this)\b.{0,60}",
    (
        r"more (?!resources|information|help|support|reading|info|details|ways|to|about|than|and|or)[\w'&-]+"
        r"(?: [\w'&-]+){0,2}"
    ),
    r"(?:other|featured|further) (?:blog )?(?:posts?|articles?|stories)(?: (?:you|by|from|in) .{2,50})?",
    r"(?:explore|read|see|discover) more(?: (?:from|posts|articles|stories|on) .{0,50})?",
    r"related:?|related topics:?|see also:?|also on (?:the|our) blog:?|from (?:the|our) blog:?",
    r"latest (?:from|on) (?:the|our) .{2,30}",
    r"(?:recent|latest) comments|archives?|categories|blog archive|posts by (?:topic|tag|category)",
    r"topics:?|browse by .{2,20}",
    r"thank you for reading!? related .{2,40}",
)
"""The same, but only behind the article's last paragraph."""

ABOUT = (
    r"about (?:the )?(?:guest )?(?:author|writer|contributor|blogger)s?(?: ?[:,|–—-] ?.{2,50})?",
    r"meet (?:the|our) (?:author|writer|contributor)",
    r"(?:author|writer|contributor)(?: bio(?:graphy)?| info(?:rmation)?)?|written by|posted by|published by",
    r"sobre (?:el|la) autora?|acerca d(?:el|e la) autora?|à propos de l.auteure?|über (?:den autor|die autorin)",
)
"""Lines behind which a page says who the author is, in a sentence or two."""

THREAD = (
    r"(?:\d+|one|two|three) (?:thoughts?|comments?|responses?|replies) (?:on|to) [“\"'‘«].{2,160}",
    r"(?:\d+ )?(?:comments?|responses?|replies)(?: ?\(\d+\))?:?|\d+ comments?:?|join the (?:conversation|discussion)",
    r"what (?:readers|people) (?:say|are saying)|reader comments|comentarios|\d+ comentarios?",
    r"\d+ respuestas? a .{2,120}",
)
"""Lines behind which readers have their say."""
