"""The words that pages put around articles, by what they are.

Each line is a regular expression that a whole line of the page must match, in small
letters and without decoration at its ends. A new blog system is learnt by adding lines.
"""

_NETWORKS = r"(?:facebook|twitter|x|linkedin|pinterest|whatsapp|reddit|e-?mail|threads|bluesky|tumblr|telegram)"
_SYSTEMS = r"(?:wix|wordpress|squarespace|blogger|ghost|medium|substack|weebly|godaddy)(?:\.com)?"
_COUNT = r"(?:\d[\d,.]*[km]?|no|one)"
_DOTS = r"(?:\.{3}|…)?"

ANYWHERE: dict[str, tuple[str, ...]] = {
    "the read time": (
        r"(?:estimated )?(?:reading|read) time:?\s*(?:about )?\d+\s*(?:min|minute)s?",
        r"\d+\s*[-–]?\s*min(?:ute)?s?\.?(?:\s+(?:read|to read))?",
    ),
    "a count": (
        rf"{_COUNT}\s+(?:views?|comments?|likes?|shares?|claps?|reactions?|responses?|followers?|replies)",
        rf"{_COUNT}\s+views?\s*\W?\s*{_COUNT}\s+(?:comments?|likes?)(?:\s*\W?\s*{_COUNT}\s+likes?)?",
        r"(?:views?|likes?|shares?|comments?)\s*[:(]\s*\d[\d,.]*\)?",
        r"post not marked as liked(?: \d+)?",
        r"\d+ likes?\. post (?:not )?marked as liked",
        rf"{_COUNT} following|all reactions:?(?: \d.{{0,12}})?",
    ),
    "the comments": (
        r"comments",
        rf"(?:write|add|leave|post) a comment{_DOTS}",
        r"leave a (?:reply|comment)(?: cancel reply)?",
        r"be the first to (?:comment|respond).*",
        r"(?:please )?log in (?:or sign up )?to (?:leave a )?comment\.?",
        r"comments are (?:closed|off|disabled)\.?",
        r"loading comments.*",
        r"commenting (?:on this post )?(?:isn.t|is not|has been) (?:available|turned off|closed).*",
        r"your email address will not be published\..*",
        r"required fields are marked \*?",
        r"save my name,? email,? and website.*",
        r"notify me of (?:new|follow-up) .*",
    ),
    "a share row": (
        (
            r"(?:share|tweet|pin|save|print|e-?mail|follow|like) (?:this|us)"
            r"(?: (?:post|article|story|page|entry|on))?(?: (?:on|via|to|by) .{0,40})?:?"
        ),
        rf"(?:share|post|tweet|pin|save) (?:on|to|via) {_NETWORKS}\b.{{0,40}}",
        r"click to (?:share|print|email).*",
        r"opens in (?:a )?new (?:window|tab)",
        r"share(?: (?:on|by|via|it))?:|copy (?:the )?link(?: to .*)?",
        r"link copied!?",
        r"spread the (?:word|love):?",
        r"(?:like )?loading(?:\.{3}|…)",
        r"(?:\+ ?)?add to (?:(?:my|your|google|outlook|apple) )?calendar",
    ),
    "the page's menu": (
        r"skip to (?:main )?content",
        r"(?:top|bottom) of page",
        r"use tab to navigate .*",
        r"back to (?:top|blog|all posts|home|posts)",
        r"toggle (?:menu|navigation|search)",
        r"log ?in ?(?:/|or|\|) ?sign ?up",
        r"(?:all|more) posts",
        r"(?:previous|older|prev|next|newer) (?:post|article|entry|posts)",
        r"(?:previous|next)(?: post)?:.{0,120}",
        r"[←‹«]+ ?(?:previous|older|back)(?: post| posts)?.{0,90}|(?:next|newer)(?: post| posts)? ?[→›»]+",
        r"(?:skip|jump) to (?:main |primary )?(?:content|navigation)",
        r"posts? navigation",
    ),
    "tags": (
        r"(?:tags?|tagged(?: (?:in|with|as))?|categor(?:y|ies)|filed under|posted in|labels?)\s*:.{0,120}",
        r"(?:filed under|tagged with|posted in) .{1,60}",
        r"(?:#[a-z][\w-]*[\s,]*){2,20}",
    ),
    "a cookie notice": (
        r"(?:this|our) (?:web)?site uses cookies.*",
        r"we (?:and our partners )?use cookies.*",
        r"by (?:continuing|using|clicking|browsing).{0,80}cookies.*",
        r"(?:accept|reject|decline|allow)(?: all)?(?: cookies)?",
        r"cookie (?:settings|policy|preferences|notice)",
        r"manage (?:cookies|consent|preferences)",
    ),
    "a picture's caption": (
        (
            r"(?:photo|photograph|image|picture|illustration|artwork|cover (?:photo|image))s?(?: credits?)?"
            r"\s*(?:by|from|via|courtesy of|:|©)\s*.{1,100}"
        ),
        (
            r".{2,160}[.|(–—]\s*(?:photo|photograph|image|picture|illustration|artwork)s?(?: credits?)?"
            r"\s*(?:by|courtesy of|:|©)\s*[^.!?]{2,60}"
        ),
        (
            r"(?:credit|source|caption)s?:\s*"
            r"(?:unsplash|pexels|pixabay|shutterstock|istock|getty|canva|adobe stock|freepik|wix).{0,60}"
        ),
        r"(?:eye[- ]level|close[- ]up|high[- ]angle|low[- ]angle|wide[- ]angle|overhead) (?:view|shot) of .{1,160}",
    ),
    "decoration": (r"(?:[=_*~•·.#–—-]\s*){3,}|[|∙·•⋅/]",),
    "the page's foot": (
        r"the post .{1,160} (?:first appeared|appeared first) on .{1,80}",
        r"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:19|20)\d\d.{0,160}",
        r"all rights reserved\.?(?: \| .{2,60})?|.{2,60} (?:©|\(c\)) ?(?:19|20)\d\d\b.{0,60}",
        rf"(?:proudly )?(?:powered|created|made|built|hosted|published)(?: and secured)? (?:by|with|on) {_SYSTEMS}\.?",
        r"privacy policy(?:.{0,60}terms.{0,30})?",
        r"terms (?:of (?:use|service)|and conditions|& conditions)",
        r"accessibility(?: statement)?(?: [|·] .{2,60})?",
        (
            r"(?:(?:privacy(?: policy| notice)?|terms(?: (?:of (?:use|service)|& conditions))?|site ?map|"
            r"disclaimer|contact|cookies?"
            r"|legal|imprint|all rights reserved\.?|accessibility)\s*[|·•/,-]?\s*){2,8}"
        ),
        r"site ?map",
    ),
    "a mail's foot": (
        r"view (?:this )?(?:e-?mail|message|newsletter)? ?(?:in|on) (?:your |a )?(?:browser|web(?: ?site)?).{0,20}",
        r"(?:unsubscribe|(?:manage|update) (?:your )?(?:preferences|subscription))(?:[ |·].{0,80})?\.?",
        r"you(?:.re| are)? (?:receiv|get)[a-z]* this (?:e-?mail|message|newsletter).{0,160}",
        r"sent from my .{1,30}|get outlook for .{1,20}",
    ),
    "a sign-up form": (
        r"subscribe(?: now| today| here)?(?: to (?:our|the|my|this) .{1,60})?!?",
        r"(?:enter|type) your e-?mail(?: address)?.{0,40}",
        r"sign up for (?:our|the|my) .{0,40}newsletter.{0,40}",
        r"join (?:our|the|my) (?:mailing list|newsletter|e-?mail list).{0,60}",
        r"thanks? (?:you )?for (?:submitting|subscribing)!?",
        r"e-?mail(?: address)?\s*\*",
        r"don.t miss (?:out|a post|an update)!?.{0,40}",
        (
            r"(?:want|love|enjoy(?:ed)?|like[ds]?|if you (?:enjoyed|liked|found))\b.{0,60}"
            r"\b(?:subscribe|sign up|newsletter|mailing list)\b.{0,80}"
        ),
        (
            r"(?:if you )?(?:enjoy(?:ed)?|like[ds]?|found) (?:this|the) (?:post|article|story|piece|newsletter|issue)"
            r".{0,60}\b(?:share|subscribe|pass it|forward|like|comment)\b.{0,80}"
        ),
        r"(?:sign up|subscribe|join) .{0,60}\b(?:inbox|newsletter|mailing list|updates|e-?mails|subscribers)\b.{0,80}",
        r"never miss (?:a|an|another) (?:post|update|story|issue|article|newsletter).{0,60}",
        (
            r"(?:i (?:want|agree|would like) to|yes,?(?: please)?) (?:subscribe|sign me up|be added)\b.{0,40}"
            r"\b(?:newsletter|list|e-?mails?|updates)\b.{0,20}"
        ),
        r"already (?:a member|have an account)\? (?:sign|log) in\.?",
        r"get the latest (?:posts|news|updates).{0,80}",
        r"discover more from .{1,80}",
        (
            r"(?:get|receive) (?:(?:the|our|my|all|every|each|new|latest) ){0,3}(?:[\w-]+ ){0,2}(?:posts?|"
            r"updates?|news|recipes|tips|articles|stories)\b.{0,40}"
            r"(?:\b(?:in|to) )?\b(?:your|my) (?:inbox|e-?mail)\b.{0,80}"
        ),
        r"(?:no spam|we (?:never|don.t) spam|unsubscribe (?:at )?any ?time)\b.{0,80}",
    ),
}
"""Furniture wherever it stands."""
