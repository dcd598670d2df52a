"""An identity number in every field there is: none of them takes it, and it is kept nowhere.

The fields are found in the wishes and in the routes themselves, so that a new one is tried too.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from msgspec.structs import fields
from starlette.testclient import TestClient

from dialog import api, entry_api, files_api, sign_in_api, staff_api, work_api
from dialog.domain.languages import TAG
from dialog.protocol.commands import OuterCommand
from dialog.protocol.frames import Do
from dialog.protocol.work_commands import WorkboardCommand
from dialog.settings import Settings
from tests.hall import DIALOGUE, EVENING
from tests.security.planted import Planted, free_texts, takes_any_text

NUMBER = "Nr 121212-1212"
"""Of Skatteverket. As short as it may be: some fields are."""
BARE = "121212-1212"
AS_AN_OP = "wish-121212-1212"
AS_A_LANGUAGE = "sv-19121212-1212"

TAKEN_WITHOUT_IT = {
    ("post-contribution", "language"),  # what is no language is kept as "und"
    ("post-on-behalf", "language"),
    ("go-on-duty", "languages"),
    ("post-contribution", "receipt"),  # only its hash is kept
}
"""Fields that may say anything, and of which only what is safe is kept."""

APIS = (api, entry_api, files_api, sign_in_api, staff_api, work_api)
LOOKED_UP = {
    *(("Join", "code"), ("Receipts", "receipts"), ("Secret", "secret"), ("Pair", "number")),
    *(("Named", "session"), ("Open", "dialogue"), ("Open", "session"), ("Pair", "session")),
    *(("Rehearse", "dialogue"), ("Rehearse", "session"), ("NewSession", "dialogue")),
    *(("Freeze", "sessions"), ("Device", "session"), ("Closing", "closes")),
}
"""What must be there already, and is nowhere kept if it is not."""
ON_PAPER_ONLY = {("Roster", "names")}
NEW = {"municipality": "Vaggeryd", "record_number": "KS 1", "title": "Mål", "areas": ["Skolan"]}
BODIES: dict[str, tuple[str, dict[str, Any]]] = {
    "Open": ("/api/staff/open", {"dialogue": DIALOGUE, "session": EVENING}),
    "NewDialogue": ("/api/staff/new-dialogue", NEW),
    "NewSession": ("/api/staff/new-session", {"dialogue": DIALOGUE, "title": "Möte"}),
    "Dispose": (f"/api/dialogue/{DIALOGUE}/disposal", {"name": "Åsa", "expect": "0" * 64}),
    "Freeze": (f"/api/dialogue/{DIALOGUE}/freeze", {"of": "summary"}),
}
"""What is posted to make something, as it would be taken."""


class Numbered(Planted):
    """The planted dialogue, for which each wish was first sent with the number in each field.
    `answers`: of those."""

    def __init__(self, folder: Path) -> None:
        self.answers: dict[tuple[str, str], str] = {}
        super().__init__(folder)

    def _ask(self, client: TestClient, path: str, type: str, wish: dict[str, Any]) -> None:
        for field, hint in texts_of(type):
            if (type, field) not in self.answers and (type, field) not in TAKEN_WITHOUT_IT:
                self.send(client, path, type, wish | {field: filled(hint)}, field)
        super()._ask(client, path, type, wish)

    def send(
        self,
        client: TestClient,
        path: str,
        type: str,
        wish: dict[str, Any],
        field: str,
        op: str = "",
    ) -> None:
        self.emptied()
        op = op or f"numbered-{len(self.answers):08}"
        ask = {"t": "do", "op": op, "command": {"type": type}}
        ask["command"] |= wish  # type: ignore[operator]
        answer = client.post(path, json=ask).json()
        self.answers[type, field] = answer.get("refusal", answer).get("kind", answer.get("t"))

    def _work(self) -> None:
        super()._work()
        self._languages_and_receipts()
        self._ops()
        self._bodies()
        self._questions()
        self._names_of_a_roster()

    def _languages_and_receipts(self) -> None:
        post = {"step": "area-1-skriv", "kind": "keyword", "text": "12"}
        phone, at = self.house.phone(self.session), f"/api/s/{self.session}/do"
        for field, value in (("language", AS_A_LANGUAGE), ("receipt", BARE)):
            wish = post | {"begun": 1, field: value}
            self.send(phone, at, "post-contribution", wish, field)
        desk = f"{at}?audience=console"
        fay = self.house.fay
        slip = post | {"language": AS_A_LANGUAGE}
        self.send(fay, desk, "post-on-behalf", slip, "language")
        duty = {"on": True, "languages": [NUMBER, AS_A_LANGUAGE, "fi"]}
        self.send(fay, desk, "go-on-duty", duty, "languages")

    def _ops(self) -> None:
        """The wish's own name, which is whatever the page says."""
        post = {"step": "area-1-skriv", "kind": "keyword", "text": "12", "begun": 1}
        phone, at = self.house.phone(self.session), f"/api/s/{self.session}/do"
        self.send(phone, at, "post-contribution", post, "op", f"{AS_AN_OP}-a")
        asked = {"text": "12", "op": f"{AS_AN_OP}-b"}
        answer = phone.post(f"/plain/s/{self.session}", data=post | asked)
        self.answers["plain form", "op"] = "ack" if answer.status_code != 400 else "refused"

    def _bodies(self) -> None:
        staff = (self.house.fay, self.house.staff("registrar"))
        for name, (path, body) in BODIES.items():
            for field, hint in dict(bodies())[name]:
                self.emptied()
                tried = body | {field: filled(hint)}
                if field == "gate":
                    tried["gate"] = {"question": True, "deciders": True, "note": NUMBER}
                answer = staff[name == "Dispose"].post(path, json=tried)
                kind = answer.json().get("kind") if answer.status_code == 400 else None
                self.answers[name, field] = kind or str(answer.status_code)

    def _questions(self) -> None:
        asked = {"format": "csv", "reference": NUMBER}
        path = f"/api/dialogue/{DIALOGUE}/disclosure"
        answer = self.house.fay.get(path, params=asked)
        self.answers["disclosure", "reference"] = answer.json()["kind"]
        asked = {"mode": "write", "text": "Svar", "title": NUMBER}
        path = f"/api/dialogue/{DIALOGUE}/import"
        answer = self.house.fay.post(path, params=asked, content=b"Svar\nBuss\n")
        self.answers["import", "title"] = answer.json()["kind"]

    def _names_of_a_roster(self) -> None:
        path = f"/api/s/{self.session}/roster"
        self.house.fay.post(path, json={"seats": 1, "names": [NUMBER]})

    def emptied(self) -> None:
        for buckets in self.house.installation.sockets.limits.values():
            buckets.levels.clear()


