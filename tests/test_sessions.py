"""The shipped folders are whole; a mistake is told in one sentence, and the rest still loads."""

import re
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from dialog.domain.personal_data import flags, personal_number
from dialog.domain.rules import expiry
from dialog.domain.texts import texts
from dialog.protocol.agenda import (
    REVIEWED,
    AnyStep,
    Collect,
    DisposalOf,
    Meanings,
    SessionDefinition,
)
from dialog.sessions import (
    definition_hash,
    dialogue_from_template,
    load,
    save_dialogue,
    save_session,
    session_from_template,
    swedish_ms,
    untranslated,
)
from dialog.sessions.lines import Lines
from dialog.sessions.writing import toml

ROOT = Path(__file__).parent.parent
SESSIONS = ROOT / "sessions"
GUIDE = ROOT / "docs" / "writing-sessions.md"

DIALOGUE = """\
id = "park"
record_number = "KS 2027/001"
title = "Park"
municipality = "Exempelkommunen"

[[areas]]
id = "green"
name = "Grönska"
short = "Grönska"

[[areas]]
id = "play"
name = "Lek"
short = "Lek"

[[topics]]
id = "shade"
kind = "keyword"
area = "green"
text = "Skugga"

[[target_groups]]
id = "youth"
name = "Unga"
"""

SESSION = """\
id = "kvall"
type = "citizen-dialogue"
title = "Kväll"
purpose = "Lyssna"
level = "dialogue"
can_influence = ["Parken"]
decided = []

[[steps]]
kind = "welcome"
id = "ankomst"
title = "Välkommen"

[[steps]]
kind = "meanings"
id = "innebord"
area = "green"
topics = ["shade"]
title.sv = "Vad betyder det?"
title.en = "What does it mean?"
"""


@pytest.fixture(scope="module")
def library():
    return load(SESSIONS)


@pytest.fixture(scope="module")
def mal(library):
    return library.dialogues["mal-2019"]


def written(tmp_path, dialogue=DIALOGUE, session=SESSION, **more):
    folder = tmp_path / "sessions" / "park"
    folder.mkdir(parents=True)
    for name, text in {"dialogue.toml": dialogue, "kvall.toml": session, **more}.items():
        data = text if isinstance(text, bytes) else text.encode("utf-8")
        (folder / name).write_bytes(data)
    return load(tmp_path / "sessions")


def only_mistake(library):
    assert len(library.mistakes) == 1, [str(mistake) for mistake in library.mistakes]
    return str(library.mistakes[0])


# ── what is shipped ───────────────────────────────────────────────────────────────────────────


def test_everything_shipped_is_right(library):
    assert [str(mistake) for mistake in library.mistakes] == []
    assert library.template is not None


def test_everything_shipped_is_in_every_language(library):
    for dialogue in [*library.dialogues.values(), library.template]:
        for definition in [dialogue.definition, *dialogue.sessions.values()]:
            assert untranslated(definition, REVIEWED) == {"sv-easy": [], "en": []}, definition.id


def test_the_four_goal_areas_stand_in_the_decided_words_and_order(mal):
    assert mal.definition.record_number == "KS 2019/017"
    assert [area.name["sv"] for area in mal.definition.areas] == [
        "Hållbar tillväxt och samhällsplanering",
        "Utbildning, arbete och näringsliv",
        "Kunskap, hälsa och fritid",
        "Delaktighet, tillgänglighet och trygghet",
    ]


def test_two_terms_are_the_direction_and_more_than_one_the_frame(mal):
    """The minutes say both, on different days: neither is written over."""
    [frame] = [it for it in mal.definition.frames if it.id == "F6"]
    assert "mer än en mandatperiod" in frame.quote
    assert "två mandatperioder" in mal.definition.horizon
    assert "två mandatperioder" in mal.sessions["2019-02-21-extra-ks"].purpose["sv"]


def test_only_staff_and_elected_are_no_residents(mal):
    groups = mal.definition.target_groups
    assert len(groups) == 11
    assert [group.id for group in groups if not group.resident] == ["staff", "elected"]


