"""Frozen versions, what is sent out of them, and what the next session therefore asks."""

from pathlib import Path

import pytest

from dialog.domain.state import Person
from dialog.domain.texts import definition_hash
from dialog.protocol import agenda as a
from dialog.protocol import commands as c
from dialog.protocol import refusals as r
from dialog.protocol import work_commands as wc
from dialog.sessions import load
from tests.domain.matter import MATTER, Matter, chair, file, frozen, klara, registrar, renderer
from tests.domain.meeting import Meeting, fay, session_definition, system

SHIPPED = load(Path(__file__).parents[2] / "sessions").dialogues["mal-2019"]
PROGRAMME = wc.Disposition("programme")


@pytest.fixture
def matter():
    return Matter()


# ── freezing ──────────────────────────────────────────────────────────────────────────────────


def test_the_areas_are_frozen_once_each_has_a_political_keyword(matter):
    matter.theme("school", carried="keyword")
    matter.theme("centre", carried="topic")
    assert matter.no(frozen(matter, "areas")) == r.NothingCarried("The centre")
    matter.work(wc.CarryTheme(theme=2, carried="keyword"))
    upto = matter.seq
    assert matter.freeze("areas") == 1
    version = matter.record("process").versions[0]
    assert (version.version, version.of, version.upto, version.actor) == (
        1,
        "areas",
        upto,
        "presidium",
    )
    assert version.log_hash == "f" * 64


def test_a_version_is_of_the_log_as_it_was_seen_and_of_nothing_later(matter):
    matter.carried_forward()
    seen = frozen(matter, "areas")
    matter.work(wc.NameTheme(theme=1, title="Another"), klara)
    assert matter.no(seen) == r.ChangedMeanwhile("facilitator", "theme_named")
    seen = frozen(matter, "areas")
    matter.meaning()
    assert matter.no(seen) == r.ChangedMeanwhile("participant", "dialogue_went_on")


def test_the_result_is_frozen_when_nothing_waits_and_everything_is_decided(matter):
    matter.do(fay, c.SetModeration("hold-all"))
    one = matter.meaning("One")
    assert matter.no(frozen(matter, "result")) == r.StillHeld(1)
    matter.do(fay, c.ReleaseContributions([one]))
    assert matter.no(frozen(matter, "result")) == r.StillUndecided(1)
    matter.work(wc.SetDisposition(contributions=[one], disposition=PROGRAMME))
    matter.freeze("result")


def test_hidden_contributions_are_decided_as_well_before_the_result_is_frozen(matter):
    one = matter.meaning("One")
    matter.do(fay, c.HideContribution(one, "spam"))
    assert matter.no(frozen(matter, "result")) == r.StillUndecided(1)


def test_a_summary_covers_sessions_that_there_are_and_that_are_moderated(matter):
    matter.do(fay, c.SetModeration("hold-all"))
    one = matter.meaning()
    assert matter.no(frozen(matter, "summary", ("other",))) == r.UnknownField()
    assert matter.no(frozen(matter, "summary", ("evening",))) == r.StillHeld(1)
    other = c.OpenSession("quiet", session_definition(id="quiet"), "0", "CODE")
    matter.do(system, other)
    matter.freeze("summary", ("quiet",))
    matter.do(fay, c.ReleaseContributions([one]))
    matter.freeze("summary", ("evening",))
    assert [it.sessions for it in matter.record("process").versions] == [["quiet"], ["evening"]]


def test_goals_are_frozen_when_there_is_one(matter):
    assert matter.no(frozen(matter, "goals")) == r.NothingLeft()
    matter.draft()
    matter.freeze("goals")


def test_a_version_cannot_be_undone_and_what_changes_afterwards_is_a_later_one(matter):
    matter.carried_forward()
    seq = matter.seq + 1
    first = matter.freeze("areas")
    assert matter.refusal(chair, c.Undo(seq)) == r.CannotUndo()
    named = wc.NameTheme(theme=1, title="Safer", why="Shorter")
    matter.work(named)
    second = matter.freeze("areas")
    titles = [matter.state.versions[n].carried[0].title for n in (first, second)]
    assert titles == ["About school", "Safer"]


def test_the_reason_for_freezing_stands_with_the_version(matter):
    matter.carried_forward()
    matter.do(
        chair, wc.FreezeVersion(of="areas", sessions=[], upto=matter.seq, log_hash="0", why="§ 58")
    )
    assert matter.record("process").versions[0].why == "§ 58"
    assert matter.state.log[-1].why == "§ 58"


# ── files, publishing, dispatch ───────────────────────────────────────────────────────────────


