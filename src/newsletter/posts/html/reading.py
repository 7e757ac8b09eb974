"""HTML, from a page to a post, one stage after the other."""

import datetime as dt
import re
from dataclasses import dataclass, field, replace
from itertools import islice

from bs4 import BeautifulSoup, Tag

from newsletter.errors import SourceError
from newsletter.posts.block import HEADINGS, Block
from newsletter.posts.classify import classify, title_text, told_above
from newsletter.posts.contacts import own_contact_lines
from newsletter.posts.corrections import still_gone
from newsletter.posts.decoding import refuse_longer
from newsletter.posts.forwarded import read_header
from newsletter.posts.html.article import bring_picture, bring_subtitle, find_article
from newsletter.posts.html.blocks import (
    flatten,
    is_visible,
    settle_figures,
    take_out_empty_pictures,
    unfold_cards,
    unfold_definitions,
)
from newsletter.posts.html.cleaning import (
    clean_links,
    link_embeds,
    open_forms,
    settle_sources,
    take_out_boilerplate,
    take_out_link_rows,
    take_out_logos,
)
from newsletter.posts.html.conversion import FOOTNOTE, settle_emphasis, to_markdown
from newsletter.posts.html.facts import Facts, read_facts
from newsletter.posts.html.lines import lines_below_title, part_opening, take_out_endings
from newsletter.posts.html.parsing import parse_html
from newsletter.posts.html.refusal import OTHERWISE, NoPostError, find_feed, refuse_page
from newsletter.posts.html.regions import apart_ids, lines_outside
from newsletter.posts.html.structure import Choices, block_of, find_structure
from newsletter.posts.html.tree import elements, holds, is_gone, said, strings
from newsletter.posts.meta import Facts as Told
from newsletter.posts.signature import find_endings
from newsletter.posts.source import Source
from newsletter.posts.text import mark_blocks
from newsletter.posts.value import Decision, Dropped, Post, Reading
from newsletter.workspace import Clinic


@dataclass(slots=True)
class _Page:
    """What is known while a page is read."""

    source: Source
    clinic: Clinic
    facts: Facts = field(default_factory=Facts)
    dropped: list[Dropped] = field(default_factory=list)
    subject: str = ""
    """Of the mail; one that was passed on in it has its own."""

    @property
    def now(self) -> dt.datetime | None:
        """When the page was saved, by the clinic's clock."""
        return self.source.saved(self.clinic.timezone)

    @property
    def name(self) -> str:
        """What to call the source in an error."""
        return self.source.name


def read_page(html: str, source: Source, clinic: Clinic, *, title: str = "") -> Reading:
    """Read a whole page: find the article in it, and what its head says of it.

    Args:
        html: the page.
        source: where it comes from, and what is known about that.
        clinic: whose contact lines need not be said again.
        title: what the post is called; otherwise what the page says.

    Raises:
        SourceError: there is no article in it, or no title.
    """
    page = _Page(source, clinic)
    soup = parse_html(html, page.name)
    settle_sources(soup)
    apart = apart_ids(soup)
    page.facts = read_facts(soup, html, source.url, clinic.timezone, page.now, apart)
    refuse_page(soup, page.name, page.facts.base, apart)
    article = find_article(soup, page.facts.title, apart)
    if article is None:
        raise NoPostError("no article is found in it", where=page.name, feed=find_feed(soup, page.facts.base))
    called = title or page.facts.title
    shown = told_above(lines_below_title(soup, page.facts.title), page.now, page.facts.title)
    page.facts = page.facts.completed_by(shown.facts)
    bring_subtitle(soup, article, page.facts.title, apart)
    bring_picture(soup, article, page.facts.title, apart)
    outside = lines_outside(soup, article, called)
    reading = _read(article, soup, page, called)
    return replace(reading, dropped=(*reading.dropped, *outside))


def read_fragment(html: str, source: Source, clinic: Clinic, *, title: str = "", facts: Facts | None = None) -> Reading:
    """Read HTML that is nothing but the article: from the clipboard, from Word, from a feed.

    Args:
        html: the fragment.
        source: where it comes from, and what is known about that.
        clinic: whose contact lines need not be said again.
        title: what the post is called; otherwise its first heading or line.
        facts: what is known from elsewhere.

    Raises:
        SourceError: there is no title, or no text.
    """
    soup = parse_html(html, source.name)
    settle_sources(soup)
    page = _Page(source, clinic, facts or Facts(base=source.url))
    article = soup.body or soup
    page.subject = page.facts.title if not title else ""
    return _read(article, soup, page, title or page.subject or _sure_title(article))