def test_topics_that_the_minutes_do_not_list_are_marked_as_examples(mal):
    assert all(topic.example for topic in mal.definition.topics)


def test_the_evening_lasts_from_a_quarter_past_five_to_half_past_eight(mal):
    steps = mal.sessions["2019-04-01-medborgardialog"].steps
    minutes = [step.minutes for step in steps]
    pause = [step.__struct_config__.tag for step in steps].index("break")
    assert 17 * 60 + 15 + sum(minutes[: pause + 1]) == 19 * 60 + 55
    assert 17 * 60 + 15 + sum(minutes) == 20 * 60 + 30


def test_each_goal_area_gets_the_same_round(mal):
    steps = mal.sessions["2019-04-01-medborgardialog"].steps
    for area in mal.definition.areas:
        round_of_area = [step for step in steps if getattr(step, "area", None) == area.id]
        kinds = [(step.__struct_config__.tag, step.minutes) for step in round_of_area]
        assert kinds == [("collect", 3), ("table-talk", 12), ("meanings", 5), ("groups", 2)]


def test_the_board_meets_behind_closed_doors_and_the_citizens_do_not(mal):
    closed = {id: session.is_closed() for id, session in mal.sessions.items()}
    assert closed == {
        "2019-02-21-extra-ks": True,
        "2019-03-06-ks": True,
        "2019-04-01-medborgardialog": False,
        "2019-04-01-webb": False,
    }


def test_the_purpose_of_council_goals_is_talked_about_without_a_goal_area(mal):
    first = next(s for s in mal.sessions["2019-02-21-extra-ks"].steps if isinstance(s, Collect))
    assert first.area is None


def test_the_web_window_asks_about_every_topic(mal):
    (step,) = [s for s in mal.sessions["2019-04-01-webb"].steps if isinstance(s, Meanings)]
    assert step.topics == [topic.id for topic in mal.definition.topics]


def test_the_samples_are_marked_synthetic_and_hold_nothing_personal(mal):
    first_line = (mal.folder / "samples.tsv").read_text("utf-8").partition("\n")[0]
    assert first_line.startswith("#") and "SYNTHETIC" in first_line
    assert len(mal.samples) == 120
    for sample in mal.samples:
        assert not personal_number(sample.text) and flags(sample.text) == [], sample.text


def test_the_municipality_is_named_in_its_folder_only():
    found = [
        path.relative_to(ROOT).as_posix()
        for folder in ("dialog", "static", "sessions/_template")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".po", ".js", ".css", ".html", ".toml")
        and "vaggeryd" in path.read_text("utf-8").lower()
    ]
    assert found == []


# ── the guide ─────────────────────────────────────────────────────────────────────────────────


def test_every_file_in_the_guide_loads(tmp_path):
    guide = GUIDE.read_text("utf-8")
    files = re.findall(r"`sessions/(\S+\.toml)`:\n\n```toml\n(.*?)```", guide, re.DOTALL)
    assert len(files) == guide.count("```toml") == 2
    for name, text in files:
        path = tmp_path / "sessions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    library = load(tmp_path / "sessions")
    assert [str(mistake) for mistake in library.mistakes] == []
    assert list(library.dialogues["park"].sessions) == ["2027-05-04-kvall"]


def test_the_guide_names_every_kind_of_step_and_every_key_of_a_session():
    guide = GUIDE.read_text("utf-8")
    for kind in get_args(AnyStep):
        assert f"| `{kind.__struct_config__.tag}` |" in guide
    for field in msgspec.structs.fields(SessionDefinition):
        assert re.search(rf"`?\b{field.name}\b", guide), field.name