def test_files_are_stored_by_our_own_code_and_rendered_again_take_their_place(matter):
    matter.draft()
    version = matter.freeze("goals")
    files = wc.StoreFiles(version=version, files=[file("ksau")])
    assert matter.no(files, chair) == r.NotAllowed()
    matter.work(files, renderer)
    newer = wc.StoredFile("ksau", "pdf", "internal", "ksau.pdf", "newer", 11)
    matter.work(wc.StoreFiles(version=version, files=[newer, file("ksau", "docx")]), renderer)
    stored = matter.record("process").versions[0].files
    assert [(it.format, it.sha256) for it in stored] == [("pdf", "newer"), ("docx", "ksau-docx")]
    nowhere = wc.StoreFiles(version=9, files=[newer])
    assert matter.no(nowhere, renderer) == r.UnknownVersion()


def test_only_a_document_of_a_frozen_version_is_dispatched_and_to_known_bodies(matter):
    matter.draft()
    version = matter.freeze("goals")
    sent = wc.RecordDispatch(
        version=version, document="ksau", recipients=["council", "council"], why="By post"
    )
    assert matter.no(sent, registrar) == r.NotFrozen()
    matter.stored(version, "ksau")
    wrong = wc.RecordDispatch(version=version, document="ksau", recipients=["nobody"])
    assert matter.no(wrong, registrar) == r.UnknownBody()
    assert matter.no(sent, chair) == r.NotAllowed()
    seq = matter.work(sent, registrar)
    line = matter.record("process").dispatches[0]
    assert (line.recipients, line.how, line.at, line.sha256) == (
        ["council"],
        "By post",
        matter.now,
        "ksau-pdf",
    )
    assert matter.refusal(klara, c.Undo(seq)) == r.CannotUndo()
    nowhere = wc.RecordDispatch(version=8, document="ksau", recipients=["council"])
    assert matter.no(nowhere, registrar) == r.UnknownVersion()


def test_the_feedback_page_of_one_version_at_a_time_is_shown(matter):
    matter.carried_forward().draft()
    areas, first = matter.freeze("areas"), matter.freeze("summary")
    second = matter.freeze("goals")
    assert matter.no(wc.PublishFeedback(version=areas)) == r.NotFrozen()
    assert matter.no(wc.PublishFeedback(version=9)) == r.UnknownVersion()
    seq = matter.work(wc.PublishFeedback(version=first), registrar)
    assert matter.no(wc.PublishFeedback(version=first)) == r.AlreadyDone()
    assert matter.refusal(chair, c.Undo(seq)) == r.CannotUndo()
    matter.work(wc.PublishFeedback(version=second))
    assert [it.published for it in matter.record("process").versions] == [False, False, True]


# ── lineage ───────────────────────────────────────────────────────────────────────────────────


def another(matter: Meeting, id="next", **changes):
    """A later session, opened; its definition as the log holds it."""
    definition = session_definition(id=id, **changes)
    matter.do(system, c.OpenSession(id, definition, definition_hash(definition), id.upper()))
    return matter.dialogue.sessions[id].definition


MEANINGS = [
    a.Meanings(id="school", title="?", area="school", topics=["safety", "buses"]),
    a.Meanings(id="centre", title="?", area="centre", topics=["leisure"]),
    a.Meanings(id="all", title="?", topics=["safety", "leisure", "buses"]),
    a.Meanings(id="own", title="?", topics=["buses"]),
]


def asked(definition):
    return {step.id: step.topics for step in definition.steps if hasattr(step, "topics")}


def test_until_something_is_sent_out_the_file_says_what_is_asked(matter):
    assert asked(another(matter, steps=MEANINGS))["school"] == ["safety", "buses"]


def test_what_was_carried_forward_is_asked_instead_of_the_files_examples(matter):
    matter.theme("school", "Safe ways", "keyword")
    matter.theme("centre", "A living centre?", "keyword")
    matter.work(wc.CarryTheme(theme=2, carried="keyword", kind="question"))
    matter.work(wc.SendOutTopics(version=matter.freeze("areas")))
    definition = another(matter, steps=MEANINGS)
    assert asked(definition) == {
        "school": ["t-1", "buses"],
        "centre": ["t-2"],
        "all": ["t-1", "t-2", "buses"],
        "own": ["buses"],
    }
    topics = {topic.id: topic for topic in matter.dialogue.definition.topics}
    assert topics["t-2"] == a.Topic("t-2", "question", "A living centre?", "centre", political=True)
    assert matter.state.themes[1].topic == "t-1" == matter.record("theme/1").topic
    assert matter.record("process").versions[0].sent_out


