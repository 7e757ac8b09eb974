"""Reading HTML: a saved or fetched page, a fragment from the clipboard, what Word had."""

from newsletter.posts.html.reading import read_fragment, read_page

__all__ = ["read_fragment", "read_page"]