TITLE_CLASS = "title"
"""Of a heading that its author has called the title."""


def _sure_title(article: Tag) -> str:
    """Return the title that a document says is one, or the only first heading that stands above all text."""
    firsts = [tag for tag in elements(article) if tag.name == "h1"]
    marked = [tag for tag in firsts if TITLE_CLASS in (tag.get("class") or [])]
    if marked:
        return said(marked[0])
    before = next(strings(article), None)
    return said(firsts[0]) if len(firsts) == 1 and before is not None and firsts[0] in before.parents else ""


_MOST_ELEMENTS = 4_000
"""In an article; long ones have some thousand."""


def _read(article: Tag, soup: BeautifulSoup, page: _Page, title: str) -> Reading:
    refuse_longer(sum(map(len, strings(article))), page.name)
    if (count := sum(1 for _ in elements(article))) > _MOST_ELEMENTS:
        hint = "Cut out the post, or copy only that and paste it."
        raise SourceError(f"has more parts than any post ({count:,})", where=page.name, hint=hint)
    try:
        footnotes = [tag.extract() for tag in article.find_all("p", attrs={FOOTNOTE: True})]
        blocks, choices, told, title = _article_blocks(article, soup, page, title)
        _settle(blocks)
        if not title:
            hint = "Give its title, too."
            raise SourceError("has no title", where=page.name, hint=hint, command="--title TEXT")
        blocks = find_structure(blocks, title, soup, choices)
        body = to_markdown(blocks)
        for footnote in footnotes if body else ():
            clean_links(footnote, page.facts.base)
            _settle([footnote])
            body += "\n\n" + to_markdown([footnote])
    except RecursionError as err:
        raise SourceError(
            "is nested too deeply to be an article", where=page.name, hint=OTHERWISE, command="--from clipboard"
        ) from err
    if not body:
        raise SourceError("has a title, but no text", where=page.name, hint=OTHERWISE, command="--from clipboard")
    facts = page.facts
    if facts.author.casefold() == page.clinic.name.casefold():
        facts = replace(facts, author="")  # the website has put its own name
    post = Post(
        title=title,
        body=body,
        author=facts.author or told.author,
        date=facts.date or told.date or told.updated,
        link=facts.link,
    )
    return Reading(post, tuple(page.dropped), tuple(_decisions(blocks, choices)))


def _article_blocks(article: Tag, soup: BeautifulSoup, page: _Page, title: str) -> tuple[list[Tag], Choices, Told, str]:
    """Return the article's blocks without boilerplate, what was decided of each, what they told, and the title."""
    corrections = page.source.corrections
    page.dropped += take_out_endings(
        article, lambda lines: still_gone(lines, find_endings(lines, page.facts.sender), corrections)
    )
    _clean(article, soup, page)
    blocks = part_opening(flatten(article, soup), soup, title)
    leaves = _leaves(blocks)
    header = read_header([block for block, _ in leaves], page.now)
    page.facts = replace(page.facts, author=header.author or page.facts.author, date=header.date or page.facts.date)
    if page.subject and header.title:
        title = header.title
    gone = header.boilerplate | _title_again(leaves, title)
    gone |= own_contact_lines([block for block, _ in leaves if block.number not in gone], page.clinic)
    gone = still_gone([block for block, _ in leaves], gone, corrections)
    rest = [(block, tag) for block, tag in leaves if block.number not in gone]
    verdict = classify(
        _with_marks([_apart(block, tag) for block, tag in rest]),
        page.now,
        site=page.clinic.name,
        title=title,
        phone=page.clinic.phone,
        corrections=corrections,
    )
    gone |= verdict.gone
    if not title and verdict.title is not None:
        title = title_text(verdict.title)
        gone[verdict.title.number] = _TITLE
    choices = {id(tag): choice for (_, tag), choice in zip(rest, verdict.choices, strict=True)}
    for block, tag in leaves:
        if block.number in gone:
            if gone[block.number] != _TITLE:
                sure = choices[id(tag)].sure if id(tag) in choices else 1.0
                page.dropped.append(Dropped(block.number, block.text, gone[block.number], sure))
            tag.decompose()
    left = [block for block in blocks if not is_gone(block) and _has_content(block)]
    return left, choices, verdict.facts, title


