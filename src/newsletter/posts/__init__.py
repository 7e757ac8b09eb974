"""Reading posts: one reader a kind of source, each giving a `Reading`."""

from newsletter.posts.value import Decision, Dropped, Post, Reading

__all__ = ["Decision", "Dropped", "Post", "Reading"]
