"""The application without a network, and the people who come to it with browsers of their own."""

from typing import Any

from starlette.testclient import TestClient

from dialog.installation import Installation
from tests.hall import DIALOGUE, EVENING

HOME = "https://dialog.example.se"


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

    def phone(self, session: str) -> TestClient:
        """A browser that has joined."""
        client = self.somebody()
        assert client.post("/api/join", json={"code": self.code(session)}).status_code == 200
        return client