# ── mistakes ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "old, new, said",
    [
        (
            'kind = "meanings"',
            'kind = "meenings"',
            'kvall.toml, line 15, steps[2].kind: "meenings" is not a kind of step (did you mean '
            '"meanings"?); expected one of break, check, collect, dots',
        ),
        (
            'title = "Välkommen"',
            'titel = "Välkommen"',
            'line 12, steps[1].titel: there is no key "titel" here (did you mean "title"?)',
        ),
        ('title = "Kväll"', "", 'kvall.toml: the key "title" is missing'),
        (
            'kind = "welcome"\n',
            "",
            'line 9, steps[1]: the key "kind" is missing; expected one of break, check',
        ),
        (
            'title = "Välkommen"',
            "title = 5",
            "line 12, steps[1].title: this is a whole number; expected text in quotes or a table "
            'of languages such as { sv = "…", en = "…" }, such as "5"',
        ),
        (
            'id = "ankomst"',
            'id = "Ankomst & kaffe"',
            'line 11, steps[1].id: "Ankomst & kaffe" cannot be an id; expected small letters a–z, '
            'digits and hyphens, such as "ankomst-kaffe"',
        ),
        (
            'level = "dialogue"',
            'level = "dialog"',
            'line 5, level: "dialog" is not a choice here (did you mean "dialogue"?); expected one '
            "of information, consultation",
        ),
        ('title = "Välkommen"', 'title = "Hej"\nminutes = 900', "minutes: 900 does not fit"),
        (
            'area = "green"',
            'area = "grene"',
            'line 17, steps[2].area: "grene" is not a goal area of this dialogue (did you mean '
            '"green"?); expected one of green, play',
        ),
        (
            'topics = ["shade"]',
            'topics = [\n  "shade",\n  "sun",\n]',
            'line 20, steps[2].topics[2]: "sun" is not a topic of this dialogue; expected one of '
            "shade",
        ),
        (
            'area = "green"',
            'area = "play"',
            'topics[1]: "shade" belongs to the goal area "green"; expected a topic of "play"',
        ),
        ('topics = ["shade"]', "topics = []", "topics: this step needs at least one topic"),
        ('id = "innebord"', 'id = "ankomst"', 'steps[2].id: the id "ankomst" is used twice'),
        (
            'title.sv = "Vad betyder det?"\n',
            "",
            'line 19, steps[2].title: the Swedish words are missing; expected sv = "…"',
        ),
        (
            "title.en",
            "title.eng",
            'line 19, steps[2].title: "eng" is not a language (did you mean "en"?); expected one '
            "of sv, sv-easy, en",
        ),
        ('title = "Kväll"', 'title = " "', "line 3, title: this is empty"),
        ('title = "Kväll"', r'title = "K\u0007"', "title: this holds a control character"),
        (
            'level = "dialogue"',
            'level = "dialogue"\nresults_url = "javascript:alert(1)"',
            "results_url: expected an address",
        ),
        ('title = "Kväll"', 'title = "Kväll', "kvall.toml, line 3: this is not TOML: "),
        ("can_influence = [", "can_influence = {", "this is not TOML"),
        ("decided = []", 'decided = "Inget"', "line 7, decided: this is text; expected a list"),
        (
            "decided = []",
            'decided = []\ncloses = "7 april"',
            'line 8, closes: "7 april" is not a time; expected a day and an hour in Swedish time',
        ),
        (
            'type = "citizen-dialogue"',
            'type = "web-window"\ncloses = "2027-02-30T12:00"',
            "line 3, closes: there is no such time; expected a day and an hour",
        ),
        ("decided = []", 'decided = []\ncloses = "2027-02-03T12:00"', "only a window closes by"),
        (
            "decided = []",
            'decided = []\nperspective = "yuoth"',
            'perspective: "yuoth" is not a target group (did you mean "youth"?)',
        ),
    ],
)
def test_a_mistake_in_a_session_is_told_and_the_session_left_out(tmp_path, old, new, said):
    assert old in SESSION
    library = written(tmp_path, session=SESSION.replace(old, new, 1))
    assert said in only_mistake(library)
    assert only_mistake(library).startswith("sessions/park/kvall.toml")
    assert library.dialogues["park"].sessions == {}


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('area = "green"', 'area = "water"', 'line 19, topics[1].area: "water" is not a goal area'),
        ('id = "play"', 'id = "green"', 'areas[2].id: the id "green" is used twice'),
        ('kind = "keyword"', 'kind = "word"', 'topics[1].kind: "word" is not a choice here'),
        ('name = "Lek"', 'name = { en = "Play" }', "areas[2].name: the Swedish words are missing"),
        ('title = "Park"', 'titel = "Park"', 'there is no key "titel" here'),
        ("[[areas]]", "[[area]]", 'there is no key "area" here (did you mean "areas"?)'),
    ],
)
def test_a_mistake_in_a_dialogue_leaves_it_out(tmp_path, old, new, said):
    library = written(tmp_path, dialogue=DIALOGUE.replace(old, new, 1))
    assert said in str(library.mistakes[0])
    assert library.dialogues == {}


