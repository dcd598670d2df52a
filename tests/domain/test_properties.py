"""What is true after anything that may happen."""

import contextlib
import re
from collections import Counter
from random import Random
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog.channel import Channel, changed
from dialog.domain import rules, views
from dialog.domain.facts import Fact
from dialog.domain.findings import find
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.codec import encode
from dialog.protocol.frames import Audience
from dialog.protocol.refusals import Refused
from tests.domain.evenings import (
    ALL_CHANGES,
    PEOPLE,
    Move,
    begin,
    grouping_moves,
    long_evening,
    masking_moves,
    moves,
    moves_of,
    play,
    reading_moves,
    starts,
    without_people,
)
from tests.domain.meeting import ID, Meeting, fay, fold, participant, system
from tests.domain.test_undo import state

AUDIENCES = get_args(Audience)
OF_A_SESSION = tuple(it for it in AUDIENCES if it != "workboard")
MODERATING = ("console",)
"""Those whose words reach only people who decide what is shown. All others see what is visible."""
LOOKING_ON = tuple(it for it in OF_A_SESSION if it not in MODERATING)
LONG_EVENINGS = range(6)
often = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def evening_of(start: tuple[str, str], moves: list[Move]) -> Meeting:
    evening = begin(start)
    for move in moves:
        play(evening, move)
    return evening


# ── the log ───────────────────────────────────────────────────────────────────────────────────


@often
@given(starts, moves)
def test_the_log_says_everything(start, moves):
    evening = evening_of(start, moves)
    again = evening.folded_again()
    assert again == evening.dialogue
    assert [entry.seq for entry in evening.log] == list(range(1, evening.seq + 1))


@often
@given(starts, moves)
def test_a_refused_wish_changes_nothing(start, moves):
    evening = begin(start)
    for move in moves:
        before = len(evening.log)
        if not play(evening, move):
            assert len(evening.log) == before
    assert evening.folded_again() == evening.dialogue


@often
@given(starts, moves)
def test_without_words_and_people_the_log_still_folds_and_counts(start, moves):
    evening = evening_of(start, moves)
    disposed = fold("matter", [nameless(entry) for entry in evening.log])
    before, after = evening.session, disposed.sessions[ID]
    assert after.tally.contributions == before.tally.contributions
    assert after.tally.by_area == before.tally.by_area
    assert after.tally.behind == before.tally.behind
    assert {n: it.group for n, it in after.contributions.items()} == {
        n: it.group for n, it in before.contributions.items()
    }
    for audience in OF_A_SESSION:
        assert said(views.view(after, audience)) == set()


def nameless(entry):
    entry = type(entry)(**{name: getattr(entry, name) for name in entry.__struct_fields__})
    entry.words = entry.participant = None
    return entry


# ── views and patches ─────────────────────────────────────────────────────────────────────────


@often
@given(starts, moves, st.randoms())
def test_patches_of_what_was_touched_give_the_whole_view(start, moves, random):
    """Whatever a tick comes in between, for every audience and everybody's own."""
    patches_give_the_whole_view(begin(start), moves, random)


@often
@given(starts, grouping_moves | reading_moves | masking_moves, st.randoms())
def test_patches_of_what_is_seldom_done_give_the_whole_view(start, moves, random):
    """And then the session is to close, and is ended."""
    patches_give_the_whole_view(begin(start), [*moves, "closing", "over"], random)


def a_release_is_undone(evening):
    waiting = evening.post(participant(1), "Something that waits")
    evening.do(fay, c.ReleaseContributions([waiting.id]))
    released = evening.seq
    yield
    evening.do(fay, c.Undo(released))


def a_phone_is_held_back(evening):
    evening.do(fay, c.HideContribution(1, "spam"))
    yield
    assert len(evening.do(fay, c.HideAuthor(1, "spam"))) == 1


def a_phone_is_trusted_again(evening):
    evening.do(fay, c.HideAuthor(1, "spam"))
    yield
    evening.do(fay, c.TrustAuthor(1))


def a_phones_contributions_were_hidden_by_an_earlier_release(evening):
    yield
    evening.apply(fay, Fact(e.AuthorHidden([1, 2], "spam")))


def a_regrouping_is_dropped(evening):
    evening.do(fay, c.AskRegrouping("school", 2))
    yield
    evening.do(fay, c.DropRegrouping("school"))


