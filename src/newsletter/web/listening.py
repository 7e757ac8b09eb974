"""A listening socket, or in words why there is none."""

import errno
import socket
import sys

from newsletter.errors import NewsletterError

LOOPBACK = "127.0.0.1"


def listen(port: int = 0, host: str = LOOPBACK) -> socket.socket:
    """Return a socket that listens on this address; port 0 is any free one.

    Raises:
        NewsletterError: the port is taken, or may not be used, or this computer has no such address.
    """
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as err:  # a name with an empty part cannot even be asked for
        raise _no_address(host) from err
    listener = socket.socket(family, kind)
    if sys.platform == "win32":  # there, SO_REUSEADDR would let two programs share the port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:  # a port that was in use a moment ago may be used again
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()
    except OSError as err:
        listener.close()
        if err.errno == errno.EADDRNOTAVAIL:
            raise _no_address(host) from err
        taken = err.errno == errno.EADDRINUSE
        reason = f"port {port} is used by another program" if taken else f"port {port} cannot be used ({err.strerror})"
        raise NewsletterError(reason, hint="Choose another one with --port, or end that program.") from err
    return listener


def _no_address(host: str) -> NewsletterError:
    return NewsletterError(f"this computer has no address {host}", hint="Choose another one with --host.")
