"""The application without a network, and the people who come to it with browsers of their own."""

from typing import Any

from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from dialog.installation import Installation
from tests.hall import DIALOGUE, EVENING

HOST = "dialog.example.se"
HOME = f"https://{HOST}"


class House:
    """`fay`: the facilitator's browser, signed in."""

    def __init__(self, client: TestClient) -> None:
        self.app: Any = client.app
        self.portal = client.portal
        self.installation: Installation = self.app.state.installation
        self.fay = self.staff("facilitator")
        self._session = ""

    def somebody(self) -> TestClient:
        """A browser that has never been here."""
        client = TestClient(self.app, base_url=HOME)
        client.portal = self.portal
        return client

    def staff(self, role: str) -> TestClient:
        client = self.somebody()
        secret = self.installation.identity.link_secret(role, 0)  # type: ignore[arg-type]
        assert client.post("/api/staff/login", json={"secret": secret}).status_code == 200
        return client

    @property
    def session(self) -> str:
        """An evening that stays open."""
        if not self._session:
            self._session = self.opened()
        return self._session

    def opened(self, session: str = EVENING, dialogue: str = DIALOGUE) -> str:
        """One more session, open."""
        asked = {"dialogue": dialogue, "session": session}
        return str(self.fay.post("/api/staff/open", json=asked).json()["session"])

    def records(self, session: str, audience: str = "console") -> dict[str, Any]:
        path = f"/api/s/{session}/records?audience={audience}"
        return self.fay.get(path).json()["records"]

    def code(self, session: str) -> str:
        return str(self.records(session)["meeting"]["code"])

    def hears(self, client: TestClient, path: str, audience: str, **headers: str) -> bool:
        """Whether a socket is let in, all the way to what there is to see."""
        cookies = "; ".join(f"{it.name}={it.value}" for it in client.cookies.jar)
        sent = {"Cookie": cookies} | {k.capitalize(): v for k, v in headers.items()}
        try:
            with self.somebody().websocket_connect(f"wss://{HOST}{path}", headers=sent) as wire:
                wire.send_json({"t": "hello", "v": 1, "audience": audience})
                return wire.receive_json()["t"] == "welcome" and bool(wire.receive_json())
        except WebSocketDisconnect:
            return False

    def phone(self, session: str) -> TestClient:
        """A browser that has joined."""
        client = self.somebody()
        assert client.post("/api/join", json={"code": self.code(session)}).status_code == 200
        return client
