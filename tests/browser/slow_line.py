"""A line on which some frames take their time: what a page shows between a wish and its answer."""

import re

from playwright.sync_api import Page, WebSocketRoute


class SlowLine:
    """The socket of a page that is not open yet. Frames of the kind that is held back wait, in
    their order, until they are let go."""

    def __init__(self, page: Page) -> None:
        self.held = ""
        self.waiting: list[tuple[WebSocketRoute, str | bytes]] = []
        page.route_web_socket(re.compile("/ws/"), self._open)

    def hold(self, kind: str) -> None:
        """`kind`: the frame's `t`."""
        self.held = kind

    def let_go(self) -> None:
        self.held = ""
        for side, text in self.waiting:
            side.send(text)
        self.waiting.clear()

    def _open(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        page.on_message(lambda text: self._pass(server, text))
        server.on_message(lambda text: self._pass(page, text))

    def _pass(self, side: WebSocketRoute, text: str | bytes) -> None:
        if self.held and f'"t":"{self.held}"' in str(text):
            self.waiting.append((side, text))
        else:
            side.send(text)
