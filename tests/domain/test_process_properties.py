"""Whatever is done with goals, process and versions: the log says it, and undo gives it back."""

from copy import deepcopy

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dialog.domain import work_views
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.refusals import Refused
from tests.domain.matter import Matter, frozen, klara

often = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

few = st.integers(1, 3)
areas = st.sampled_from(["school", "centre"])
bodies = st.sampled_from(["council", "schools", "church"])
words = st.sampled_from(["", "One", "Two", "Three\nlines"])
global_goals = st.sampled_from([4, 11, 17])
strengths = st.sampled_from(["primary", "partial", None])
yes = st.booleans()

wishes = st.one_of(
    st.builds(wc.DraftGoal, area=areas, text=words),
    st.builds(wc.DropGoal, goal=few),
    st.builds(
        wc.WriteGoal, goal=few, field=st.sampled_from(["text", "effect", "horizon"]), text=words
    ),
    st.builds(wc.MoveGoal, goal=few, area=areas),
    st.builds(
        wc.CiteInGoal,
        goal=few,
        themes=st.lists(few, max_size=2),
        contributions=st.lists(few, max_size=2),
        cited=yes,
    ),
    st.builds(wc.LinkGoal, goal=few, global_goal=global_goals, strength=strengths),
    st.builds(wc.AnchorGoal, goal=few, anchor=st.sampled_from(["open", "brave"]), linked=yes),
    st.builds(
        wc.AffectTargetGroup,
        goal=few,
        target_group=st.sampled_from(["young", "old"]),
        affected=yes,
    ),
    st.builds(
        wc.AnswerFrame,
        goal=few,
        frame=st.sampled_from(["F1", "F2"]),
        answer=st.sampled_from(["yes", "partly", "not-assessed"]),
        why=words,
    ),
    st.builds(wc.GiveDirective, goal=few, body=bodies, text=words, directive=st.integers(0, 2)),
    st.builds(wc.DropDirective, directive=few),
    st.builds(
        wc.SettlePreviousGoal,
        previous=st.sampled_from(["old-1", "old-2"]),
        fate=st.sampled_from(["kept", "merged", "dropped", None]),
        goal=st.one_of(st.none(), few),
        why=words,
    ),
    st.builds(
        wc.RecordCommitteeGoal,
        goal=few,
        body=bodies,
        text=words,
        committee_goal=st.integers(0, 2),
    ),
    st.builds(wc.DropCommitteeGoal, committee_goal=few),
    st.builds(wc.LinkArea, area=areas, goal=global_goals, strength=strengths),
    st.builds(wc.AcknowledgeGaps, goals=st.lists(global_goals, max_size=3), why=words),
    st.builds(
        wc.EnterStage,
        stage=st.sampled_from(["planned", "evening", "drafts", "proposal"]),
        why=words,
    ),
    st.builds(wc.AddBody, name=st.sampled_from(["Church", "Club"]), kind=st.just("operation")),
    st.builds(wc.GiveCommission, body=bodies, text=words, due=st.just("2019-03-06")),
    st.builds(wc.FinishCommission, commission=few, done=yes),
    st.builds(wc.InviteBody, body=bodies, invited=yes),
    st.builds(wc.RecordInput, body=bodies, text=words),
    st.builds(
        wc.WriteText,
        document=st.just("summary"),
        field=st.sampled_from(["summary", "proposal"]),
        text=words,
        session=st.sampled_from(["", "evening"]),
    ),
)
freezes = st.sampled_from(["areas", "goals", "summary"])
"""`freeze` what; `undo` the nth change that can be; or a wish."""
moves = st.lists(
    st.one_of(
        wishes, wishes, wishes, freezes, st.integers(0, 9), st.just("send"), st.just("theme")
    ),
    max_size=25,
)


def begin() -> Matter:
    matter = Matter()
    matter.carried_forward()
    for n in range(3):
        matter.meaning(f"Meaning {n}")
    return matter


def play(matter: Matter, move: object) -> int | None:
    """The seq of what happened, or None if it was refused."""
    seq = matter.seq + 1
    try:
        match move:
            case int():
                undoable = [it.change.seq for it in matter.state.changes]
                matter.do(klara, c.Undo(undoable[move % len(undoable)] if undoable else 0))
            case "send":
                matter.work(wc.SendOutTopics(version=1))
            case "theme":
                matter.work(wc.MergeThemes(themes=[1], into=2))
            case str():
                matter.work(frozen(matter, move))  # type: ignore[arg-type]
            case _:
                matter.work(move)  # type: ignore[arg-type]
    except Refused:
        return None
    return seq if matter.seq >= seq else None


def said(matter: Matter) -> dict[str, object]:
    """All that anybody can see of the work, but for what tells when it was changed and the log."""
    view = work_views.view(matter.dialogue)
    changing = {key: it for key, it in view.items() if key != "changes"}
    return {key: replace(it, rev=0) if hasattr(it, "rev") else it for key, it in changing.items()}


@often
@given(moves)
def test_the_log_says_everything(moves):
    matter = begin()
    for move in moves:
        play(matter, move)
    assert matter.folded_again() == matter.dialogue


@often
@given(moves, wishes)
def test_undo_gives_back_exactly_what_was_and_undoing_that_what_had_become(moves, wish):
    matter = begin()
    for move in moves:
        play(matter, move)
    before = deepcopy(said(matter))
    matter.now += 60_000
    seq = play(matter, wish)
    if seq is None:
        assert said(matter) == before
        return
    after = deepcopy(said(matter))
    matter.now += 60_000
    undone = matter.undo(seq)
    assert said(matter) == before
    matter.now += 60_000
    matter.undo(undone)
    assert said(matter) == after


@often
@given(moves)
def test_what_was_touched_is_all_that_has_changed_on_the_workboard(moves):
    matter = begin()
    view = dict(work_views.view(matter.dialogue))
    for move in moves:
        for entry in entries_of(matter, move):
            for key in entry:
                record = work_views.record(matter.dialogue, key)
                if record is None:
                    view.pop(key, None)
                else:
                    view[key] = record
        assert view == work_views.view(matter.dialogue), move


def entries_of(matter: Matter, move: object) -> list[set[str]]:
    """The workboard's keys that the move touched."""
    matter.touched.clear()
    play(matter, move)
    return [work_views.touched_by(matter.dialogue, "", matter.touched)]


@often
@given(moves)
def test_a_frozen_version_never_changes(moves):
    matter = begin()
    seen: dict[int, tuple[object, ...]] = {}
    for move in moves:
        play(matter, move)
        for number, it in matter.state.versions.items():
            now = (it.of, it.upto, it.log_hash, it.at, [t.title for t in it.carried])
            assert seen.setdefault(number, now) == now
    assert list(seen) == list(range(1, len(seen) + 1))