@pytest.mark.parametrize(
    "happens",
    [
        a_release_is_undone,
        a_phone_is_held_back,
        a_phone_is_trusted_again,
        a_phones_contributions_were_hidden_by_an_earlier_release,
        a_regrouping_is_dropped,
    ],
)
def test_a_patch_of_what_hardly_ever_happens_gives_the_whole_view(happens):
    evening = begin(("write", "hold-all"))
    story = happens(evening)
    next(story)
    channels = [
        Channel(ID, audience, evening.seq, evening.view(audience)) for audience in OF_A_SESSION
    ]
    evening.touched.clear()
    for _ in story:
        pass
    seen = [dict(channel.view) for channel in channels]
    for channel in channels:
        channel.touched |= evening.touched
        tick(evening, channel)
        assert channel.view == evening.view(channel.audience)
    assert seen != [channel.view for channel in channels]


@pytest.mark.parametrize("seed", LONG_EVENINGS)
def test_patches_give_the_whole_view_all_through_a_long_evening(seed):
    lot = Random(seed)
    start, moves = long_evening(lot)
    patches_give_the_whole_view(begin(start), [*moves, "closing", "over"], lot)


def test_every_kind_of_event_is_in_some_long_evening():
    happened: set[type] = set()
    for seed in LONG_EVENINGS:
        start, moves = long_evening(Random(seed))
        happened |= {type(entry.event) for entry in evening_of(start, moves).log}
    by_name = {e.ClosingSet, e.SessionEnded, e.AuthorHidden}
    assert rules.APPLIERS.keys() - by_name <= happened


def patches_give_the_whole_view(evening: Meeting, moves: list, random) -> None:
    channels = [
        Channel(ID, audience, evening.seq, evening.view(audience)) for audience in OF_A_SESSION
    ]
    own = {n: views.own(evening.session, n) for n in range(1, PEOPLE + 1)}
    for move in moves:
        evening.touched.clear()
        if move == "closing":
            evening.do(system, c.SetClosing(evening.now + 60_000))
        elif move == "over":
            with contextlib.suppress(Refused):
                evening.do(fay, c.EndSession())
        else:
            play(evening, move)
        for number in own:
            if f"mine/{number}" in evening.touched:
                own[number] = views.own(evening.session, number)
            assert own[number] == views.own(evening.session, number), move
        for channel in channels:
            channel.touched |= evening.touched
            if move == "over" or random.random() < 0.5:
                tick(evening, channel)
                assert channel.view == evening.view(channel.audience), move


def tick(evening: Meeting, channel: Channel) -> None:
    put, drop = changed(evening.dialogue, channel)
    channel.touched.clear()
    channel.push(evening.seq, put, drop)


@often
@given(starts, moves, st.permutations(range(1, PEOPLE + 1)))
def test_no_audience_could_tell_who_is_who(start, moves, order):
    evening = evening_of(start, moves)
    other = fold("matter", [renamed(entry, order) for entry in evening.log]).sessions[ID]
    for audience in OF_A_SESSION:
        assert views.view(other, audience) == evening.view(audience)


def renamed(entry, order):
    """Written by somebody else, under another op."""
    entry = type(entry)(**{name: getattr(entry, name) for name in entry.__struct_fields__})
    if entry.participant is not None and entry.participant <= PEOPLE:
        entry.participant = order[entry.participant - 1]
    entry.op = entry.op and "renamed-" + entry.op
    return entry


@often
@given(starts, moves)
def test_what_is_not_visible_reaches_nobody_but_its_author_and_those_who_moderate(start, moves):
    """Held, hidden or withdrawn, and whatever the role: presidium, scribe, workboard and findings
    have its number and where it stands."""
    evening = begin(start)
    for move in moves:
        play(evening, move)
        its = evening.session.contributions
        absent = {n for n, it in its.items() if not it.is_visible}
        for audience in LOOKING_ON:
            assert said(evening.view(audience)).isdisjoint(absent), (move, audience)
        assert said(evening.workboard()).isdisjoint(absent), move
        assert evening.workboard().keys() >= {f"contribution/{n}" for n in absent}
        for number in range(1, PEOPLE + 1):
            others = {n for n in absent if its[n].participant != number}
            assert said(evening.own(participant(number))).isdisjoint(others), move
    absent = {n for n, it in evening.session.contributions.items() if not it.is_visible}
    assert said(find(evening.dialogue)).isdisjoint(absent)


