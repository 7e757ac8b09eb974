"""Reading pasted text: no markup, only lines, and what a person sees in them."""

from newsletter.posts.pasted.reading import read_pasted

__all__ = ["read_pasted"]