BODY = '[[bodies]]\nid = "ks"\nname = "KS"\nkind = "executive-board"\n'
STAGE = '[[stages]]\nid = "start"\nname = "Start"\nbody = "KS"\n'
ENDING = '[[stages]]\nid = "archived"\nname = "Archived"\nbody = "KS"\n'
RULE = '[[disposal]]\nwhat = "drafts"\ndays = 30\nafter = "dialogue-archived"\n'
DECISION = 'body = "ks"\ndate = 2027-02-03\nsection = "§ 8"\n'
ASSIGNED = '[[area_goals]]\narea = "green"\ngoal = 15\n'


@pytest.mark.parametrize(
    "more, said",
    [
        (BODY + BODY.replace('"ks"', '"board"'), 'bodies[2].name: the body "KS" stands here twice'),
        (BODY + BODY.replace('"KS"', '"Other"'), 'bodies[2].id: the id "ks" is used twice'),
        (BODY.replace('"KS"', '" "'), "bodies[1].name: this is empty"),
        (BODY.replace("executive-board", "board"), 'bodies[1].kind: "board" is not a choice here'),
        (ASSIGNED.replace("green", "grene"), 'area_goals[1].area: "grene" is not a goal area'),
        (ASSIGNED + ASSIGNED, 'area_goals[2].goal: global goal 15 is assigned to "green" twice'),
        (ASSIGNED.replace("15", "18"), "area_goals[1].goal: 18 does not fit"),
        (
            STAGE + 'guards = ["all-moderate"]\n',
            '"all-moderate" is not a choice here (did you mean',
        ),
        (
            STAGE + 'document = true\nguards = ["prepared"]\n',
            "stages[1].guards: a decision from before has no guards",
        ),
        ('[[anchors]]\nid = "a"\ntext = "A"\n' * 2, 'anchors[2].id: the id "a" is used twice'),
        (
            '[[previous_goals]]\nid = "a"\ntext = "A"\n' * 2,
            'previous_goals[2].id: the id "a" is used twice',
        ),
        (RULE, 'disposal[1].after: no stage has the id "archived"'),
        (ENDING + RULE.replace("drafts", "draft"), '"draft" is not a choice here (did you mean'),
        (ENDING + RULE + RULE, 'disposal[2].what: there is a rule for "drafts" already'),
        (ENDING + RULE.replace("30", "-1"), "disposal[1].days: -1 does not fit"),
        (
            RULE.replace("dialogue-archived", "session-ended"),
            'disposal[1].after: "drafts" is counted from "dialogue-archived"',
        ),
        (ENDING + BODY + RULE + DECISION.replace('"ks"', '"kss"'), '"kss" is not a body'),
        (
            ENDING + BODY + RULE + DECISION.replace("date = 2027-02-03\n", ""),
            "disposal[1].body: a decision has body, date and section",
        ),
        (
            ENDING + BODY + RULE + DECISION.replace("2027-02-03", '"in May"'),
            'disposal[1].date: "in May" is no date',
        ),
    ],
)
def test_a_mistake_in_the_process_is_told(tmp_path, more, said):
    assert said in only_mistake(written(tmp_path, dialogue=DIALOGUE + more))


