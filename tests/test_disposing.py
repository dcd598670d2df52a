"""Disposing: what goes, that nothing else does, and what is left of the dialogue."""

import contextlib
import gzip
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import insert, select
from starlette.testclient import TestClient

from dialog.app import create_app
from dialog.cli import main
from dialog.disposing import (
    CannotDispose,
    carry_out,
    kept_protocol,
    mistakes_in,
    planned,
    signed_in,
)
from dialog.domain import receipts, rules, views, work_views
from dialog.domain.disposal import DAY
from dialog.domain.findings import find
from dialog.domain.findings.model import Scope
from dialog.domain.packed import packed
from dialog.folds import Fold, kept_of
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.agenda import OF_THE_DIALOGUE, Disposal
from dialog.protocol.refusals import NotJoined, Refused
from dialog.sessions import save_dialogue
from dialog.settings import Settings
from dialog.store import embeddings, files, written
from dialog.store import folds as kept_folds
from dialog.store import log as store
from dialog.store import tables as t
from dialog.store.database import open_database
from dialog.store.files import File
from tests.domain import matter
from tests.domain.meeting import ID, Meeting, ada, bo, fay, system
from tests.domain.test_everything_mixed import begin, moves, play

pytest_plugins = ["tests.store.databases"]
MATTER = "matter"
LONG_AFTER = 4000 * DAY
DECIDED = {"body": "council", "date": "2019-12-02", "section": "§ 112"}
SECRET = "s" * 40


def rule(what, days=30, after=None, decided=True):
    after = after or ("dialogue-archived" if what in OF_THE_DIALOGUE else "session-ended")
    return Disposal(what, days, after, **(DECIDED if decided else {}))


ALL = [
    rule(it)
    for it in (
        *("hidden-words", "withdrawn-words", "masked-originals", "participants"),
        *("drafts", "embeddings", "rehearsals"),
    )
]


def on_disk(engine, it, rules_, folder):
    """The meeting's log in a database, and its rules in a file; the settings."""
    with engine.begin() as db:
        store.create_dialogue(db, MATTER)
        store.append(db, MATTER, it.log)
    settings = Settings(data=folder, sessions=folder / "none", secret=SECRET)
    settings.sessions.mkdir(exist_ok=True)
    save_dialogue(settings.own_sessions, replace(it.dialogue.definition, disposal=rules_))
    return settings


def read(engine):
    with engine.connect() as db:
        entries = store.entries_after(db, MATTER, 0)
        lines = list(written.lines(db, MATTER, len(entries)))
    return rules.folded(MATTER, entries), lines


def evening():
    """Ada's words are hidden, bo has withdrawn his; a goal was reworded, another dropped."""
    it = matter.Matter().go("write")
    it.do(ada, c.PostContribution("write", 0, "keyword", "Names a neighbour", receipt="R" * 16))
    it.post(bo, "Not what I meant")
    it.post(ada, "Benches by the river")
    it.post(bo, "Safe paths")
    it.do(fay, c.HideContribution(1, "personal-data"))
    it.do(bo, c.WithdrawContribution(2))
    it.do(fay, c.EndSession())
    it.work(wc.MakeTheme(area="school", title="Paths", contributions=[4]))
    it.work(wc.NoteTheme(theme=1, note="Ask somebody"))
    it.work(wc.MarkRead(contribution=4, verdict="note", note="Well said"))
    it.work(wc.DraftGoal(area="school", text="First words"))
    it.work(wc.WriteGoal(goal=1, field="text", text="Frozen words"))
    it.freeze("goals")
    it.work(wc.WriteGoal(goal=1, field="text", text="Last words"))
    it.work(wc.DraftGoal(area="school", text="A dropped goal"))
    it.work(wc.DropGoal(goal=2))
    it.work(wc.WriteText(document="ksau", field="summary", text="In short"))
    return it