def test_topics_are_called_as_their_themes_were_when_they_were_frozen(matter):
    matter.carried_forward()
    version = matter.freeze("areas")
    matter.work(wc.NameTheme(theme=1, title="Later"))
    matter.work(wc.DissolveTheme(theme=2))
    matter.work(wc.SendOutTopics(version=version))
    texts = {topic.id: topic.text for topic in matter.dialogue.definition.topics}
    assert (texts["t-1"], texts["t-2"]) == ("About school", "About centre")


def test_what_people_were_asked_keeps_its_words_when_the_theme_is_renamed(matter):
    matter.carried_forward()
    matter.work(wc.SendOutTopics(version=matter.freeze("areas")))
    another(matter, "first", steps=MEANINGS[:1])
    for theme in (1, 2):
        matter.work(wc.NameTheme(theme=theme, title=f"Renamed {theme}"))
    matter.work(wc.SendOutTopics(version=matter.freeze("areas")))
    texts = {topic.id: topic.text for topic in matter.dialogue.definition.topics}
    assert texts["t-1"] == "About school"
    assert texts["t-1-v2"] == "Renamed 1"
    assert texts["t-2"] == "Renamed 2"  # no session had asked it
    assert asked(another(matter, "second", steps=MEANINGS[:2])) == {
        "school": ["t-1-v2", "buses"],
        "centre": ["t-2"],
    }
    assert matter.state.sent["t-1"].theme == matter.state.sent["t-1-v2"].theme == 1


def test_what_is_no_longer_carried_and_nobody_was_asked_is_no_topic_any_more(matter):
    matter.carried_forward()
    extra = matter.theme("school", "Extra", "topic")
    matter.work(wc.SendOutTopics(version=matter.freeze("areas")))
    matter.work(wc.CarryTheme(theme=extra, carried=""))
    matter.work(wc.SendOutTopics(version=matter.freeze("areas")))
    ids = [topic.id for topic in matter.dialogue.definition.topics]
    assert ids == ["safety", "leisure", "buses", "t-1", "t-2"]


def test_only_versions_that_carry_something_forward_are_sent_out_and_once(matter):
    matter.draft()
    assert matter.no(wc.SendOutTopics(version=matter.freeze("goals"))) == r.NotFrozen()
    assert matter.no(wc.SendOutTopics(version=matter.freeze("result"))) == r.NothingLeft()
    assert matter.no(wc.SendOutTopics(version=7)) == r.UnknownVersion()
    matter.carried_forward()
    version = matter.freeze("areas")
    seq = matter.work(wc.SendOutTopics(version=version))
    assert matter.no(wc.SendOutTopics(version=version)) == r.AlreadyDone()
    assert matter.refusal(chair, c.Undo(seq)) == r.CannotUndo()


def test_reading_the_file_again_changes_nothing_in_what_was_sent_out(matter):
    matter.carried_forward()
    matter.work(wc.SendOutTopics(version=matter.freeze("areas")))
    assert matter.do(system, c.CreateDialogue(MATTER)) == []
    assert "t-1" in [topic.id for topic in matter.dialogue.definition.topics]


def test_the_shipped_chain_asks_on_1_april_what_was_carried_forward_on_6_march():
    board = SHIPPED.sessions["2019-03-06-ks"]
    matter = Matter.__new__(Matter)
    Meeting.__init__(matter, board, SHIPPED.definition)
    for area in SHIPPED.definition.areas:
        matter.theme(area.id, f"Nyckelord {area.id}", "keyword")
        matter.theme(area.id, f"Delområde {area.id}", "topic")
    matter.work(wc.SendOutTopics(version=matter.freeze("areas")))
    for id in ("2019-04-01-medborgardialog", "2019-04-01-webb"):
        written = SHIPPED.sessions[id]
        matter.do(system, c.OpenSession(id, written, definition_hash(written), id))
    evening = asked(matter.dialogue.sessions["2019-04-01-medborgardialog"].definition)
    assert list(evening.values()) == [
        ["t-1", "t-2"],
        ["t-3", "t-4"],
        ["t-5", "t-6"],
        ["t-7", "t-8"],
    ]
    web = asked(matter.dialogue.sessions["2019-04-01-webb"].definition)
    assert web == {"innebord": [f"t-{n}" for n in range(1, 9)]}
    assert matter.folded_again() == matter.dialogue
    matter.do(fay_at("2019-04-01-webb"), c.GoToStep("innebord", None))


def fay_at(session):
    return Person("facilitator", session)
