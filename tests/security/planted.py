"""A whole dialogue in which every field that people or files can fill holds an attack.

Made through the same doors that people use; what is in the data folder afterwards is looked at in
every format and on every page.
"""

import csv
import io
import types
import typing
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import fields
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.protocol.commands import OuterCommand
from dialog.protocol.work_commands import TEXT_FIELDS, WorkboardCommand
from dialog.sessions import load, save_dialogue, save_session
from dialog.settings import Settings, shipped
from tests.hall import DIALOGUE, EVENING
from tests.security.house import HOME, House

MARK = "x-planted"
"""The name of an element that no page of ours has: wherever it is one, words became markup."""
LONG = [
    f"<{MARK} onclick=alert(1)>tagg</{MARK}>",
    f"\"><{MARK}></{MARK}><script>alert('inline')</script>",
    f"'><img src=x onerror=alert(1)><{MARK}>",
    f"</script><script>alert(1)</script><{MARK}>",
    f"</style></title></textarea><svg onload=alert(1)><{MARK}>",
    f'<!--><{MARK}><iframe srcdoc="<script>alert(1)</script>"></iframe>-->',
    f"javascript:alert(1)//<{MARK}>",
    f"{{{{7*7}}}}${{7*7}}#{{7*7}}<{MARK}>{{0}}{{title}}%s%n%(x)s{{% raw %}}",
    f'=HYPERLINK("http://elsewhere.example","x")<{MARK}>',
    f"+cmd|' /C calc'!A0<{MARK}>",
    f"-2+3+cmd|' /C calc'!A0<{MARK}>",
    f"@SUM(1+1)*cmd|' /C calc'!A0<{MARK}>",
    f'#eval("1") #include "/etc/passwd" $x$ *b* _i_ @ref \\ `raw` <{MARK}>',
    f"]]></w:t></w:r><w:br/><{MARK}>&lt;{MARK}&gt;&#x3c;{MARK}&#x3e;",
    f"<link rel=stylesheet href=//elsewhere.example><base href=//elsewhere.example><{MARK}>",
    f"<a href=javascript:alert(1)>x</a><form action=//elsewhere.example><{MARK}>",
    f"\u202e<{MARK}>\u2066\u200f\u00ad<{MARK}>",
    f"';DROP TABLE words;--<{MARK}>",
    f"..\\..\\..\\etc\\passwd<{MARK}>/../../etc/passwd",
    f"x;\t=1+1<{MARK}>\r\nSet-Cookie: a=b",
]
SHORT = [f"<{MARK}>", f"=1+1<{MARK}>", f'"><{MARK}>', f"@A<{MARK}>", f"{{{{7}}}}<{MARK}>"]
TINY = ["<b>x</b>", "=1+1", "@SUM(1)", '"><i>', "{{7*7}}"]
"""For fields with room for twelve characters only."""

CHOSEN = {
    *("id", "area", "date", "results_url", "closes", "body", "results_date"),
}
"""Keys of a dialogue's files whose words are chosen from a list, or are a date or an address."""

_turn = count()


def attack(room: int = 400) -> str:
    """One more of them, that fits."""
    fitting = [text for text in (*LONG, *SHORT) if len(text) <= room] or TINY
    return fitting[next(_turn) % len(fitting)]


def spoilt(written: Any) -> Any:
    """The same part of a file, each text that people may fill in with an attack before it."""
    hints = get_type_hints(type(written), include_extras=True)
    found = {name: getattr(written, name) for name in written.__struct_fields__}
    changes = {
        name: spoilt_value(value, takes_any_text(hints[name]) and name not in CHOSEN)
        for name, value in found.items()
    }
    return msgspec.structs.replace(written, **changes)


def spoilt_value(value: Any, is_text: bool) -> Any:
    match value:
        case msgspec.Struct():
            return spoilt(value)
        case dict():
            return {name: spoilt_value(part, is_text) for name, part in value.items()}
        case list():
            return [spoilt_value(part, is_text) for part in value]
        case str() if value and is_text:
            return f"{attack()} {value}".replace("\r\n", " ")
    return value


def hostile_files(folder: Path) -> Path:
    """The shipped dialogue with attacks in every text of its files."""
    shipped_one = load(shipped("sessions")).dialogues[DIALOGUE]
    definition = spoilt(shipped_one.definition)
    save_dialogue(folder, definition)
    for session in shipped_one.sessions.values():
        made = spoilt(session)
        if session.is_closed():  # each with a code of their own
            made = msgspec.structs.replace(made, entry="personal")
        save_session(folder, definition, made)
    assert not load(folder).mistakes
    return folder


