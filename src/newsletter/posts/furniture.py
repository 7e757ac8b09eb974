"""What a page puts around an article: recognised line by line, each with its reason.

Some furniture is known wherever it stands ("3 min read"). Some is only furniture before
the article begins or after it ends ("Home", "Share"): in the middle it could be a heading.
And some begins a tail that is not the article any more ("Recent Posts").
"""

import re
from collections.abc import Sequence

from newsletter.posts.lines import Line

_ANYWHERE: tuple[tuple[str, str], ...] = (
    ("read time", r"(?:estimated )?(?:reading|read) time:?\s*(?:about )?\d+\s*(?:min|minute)s?|\d+\s*[-–]?\s*min(?:ute)?s?\.?(?:\s+(?:read|to read))"),
    ("a count", r"(?:\d[\d,.]*[km]?|no|one)\s+(?:views?|comments?|likes?|shares?|claps?|reactions?|responses?|followers?|replies)"),
    ("a count", r"(?:views?|likes?|shares?|comments?)\s*[:(]\s*\d[\d,.]*\)?"),
    ("a count", r"post not marked as liked(?: \d+)?|\d+ likes?\. post (?:not )?marked as liked"),
    ("comments", r"comments|(?:write|add|leave) a comment(?:\.{3}|…)?|leave a (?:reply|comment)(?: cancel reply)?|be the first to (?:comment|respond).*"),
    ("comments", r"(?:please )?log in (?:or sign up )?to (?:leave a )?comment\.?|comments are (?:closed|off|disabled)\.?|loading comments.*"),
    ("comments", r"commenting (?:on this post )?(?:isn.t|is not|has been) (?:available|turned off|closed).*|your email address will not be published\..*"),
    ("comments", r"required fields are marked \*?|save my name,? email,? and website.*|notify me of (?:new|follow-up) .*"),
    ("a share row", r"(?:share|tweet|pin|save|print|e-?mail|follow|like) (?:this|us)(?: (?:post|article|story|page|entry|on))?(?: (?:on|via|to|by) .{0,40})?:?"),
    ("a share row", r"(?:share|post|tweet|pin|save) (?:on|to|via) (?:facebook|twitter|x|linkedin|pinterest|whatsapp|reddit|e-?mail|threads|bluesky|tumblr|telegram)\b.{0,40}"),
    ("a share row", r"click to (?:share|print|email).*|opens in (?:a )?new (?:window|tab)|copy (?:the )?link(?: to .*)?|link copied!?|spread the (?:word|love):?"),
    ("the page's menu", r"skip to (?:main )?content|(?:top|bottom) of page|use tab to navigate .*|back to (?:top|blog|all posts|home|posts)|toggle (?:menu|navigation|search)"),
    ("the page's menu", r"log ?in ?(?:/|or|\|) ?sign ?up|(?:all|more) posts?|(?:←|«|<)?\s*(?:previous|older|prev)(?: (?:post|article|entry|posts))\s*(?:→|»|>)?"),
    ("the page's menu", r"(?:←|«|<)?\s*(?:next|newer)(?: (?:post|article|entry|posts))\s*(?:→|»|>)?|(?:previous|next) ?(?:post)?:.{0,90}"),
    ("tags", r"(?:tags?|tagged|tagged (?:in|with|as)|categor(?:y|ies)|filed under|posted in|labels?|topics?)\s*:.{0,120}|(?:filed under|tagged with|posted in) .{1,60}"),
    ("tags", r"(?:#[a-z][\w-]*[\s,]*){2,20}"),
    ("a cookie notice", r"(?:this|our) (?:web)?site uses cookies.*|we (?:and our partners )?use cookies.*|by (?:continuing|using|clicking|browsing).{0,80}cookies.*"),
    ("a cookie notice", r"(?:accept|reject|decline|allow)(?: all)?(?: cookies)?|cookie (?:settings|policy|preferences|notice)|manage (?:cookies|consent|preferences)"),
    ("a picture's caption", r"(?:photo|photograph|image|picture|illustration|artwork|cover (?:photo|image))s?(?: credits?)?\s*(?:by|from|via|courtesy of|:|©)\s*.{1,100}"),
    ("a picture's caption", r"(?:credit|source|caption)s?:\s*(?:unsplash|pexels|pixabay|shutterstock|istock|getty|canva|adobe stock|freepik|wix).{0,60}"),
    ("a picture's caption", r"(?:eye[- ]level|close[- ]up|high[- ]angle|low[- ]angle|wide[- ]angle|overhead) (?:view|shot) of .{1,160}"),
    ("the page's foot", r"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:19|20)\d\d.{0,160}|all rights reserved\.?|(?:proudly )?(?:powered|created|made|built|hosted|published)(?: and secured)? (?:by|with|on) (?:wix|wordpress|squarespace|blogger|ghost|medium|substack|weebly|godaddy)(?:\.com)?\.?"),
    ("the page's foot", r"privacy policy(?:.{0,60}terms.{0,30})?|terms (?:of (?:use|service)|and conditions|& conditions)|accessibility statement|site ?map"),
    ("a sign-up form", r"subscribe(?: now| today| here)?(?: to (?:our|the|my|this) .{1,60})?!?|(?:enter|type) your e-?mail(?: address)?.{0,40}|sign up for (?:our|the|my) .{0,40}newsletter.{0,40}"),
    ("a sign-up form", r"join (?:our|the|my) (?:mailing list|newsletter|e-?mail list).{0,60}|thanks? (?:you )?for (?:submitting|subscribing)!?|e-?mail(?: address)?\s*\*|don.t miss (?:out|a post|an update)!?.{0,40}"),
    ("a sign-up form", r"already (?:a member|have an account)\? (?:sign|log) in\.?|get the latest (?:posts|news|updates).{0,80}|discover more from .{1,80}"),
)  # fmt: skip
"""A reason and what the whole line must look like, in small letters."""

