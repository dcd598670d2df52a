"""Whatever is done with goals, process and versions: the log says it, and undo gives it back."""

from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dialog.domain import work_views
from dialog.locales import own_words, parameters
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.refusals import Refused
from tests.domain.matter import Matter, frozen, klara
from tests.domain.meeting import fay

often = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])

few = st.integers(1, 3)
areas = st.sampled_from(["school", "centre"])
bodies = st.sampled_from(["council", "schools", "church"])
words = st.sampled_from(["", "One", "Two", "Three\nlines"])
global_goals = st.sampled_from([4, 11, 17])
strengths = st.sampled_from(["primary", "partial", None])
yes = st.booleans()

kinds = [
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
]
wishes = st.one_of(kinds)
freezes = st.sampled_from(["areas", "goals", "summary"])
others = st.sampled_from(["send", "merge", "place", "hide", "restore"])
moves = st.lists(st.one_of(wishes, wishes, wishes, freezes, others, st.integers(0, 9)), max_size=25)
"""A number undoes one of the changes that can be undone."""


def begin() -> Matter:
    matter = Matter()
    matter.carried_forward()
    for n in range(3):
        matter.meaning(f"Meaning {n}")
    for n in range(2):
        matter.draft(f"Goal {n}")
    matter.work(wc.CiteInGoal(goal=1, contributions=[1]))
    return matter


OTHERS = {
    "send": wc.SendOutTopics(version=1),
    "merge": wc.MergeThemes(themes=[1], into=2),
    "place": wc.PlaceInTheme(contributions=[1, 2], theme=1),
    "hide": c.HideContribution(1, "spam"),
    "restore": c.RestoreContribution(1),
}


def play(matter: Matter, move: object) -> int | None:
    """The seq of what happened, or None if it was refused."""
    seq = matter.seq + 1
    try:
        done(matter, OTHERS.get(move, move) if isinstance(move, str) else move)
    except Refused:
        return None
    return seq if matter.seq >= seq else None


def done(matter: Matter, move: object) -> None:
    match move:
        case int():
            undoable = [it.change.seq for it in matter.state.changes]
            matter.do(klara, c.Undo(undoable[move % len(undoable)]))
        case str():
            matter.work(frozen(matter, move))  # type: ignore[arg-type]
        case wc.WorkCommand():
            matter.work(move)
        case c.Command():
            matter.do(fay, move)


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


@pytest.mark.parametrize("kind", kinds, ids=lambda kind: repr(kind)[:40])
def test_undo_gives_back_exactly_what_was_and_undoing_that_what_had_become(kind):
    """Of several wishes of one kind, which are about the same things, each last one granted."""

    @settings(often, max_examples=30)
    @given(st.lists(kind, min_size=1, max_size=8), st.lists(wishes, max_size=3))
    def check(alike, before_them):
        matter = begin()
        for wish in (*before_them, *alike):
            before = deepcopy(said(matter))
            seq = play(matter, wish)
            if seq is None:
                assert said(matter) == before
                continue
            after = deepcopy(said(matter))
            for expected in (before, after, before, after):
                matter.now += 60_000
                seq = matter.undo(seq)
                assert said(matter) == expected

    check()


@often
@given(moves)
def test_what_was_touched_is_all_that_has_changed_on_the_workboard(moves):
    matter = begin()
    view = dict(work_views.view(matter.dialogue))
    for move in moves:
        matter.board_touched = set()
        play(matter, move)
        for key in matter.board_touched:
            record = work_views.record(matter.dialogue, key)
            view.pop(key, None) if record is None else view.update({key: record})
        assert view == work_views.view(matter.dialogue), move


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


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_line_of_the_change_log_has_words_for_all_it_says(language):
    catalogue = own_words(language, "workboard")

    @often
    @given(moves)
    def check(moves):
        matter = begin()
        for move in moves:
            play(matter, move)
        for line in matter.state.log:
            assert parameters(catalogue[f"work.{line.words}"]) <= set(line.params), line

    check()