def _with_marks(blocks: list[Block]) -> list[Block]:
    """Return the blocks with the marks that somebody typed at the beginning of paragraphs."""
    marked = mark_blocks(blocks)
    return [
        replace(block, mark=other.mark, label=other.label) if block.tag == "p" and other.mark != "row" else block
        for block, other in zip(blocks, marked, strict=True)
    ]


_TITLE = "the title"


def _clean(article: Tag, soup: BeautifulSoup, page: _Page) -> None:
    """Take out of the article what no mail shows, and let the rest be plain blocks, links and pictures."""
    address = page.facts.base or page.facts.link
    link_embeds(article, soup, address)
    page.dropped += open_forms(article, soup, address)
    page.dropped += take_out_boilerplate(article)
    page.dropped += take_out_link_rows(article)
    page.dropped += take_out_empty_pictures(article)
    unfold_cards(article)
    unfold_definitions(article, soup)
    clean_links(article, page.facts.base)
    take_out_logos(article, page.clinic.name)
    page.dropped += [Dropped(0, text, "a picture's caption") for text in settle_figures(article)]


def _settle(blocks: list[Tag]) -> None:
    """Let spaces, breaks and emphasis be such as Markdown can say."""
    for block in blocks:
        for line_break in [tag for tag in elements(block) if tag.name == "br" and block.name in HEADINGS]:
            line_break.replace_with(" ")
        _settle_space(block)
        settle_emphasis(block)


def _title_again(lines: list[tuple[Block, Tag]], title: str) -> dict[int, str]:
    """Return the first heading that shows the title which is known already."""
    same = (line for line, tag in lines if tag.name in HEADINGS and line.text.casefold() == title.casefold())
    return {line.number: _TITLE for line in islice(same, 1)}


def _settle_space(block: Tag) -> None:
    """Let line breaks in the source of a page be the spaces that a browser shows."""
    if block.name == "pre" or holds(block, {"pre"}):
        return
    block.smooth()  # what stood between two texts may be gone
    for text in list(strings(block)):
        if (plain := re.sub(r"\s+", " ", text)) != text:
            text.replace_with(plain)


def _leaves(blocks: list[Tag]) -> list[tuple[Block, Tag]]:
    """Return what can be dropped by itself: each block, and each entry of a list."""
    leaves: list[Tag] = []
    for block in blocks:
        entries = block.find_all("li") if block.name in {"ul", "ol"} else []
        leaves += [entry for entry in entries if not entry.find("li")] if entries else [block]
    for number, leaf in enumerate(leaves, start=1):
        leaf[_LINE] = str(number)
    texts = [(block_of(leaf, number), leaf) for number, leaf in enumerate(leaves, start=1)]
    return [(line, leaf) for line, leaf in texts if line.text]


def _apart(line: Block, tag: Tag) -> Block:
    """Return a short line with its parts set apart: pages part author and date by style alone."""
    parts = list(tag.stripped_strings)
    if len(parts) == 1 or line.words > 14 or line.is_prose:
        return line
    return replace(line, text=" · ".join(parts))


def _has_content(block: Tag) -> bool:
    return block.name in {"img", "hr"} or holds(block, {"img"}) or is_visible(block.get_text())


_LINE = "data-source-line"
"""Where a tag is told which of the article's lines it was, before any was left out."""


def _line_of(block: Tag) -> int:
    return next((int(str(tag[_LINE])) for tag in (block, *elements(block)) if tag.has_attr(_LINE)), 0)


def _decisions(blocks: list[Tag], choices: Choices) -> list[Decision]:
    found, number = [], 0
    for block in blocks:
        number = _line_of(block) or number
        became = f"heading {block.name[1]}" if block.name in HEADINGS else block.name
        choice = choices.get(id(block))
        decided = choice is not None and block.name in {"p", *HEADINGS}
        why = choice.reason if choice and decided else ""
        sure = choice.sure if choice and decided else 1.0
        found.append(Decision(number, block_of(block, number).text[:200], became, why or "as the page has it", sure))
    return found
