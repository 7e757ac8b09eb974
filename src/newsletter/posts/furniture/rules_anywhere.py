"""The words that pages put around articles, by what they are.

Each line is a regular expression that a whole line of the page must match, in small
letters and without decoration at its ends. A new blog system is learnt by adding lines;
but here belongs only what no author would write, for it goes even where it stands alone
in the middle. What an author could write, too, belongs into `rules_company`.
"""

NETWORKS = r"(?:facebook|twitter|x|linkedin|pinterest|whatsapp|reddit|e-?mail|threads|bluesky|tumblr|telegram)"
_SYSTEMS = r"(?:wix|wordpress|squarespace|blogger|ghost|medium|substack|weebly|godaddy)(?:\.com)?"
_COUNT = r"(?:\d[\d,.]*[km]?)"
_COUNTED = r"(?:views?|comments?|likes?|shares?|claps?|reads)"
_POST = r"(?:post|article|story|page|entry|blog|recipe)"
_LETTER = r"(?:e-?mails?|messages?|newsletters?|mailings?|updates)"
_STOCK = r"(?:unsplash|pexels|pixabay|shutterstock|istock|getty|canva|adobe stock|freepik|wix)"
_DOTS = r"(?:\.{3}|…)?"

_DEVICE = (
    r"(?!(?:heart|soul|home|house|kitchen|garden|desk|bed|couch|sofa|porch|office|family|clinic)\b)"
    r"[\w+'-]{1,20}(?: [\w+'-]{1,20}){0,5}[.!]?"
)
_SYSTEM_OF_DEVICE = r"(?:iphone|ipad|ios|android|windows|mac(?:os)?|mobile)\b.{0,12}"
ANYWHERE: dict[str, tuple[str, ...]] = {
    "the read time": (
        r"(?:estimated )?(?:reading|read) time:?\s*(?:about )?\d+\s*(?:min|minute)s?",
        r"\(?\d+\s*[-–]?\s*min(?:ute)?s?\.?\s+(?:read|to read)\)?",
    ),
    "a count": (
        rf"(?:{_COUNT}\s+{_COUNTED}\W*)+(?:(?:no|one)\s+{_COUNTED})?",
        r"(?:views?|likes?|shares?)\s*[:(]\s*\d[\d,.]*\)?",
        r"comments?\s*\(\d+\)",
        r"(?:[\u2190-\u2bff\U0001f300-\U0001faff]\ufe0f?\s*\d{1,5}\s*){2,6}",
        r"post not marked as liked(?: \d+)?",
        r"\d+ likes?\. post (?:not )?marked as liked",
        rf"{_COUNT} following|all reactions:?(?: \d.{{0,12}})?",
        rf"(?:{_COUNT} ){{1,2}}(?:listen|share|save|more|follow)(?: (?:listen|share|save|more|follow))*",
    ),
    "the comments": (
        rf"(?:write|leave|post) a comment{_DOTS}",
        r"leave a (?:reply|comment)(?: cancel reply)?",
        r"be the first to (?:comment|respond)(?: on this post)?[.!]?",
        r"(?:please )?log in (?:or sign up )?to (?:leave a )?comment\.?",
        r"comments are (?:closed|off|disabled)\.?",
        r"loading comments.*",
        r"you must (?:be )?log(?:ged)? in to (?:post|leave|write|reply|comment).*",
        r"your comment (?:will be posted|is awaiting|has been (?:sent|submitted))\b.*",
        r"commenting (?:on this post )?(?:isn.t|is not|has been) (?:available|turned off|closed).*",
        r"your email address will not be published\..*",
        r"required fields are marked \*?",
        r"save my name,? email,? and website.*",
        r"notify me of (?:new|follow-up) .*",
    ),
    "a share row": (
        (
            rf"(?:share|tweet|pin|save|print|e-?mail|follow|like) (?:this|us|on)(?: {_POST})?"
            rf"(?: (?:on|via|to|by|with) {NETWORKS})+:?"
        ),
        rf"(?:share|tweet|pin|print|e-?mail) this {_POST}:?",
        rf"(?:share|post|tweet|pin|save) (?:on|to|via) {NETWORKS}(?: \(?opens .{{0,40}})?",
        r"click to (?:share|print|email)(?: (?:this|a link|on|to|via|with)\b.{0,60})?(?: \(opens .{0,40})?",
        r"pin (?:this|it) for later!?",
        r"opens in (?:a )?new (?:window|tab)",
        r"share (?:on|by|via|it):|copy (?:the )?link(?: to .{0,40})?|link copied!?",
        r"(?:like )?loading(?:\.{3}|…)",
        r"(?:\+ ?)?add to (?:(?:my|your|google|outlook|apple) )?calendar",
    ),
    "the page's menu": (
        r"(?:skip|jump) to (?:main |primary )?(?:content|navigation)",
        r"(?:top|bottom) of page",
        r"use tab to navigate .*",
        r"back to (?:top|blog|all posts)",
        r"toggle (?:menu|navigation|search)",
        r"log ?in ?(?:/|or|\|) ?sign ?up",
        r"(?:previous|older|newer|next) (?:post|article|entry|posts)(?:\s*:.{0,120})?",
        r"[←‹«]+ ?(?:previous|older|back)(?: post| posts)?.{0,90}|(?:next|newer)(?: post| posts)? ?[→›»]+",
        r"posts? navigation",
    ),
    "tags": (r"(?:#[a-z][\w-]*[\s,]*){2,20}",),
    "a cookie notice": (
        r"(?:this|our) (?:web)?site uses cookies.*",
        (
            r"we (?:and our partners )?use cookies (?:(?:and|or) .{0,40})?(?:to|on|for|so)\b.{0,60}"
            r"\b(?:sites?|website|experience|traffic|browser|consent|ads)\b.*"
        ),
        r"by (?:continuing|using|clicking|browsing)\b.{0,60}\b(?:agree|consent|accept)\b.{0,40}cookies.*",
        r"(?:accept|reject|decline|allow)(?: all)? cookies",
        r"cookie (?:settings|policy|preferences|notice)",
        r"manage (?:cookies|consent)(?: preferences)?",
    ),
    "a picture's caption": (
        (
            r"(?:photo|image|picture|illustration)s?(?: credits?)?\s*(?:by|from|via|courtesy of|:|©)\s*"
            rf"(?:.{{1,60}}\W)?{_STOCK}\b.{{0,30}}"
        ),
        rf"(?:credit|source|caption)s?:\s*{_STOCK}.{{0,60}}",
        r"\[(?:photo|image|picture|caption|illustration)\b.{0,160}\]",
        r"(?:image|caption|alt text)(?: description)?: [^.!?]{3,160}",
        r"(?:eye[- ]level|close[- ]up|high[- ]angle|low[- ]angle|wide[- ]angle|overhead) (?:view|shot) of .{1,160}",
    ),
    "an advertisement": (
        r"(?:advertisement|ad|sponsored content|advertise with us)",
        r"(?:story|article|post|text) continues below\b.{0,40}",
        r"(?:continue|keep) reading below|scroll (?:down )?to continue.{0,30}",
        r"report this ad|click to (?:tweet|enlarge)",
    ),
    "decoration": (r"(?:[=_*~•·.#–—-]\s*){3,}|[|∙·•⋅/]",),
    "the page's foot": (
        r"the post .{1,160} (?:first appeared|appeared first) on .{1,80}",
        r"(?:copyright\s*)?(?:©|\(c\)|copyright)\s*(?:19|20)\d\d.{0,160}",
        r"all rights reserved\.?(?: \| .{2,60})?|.{2,60} (?:©|\(c\)) ?(?:19|20)\d\d\b.{0,60}",
        rf"(?:proudly )?(?:powered|created|made|built|hosted|published)(?: and secured)? (?:by|with|on) {_SYSTEMS}\.?",
        r"privacy policy(?:.{0,60}terms.{0,30})?",
        r"terms (?:of (?:use|service)|and conditions|& conditions)",
        r"accessibility statement(?: [|·] .{2,60})?",
        (
            r"(?:(?:privacy(?: policy| notice)?|terms(?: (?:of (?:use|service)|& conditions))?|site ?map|"
            r"disclaimer|contact|cookies?"
            r"|legal|imprint|all rights reserved\.?|accessibility)\s*[|·•/,-]?\s*){2,8}"
        ),
        r"site ?map",
    ),
    "a mail's foot": (
        r"view (?:this )?(?:e-?mail|message|newsletter)? ?(?:in|on) (?:your |a )?(?:browser|web(?: ?site)?).{0,20}",
        r"unsubscribe(?: (?:here|now|instantly|from (?:this|our|these|all)\b.{1,40})| ?[|·].{0,80})?\.?",
        r"(?:manage|update) (?:your )?(?:preferences|subscription)(?:[ |·].{0,80})?\.?",
        rf"you(?:.re| are)? (?:receiv|gett)\w* (?:this|these) {_LETTER} (?:because|as|since)\b.{{0,160}}",
        rf"you(?:.re| are)? (?:receiv|gett)\w* (?:this|these) {_LETTER}\.?",
        rf"sent from my {_DEVICE}|get outlook for .{{1,20}}",
        rf"sent (?:from|via|with|using) .{{2,30}} (?:for|on) {_SYSTEM_OF_DEVICE}",
        (
            r"sent (?:from|via|with|using) (?:the |my )?"
            r"(?:yahoo|outlook|gmail|aol|proton|samsung|icloud|blackberry)\b.{0,40}"
        ),
    ),
    "a sign-up form": (
        (
            r"subscribe(?: (?:now|today|here)|(?: now| today| here)? (?:to|for) (?:our|the|my|this) "
            r"(?:\w+ ){0,2}(?:newsletter|blog|channel|podcast|list|feed|updates|e-?mails))!?"
        ),
        r"sign up with your e-?mail(?: address)? to receive .{2,60}|protected by recaptcha.{0,60}",
        r"(?:enter|type) your e-?mail(?: address)?.{0,40}",
        r"(?:sign up|subscribe)(?: (?:now|today|here|below))? (?:for|to) .{0,40}newsletter.{0,40}",
        r"join (?:our|the|my) (?:mailing list|newsletter|e-?mail list).{0,60}",
        r"thanks? (?:you )?for (?:submitting|subscribing)!?",
        r"e-?mail(?: address)?\s*\*",
        r"don.t miss (?:a post|an update)!?.{0,40}",
        (
            r"(?:want|love|enjoy(?:ed|ing)?|like[ds]?) (?:more|this|these|what|our|reading|to (?:read|get|receive))\b"
            r".{0,60}\b(?:subscribe (?:to|now|for|below|here|today)|newsletter|mailing list)\b.{0,80}"
        ),
        r"(?:sign up|subscribe|join)\b.{0,40}\b(?:your inbox|newsletter|mailing list|[\d,]+ subscribers)\b.{0,80}",
        r"never miss (?:a|an|another) (?:post|update|issue|article|newsletter).{0,60}",
        (
            r"(?:i (?:want|agree|would like) to|yes,?(?: please)?) (?:subscribe|sign me up|be added)\b.{0,40}"
            r"\b(?:newsletter|list|e-?mails?|updates)\b.{0,20}"
        ),
        r"already (?:a member|have an account)\? (?:sign|log) in\.?",
        r"get the latest (?:posts|updates).{0,80}",
        (
            r"(?:get|receive) (?:(?:the|our|my|all|every|each|new|latest) ){0,3}(?:[\w-]+ ){0,2}(?:posts?|"
            r"updates?|news|recipes|tips|articles|stories)\b.{0,40}"
            r"(?:\b(?:in|to) )?\b(?:your|my) (?:inbox|e-?mail)\b.{0,80}"
        ),
        r"(?:no spam|we (?:never|don.t) spam|unsubscribe (?:at )?any ?time)\b.{0,80}",
    ),
}
"""Furniture wherever it stands; a whole sentence among it must still have company, or stand at an edge."""
