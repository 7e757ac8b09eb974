"""The public pages: what a subscriber's browser, or mail program, asks for."""

from newsletter.web.public.app import create_public_pages

__all__ = ["create_public_pages"]