def test_a_rule_of_disposal_is_decided_once_it_says_where(tmp_path, library):
    text = DIALOGUE + ENDING + BODY + RULE
    rules = written(tmp_path / "1", dialogue=text).dialogues["park"].definition.disposal
    assert [it.is_decided for it in rules] == [False]
    library2 = written(tmp_path / "2", dialogue=text + DECISION)
    rules = library2.dialogues["park"].definition.disposal
    assert [(it.is_decided, it.date) for it in rules] == [(True, "2027-02-03")]
    proposed = library.template.definition.disposal
    assert {it.what for it in proposed} == set(get_args(DisposalOf))
    assert not any(it.is_decided for it in proposed)


def test_a_gate_has_both_answers(tmp_path):
    session = SESSION.replace("[[steps]]", "gate.question = true\n\n[[steps]]", 1)
    assert 'gate: the key "deciders" is missing' in only_mistake(written(tmp_path, session=session))


def test_a_gate_is_written_as_it_is_read(tmp_path, mal):
    evening = mal.sessions["2019-04-01-medborgardialog"]
    path = save_session(tmp_path, mal.definition, evening)
    save_dialogue(tmp_path, mal.definition)
    assert "§ 58" in path.read_text("utf-8")
    again = load(tmp_path).dialogues["mal-2019"]
    assert again.sessions[evening.id] == evening
    assert again.definition == mal.definition


def test_no_template_answers_what_must_be_asked(library):
    assert [session.gate for session in library.template.sessions.values()] == [None] * 4


def test_every_broken_step_is_told_at_once(tmp_path):
    session = SESSION.replace('"welcome"', '"welcom"').replace('"meanings"', '"meaning"')
    library = written(tmp_path, session=session.replace('level = "dialogue"\n', ""))
    keys = [mistake.key for mistake in library.mistakes]
    assert keys == ["", "steps[1].kind", "steps[2].kind"]


def test_a_session_needs_a_step(tmp_path):
    without_steps = SESSION.partition("[[steps]]")[0] + "steps = []\n"
    assert "a session needs at least one step" in only_mistake(
        written(tmp_path, session=without_steps)
    )


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path):
    library = written(tmp_path, session=SESSION.encode("latin-1"))
    assert only_mistake(library) == (
        "sessions/park/kvall.toml, line 3: this is not UTF-8; save the file with the encoding UTF-8"
    )


def test_a_file_from_another_editor_is_read(tmp_path):
    library = written(tmp_path, session=("\ufeff" + SESSION.replace("\n", "\r\n")).encode("utf-8"))
    assert library.mistakes == []
    assert library.dialogues["park"].sessions["kvall"].title == "Kväll"


def test_a_broken_file_is_left_out_and_the_rest_loads(tmp_path):
    library = written(
        tmp_path, **{"annan.toml": SESSION.replace('"kvall"', '"annan"'), "x.toml": "="}
    )
    assert list(library.dialogues["park"].sessions) == ["annan", "kvall"]
    assert "sessions/park/x.toml, line 1" in only_mistake(library)


def test_two_sessions_cannot_share_an_id(tmp_path):
    library = written(tmp_path, **{"kvall-2.toml": SESSION})
    assert "used by another session" in only_mistake(library)
    assert list(library.dialogues["park"].sessions) == ["kvall"]


def test_two_dialogues_cannot_share_an_id(tmp_path):
    written(tmp_path)
    shutil.copytree(tmp_path / "sessions" / "park", tmp_path / "sessions" / "park-2")
    library = load(tmp_path / "sessions")
    assert list(library.dialogues) == ["park"]
    assert 'park-2/dialogue.toml, line 1, id: the id "park" is already used' in only_mistake(
        library
    )


def test_sessions_without_a_dialogue_are_told(tmp_path):
    written(tmp_path)
    (tmp_path / "sessions" / "park" / "dialogue.toml").unlink()
    (tmp_path / "sessions" / "loose.toml").write_text(SESSION)
    sentences = [str(mistake) for mistake in load(tmp_path / "sessions").mistakes]
    assert sentences == [
        "sessions/loose.toml: expected it in a folder of its own beside dialogue.toml",
        "sessions/park/dialogue.toml: this file is missing; the sessions beside it need one",
    ]


