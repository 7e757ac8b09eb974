"""Words that are furniture only before an article begins and behind its end: in it they could be a heading."""

_NETWORKS = r"(?:facebook|twitter|x|linkedin|pinterest|whatsapp|reddit|e-?mail|threads|bluesky|tumblr|telegram)"

MENU_WORDS = (
    r"home|blog|about us|about me|about|our services|services|contact us|contact",
    r"faqs?|resources|our team|team|shop|cart|book now|book online|book an appointment|schedule (?:now|online)",
    r"request (?:an )?appointment|get started|login|log in|sign in|sign up|register|new patients|patient portal",
    r"testimonials|locations|insurance|rates|careers|podcast|news|events|gallery|posts|archives?|categories|tags",
)
"""What menus offer, each a whole entry."""

AT_THE_EDGE: dict[str, tuple[str, ...]] = {
    "a share row": (
        rf"{_NETWORKS}(?: \(twitter\))?|instagram|youtube|tiktok|rss",
        r"share|share post|tweet|pin it|pin|print|like|liked|follow|following|copy|link",
        r"save|bookmark|listen|clap|more|reply|comment|send|repost|copy link|message|messenger|buffer|flipboard|pocket",
        (
            r"(?:share|follow|find|connect with|join)(?: us)?(?: on)?(?: (?:and|&|facebook|instagram|twitter|x|"
            r"linkedin|youtube|,))+"
        ),
        r"(?:like|comment|share|tweet|pin it|pin|save|print|send|\s){8,60}|[+] follow|share via:?|stumble|subscribed",
        rf"(?:{_NETWORKS}[\s,|/·•]+)+{_NETWORKS}",
    ),
    "the page's menu": (
        *MENU_WORDS,
        r"menu|search|search\.{3}|close",
        r"next|previous|newer|older|prev|(?:see|view) all|(?:read|show|load|see) more|(?:see|show) less",
        r"continue reading(?:\.{3}|…)?",
        r"admin|writer|author|staff|edit|edit this|views|\d{1,4}|by|featured|sponsored|new|write|help",
        r"status|press|privacy|terms",
        r"(?:home|blog|news|articles|resources|inicio)(?: ?[>/»›→|] ?[^>»›→|]{2,60})+",
        r"[^>»›→]{2,40}(?: ?[»›→>] ?[^>»›→]{2,60}){2,}",
        r"[←‹«<]{0,2} ?(?:previous|back|older|prev)(?: (?:post|article|page|entry|to .{2,30}))?",
        r"(?:next|newer)(?: (?:post|article|page|entry))? ?[→›»>]{0,2}",
        r"view profile|view (?:all )?posts|all articles|public|inbox|open menu|close menu|my account",
        r"sign out|join now|get notified|notifications?",
        r"share|details|print|e-?mail|author|archives?|meta|links|privacy|cookies?|imprint|legal",
        r"accessibility|rules|careers",
        r"written by|posted by|published by|posted in|in",
    ),
    "a date's label": (r"(?:last )?(?:updated|published|posted|modified)(?: on)?",),
    "tags": (
        (
            r"(?:uncategorized|mental health|wellness|health|mindfulness|self[- ]care|psychiatry|therapy|news)"
            r"(?:\s*[,/|•·]\s*[\w -]{2,30})*"
        ),
        r"#[a-z][\w-]*",
        r"(?:topics?:?|tagged:?|tags?:?) #?[\w-]+(?:[ ,]+#[\w-]+)*",
        r"(?:posted|filed|published) (?:in|under) .{2,80}",
        r"tagged [\w-]+|tagged [\w&' -]{2,30}(?:, [\w&' -]{2,30})+",
    ),
}
"""Furniture only before the article begins and behind its end: in the middle it could be a heading."""

AT_THE_END: dict[str, tuple[str, ...]] = {
    "a sign-up form": (
        r"(?:your )?(?:e-?mail(?: address)?|first name|last name|name|phone|message|website)\s*\*?",
        r"submit|sign ?up|send|thank you!|no thanks\.?|get started",
        r"(?:get|receive|join|try) (?:our|the|my)\b.{0,20}(?:newsletter|mailing list|updates|e-?mails)\b.{0,30}",
        r"(?:sign up|subscribe|stay (?:in touch|connected|up to date)|be the first to (?:know|hear))\b.{0,90}",
        r"join (?:us|our|the)\b.{0,20}(?:newsletter|list|community|conversation)\b.{0,30}",
    ),
    "a rating": (r"rated .{3,40}|no ratings.{0,10}|\d(?:\.\d)? ?(?:stars?|out of 5).{0,20}|\d\.\d ?\(\d+\)",),
    "tags": (r"(?:topics?|more on|posted in|explore)\s*:.{2,120}",),
    "a question to readers": (r"yes|no|👍|👎|yes no|somewhat",),
    "a button": (
        (
            r"(?:schedule|book|request|make)(?: an?| your)?(?: (?:free|first))? ?"
            r"(?:appointment|consultation|visit|call|session)(?: (?:now|today|online))?"
        ),
        r"read more.{0,3}|learn more|contact us today|call (?:us )?(?:now|today)|find a therapist.{0,20}|read article",
    ),
}
"""Furniture only behind the article's end: a title could say it."""
