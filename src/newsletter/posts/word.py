"""Reading Word documents (.docx)."""

import io
import zipfile

import mammoth

from newsletter.errors import SourceError
from newsletter.posts.html.reading import TITLE_CLASS
from newsletter.posts.word_parts import lean

_DEEPEST_LIST = 5


def _list_rules() -> str:
    """Return how lists are nested: by their level, else by what Word calls the styles of deeper ones."""
    kinds = (("unordered", "Bullet", "ul"), ("ordered", "Number", "ol"))
    rules = []
    for level in range(_DEEPEST_LIST, 1, -1):
        for kind, name, tag in kinds:
            path = f"{'ul|ol > li > ' * (level - 1)}{tag} > li:fresh"
            rules += [f"p[style-name='List {name} {level}'] => {path}", f"p:{kind}-list({level}) => {path}"]
    rules += [f"p[style-name='List {name}'] => {tag} > li:fresh" for _, name, tag in kinds]
    return "\n".join(rules)


_STYLES = f"""
p[style-name='Title'] => h1.{TITLE_CLASS}:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
u => em
{_list_rules()}
"""
_MOST_UNPACKED = 200_000_000
_MOST_FILES = 5_000


def word_to_html(data: bytes, name: str) -> str:
    """Return the document as HTML: headings, lists, tables, links, pictures as data addresses.

    Raises:
        SourceError: the file is damaged, or would unpack to more than any post has.
    """
    hint = "Open it in Word and save it again, or copy the post and paste it."
    try:
        _refuse_bomb(data, name)
        result = mammoth.convert_to_html(io.BytesIO(lean(data)), style_map=_STYLES)
    except SourceError:
        raise
    except Exception as err:  # mammoth lets through whatever the zip and XML modules raise
        raise SourceError("is a damaged Word document", where=name, hint=hint, command="--from clipboard") from err
    html: str = result.value
    if not html.strip():
        raise SourceError("is an empty Word document", where=name, hint=hint, command="--from clipboard")
    return html


def is_word(data: bytes) -> bool:
    """Whether `data` is a Word document: a packed file that holds one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return any(name.startswith("word/") for name in packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return b"word/document.xml" in data


def _refuse_bomb(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        files = packed.infolist()
    if len(files) > _MOST_FILES or sum(file.file_size for file in files) > _MOST_UNPACKED:
        hint = "Copy the post out of Word and paste it."
        raise SourceError("unpacks to more than a post can be", where=name, hint=hint, command="--from clipboard")