def test_no_folder_is_a_mistake_and_no_failure(tmp_path):
    assert "there is no such folder" in only_mistake(load(tmp_path / "nowhere"))


def test_a_date_without_quotes_and_in_the_past_is_welcome(tmp_path):
    session = SESSION.replace("decided = []", "decided = []\ndate = 1999-04-01")
    library = written(tmp_path, session=session)
    assert library.mistakes == []
    assert library.dialogues["park"].sessions["kvall"].date == "1999-04-01"


def test_undisclosed_is_added_to_the_target_groups(tmp_path):
    library = written(tmp_path)
    groups = [group.id for group in library.dialogues["park"].definition.target_groups]
    assert groups == ["youth", "undisclosed"]


def test_a_wrong_row_of_samples_is_told_and_the_others_stay(tmp_path):
    rows = [
        "# synthetic",
        "area\tkind\ttarget_group\ttext\ttheme\tlang",
        "1\tkeyword\tyouth\tträd\tT\tsv",
        "9\tkeyword\tyouth\tträd\tT\tsv",
        "1\tword\tyouth\tträd\tT\tsv",
        "1\tkeyword\tseniors\tträd\tT\tsv",
        "1\tkeyword",
        "",
    ]
    library = written(tmp_path, **{"samples.tsv": "\n".join(rows)})
    assert [sample.area for sample in library.dialogues["park"].samples] == ["green"]
    assert [mistake.line for mistake in library.mistakes] == [4, 5, 6, 7]


# ── lines ─────────────────────────────────────────────────────────────────────────────────────


def test_the_line_of_a_key_is_found_in_any_style():
    lines = Lines(
        "# id = 1\n"
        'title = """\n[[steps]]\nid = 2 ]\n"""\n'
        'rules = [  # a ] here\n  \'ett\',\n  { sv = "två, ]", en = "two" }, "tre",\n]\n'
        "[[steps]]\n'id' = 1\n\n[steps.title]\nsv = 'a'\n[[steps]]\nid = 2\ntitle.sv = 'b'\n"
        "[[steps.questions]]\nid = 3\n[[steps.questions]]\nid = 4\n"
    )
    found = {
        ("title",): 2,
        ("rules",): 6,
        ("rules", 0): 7,
        ("rules", 1): 8,
        ("rules", 2): 8,
        ("steps",): 10,
        ("steps", 0): 10,
        ("steps", 0, "id"): 11,
        ("steps", 0, "title", "sv"): 14,
        ("steps", 1, "id"): 16,
        ("steps", 1, "title"): 17,
        ("steps", 1, "questions", 1, "id"): 21,
        ("steps", 1, "nothing", "here"): 15,
        ("nothing",): None,
    }
    assert {path: lines.find(path) for path in found} == found


# ── hash and translation ──────────────────────────────────────────────────────────────────────


def test_the_hash_changes_with_the_words_only(mal):
    session = mal.sessions["2019-04-01-webb"]
    again = msgspec.convert(msgspec.to_builtins(session), SessionDefinition)
    assert definition_hash(again) == definition_hash(session) == mal.hashes["2019-04-01-webb"]
    again.steps[0].title = "Annat"
    assert definition_hash(again) != definition_hash(session)


def test_untranslated_names_the_places(tmp_path):
    session = written(tmp_path).dialogues["park"].sessions["kvall"]
    assert untranslated(session, ["sv", "en"]) == {
        "en": ["title", "purpose", "can_influence[1]", "steps[1].title"]
    }


# ── writing ───────────────────────────────────────────────────────────────────────────────────


def test_everything_shipped_comes_back_the_same_when_it_is_written(library, tmp_path):
    for dialogue in library.dialogues.values():
        save_dialogue(tmp_path, dialogue.definition)
        for session in dialogue.sessions.values():
            save_session(tmp_path, dialogue.definition, session)
    again = load(tmp_path)
    assert again.mistakes == []
    for id, dialogue in library.dialogues.items():
        assert again.dialogues[id].definition == dialogue.definition
        assert again.dialogues[id].sessions == dialogue.sessions
        assert again.dialogues[id].hashes == dialogue.hashes