class Planted:
    """What was planted where. `fields`: (wish, field) of every text that was sent and taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = hostile_files(folder / "sessions")
        self.settings = Settings(
            data=folder / "data",
            sessions=self.files,
            grouping="none",
            home=HOME,
            letterhead_unit=attack(),
            letterhead_address=attack() + "\n" + attack(),
            logo_text=attack(),
        )
        self.fields: set[tuple[str, str]] = set()
        self.texts: list[str] = []
        self.session = ""
        with TestClient(create_app(self.settings), base_url=HOME) as client:
            self.house = House(client)
            self._evening()
            self._import()
            self._work()

    # ── the meeting ──

    def _evening(self) -> None:
        fay = self.house.fay
        asked = {"dialogue": DIALOGUE, "session": EVENING, "room": attack(40)}
        self.session = str(fay.post("/api/staff/open", json=asked).json()["session"])
        self.do("set-moderation", moderation="show-all")
        self.do("go-to-step", step="area-1-skriv", seen=None)
        phones = [self.house.phone(self.session) for _ in range(3)]
        for phone, group in zip(phones, ("youth", "seniors", "families"), strict=True):
            self.do("choose-perspective", phone, target_group=group)
        for n, text in enumerate(LONG):
            fields = {"step": "area-1-skriv", "begun": 1, "kind": "keyword", "text": text}
            languages = ["sv", "ar", "<b>", '"><i>', "=1", "\0", "zz-" + "z" * 30, ""]
            self.do("post-contribution", phones[n % 3], language=languages[n % 8], **fields)
        for channel in ("paper", "table"):
            self.do(
                "post-on-behalf",
                step="area-1-skriv",
                kind="keyword",
                text=attack(),
                channel=channel,
                table=attack(12),
                people=3,
            )
        self.do("place-contributions", contributions=[1, 2, 3], group=0)
        self.do("place-contributions", contributions=[4, 5], group=0)
        for group in (1, 2):
            self.do("rename-group", group=group, title=attack(80))
        for by in ("staff", "interpreter"):
            self.do("translate-contribution", contribution=1, language="en", text=attack(), by=by)
        self.do("go-on-duty", on=True, languages=[attack(35)])
        self.do("hide-contribution", contribution=6, reason="spam")

    def _import(self) -> None:
        out = io.StringIO()
        csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(
            [["Svar", "Nr"], *([text, str(n)] for n, text in enumerate(LONG[:3]))]
        )
        path = f"/api/dialogue/{DIALOGUE}/import"
        asked = {"mode": "write", "text": "Svar", "title": attack(80), "public": "1"}
        made = self.house.fay.post(path, params=asked, content=out.getvalue().encode())
        assert made.status_code == 200, made.text

    # ── the work on the result ──

    def _work(self) -> None:
        why = {"why": attack()}
        self.work("make-theme", area="area-1", title=attack(80), contributions=[1, 2, 3], **why)
        self.work("make-theme", area="area-1", title=attack(80), contributions=[4, 5], **why)
        self.work("name-theme", theme=1, title=attack(80))
        self.work("note-theme", theme=1, note=attack())
        self.work("carry-theme", theme=1, carried="keyword", kind="keyword")
        self.work("link-theme", theme=1, goal=11, strength="primary", **why)
        disposition = {"kind": "parked"}
        self.work("set-disposition", themes=[2], disposition=disposition, **why)
        self.work("mark-read", contribution=1, verdict="note", note=attack())
        self.work("draft-goal", area="area-1", text=attack())
        for field in (
            "movement_from",
            "movement_to",
            "resources",
            "maintenance",
            "effect",
            "horizon",
        ):
            self.work("write-goal", goal=1, field=field, text=attack())
        self.work("cite-in-goal", goal=1, themes=[1], contributions=[1])
        self.work("answer-frame", goal=1, frame="F1", answer="no", **why)
        self.work("add-body", name=attack(80), kind="committee")
        self.work("give-directive", goal=1, body="ks", text=attack())
        self.work("record-committee-goal", goal=1, body="socialnamnden", text=attack())
        self.work("settle-previous-goal", previous="tidigare-1", fate="dropped", **why)
        self.work("acknowledge-gaps", goals=[1, 2], **why)
        self.work("give-commission", body="klk", text=attack(), due="2019-03-06")
        self.work("record-input", body="socialnamnden", text=attack())
        for document, names in TEXT_FIELDS.items():
            for name in names:
                session = self.session if document == "summary" else ""
                wish = {"document": document, "field": name, "session": session}
                self.work("write-text", text=attack(), **wish)
        rest = [it for it in range(1, len(LONG) + 6) if it not in (4, 5)]
        disposition = {"kind": "handover", "recipient": "tekniska-kontoret"}
        self.work("set-disposition", contributions=rest[:3], disposition=disposition, **why)

    # ── asking ──

    def do(self, type: str, client: TestClient | None = None, **fields: Any) -> None:
        path = f"/api/s/{self.session}/do" + ("" if client else "?audience=console")
        self._ask(client or self.house.fay, path, type, fields)

    def work(self, type: str, **fields: Any) -> None:
        path = f"/api/dialogue/{DIALOGUE}/do"
        self._ask(self.house.fay, path, type, {"seen": 2**50, **fields})

    def _ask(self, client: TestClient, path: str, type: str, wish: dict[str, Any]) -> None:
        op = f"planted-{len(self.texts):05}-x-{len(self.fields):05}"
        self.texts.append(type)
        for buckets in self.house.installation.sockets.limits.values():
            buckets.levels.clear()
        answer = client.post(path, json={"t": "do", "op": op, "command": {"type": type} | wish})
        answer = answer.json()
        if answer.get("refusal", {}).get("detail") == "the rules failed":
            return  # a wish that has a name, and no rule yet
        assert answer.get("t") == "ack", (type, wish, answer)
        self.fields |= {
            (type, name) for name, value in wish.items() if isinstance(value, str | list)
        }


def free_texts() -> Iterator[tuple[str, str]]:
    """Every field of a wish in which anything may be written."""
    for wish in (*get_args(OuterCommand), *get_args(WorkboardCommand)):
        hints = get_type_hints(wish, include_extras=True)
        for field in fields(wish):
            if takes_any_text(hints[field.name]):
                yield wish.__struct_config__.tag, field.name


def takes_any_text(type: Any) -> bool:
    """Whether the type is text without a pattern or a list to choose from."""
    if get_origin(type) in (typing.Union, types.UnionType, list):
        return any(map(takes_any_text, get_args(type)))
    if get_origin(type) is dict:
        return takes_any_text(get_args(type)[1])
    if get_origin(type) is typing.Annotated:
        inner, *meta = get_args(type)
        return takes_any_text(inner) and not any(getattr(it, "pattern", None) for it in meta)
    return type is str
