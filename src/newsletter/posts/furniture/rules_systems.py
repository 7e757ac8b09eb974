"""Words that blog systems, readers and mail programs put around articles, wherever they stand.

As in `rules_anywhere`, each is a regular expression that a whole line must match, in small
letters. They are so peculiar to their systems that no author would write such a line.
"""

_LETTER = r"(?:e-?mails?|messages?|newsletters?|mailings?)"

OF_SYSTEMS: dict[str, tuple[str, ...]] = {
    "Medium's page": (
        r"open in app|member-only story|press enter or click to view image in full size",
        r"see all responses(?: \(\d+\))?|no responses yet",
        r"also publish to my profile",
        r"recommended from medium|see (?:all|more) (?:from|recommendations).{0,60}|get .{2,60} stories in your inbox",
        r"join medium for free.{0,80}|a clap icon.{0,20}|-{2,3}|published in .{2,60}\d.{0,20}followers.{0,40}",
        r"(?:help|status|about|careers|press|blog|privacy|rules|terms|text to speech|\s){10,90}",
        r"·?last published .{3,20}|[\d.,]+[km]? followers ?· ?[\d.,]+[km]? following",
    ),
    "Substack's page": (
        r"\d+ (?:likes?|restacks?|replies) ?[∙·•]?(?: ?\d+ restacks?)?",
        r"\d+ (?:more comments|reply by|replies by).{0,50}",
        r"thanks for reading.{0,100}[!.] ?(?:subscribe (?:for free|to receive|now)|this post is public)\b.{0,120}",
        r".{2,80} is a reader-supported publication\..{0,160}",
        r"this (?:post|substack) is (?:public|reader-supported)\b.{0,120}|.{2,60} is free today\. but if you .{0,160}",
        r"discussion about this (?:post|episode|podcast)",
        r"(?:top|latest|discussions?|restacks?|comments|\s){12,50}",
        r"no posts|upgrade to paid|pledge your support|give a gift subscription",
        r"(?:privacy ?[∙·•] ?)?terms ?[∙·•] ?collection notice|start (?:your|writing) substack",
        r"get the (?:substack )?app",
        r"substack is the home for great culture|you.re currently a free subscriber.{0,120}|type your email.{0,20}",
        r"over [\d,]+ subscribers|by subscribing,? i agree to .{0,160}",
        r"listen to this episode with a .{0,60}|this is a free preview of .{0,100}",
    ),
    "Ghost's page": (
        r"member discussion(?: .{0,20})?|great! you.ve successfully .{0,80}",
        r"success! (?:your|check your).{0,120}|welcome back! you.ve successfully .{0,60}",
        r"unable to sign you in\..{0,40}",
        r"(?:published by|about) ghost",
    ),
    "Squarespace's page": (
        r"open menu(?: close menu)?|close menu|skip to content|view fullsize|cart \(?\d+\)?",
        r"previous previous(?: .{2,120})?|next next(?: .{2,120})?",
    ),
    "Wix's page": (
        r"rated \d(?:\.\d)? out of 5 stars\.?|(?:no ratings yet|add a rating\*?|\d+(?:\.\d)? ?\(\d+ ratings?\))",
        r"\(?no ratings yet\)?|average rating is .{3,60}",
        r"commenting on this post isn.t available anymore\..*|sort by:? newest",
        r"share via link|post: blog2?_post|subscribe form|bottom of page|top of page",
    ),
    "LinkedIn's page": (
        r"to view or add a comment, sign in\.?|report this (?:article|post|comment)|others also viewed",
        r"more articles by .{2,60}|\d+ comments? ?· ?\d+ reposts?|see profile|view profile",
        r"activate to view larger image.{0,4}|like comment share(?: send)?|like reply|…? ?see more|show translation",
    ),
    "Facebook's page": (
        r"shared with (?:public|.{2,30}friends)",
        r"view (?:all |\d+ )?(?:more )?(?:\d+ )?(?:comments|replies)",
        r"see translation|like ?·? ?reply(?: ?·? ?\d+ ?\w{1,2})?|\d+ comments? \d+ shares?",
        r"write a (?:public )?comment.{0,4}",
        r"liked by .{2,60} and .{2,30}others",
    ),
    "WordPress' page": (
        r"reader interactions|primary sidebar|secondary sidebar|before header|footer widgets?|search this website",
        r"like(?: this)?: ?like ?loading.{0,4}|loading\.{3}",
        r"\d+ bloggers? likes? this\.?|be the first to like this.{0,6}",
        r"this entry was posted (?:in|on|by) .{2,200}|bookmark the permalink\.?",
        r"view all posts by .{2,60}|view more posts",
        r"this site uses akismet.{0,120}|(?:a )?blog at wordpress\.com\.?",
        r"design a site like this.{0,40}|already have a wordpress\.com account\?.{0,30}|log in now\.",
        r"(?:entries|comments) feed|wordpress\.org",
        r"email a link to a friend.{0,60}|.{2,20} \(opens in (?:a )?new (?:window|tab)\)(?: .{2,20})?",
        r"powered by .{2,40} (?:wordpress )?theme|toggle table of contents?",
        r"proudly powered by .{2,40}",
        r"post comment|comment \*|name \*|logged in as .{2,80}|edit with elementor",
    ),
    "Blogger's page": (
        r"email thisblogthis!.{0,80}|posted by .{2,50}(?: at)? \d{1,2}:\d\d ?[ap]m",
        r"no comments:|\d+ comments?:|post a comment|newer post older post home",
        r"subscribe to:? ?(?:post comments|posts) \(atom\)",
        r"view my complete profile|[►▼] ?.{2,30}\(\d+\)|search this blog|get link",
        r"popular posts from this blog",
        r"(?:simple|picture window|awesome inc\.|watermark|contempo) theme\..{0,60}",
        r"theme images by .{2,40}",
    ),
    "Weebly's or Joomla's page": (
        r"write something about yourself\..{0,60}|no need to be fancy, just an overview\.|rss feed|leave a reply\.",
        r"powered by create your own unique website.{0,60}|hits: ?\d+|printer-friendly version",
        r"log in(?: or register)? to post comments|add new comment",
    ),
    "Google's page": (
        r"search this site|skip to navigation|google sites|copy heading link",
        r"embedded files|made with google sites",
        r"get notion (?:for )?free|try notion",
    ),
    "a newsletter's page": (
        r"read online ?\|? ?(?:sign up)?.{0,30}|login or subscribe to participate\.{0,3}",
        r"(?:published|powered) (?:with|by) beehiiv",
        r"forwarded this (?:email|message)(?: to you)?\?.{0,80}|forward (?:this email )?to a friend",
        r"was this (?:email|newsletter) forwarded.{0,80}",
        r"add us to your address book",
        r"constant contact data notice|try email marketing for free.{0,20}",
        r"our mailing address is:?|want to change how you receive these e-?mails\?.{0,120}",
        rf"having trouble (?:viewing|reading) this {_LETTER}.{{0,80}}",
        r"you can (?:update your preferences|unsubscribe).{0,80}",
        rf"no longer want to receive (?:our|these) {_LETTER}.{{0,80}}",
        r"sent (?:by|to|with) \S+@\S+.{0,80}",
        r"add to (?:your )?contacts",
    ),
    "a mail program's words": (
        r"caution: this e-?mail originated .{0,160}|\[?external(?: e-?mail| sender)?\]?",
        r"you don.t often get e-?mail from .{0,120}",
        r"some content in this message has been blocked.{0,160}|\[message clipped\].{0,40}",
        r"show (?:quoted text|trimmed content)",
        r"reply(?: reply all)? forward|begin forwarded message:?",
        r"-{2,}\s*(?:forwarded message|original message)\s*-{2,}",
        (
            r"confidentiality notice.{0,220}|(?:this e-?mail|this message|the information (?:contained )?in this "
            r"e-?mail)\b.{0,80}\b(?:confidential|privileged|intended (?:only|solely)|intended recipient)\b.{0,160}"
        ),
        r"please consider the environment before .{0,80}",
    ),
    "who looked over it": (
        r"(?:was|did you find) this (?:(?:article|page|post|information) )?(?:helpful|useful)\?.{0,20}",
        r"rated (?:nan|\d(?:\.\d)?) out of 5(?: stars)?\.?.{0,30}",
        r"how (?:helpful|useful) was this (?:post|article|page)\?",
        r"rate this (?:post|article|recipe|page)|[★☆⭐✩✭ ]{3,15}(?: ?\(?\d.{0,20}\)?)?",
        r"click on a star to rate it!?|no votes so far.{0,60}",
        r"thanks for (?:your feedback|voting|rating)!?",
        r"how we reviewed this (?:article|post|page):?|our experts continually .{0,120}",
    ),
    "a player": (
        r"(?:listen to|play) this (?:article|post|story|episode)(?: [(\d].{0,15})?",
        r"\d{1,2}:\d\d ?/ ?-?\d{1,2}:\d\d|audio player",
        r"audio playback is not supported.{0,60}|watch on youtube|play video",
    ),
    "a recipe card's buttons": (
        r"jump to (?:the )?(?:recipe|video|content|section)|print (?:the )?recipe|pin (?:the )?recipe",
        r"rate (?:the |this )?recipe",
        r"did you (?:make|try|cook|bake) (?:this|it)(?: recipe)?\?.{0,80}",
        r"tag (?:us|me|@[\w.]+) (?:on|@|and|in)\b.{0,60}",
    ),
}
"""By what they are."""