@pytest.mark.parametrize(
    "words",
    [
        '"citat"',
        "två\nrader",
        'tre\n"""',
        "back\\slash",
        "\\n\n\\",
        "tab\there",
        "\x7f",
        "# ]",
        "👋 é",
        '"\n"',
    ],
)
def test_any_words_come_back_the_same(tmp_path, words):
    dialogue = written(tmp_path).dialogues["park"]
    session = dialogue.sessions["kvall"]
    session.steps[0].say = words
    session.rules = [words, {"sv": words, "sv-easy": words}]
    if words == "\x7f":
        with pytest.raises(ValueError, match="control character"):
            save_session(tmp_path / "out", dialogue.definition, session)
        return
    save_dialogue(tmp_path / "out", dialogue.definition)
    save_session(tmp_path / "out", dialogue.definition, session)
    again = load(tmp_path / "out")
    assert again.mistakes == []
    assert again.dialogues["park"].sessions["kvall"] == session


def test_a_written_file_reads_well(tmp_path):
    session = written(tmp_path).dialogues["park"].sessions["kvall"]
    assert toml(session) == SESSION


def test_nothing_is_written_over(tmp_path):
    dialogue = written(tmp_path).dialogues["park"]
    with pytest.raises(FileExistsError):
        save_dialogue(tmp_path / "sessions", dialogue.definition)
    with pytest.raises(FileExistsError):
        save_session(tmp_path / "sessions", dialogue.definition, dialogue.sessions["kvall"])


def test_what_would_not_load_is_not_written(tmp_path):
    dialogue = written(tmp_path).dialogues["park"]
    session = dialogue.sessions["kvall"]
    session.steps[1].topics = ["sun"]
    with pytest.raises(ValueError, match='"sun" is not a topic'):
        save_session(tmp_path / "out", dialogue.definition, session)
    dialogue.definition.id = "../elsewhere"
    with pytest.raises(ValueError):
        save_dialogue(tmp_path / "out", dialogue.definition)
    assert not (tmp_path / "out").exists()


# ── Swedish time ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "written, utc",
    [
        ("2019-04-07T23:59", "2019-04-07T21:59"),  # summer
        ("2019-12-07T23:59", "2019-12-07T22:59"),  # winter
        ("2019-03-31T01:59", "2019-03-31T00:59"),  # the last minute before the change
        ("2019-03-31T02:30", "2019-03-31T01:30"),  # there is no such time: 03.30
        ("2019-03-31T03:00", "2019-03-31T01:00"),
        ("2019-10-27T01:59", "2019-10-26T23:59"),
        ("2019-10-27T02:30", "2019-10-27T01:30"),  # twice: the later one
        ("2019-10-27T03:00", "2019-10-27T02:00"),
    ],
)
def test_a_window_closes_by_the_clock_in_sweden_wherever_the_server_stands(
    monkeypatch, written, utc
):
    for here in ("UTC", "Asia/Tokyo"):
        monkeypatch.setenv("TZ", here)
        time.tzset()
        expected = datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp() * 1000
        assert swedish_ms(written) == expected
    monkeypatch.undo()
    time.tzset()


def test_a_closing_without_quotes_is_read_too(tmp_path):
    closing = "decided = []\ncloses = 2027-05-10T23:59:00"
    session = SESSION.replace("decided = []", closing).replace("citizen-dialogue", "web-window")
    library = written(tmp_path, session=session)
    assert library.dialogues["park"].sessions["kvall"].closes == "2027-05-10T23:59"


# ── from the template ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def made(library):
    return dialogue_from_template(
        library.template,
        title="Översiktsplan för Åby",
        record_number="KS 2027/123",
        municipality="Åby kommun",
        areas=["Bo och bygga", "Resa"],
        target_groups=["youth", "seniors", "Sommargäster"],
    )