@often
@given(starts, moves)
def test_those_who_moderate_have_the_words_of_what_waits_and_of_what_is_masked(start, moves):
    """Else no view would hold them, and the tests beside this one would say nothing."""
    evening = evening_of(start, moves)
    held = {n for n, it in evening.session.contributions.items() if it.standing == "held"}
    latest = {slip.contribution: slip for slip in evening.view("console")["recent"].slips}
    assert {slip.contribution for slip in evening.view("console")["queue"].slips} == held
    assert {n for n in held if evening.session.contributions[n].masks == []} <= said(
        evening.view("console")
    )
    for number, it in evening.session.contributions.items():
        if it.masks and number in latest:
            assert latest[number].original == it.original


@often
@given(starts, moves, moves)
def test_a_paused_feed_shows_only_what_could_be_seen_before(start, earlier, later):
    evening = evening_of(start, [move for move in earlier if move[0] not in ("pause", "end")])
    if not evening.session.paused:
        evening.do(fay, c.PauseFeed(True))
    visible = {n for n, it in evening.session.contributions.items() if it.is_visible}
    for move in later:
        if move[0] not in ("pause", "undo"):
            play(evening, move)
        records = {key: it for key, it in evening.view("projector").items() if key != "meeting"}
        assert said(records) <= visible, move


@often
@given(starts, st.one_of(moves, masking_moves))
def test_what_is_masked_reaches_nobody_but_those_who_moderate(start, moves):
    evening = begin(start)
    for move in moves:
        play(evening, move)
        masked = {n for n, it in evening.session.contributions.items() if it.masks}
        for audience in LOOKING_ON:
            assert said(evening.view(audience)).isdisjoint(masked), (move, audience)
        assert said(evening.workboard()).isdisjoint(masked), move
        for number in range(1, PEOPLE + 1):
            assert said(evening.own(participant(number))).isdisjoint(masked), move
    assert said(find(evening.dialogue)).isdisjoint(
        n for n, it in evening.session.contributions.items() if it.masks
    )


@often
@given(starts, reading_moves)
def test_two_seats_never_have_the_same_slip(start, moves):
    """As each of them was told: from when it was given the slip, until then or until somebody has
    decided it or given it back."""
    evening = begin(start)
    told: dict[int, tuple[str, int]] = {}
    for move in moves:
        before = len(evening.log)
        play(evening, move)
        for entry in evening.log[before:]:
            if isinstance(entry.event, e.SlipsTaken):
                for number in entry.event.contributions:
                    seat, until = told.get(number, ("", 0))
                    assert seat in ("", entry.event.seat) or until <= entry.at, move
                    told[number] = (entry.event.seat, entry.event.until)
            elif isinstance(entry.event, LET_GO):
                for number in concerned(entry.event):
                    told.pop(number, None)
        assert evening.session.taken == told, move


LET_GO = (
    *(e.SlipsGivenBack, e.ContributionsReleased, e.ContributionsHeld, e.ContributionHidden),
    *(e.ContributionRestored, e.ContributionWithdrawn, e.InsultAsserted, e.AuthorHidden),
)


def concerned(event):
    return getattr(event, "contributions", None) or [event.contribution]


def said(records: object) -> set[int]:
    """Whose words stand in these records."""
    return {int(n) for n in re.findall(r"[wW]ord(\d+)x", encode(records).decode())}


# ── counts ────────────────────────────────────────────────────────────────────────────────────


@often
@given(starts, moves)
def test_running_counts_equal_counting_anew(start, moves):
    session = evening_of(start, moves).session
    counted = [it for it in session.contributions.values() if it.standing in ("held", "visible")]
    tally = session.tally
    assert tally.contributions == len(counted)
    for count, name in (
        (tally.by_area, "area"),
        (tally.by_target_group, "target_group"),
        (tally.by_step, "step"),
    ):
        assert +count == Counter(getattr(it.posted, name) or "" for it in counted)
    written = [it for it in counted if it.author is not None]
    assert dict(tally.authors) == Counter(it.author for it in written)
    for area, authors in tally.authors_by_area.items():
        here = Counter(it.author for it in written if (it.area or "") == area)
        assert dict(authors) == here
    spoken_for = [it for it in counted if it.posted.channel in ("paper", "table")]
    assert tally.behind == sum(it.posted.people for it in spoken_for)
    assert +session.perspectives == Counter(
        group or "undisclosed" for group in session.participants.values()
    )


