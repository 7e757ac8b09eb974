"""Reading posts: one reader a kind of source, each giving a `Reading`.

`newsletter.posts.reader.read_post` reads a source, `newsletter.posts.gathering` finds one;
neither is imported here, for most commands only need the values.
"""

from newsletter.posts.source import Source
from newsletter.posts.value import Decision, Dropped, Picture, Post, Reading

__all__ = ["Decision", "Dropped", "Picture", "Post", "Reading", "Source"]