def archive(it):
    """Everything is decided and told, and the registrar closes the matter."""
    it.work(wc.SetDisposition(contributions=[1, 2, 3, 4], disposition=wc.Disposition("programme")))
    it.work(wc.PublishFeedback(version=1), matter.registrar)
    it.do(system, c.CreateDialogue(replace(it.dialogue.definition, stages=matter.STAGES[-1:])))
    it.work(wc.EnterStage(stage="archived"))
    return it


def words_left(engine):
    with engine.connect() as db:
        return set(db.execute(select(t.words.c.text)).scalars())


def do(engine, settings, it, expected=""):
    who = ("registrar/Ada", "registrar")
    return carry_out(engine, settings, MATTER, *who, it.now + LONG_AFTER, expected)


# ── what goes ─────────────────────────────────────────────────────────────────────────────────


def test_what_is_due_is_told_before_anything_goes(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words", 30), rule("participants", 99)], tmp_path)
    plan = planned(begun, settings, MATTER, it.now + 30 * DAY - 1)
    assert [(line.n, line.next[:10]) for line in plan.lines] == [
        (0, "2023-12-14"),
        (0, "2024-02-21"),
    ]
    plan = planned(begun, settings, MATTER, it.now + 30 * DAY)
    [hidden, people] = plan.lines
    assert (hidden.n, hidden.sessions, hidden.oldest) == (1, [ID], "2023-11-14T22:13Z")
    assert (people.n, people.next[:10]) == (0, "2024-02-21")
    assert "Names a neighbour" in words_left(begun)


def test_nothing_goes_by_a_rule_that_nobody_has_decided(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words", decided=False)], tmp_path)
    assert planned(begun, settings, MATTER, it.now + LONG_AFTER).lines[0].n == 1
    with pytest.raises(CannotDispose, match="decided"):
        do(begun, settings, it)
    assert "Names a neighbour" in words_left(begun)


@pytest.mark.parametrize(
    "what, gone",
    [
        ("hidden-words", {"Names a neighbour"}),
        ("withdrawn-words", {"Not what I meant"}),
        ("drafts", {"First words", "A dropped goal", "Ask somebody", "Well said"}),
        ("participants", set()),
        ("embeddings", set()),
    ],
)
def test_exactly_that_goes(begun, tmp_path, what, gone):
    it = archive(evening())
    settings = on_disk(begun, it, [rule(what)], tmp_path)
    with begun.begin() as db:
        embeddings.keep(db, MATTER, "m", {b"1" * 32: b"vector"})
        db.execute(insert(t.dialogue), {"id": "other", "seq": 0, "epoch": "", "rehearsal": False})
        embeddings.keep(db, "other", "m", {b"1" * 32: b"vector"})
    before, (_, lines) = words_left(begun), read(begun)
    do(begun, settings, it)
    assert before - words_left(begun) == gone
    _, after = read(begun)
    assert after[: len(lines)] == lines
    with begun.connect() as db:
        left = len(embeddings.known(db, MATTER, "m", [b"1" * 32]))
        assert left == (0 if what in ("embeddings", "hidden-words", "withdrawn-words") else 1)
        assert len(embeddings.known(db, "other", "m", [b"1" * 32])) == 1


def test_who_was_who_is_drawn_anew_and_every_count_stays(begun, tmp_path):
    it = Meeting(dialogue=matter.MATTER, people=40).go("write")
    for n in range(1, 41):
        person = replace(ada, participant=n)
        it.do(person, c.ChoosePerspective("young" if n % 2 else "old"), f"op-of-a-phone-{n:05d}")
        it.post(person, f"First of {n}")
        it.post(person, f"Second of {n}")
    it.do(fay, c.EndSession())
    settings = on_disk(begun, it, [rule("participants")], tmp_path)
    do(begun, settings, it)
    after, _ = read(begun)
    was = {n: its.participant for n, its in it.dialogue.contributions.items()}
    now = {n: its.participant for n, its in after.contributions.items()}
    assert sorted(was.values()) == sorted(now.values())
    assert sum(was[n] != now[n] for n in was) > 40
    assert all(now[n] == now[n + 1] for n in range(1, 80, 2))  # still one person's
    session = after.sessions[ID]
    assert session.tally.authors.total() == 80 and len(session.tally.authors) == 40
    assert views.own(session, 1).contributions == []
    mine = next(n for n, number in now.items() if number == 1)  # as it would be, by number
    with pytest.raises(Refused) as refused:
        rules.decide(after, ada, c.WithdrawContribution(mine), it.now)
    assert refused.value.refusal == NotJoined()
    with begun.connect() as db:
        ops = select(t.event.c.op_id).where(t.event.c.actor == "participant")
        assert set(db.execute(ops).scalars()) == {None}
        staffs = select(t.event.c.op_id).where(t.event.c.actor == "facilitator")
        assert set(db.execute(staffs).scalars()) != {None}


def test_what_lies_under_a_mask_goes_and_every_place_stays(begun, tmp_path):
    it = matter.Matter().go("write")
    it.post(ada, "Ask Bo at 7 about the benches")
    it.post(bo, "Benches, says Bo")
    it.do(fay, c.TranslateContribution(1, "sv", "Fråga Bo"))
    it.do(fay, c.MaskContribution(1, [(4, 6)]))
    it.do(fay, c.TranslateContribution(1, "sv", "Fråga någon"))
    it.do(fay, c.MaskContribution(2, [(14, 16)]))
    it.do(fay, c.HideContribution(2, "personal-data"))
    it.do(fay, c.EndSession())
    settings = on_disk(begun, it, [rule("masked-originals")], tmp_path)
    do(begun, settings, it)
    left = {"Ask ██ at 7 about the benches", "Benches, says ██", "Fråga någon"}
    assert words_left(begun) == left
    after, _ = read(begun)
    was, now = it.dialogue.contributions[1], after.contributions[1]
    assert now.words == was.words == "Ask [maskerat] at 7 about the benches"
    assert now.in_place == was.in_place
    with pytest.raises(CannotDispose):
        do(begun, settings, it)


def test_the_translations_of_hidden_words_go_with_them(begun, tmp_path):
    it = matter.Matter().go("write")
    it.post(ada, "Names a neighbour")
    it.post(bo, "Benches")
    it.do(fay, c.TranslateContribution(1, "sv", "Nämner en granne"))
    it.do(fay, c.TranslateContribution(2, "sv", "Bänkar"))
    it.do(fay, c.HideContribution(1, "personal-data"))
    it.do(fay, c.EndSession())
    settings = on_disk(begun, it, [rule("hidden-words")], tmp_path)
    do(begun, settings, it)
    assert words_left(begun) == {"Benches", "Bänkar"}
    after, _ = read(begun)
    assert after.contributions[1].translations == {}
    assert after.contributions[2].translations["sv"].text == "Bänkar"


def test_a_rehearsal_goes_whole_and_only_this_dialogues(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("rehearsals")], tmp_path)
    with begun.begin() as db:
        for id, of in (("rehearsal-a", MATTER), ("rehearsal-b", "another")):
            other = Meeting(dialogue=replace(matter.MATTER, id=of))
            log = [replace(entry, session=id) if entry.session else entry for entry in other.log]
            store.create_dialogue(db, id, rehearsal=True)
            for entry in log:
                entry.op = None
                if isinstance(entry.event, type(other.log[1].event)):
                    entry.event = replace(entry.event, code=id)
            store.append(db, id, log)
    do(begun, settings, it)
    with begun.connect() as db:
        assert store.dialogues(db) == [MATTER, "rehearsal-b"]


def test_a_file_that_holds_what_is_hidden_goes_with_the_words(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words")], tmp_path)
    with begun.begin() as db:
        for format in ("zip", "restricted"):
            file = File("archive", format, "internal", f"{format}.zip", "", b"x")
            files.keep(db, MATTER, 1, file, 1)
    assert planned(begun, settings, MATTER, it.now + LONG_AFTER).lines[0].files == [
        "restricted.zip"
    ]
    do(begun, settings, it)
    with begun.connect() as db:
        assert [its.name for its in files.listed(db, MATTER, 1)] == ["zip.zip"]


def test_what_the_log_folded_to_goes_with_any_of_it(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words")], tmp_path)
    with begun.begin() as db:
        counter = store.counter(db, MATTER)
        fold = Fold(it.folded_again())
        assert b"Names a neighbour" in b"".join(packed(fold))
        assert kept_folds.keep(db, MATTER, kept_of(fold, counter.epoch, "", ""))
    do(begun, settings, it)
    with begun.connect() as db:
        assert db.execute(select(t.fold)).all() == []


# ── what is left ──────────────────────────────────────────────────────────────────────────────


def test_who_holds_a_receipt_still_gets_an_answer(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, ALL, tmp_path)
    do(begun, settings, it)
    after, _ = read(begun)
    with begun.connect() as db:
        assert len(db.execute(select(t.receipt)).all()) == 1
    told = receipts.received(after.sessions[ID], 1)
    assert (told.text, told.standing, told.reason) == ("", "hidden", "personal-data")


def test_hidden_words_that_are_gone_are_not_shown_again(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words")], tmp_path)
    do(begun, settings, it)
    after, _ = read(begun)
    assert not after.sessions[ID].changes
    with pytest.raises(Refused):
        rules.decide(after, fay, c.RestoreContribution(1), it.now)


def test_it_goes_once_and_the_log_begins_a_new_life(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, ALL, tmp_path)
    with begun.connect() as db:
        before = store.counter(db, MATTER)
    do(begun, settings, it)
    with begun.connect() as db:
        assert store.counter(db, MATTER).epoch != before.epoch
    with pytest.raises(CannotDispose):
        do(begun, settings, it)
    after, _ = read(begun)
    [line] = [line for line in after.work.log if line.words == "disposed_hidden_words"]
    assert (line.params["n"], line.params["section"], line.actor) == (1, "§ 112", "registrar")
    lines = work_views.record(after, "process").disposals
    assert {its.what: its.n for its in lines}["participants"] == 2


def test_what_somebody_has_looked_at_is_what_goes(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words")], tmp_path)
    seen = planned(begun, settings, MATTER, it.now + LONG_AFTER).list_hash
    it.do(fay, c.HideContribution(3, "spam"))
    with begun.begin() as db:
        store.append(db, MATTER, it.log[-1:])
    with pytest.raises(CannotDispose, match="look again"):
        do(begun, settings, it, expected=seen)
    seen = planned(begun, settings, MATTER, it.now + LONG_AFTER).list_hash
    do(begun, settings, it, expected=seen)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the other's are its own
def test_nothing_is_left_in_the_databases_own_files(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words")], tmp_path)
    folder = begun.url.database.rpartition("/")[0]
    do(begun, settings, it)
    left = b"".join(file.read_bytes() for file in Path(folder).glob("dialog.db*"))
    assert b"Safe paths" in left
    assert b"Names a neighbour" not in left


# ── the protocol ──────────────────────────────────────────────────────────────────────────────


def test_the_protocol_says_what_how_many_by_which_decision_and_who(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words"), rule("participants")], tmp_path)
    file = do(begun, settings, it)
    with begun.connect() as db:
        assert kept_protocol(db, MATTER, 1).content == file.content
    signed = signed_in(file.content)
    said = signed.protocol
    assert (said.by, said.disposal, said.record_number) == ("registrar/Ada", 1, "KS 2019/017")
    assert [(its.rule.what, its.n, its.rule.section) for its in said.lines] == [
        ("hidden-words", 1, "§ 112"),
        ("participants", 2, "§ 112"),
    ]
    assert "neighbour" not in file.content.decode() and "äkerhetskopior" in said.reminder
    after, _ = read(begun)
    assert {its.protocol for its in after.work.disposals} == {file.sha256}
    assert mistakes_in(signed, SECRET) == []


def test_a_protocol_that_was_changed_or_signed_elsewhere_is_found_out(begun, tmp_path):
    it = evening()
    settings = on_disk(begun, it, [rule("hidden-words")], tmp_path)
    file = do(begun, settings, it)
    assert mistakes_in(signed_in(file.content), "another secret of forty characters.....") != []
    for old, new in ((b'"n": 1', b'"n": 0'), (b"registrar/Ada", b"registrar/Bo")):
        assert mistakes_in(signed_in(file.content.replace(old, new)), SECRET) != []


# ── the command ───────────────────────────────────────────────────────────────────────────────


def test_the_command_looks_first_does_it_when_told_and_verifies(sqlite, tmp_path, monkeypatch):
    with sqlite.begin() as db:
        store.create_dialogue(db, MATTER)
    it = evening()
    settings = on_disk(sqlite, it, [rule("hidden-words", 30)], tmp_path)
    monkeypatch.setenv("DIALOG_SECRET", SECRET)
    given = ["--data", str(tmp_path), "--sessions", str(settings.sessions)]
    looked = CliRunner().invoke(main, ["dispose", "KS 2019/017", *given])
    assert looked.exit_code == 0 and "hidden-words, 30 days after session-ended: 1" in looked.output
    assert "Names a neighbour" in words_left(sqlite)
    assert CliRunner().invoke(main, ["dispose", *given, "--do"]).exit_code == 1
    assert CliRunner().invoke(main, ["dispose", *given, "--do", "--by", "Ada"]).exit_code == 1
    out = tmp_path / "protocol.json"
    done = CliRunner().invoke(
        main, ["dispose", *given, "--do", "--by", "registrar/Ada", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert "Names a neighbour" not in words_left(sqlite)
    right = CliRunner().invoke(main, ["verify", str(out), "--data", str(tmp_path)])
    assert right.exit_code == 0 and "as it was signed" in right.output
    out.write_text(out.read_text().replace("registrar/Ada", "registrar/Bo"))
    assert CliRunner().invoke(main, ["verify", str(out), "--json"]).exit_code == 1


# ── over HTTP ─────────────────────────────────────────────────────────────────────────────────


def test_the_registrar_looks_and_does_it_in_the_browser_and_nobody_else(sqlite, tmp_path):
    with sqlite.begin() as db:
        store.create_dialogue(db, MATTER)
    it = evening()
    settings = on_disk(sqlite, it, [rule("hidden-words"), rule("participants")], tmp_path)
    settings.grouping = "none"
    (tmp_path / "secret").write_text(SECRET)
    path = f"/api/dialogue/{MATTER}/disposal"
    app = create_app(settings)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        identity = app.state.installation.identity

        def sign_in(role):
            given = {"secret": identity.link_secret(role, 0)}
            assert client.post("/api/staff/login", json=given).status_code == 200

        sign_in("presidium")
        assert client.get(path).status_code == 403
        sign_in("facilitator")
        plan = client.get(path).json()
        assert [line["n"] for line in plan["lines"]] == [1, 2]
        asked = {"name": "Ada Ek", "expect": plan["list_hash"]}
        assert client.post(path, json=asked).status_code == 403
        sign_in("registrar")
        assert client.post(path, json=asked | {"name": " "}).status_code == 400
        refused = client.post(path, json=asked | {"expect": "0" * 64})
        assert refused.status_code == 409 and "look again" in refused.json()["why"]
        assert "Names a neighbour" in words_left(sqlite)
        done = client.post(path, json=asked)
        assert done.status_code == 200
        assert done.json()["protocol"]["by"] == "registrar/Ada Ek"
        assert "Names a neighbour" not in words_left(sqlite)
        kept = client.get(f"{path}/1?format=json")
        assert kept.content == done.content.rstrip() + b"\n"
        assert client.get(f"{path}/1?format=pdf").content.startswith(b"%PDF")
        assert client.get(f"{path}/2?format=json").status_code in (400, 404)
        notes = [it["about"] for it in client.get("/api/staff/audit").json()]
        assert [it.rpartition(".")[2] for it in notes[:2]] == ["pdf", "json"]
        seen = client.get(f"/api/dialogue/{MATTER}/records").json()["records"]
        assert seen["contribution/1"]["text"] == "" and len(seen["process"]["disposals"]) == 2


def test_what_was_told_of_a_version_before_its_words_went_is_not_told_again(sqlite, tmp_path):
    """A server keeps its latest answers, and a version stands where it stood."""
    it = matter.Matter().go("write")
    it.post(ada, "Names a neighbour")
    it.do(fay, c.EndSession())
    it.freeze("summary", [ID])
    it.do(fay, c.HideContribution(1, "personal-data"))
    settings = on_disk(sqlite, it, [rule("hidden-words")], tmp_path)
    settings.grouping = "none"
    (tmp_path / "secret").write_text(SECRET)
    app = create_app(settings)
    with TestClient(app, base_url="http://127.0.0.1") as client:
        secret = app.state.installation.identity.link_secret("registrar", 0)
        client.post("/api/staff/login", json={"secret": secret})
        of_the_version = f"/api/dialogue/{MATTER}/findings?version=1"
        assert "Names a neighbour" in client.get(of_the_version).text
        path = f"/api/dialogue/{MATTER}/disposal"
        asked = {"name": "Ada Ek", "expect": client.get(path).json()["list_hash"]}
        assert client.post(path, json=asked).status_code == 200
        assert "Names a neighbour" not in client.get(of_the_version).text
        held = app.state.installation.finder.answers.values()
        assert not [it for it in held if b"neighbour" in gzip.decompress(it)]


# ── whatever has happened, and whatever goes ──────────────────────────────────────────────────


@hypothesis_settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(moves, st.sets(st.sampled_from([it.what for it in ALL]), min_size=1), st.booleans())
def test_any_disposal_leaves_a_log_that_folds_verifies_and_shows_the_same(
    tmp_path, moves, what, ends
):
    it = begin()
    for move in moves:
        play(it, move)
    if ends and not it.session.ended:
        it.do(fay, c.EndSession())
    decided = [rule for rule in ALL if rule.what in what]
    it.do(system, c.CreateDialogue(replace(it.dialogue.definition, disposal=decided)))
    engine = open_database("sqlite://")
    t.metadata.create_all(engine)
    with engine.begin() as db:
        store.create_dialogue(db, MATTER)
        store.append(db, MATTER, it.log)
    before, lines = read(engine)
    settings = Settings(data=tmp_path, sessions=tmp_path, secret=SECRET)
    with contextlib.suppress(CannotDispose):
        do(engine, settings, it)
    after, more = read(engine)
    engine.dispose()
    assert more[: len(lines)] == lines
    for session in before.sessions.values():
        for audience in ("phone", "projector"):
            same = views.view(after.sessions[session.id], audience)
            assert same == views.view(session, audience)
    told, was_told = (find(dialogue, Scope((), "public")) for dialogue in (after, before))
    assert replace(told, seq=0, at=0, process=0) == replace(was_told, seq=0, at=0, process=0)
    for number, was in before.contributions.items():
        now = after.contributions[number]
        assert now.standing == was.standing
        assert now.words == was.words or was.standing in ("hidden", "withdrawn")
        receipts.received(after.sessions[now.session], number)
    work_views.view(after)
