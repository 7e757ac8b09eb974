"""Word documents for tests, as small as Word opens them."""

import io
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = f"""<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType="{_OFFICE}.document.main+xml"/></Types>"""
_RELATIONS = f"""<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Target="word/document.xml"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""


def word_file(paragraphs: Iterable[tuple[str, str]], *, words_in_run: int = 1_000) -> bytes:
    """Return a document of paragraphs, each with the name of its style; a line feed is a soft line break.

    Args:
        paragraphs: style and text; without a style it is plain.
        words_in_run: Word parts its runs wherever somebody typed again.
    """
    rows = list(paragraphs)
    names = sorted({style for style, _ in rows if style})
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="S{n}"><w:name w:val="{s}"/></w:style>' for n, s in enumerate(names)
    )
    body = "".join(_paragraph(names.index(style) if style else None, text, words_in_run) for style, text in rows)
    return word_of_xml(body, styles=styles)


def word_of_xml(body: str, *, styles: str = "", **parts: str) -> bytes:
    """Return a document whose body is written in Word's own XML.

    Args:
        body: what stands in the body.
        styles: the styles.
        parts: what stands in its comments, footnotes and endnotes, by the part's name.
    """
    out = io.BytesIO()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "".join(f'<Relationship Id="{name}" Type="{kind}/{name}" Target="{name}.xml"/>' for name in parts)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", _TYPES)
        packed.writestr("_rels/.rels", _RELATIONS)
        packed.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        )
        packed.writestr("word/styles.xml", f"<w:styles {_W}>{styles}</w:styles>")
        for name, inner in parts.items():
            packed.writestr(f"word/{name}.xml", f"<w:{name} {_W}>{inner}</w:{name}>")
        packed.writestr("word/document.xml", f"<w:document {_W}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def _paragraph(style: int | None, text: str, words_in_run: int) -> str:
    named = f'<w:pPr><w:pStyle w:val="S{style}"/></w:pPr>' if style is not None else ""
    lines = ["".join(_runs(line, words_in_run)) for line in text.split("\n")]
    return f"<w:p>{named}{'<w:r><w:br/></w:r>'.join(lines)}</w:p>"


def _runs(line: str, words_in_run: int) -> Iterable[str]:
    words = line.split(" ")
    for start in range(0, len(words), words_in_run):
        text = " ".join(words[start : start + words_in_run]) + (" " if start + words_in_run < len(words) else "")
        properties = '<w:rPr><w:rFonts w:ascii="Arial"/><w:sz w:val="24"/></w:rPr>'
        yield f'<w:r w:rsidR="00A1">{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
        yield '<w:proofErr w:type="spellStart"/>'
