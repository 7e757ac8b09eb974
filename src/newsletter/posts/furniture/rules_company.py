"""Words that pages put around articles, but authors may write, too.

They are furniture before the article and behind it; in the middle only beside a line that
is furniture for certain. A heading "Comments" is the author's.
"""

_COUNT = r"(?:with )?(?:\d[\d,.]*[km]?|no|one)"

IN_COMPANY: dict[str, tuple[str, ...]] = {
    "a count": (
        rf"{_COUNT}\s+(?:views?|comments?|likes?|shares?|claps?|reactions?|responses?|followers?|replies)",
        rf"{_COUNT}\s+views?\s*\W?\s*{_COUNT}\s+(?:comments?|likes?)(?:\s*\W?\s*{_COUNT}\s+likes?)?",
        r"comments?\s*:\s*\d+",
    ),
    "the comments": (r"comments", r"add a comment(?:\.{3}|…)?", r"what are your thoughts\?"),
    "a share row": (
        r"(?:share|tweet|pin|save|print|e-?mail|follow|like) (?:this|us):?|save this (?:post|article)",
        r"share:?|save|like|tweet|print|listen|spread the (?:word|love):?",
    ),
    "the page's menu": (r"(?:all|more) posts|back to (?:home|posts)|prev(?: posts?)?|(?:previous|next):.{0,120}",),
    "tags": (
        r"(?:tags?|tagged(?: (?:in|with|as))?|categor(?:y|ies)|filed under|posted in|labels?)\s*:.{0,120}",
        r"(?:filed under|tagged with|posted in) .{1,60}",
    ),
    "a cookie notice": (r"(?:accept|reject|decline|allow)(?: all)?|manage preferences",),
    "the page's foot": (r"accessibility",),
    "a sign-up form": (
        r"subscribe!?|sign up|submit|discover more from .{1,80}|don.t miss out!?",
        r"sign up for more like this\.?|stay updated\.?|ready for more\?|we respect your privacy\.?",
    ),
    "Medium's page": (
        r"(?:no|\d+) responses?(?: yet)?|top highlight",
        r"(?:listen|share|save|more|follow)(?: (?:listen|share|save|more|follow))+",
    ),
    "Substack's page": (r"refer a friend|invite (?:your )?friends|restacks?|∙ ?paid",),
    "Squarespace's page": (r"folder: .{2,40}",),
    "LinkedIn's page": (
        r".{0,20}\breposts?|explore topics",
        (
            r"(?:celebrate|insightful|\blove\b|support|funny|curious)(?:[ ,]+(?:celebrate|insightful|love|"
            r"support|funny|like))+"
        ),
    ),
    "Facebook's page": (r"most relevant|all comments",),
    "WordPress' page": (
        r"theme:? .{2,50} by .{2,50}|(?:like|share) this:?|search for:?|reading progress",
        r"create (?:a )?(?:free )?website.{0,60}",
    ),
    "Blogger's page": (r"blog archive|report abuse|other apps",),
    "Weebly's or Joomla's page": (r"you are here:.{0,120}",),
    "Google's page": (r"page (?:updated|details)|duplicate",),
    "a newsletter's page": (r"(?:update|manage) (?:your )?profile.{0,80}",),
    "a mail program's words": (r"to (?:me|bcc: me)",),
    "who looked over it": (r"fact[- ]checked",),
    "a player": (r"\d(?:\.\d+)?x",),
}
"""Furniture at the edges, and in company."""
