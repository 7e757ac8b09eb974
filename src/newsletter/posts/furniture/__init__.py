"""What a page puts around an article: recognised line by line, each with its reason."""

from newsletter.posts.furniture.finding import find_furniture, is_furniture

__all__ = ["find_furniture", "is_furniture"]