@often
@given(starts, moves)
def test_every_contribution_stands_in_exactly_one_place(start, moves):
    evening = evening_of(start, moves)
    session, by_standing = evening.session, {}
    for it in session.contributions.values():
        by_standing.setdefault(it.standing, set()).add(it.id)
    assert set(session.held) == by_standing.get("held", set())
    assert set(session.hidden) == by_standing.get("hidden", set())
    assert sorted(it.id for its in session.by_area.values() for it in its) == sorted(
        session.contributions
    )
    in_groups = [n for g in session.groups.values() for n in g.members]
    assert len(in_groups) == len(set(in_groups))
    for number, it in session.contributions.items():
        group = session.groups.get(it.group)
        assert (number in group.members) if group else number not in in_groups
        assert it.reason == "" or it.standing == "hidden"
    console = evening.view("console")
    assert console["counts"].contributions == console["counts"].held + len(
        by_standing.get("visible", ())
    )
    assert sum(console["counts"].by_area.values()) == console["counts"].contributions
    assert sum(console["counts"].hidden_by_reason.values()) == len(session.hidden)
    assert console["queue"].held == console["counts"].held == len(console["queue"].slips)


@often
@given(starts, moves)
def test_who_is_alone_and_who_waits_equals_looking_anew(start, moves):
    session = evening_of(start, moves).session
    for area, its in session.by_area.items():
        here = [it for it in its if it.is_visible and it.group is None]
        waiting = {it.id for it in here if session.is_waiting(it)}
        assert set(session.waiting.get(area, ())) == waiting
        assert set(session.alone.get(area, ())) == {it.id for it in here} - waiting


@often
@given(starts, moves)
def test_every_visible_contribution_is_in_a_shown_group_or_a_voice(start, moves):
    evening = evening_of(start, moves)
    shown = evening.view("console")
    heard = sum(
        record.contributions for key, record in shown.items() if key.startswith("group/")
    ) + sum(
        sum(voice.times for voice in record.voices) + record.waiting
        for key, record in shown.items()
        if key.startswith("voices/")
    )
    assert heard == sum(it.is_visible for it in evening.session.contributions.values())


# ── dots, places, undo ────────────────────────────────────────────────────────────────────────


@often
@given(starts, moves)
def test_nobody_has_more_dots_than_the_step_gives_and_totals_are_sums(start, moves):
    session = evening_of(start, moves).session
    for step, dots in session.dots.items():
        for placed in dots.by_participant.values():
            assert min(placed.values()) >= 0
            assert placed.total() <= session.step_named(step).dots
        assert dots.totals == sum(dots.by_participant.values(), Counter())


@often
@given(starts, without_people)
def test_what_has_a_place_keeps_it(start, moves):
    evening = begin(start)
    before, places, members = {}, {}, {}
    for move in moves:
        play(evening, move)
        now = {n: it.group for n, it in evening.session.contributions.items() if it.group}
        groups = evening.session.groups.items()
        assert now.items() >= before.items(), move
        assert {n: g.place for n, g in groups}.items() >= places.items(), move
        for number, group in groups:
            stood = members.get(number, [])
            assert list(group.members)[: len(stood)] == stood, move
        before, places = now, {n: g.place for n, g in groups}
        members = {n: list(g.members) for n, g in groups}
        taken = [(g.area, g.place) for _, g in groups]
        assert len(taken) == len(set(taken))


@often
@given(starts, moves, moves_of(ALL_CHANGES))
def test_any_change_can_be_undone_at_once(start, moves, change):
    evening = evening_of(start, moves)
    before, seq = state(evening), evening.seq + 1
    if play(evening, change):
        evening.do(fay, c.Undo(seq))
        assert state(evening) == before


@often
@given(starts, moves)
def test_all_changes_can_be_undone_from_the_last_to_the_first(start, moves):
    """Unless a participant has withdrawn something in between, or staff have undone."""
    evening = begin(start)
    evening.do(fay, c.StartTimer(60))
    before = state(evening)
    kept = len(evening.session.changes)
    for move in moves:
        if move[0] in ALL_CHANGES:
            play(evening, move)
    for change in reversed(evening.session.changes[kept:]):
        evening.do(fay, c.Undo(change.change.seq))
    if kept + len(moves) <= 25:
        assert state(evening) == before