_AT_THE_EDGE: tuple[tuple[str, str], ...] = (
    ("a share row", r"share|tweet|pin it|pin|print|e-?mail|facebook|twitter|x|x \(twitter\)|linkedin|pinterest|instagram|whatsapp|reddit|tumblr|threads|youtube|tiktok|rss|like|liked|follow|copy|link|save|bookmark|listen|clap|more|reply|share post"),
    ("the page's menu", r"home|blog|about|about us|about me|services|our services|contact|contact us|menu|search|search\.{3}|close|faqs?|resources|team|our team|shop|cart|more|book now|book online|book an appointment|schedule (?:now|online)|request (?:an )?appointment|get started|login|log in|sign in|sign up|register|new patients|patient portal|testimonials|locations|insurance|rates|careers|podcast|news|events|gallery|posts|archive|archives|categories|tags|admin|writer|author|staff"),
    ("the page's menu", r"next|previous|newer|older|see all|view all|read more|show more|load more|continue reading(?:\.{3}|…)?|edit|edit this|views|\d{1,4}"),
    ("a date's label", r"updated|published|posted"),
    ("tags", r"(?:uncategorized|mental health|wellness|health|mindfulness|self[- ]care|psychiatry|therapy|news)(?:\s*[,/|•·]\s*[\w -]{2,30})*|#[a-z][\w-]*"),
)  # fmt: skip

_TAIL = re.compile(
    r"(?:recent|related|similar|latest|popular|trending) (?:blog )?(?:posts?|articles?|stories|reads|entries)(?: see all)?"
    r"|(?:\d+ |no |one )?(?:comments?|responses?|replies)(?: \(\d+\))?|write a comment(?:\.{3}|…)?|leave a (?:reply|comment)",
)
_LAST_TAIL = re.compile(
    r"you (?:may|might) (?:also )?(?:like|enjoy|be interested in)(?: these)?(?: posts)?:?|keep reading:?|read (?:more )?next:?"
    r"|more (?:from|by|in|posts|articles|stories)\b.{0,60}|(?:other|featured) (?:blog )?(?:posts?|articles?|stories)",
)
_CUT_OFF = re.compile(r"(?:…|\.\.\.|\[…\]|read more)$", re.IGNORECASE)
_DECORATION = re.compile(r"^[\s\W]*(?=\w)|[\s:|•·–—-]+$")


def find_furniture(lines: Sequence[Line]) -> dict[int, str]:
    """Return the numbers of the lines that are furniture, each with the reason."""
    found = {line.number: reason for line in lines if (reason := _match(line.text, _ANYWHERE))}
    found |= _find_tail(lines, found)
    rest = [line for line in lines if line.number not in found]
    found |= {line.number: reason for line in _edges(rest) if (reason := _match(line.text, _AT_THE_EDGE))}
    return found


def _match(text: str, rules: tuple[tuple[str, str], ...]) -> str:
    """Return the reason of the first rule that the whole line satisfies, or nothing."""
    candidates = {text.lower(), _DECORATION.sub("", text.lower())}
    return next((reason for reason, pattern in rules if any(re.fullmatch(pattern, each) for each in candidates)), "")


def _edges(lines: list[Line]) -> list[Line]:
    """Return the lines before the first running text and behind the last."""
    prose = [number for number, line in enumerate(lines) if line.is_prose]
    return lines[: prose[0]] + lines[prose[-1] + 1 :] if prose else lines


def _find_tail(lines: Sequence[Line], known: dict[int, str]) -> dict[int, str]:
    """Return what stands behind a line such as "Recent Posts": titles, names and cut-off texts.

    A whole paragraph behind it ends the tail, for it may be the article's after all.
    """
    own = [line for line in lines if line.is_prose and line.number not in known and not _CUT_OFF.search(line.text)]
    if not own:
        return {}
    tail: dict[int, str] = {}
    inside = ""
    for line in (each for each in lines if each.number > own[0].number):
        plain = _DECORATION.sub("", line.text.lower())
        if _TAIL.fullmatch(plain) or (line.number > own[-1].number and _LAST_TAIL.fullmatch(plain)):
            inside = line.text
            tail[line.number] = known.get(line.number, "begins the page's tail")
        elif inside and line in own:
            inside = ""
        elif inside:
            tail[line.number] = known.get(line.number, f"stands behind “{inside}”")
    return tail
