"""A channel's ring and its connections: whatever a screen has seen, it comes to what there is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from dialog import channel as module
from dialog.channel import STALLED, Channel, spread
from dialog.protocol import frames as f
from dialog.protocol.records import Timer
from tests.screen import Screen

KEYS = "abc"
values = st.one_of(st.none(), st.integers(0, 2))
changes = st.lists(st.tuples(st.sampled_from(KEYS), values), max_size=30)


class Log:
    """A log of changes to some records, and the view after each of them."""

    def __init__(self, changes):
        self.views = [{}]
        for key, value in changes:
            view = dict(self.views[-1]) | {key: Timer(value) if value is not None else None}
            self.views.append({k: v for k, v in view.items() if v is not None})

    def push(self, channel, to):
        """As a refresh does: nothing is pushed where nothing differs."""
        now, before = self.views[to], channel.view
        put = {key: it for key, it in now.items() if before.get(key) != it}
        drop = [key for key in before if key not in now]
        if put or drop:
            channel.push(to, put, drop)


def channel_of(log, steps, ring):
    """A channel that has followed the log in these steps, with room for so many patches."""
    before, module.RING = module.RING, ring
    channel = Channel("evening", "phone", 0, {})
    for to in steps:
        log.push(channel, to)
    module.RING = before
    return channel


rings = st.integers(1, 6)
TO_WRITE_TO_ONE = 7.5e-6
"""Seconds, as `python -m bench.fan_out` finds."""


@given(st.integers(0, 100_000))
def test_a_hall_is_told_as_often_as_a_fifth_of_a_core_can_and_never_seldom(phones):
    channel = Channel("evening", "phone", 0, {})
    channel.connections = range(phones)
    assert 0.05 <= channel.interval <= 0.3
    if channel.interval < 0.3:
        assert phones * TO_WRITE_TO_ONE / channel.interval < 0.22


@settings(deadline=None)
@given(changes, st.data(), rings)
def test_from_wherever_a_screen_comes_it_ends_at_the_newest_view(changes, data, ring):
    """Also from another process, which has drawn its patches at other seqs."""
    log = Log(changes)
    steps = sorted(data.draw(st.sets(st.integers(0, len(changes)))))
    now = steps[-1] if steps else 0
    channel = channel_of(log, steps, ring)
    since = data.draw(st.integers(-1, now))
    screen = Screen(log.views[since] if since >= 0 else {}, since)
    channel.admit(screen.connection, since, now)
    assert screen.records == log.views[now]
    assert screen.connection.cursor == channel.end


@settings(deadline=None)
@given(changes, st.data(), rings)
def test_who_comes_back_or_falls_behind_is_told_nothing_that_is_no_longer_so(changes, data, ring):
    """What has been masked or hidden since must not be had by saying an older seq."""
    log = Log(changes)
    steps = sorted(data.draw(st.sets(st.integers(0, len(changes)))))
    channel = channel_of(log, steps, ring)
    for since in [before for before, _ in channel.ring]:
        screen = Screen(log.views[since], since)
        channel.admit(screen.connection, since)
        behind = Screen(log.views[since], since)
        behind.connection.cursor = channel.start + [it for it, _ in channel.ring].index(since)
        channel.catch_up(behind.connection, 0.0)
        for frame in (*screen.frames, *behind.frames):
            assert frame.put.items() <= channel.view.items()
        assert screen.records == behind.records == channel.view


@settings(deadline=None)
@given(changes, st.data(), rings)
def test_and_stays_with_it_from_then_on(changes, data, ring):
    log = Log(changes)
    steps = sorted(data.draw(st.sets(st.integers(0, len(changes)))))
    half = len(steps) // 2
    now = steps[half - 1] if half else 0
    channel = channel_of(log, steps[:half], ring)
    since = data.draw(st.integers(-1, now))
    screen = Screen(log.views[since] if since >= 0 else {}, since)
    channel.admit(screen.connection, since, now)
    for to in steps[half:]:
        log.push(channel, to)
        screen.reads = data.draw(st.booleans())
        channel.catch_up(screen.connection, 0.0)
    screen.reads = True
    channel.catch_up(screen.connection, 0.0)
    assert screen.records == channel.view == log.views[max([now, *steps[half:]])]


def follow(reads=True, ring=400, steps=3):
    """A channel, and a screen that has been there from its beginning."""
    log = Log([("a", n % 3) for n in range(1, 40)])
    channel = channel_of(log, [1], ring)
    screen = Screen()
    channel.admit(screen.connection, -1)
    screen.reads = reads
    for to in range(2, 2 + steps):
        log.push(channel, to)
        channel.catch_up(screen.connection, float(to))
    return channel, screen


def test_who_has_everything_is_sent_nothing():
    channel, _ = follow()
    screen = Screen(channel.view, channel.seq)
    channel.admit(screen.connection, channel.seq)
    assert screen.frames == []


def test_who_has_a_part_is_sent_what_it_lacks_in_one_patch():
    channel, _ = follow()
    begins = [before for before, _ in channel.ring]
    screen = Screen({"a": Timer(1)}, begins[1])
    channel.admit(screen.connection, begins[1])
    assert [type(frame) for frame in screen.frames] == [f.Patch]
    assert screen.records == channel.view


def test_it_is_encoded_once_for_all_who_lack_the_same():
    channel, _ = follow()
    first = channel.lacking(1)
    assert channel.lacking(1) is first and channel.lacking(0) is not first
    channel.push(channel.seq + 1, {"b": Timer(1)}, [])
    assert channel.lacking(1) is not first


def test_what_changed_and_changed_back_inside_a_patch_is_not_missed():
    log = Log([("a", 1), ("a", 2), ("a", 1), ("b", 1)])
    channel = channel_of(log, [1, 4], ring=6)
    screen = Screen(log.views[2], 2)  # another process has shown it a: 2
    channel.admit(screen.connection, 2, 4)
    assert screen.records == log.views[4]


def test_what_changed_and_changed_back_after_the_last_patch_is_not_missed():
    log = Log([("a", 1), ("a", 2), ("a", 1)])
    channel = channel_of(log, [1, 3], ring=6)
    screen = Screen(log.views[2], 2)
    channel.admit(screen.connection, 2, 3)
    assert screen.records == log.views[3]


def test_who_comes_with_the_newest_is_sent_nothing_although_it_has_not_been_drawn_here():
    channel, _ = follow()
    ahead = Screen(channel.view, channel.seq + 2)
    channel.admit(ahead.connection, ahead.seq, now=channel.seq + 2)
    assert ahead.frames == []


def test_the_view_is_encoded_once_for_all_who_ask():
    channel, _ = follow()
    first = channel.whole()
    assert channel.whole() is first
    channel.push(channel.seq + 1, {"b": Timer(1)}, [])
    assert channel.whole() is not first


def test_a_screen_that_does_not_read_is_given_the_newest_view_when_it_does():
    channel, screen = follow(reads=False)
    assert screen.views() == 1 and len(screen.frames) == 1
    screen.reads = True
    channel.catch_up(screen.connection, 5.0)
    assert screen.views() == 2 and len(screen.frames) == 2
    assert screen.records == channel.view
    channel.push(channel.seq + 1, {"b": Timer(1)}, [])
    channel.catch_up(screen.connection, 6.0)
    assert isinstance(screen.frames[-1], f.Patch)


def test_a_screen_that_has_fallen_out_of_the_ring_is_given_the_view():
    channel, screen = follow(ring=2, steps=0)
    for n in range(5):
        channel.push(channel.seq + 1, {"b": Timer(n)}, [])
        if len(channel.ring) > 2:
            channel.ring.popleft()
            channel.start += 1
    channel.catch_up(screen.connection, 0.0)
    assert isinstance(screen.frames[-1], f.View) and len(screen.frames) == 2
    assert screen.records == channel.view


def test_a_screen_that_never_reads_is_dropped_in_the_end():
    channel, screen = follow(reads=False, steps=1)
    channel.catch_up(screen.connection, 2.0 + STALLED)
    assert not screen.dropped
    channel.catch_up(screen.connection, 2.1 + STALLED)
    assert screen.dropped


def test_the_ring_keeps_only_so_many():
    channel, _ = follow(steps=0)
    for n in range(module.RING + 50):
        channel.push(channel.seq + 1, {"a": Timer(n)}, [])
    assert len(channel.ring) == module.RING
    assert channel.end == channel.start + module.RING


def test_the_ring_keeps_only_so_many_bytes_and_who_lacks_more_is_given_the_view():
    channel, screen = follow(reads=False, steps=0)
    large = {f"timer/{n}": Timer(0) for n in range(3000)}
    since = channel.seq
    for n in range(50):
        now = {key: Timer(n + 1) for key in large}
        channel.push(channel.seq + 1, now, [])
    assert 1 < len(channel.ring) < 50
    assert sum(len(frame.data) for _, frame in channel.ring) <= module.RING_BYTES
    late = Screen({}, since)
    channel.admit(late.connection, since)
    assert late.views() == 1 and late.records == channel.view
    screen.reads = True
    channel.catch_up(screen.connection, 1.0)
    assert screen.records == channel.view


async def test_one_who_does_not_read_holds_up_nobody():
    channel, stuck = follow(reads=False)
    screens = [Screen() for _ in range(500)]
    for screen in screens:
        channel.admit(screen.connection, -1)
    channel.push(channel.seq + 1, {"b": Timer(1)}, [])
    stuck.reads = True
    await spread(channel)
    assert all(screen.records == channel.view for screen in [*screens, stuck])
