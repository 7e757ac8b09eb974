"""Reading posts: one reader a kind of source, each giving a `Reading`."""

from newsletter.posts.reader import read_post
from newsletter.posts.source import Source
from newsletter.posts.value import Decision, Dropped, Post, Reading

__all__ = ["Decision", "Dropped", "Post", "Reading", "Source", "read_post"]