def test_a_municipality_makes_its_own_dialogue(made):
    assert made.id == "oversiktsplan-for-aby"
    assert [(area.id, area.name) for area in made.areas] == [
        ("area-1", "Bo och bygga"),
        ("area-2", "Resa"),
    ]
    groups = [group.id for group in made.target_groups]
    assert groups == ["youth", "seniors", "sommargaster", "undisclosed"]
    assert [topic.area for topic in made.topics] == ["area-1", "area-2"]


@pytest.mark.parametrize("type", ["citizen-dialogue", "web-window", "board-meeting", "class"])
def test_a_session_from_the_template_can_be_saved_and_loaded(library, made, tmp_path, type):
    session = session_from_template(library.template, made, type, "Öppet hus", "2027-05-04")
    save_dialogue(tmp_path, made)
    save_session(tmp_path, made, session)
    again = load(tmp_path)
    assert again.mistakes == []
    assert again.dialogues[made.id].sessions["2027-05-04-oppet-hus"] == session
    assert not any("{" in str(text) for _, text in texts(session) if isinstance(text, str))


def test_a_window_from_the_template_closes_after_a_week(library, made):
    made = session_from_template(library.template, made, "web-window", "Webb", "2027-05-04")
    assert made.closes == "2027-05-10T23:59"


def test_a_class_answers_as_young_people_where_the_dialogue_has_them(library, made):
    assert session_from_template(library.template, made, "class").perspective == "youth"
    made.target_groups = [group for group in made.target_groups if group.id != "youth"]
    assert session_from_template(library.template, made, "class").perspective is None


def test_a_code_that_is_printed_the_day_before_lets_people_in_on_the_evening(library, made):
    evening = library.dialogues["mal-2019"].sessions["2019-04-01-medborgardialog"]
    morning_before, last_hour = swedish_ms("2019-03-31T07:00"), swedish_ms("2019-04-01T22:00")
    for definition in (session_from_template(library.template, made), evening):
        assert expiry(definition, morning_before) > last_hour


def test_the_code_of_a_class_ends_with_its_school_day(library, made):
    definition = session_from_template(library.template, made, "class")
    morning, night = swedish_ms("2019-04-01T08:00"), swedish_ms("2019-04-01T18:00")
    assert morning < expiry(definition, morning) < night


def test_the_guides_say_the_hours_that_the_files_have(library, made):
    guide = (ROOT / "docs/guides/facilitator.md").read_text("utf-8")
    child_rights = (ROOT / "docs/kommun/barnrattsprovning.md").read_text("utf-8")
    hours = {
        type: f"{session_from_template(library.template, made, type).code_hours:g} timmar"
        for type in ("citizen-dialogue", "board-meeting", "class")
    }
    assert [it for it in hours.values() if it not in guide] == []
    assert hours["class"] in child_rights


def test_each_goal_area_of_ones_own_gets_a_round(library, made):
    session = session_from_template(library.template, made)
    collects = [step for step in session.steps if isinstance(step, Collect)]
    assert [(step.id, step.area) for step in collects] == [
        ("skriv-area-1", "area-1"),
        ("skriv-area-2", "area-2"),
    ]
    assert collects[1].title["en"] == "Resa: write on your own"
    assert "{area}" not in str(session)


def test_a_session_gets_an_id_that_is_free(library, made):
    first = session_from_template(library.template, made)
    second = session_from_template(library.template, made, taken=[first.id])
    third = session_from_template(library.template, made, taken=[first.id, second.id])
    assert [first.id, second.id, third.id] == [
        "medborgardialog",
        "medborgardialog-2",
        "medborgardialog-3",
    ]


def test_the_template_itself_is_not_a_dialogue_and_is_never_changed(library, made):
    assert "template" not in library.dialogues
    assert library.template.definition.title["en"] == "Dialogue on the municipality's goals"
    with pytest.raises(LookupError):
        session_from_template(library.template, made, "formal-meeting")
