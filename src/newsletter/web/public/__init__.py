"""The public pages: what a subscriber's browser, or mail program, asks for."""

from newsletter.web.public.app import create_public_pages
from newsletter.web.public.server import public_server
from newsletter.web.public.worker import running_worker

__all__ = ["create_public_pages", "public_server", "running_worker"]
