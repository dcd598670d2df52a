"""`dialog serve` on a listening socket with the system's defaults: `bench.default_sockets serve …`

For comparison only. The product has no such switch: it is turned from outside.
"""

import socket

from dialog import cli
from dialog.cli import serving
from dialog.settings import Settings


def plain(settings: Settings) -> socket.socket:
    """Without our own size of buffer and without our own patience."""
    door = socket.create_server((settings.host, settings.port), backlog=2048)
    settings.port = door.getsockname()[1]
    return door


if __name__ == "__main__":
    serving.listening_socket = plain
    cli.main()
