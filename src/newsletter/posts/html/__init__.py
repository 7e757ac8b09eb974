"""Reading HTML: a saved or fetched page, a fragment from the clipboard, what Word had."""

from newsletter.posts.html.reading import read_fragment, read_page
from newsletter.posts.html.refusal import NoPostError

__all__ = ["NoPostError", "read_fragment", "read_page"]