def texts_of(type: str) -> Iterator[tuple[str, Any]]:
    for wish in (*get_args(OuterCommand), *get_args(WorkboardCommand)):
        if wish.__struct_config__.tag == type:
            hints = get_type_hints(wish, include_extras=True)
            yield from ((name, hint) for name, hint in hints.items() if takes_any_text(hint))


def filled(hint: Any) -> Any:
    """The number as the field can hold it: alone or in a list, in as many letters as it takes."""
    for value in (NUMBER, BARE, [NUMBER], AS_AN_OP):
        try:
            msgspec.convert(value, hint)
        except msgspec.ValidationError:
            continue
        return value
    return None


def bodies() -> Iterator[tuple[str, list[tuple[str, Any]]]]:
    """What is posted as JSON beside the wishes: each body, and its fields that can hold it."""
    for module in APIS:
        for body in bodies_in(module):
            hints = get_type_hints(body, include_extras=True)
            its = [(field.name, hints[field.name]) for field in fields(body)]
            yield body.__name__, [it for it in its if filled(it[1]) or it[0] == "gate"]


def bodies_in(module: ModuleType) -> Iterator[type]:
    source = Path(str(module.__file__)).read_text()
    names = set(re.findall(r"body_of\(request, (\w+)\)", source))
    return (it for it in map(vars(module).__getitem__, sorted(names)) if it is not Do)


@pytest.fixture(scope="module")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Numbered:
    return Numbered(tmp_path_factory.mktemp("numbered"))


def test_no_way_in_stores_a_personal_number(numbered):
    """Also not from paper, from staff, in titles and in notes."""
    wishes = {it for it in free_texts() if it[1] != "why"}  # of all work alike
    tried = {
        (wish, field): it for (wish, field), it in numbered.answers.items() if wish[0].islower()
    }
    assert wishes - tried.keys() == set()
    assert [field for _, field in tried].count("why") > 15
    taken = {field for field, answer in tried.items() if answer == "ack"}
    assert taken == TAKEN_WITHOUT_IT


def test_no_body_takes_a_personal_number(numbered):
    found = {(name, field) for name, its in bodies() for field, _ in its}
    makes = {it: answer for it, answer in numbered.answers.items() if it[0] in BODIES}
    assert found - makes.keys() <= LOOKED_UP | ON_PAPER_ONLY
    refused = {it: answer for it, answer in makes.items() if it not in LOOKED_UP}
    assert set(refused.values()) == {"personal-number"}, refused
    assert "200" not in makes.values()


def test_what_a_file_is_called_and_what_an_import_is_called_have_none_either(numbered):
    for field in (("disclosure", "reference"), ("import", "title")):
        assert numbered.answers[field] == "personal-number"


def test_after_all_of_that_it_is_in_no_file_of_the_data_folder(numbered):
    found = []
    settings: Settings = numbered.settings
    for folder in (settings.data, settings.own_sessions):
        for file in folder.rglob("*"):
            if file.is_file() and re.search(rb"121212.{0,2}1212", file.read_bytes()):
                found.append(file)
    assert found == []
    assert [it for it in settings.data.rglob("*") if it.stat().st_size > 100_000]


@pytest.mark.parametrize("tag", ["sv", "sv-easy", "zh-Hant", "zh-Hant-TW", "es-419", "ca-valencia"])
def test_no_language_has_room_for_one(tag):
    assert TAG.fullmatch(tag)
    for number in ("19121212-1212", "121212-1212", "1912-12-12-1212", "191212121212"):
        assert not TAG.fullmatch(f"{tag}-{number}") and not TAG.fullmatch(f"{tag}-x-{number}")