_NAME = r"(?:[Tt]he )?(?!Photo|Image|Picture|The )[A-Z][\w.'’-]+"
_NAMES = rf"{_NAME}(?: (?:[A-Z&][\w.'’-]*|of|the|and|de|van|von))*? [A-Z][\w.'’-]+"
_PICTURE = (
    r"(?:[Pp]hoto(?:graph)?|[Ii]mage|[Pp]icture|[Ii]llustration|[Aa]rtwork|[Cc]over (?:photo|image)|Foto|Imagen)s?"
)

WITH_NAMES: dict[str, tuple[str, ...]] = {
    "a picture's caption": (
        (
            rf"(?:.{{2,160}}[.|(–—]\s*)?{_PICTURE}(?: [Cc]redits?)?"
            r"(?::? (?:by|courtesy of|from|via|por|de)(?: |: ?)| ?[:©] ?)"
            rf"(?:{_NAMES}|{_NAME}(?=\W*$| (?:on|via|/)))"
            r"(?: ?(?:on|via|from|for|courtesy of|[(/,|·–@]) ?.{2,40})?[.)]*"
        ),
    ),
    "a link to another post": (
        (
            r"(?:RELATED(?: [A-Z]+)?|Related(?: [A-Za-z]+)?|READ(?: MORE| NEXT| ALSO)?|Read (?:[Mm]ore|[Nn]ext|[Aa]lso)"
            r"|(?:ALSO READ|Also [Rr]ead)|(?:SEE ALSO|See [Aa]lso)|YOU M(?:AY|IGHT) (?:ALSO )?LIKE"
            r"|You [Mm](?:ay|ight) (?:[Aa]lso )?[Ll]ike|MORE ON THIS|More [Oo]n [Tt]his|KEEP READING|Keep [Rr]eading"
            r"|UP NEXT|Up [Nn]ext) ?[:|–—] ?[“\"‘']?[A-Z0-9][^.]{2,120}"
        ),
    ),
    "who looked over it": (
        (
            rf"(?:(?:[Mm]edically|[Cc]linically) )?(?:[Ff]act[- ])?(?:[Rr]eviewed|[Cc]hecked|[Ee]dited|[Aa]pproved)"
            rf"(?: and approved)? by:? {_NAMES}(?:, ?[A-Z][\w.-]{{1,12}}){{0,3}}"
        ),
    ),
}
"""What only the capitals of a name tell from an author's words."""
