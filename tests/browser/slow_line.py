"""A line on which some frames take their time: what a page shows between a wish and its answer."""

import re

from playwright.sync_api import Page, WebSocketRoute

from tests.browser.hall import wait_for


class SlowLine:
    """The socket of a page that is not open yet. Frames of the kind that is held back wait, in
    their order, until they are let go."""

    def __init__(self, page: Page) -> None:
        self.page, self.held = page, ""
        self.waiting: list[tuple[WebSocketRoute, str | bytes]] = []
        self.ends: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/ws/"), self._open)

    def hold(self, kind: str) -> None:
        """`kind`: the frame's `t`."""
        self.held = kind

    def expect_held(self) -> None:
        """Until something of the kind waits. The page has to be asked meanwhile: its frames come by
        here only then."""
        wait_for(lambda: self.page.title() and self.waiting)

    def let_go(self) -> None:
        self.held = ""
        for side, text in self.waiting:
            side.send(text)
        self.waiting.clear()

    def cut(self) -> None:
        """The page notices, and tries again."""
        self.waiting.clear()
        self.ends[-1].close(code=3000)

    def _open(self, page: WebSocketRoute) -> None:
        self.ends.append(page)
        server = page.connect_to_server()
        page.on_message(lambda text: self._pass(server, text))
        server.on_message(lambda text: self._pass(page, text))

    def _pass(self, side: WebSocketRoute, text: str | bytes) -> None:
        if self.held and f'"t":"{self.held}"' in str(text):
            self.waiting.append((side, text))
        else:
            side.send(text)
