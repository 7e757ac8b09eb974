"""Taking out of a page what no mail can carry, and what stands around an article by its marks."""

import re

from bs4 import BeautifulSoup, Comment, Tag

from newsletter.posts.html.links import clean_address

_NEVER = "script, style, noscript, template, link, meta, button, input, select, textarea, svg, canvas, dialog, head"
_AROUND = (
    "nav, footer, aside, [role=navigation], [role=complementary], [role=search], [role=banner], [aria-hidden=true], "
    "[hidden], "
    '[data-hook="post-footer"], [data-hook="recent-posts"], [data-hook="comments"], '  # Wix
    ".sharedaddy, .jp-relatedposts, #jp-relatedposts, .post-navigation, .wp-block-comments, #comments, .comments, "
    ".comment-respond, .wp-block-post-comments-form, .addtoany_share_save_container, "  # WordPress
    ".post-footer, .post-share-buttons, .blog-pager, "  # Blogger
    '[class*="subscription-widget"], .post-ufi, .captioned-button-wrap, .subscribe-widget, '  # Substack
    ".gh-subscribe, .gh-comments, .kg-signup-card, "  # Ghost
    ".BlogItem-share, .BlogItem-pagination, .item-pagination, .newsletter-block, "  # Squarespace
    ".gmail_signature_prefix, .gmail_signature, .moz-signature, #Signature, "  # mails
    ".cookie-banner, .cookie-notice, #cookie-notice, .share-buttons, .social-share, .related-posts, .breadcrumbs"
)
_EMBEDS = "iframe, video, audio, embed, object"
_HIDDEN = re.compile(r"display:\s*none|visibility:\s*hidden", re.IGNORECASE)


def take_out_furniture(root: Tag) -> list[str]:
    """Remove what the page's own marks tell apart from the article; return the texts."""
    for comment in root.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for tag in root.select(_NEVER):
        tag.decompose()
    taken = []
    for tag in [*root.select(_AROUND), *root.find_all(style=_HIDDEN)]:
        if tag.decomposed or tag is root:
            continue
        taken += [text for string in tag.stripped_strings if (text := " ".join(string.split()))]
        tag.decompose()
    return taken


def take_out_link_rows(root: Tag) -> list[str]:
    """Remove what is nothing but short links, two or more: a menu, whatever it is called; return the texts."""
    taken: list[str] = []
    for tag in root.find_all(["p", "td", "div", "ul", "span", "center"]):
        links = [] if tag.decomposed else tag.find_all("a")
        words = [" ".join(link.get_text(" ").split()) for link in links]
        if len(links) < 2 or any(len(each.split()) > 3 for each in words) or not any(words):
            continue
        if len(re.sub(r"\W", "", "".join(words))) == len(re.sub(r"\W", "", tag.get_text())):
            taken += filter(None, words)
            tag.decompose()
    return taken


def link_embeds(root: Tag, soup: BeautifulSoup, page: str) -> None:
    """Put a link in place of each film, player and form: mail shows none of them."""
    for embed in root.select(_EMBEDS):
        if not embed.decomposed:
            _replace(embed, soup, _embed_address(embed, page), "Watch or listen on the website")
    for form in root.find_all("form"):
        if not form.decomposed and len(form.find_all("label")) > 1:  # one field asks for an address or a search
            _replace(form, soup, page, "Fill in the form on the website")
        elif not form.decomposed:
            form.decompose()


def _embed_address(embed: Tag, page: str) -> str:
    inner = embed.find("source", src=True)
    found = embed.get("src") or embed.get("data-src") or embed.get("data") or (inner.get("src") if inner else "")
    address = clean_address(str(found or ""), page)
    video = re.search(r"youtube(?:-nocookie)?\.com/embed/([\w-]+)", address)
    return f"https://www.youtube.com/watch?v={video[1]}" if video else address or page


def _replace(tag: Tag, soup: BeautifulSoup, address: str, words: str) -> None:
    if not address.startswith("http"):
        tag.decompose()
        return
    paragraph = soup.new_tag("p")
    link = soup.new_tag("a", href=address)
    link.string = words
    paragraph.append(link)
    tag.replace_with(paragraph)
