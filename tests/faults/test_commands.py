"""Whatever anybody may ask for, with any value that can be read: the rules refuse or apply, and
never fail; and what they wrote down folds to what they showed."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dialog.domain import rules, views, work_views
from dialog.domain.state import Person
from dialog.protocol import commands as c
from dialog.protocol import frames as f
from dialog.protocol.codec import decode_client_frame, encode
from dialog.protocol.refusals import Refused
from dialog.protocol.work_commands import WorkCommand
from tests.domain.meeting import ID, Meeting
from tests.domain.test_everything_mixed import begin
from tests.faults import odd

STAFF = ("facilitator", "presidium", "moderator", "scribe", "working-committee", "registrar")
EVERYBODY = (
    Person("participant", ID, 1),
    Person("participant", ID, 2, formers=(1,)),
    Person("participant", ID, 99),
    Person("table-host", ID, 3, table="7", seat="a"),
    Person("projector", ID),
    *(Person(role, ID, seat=role) for role in STAFF),  # type: ignore[arg-type]
    *(Person(role, seat=role) for role in STAFF),  # type: ignore[arg-type]
)
AUDIENCES = ("phone", "projector", "console", "presidium", "board", "scribe")

wishes = st.one_of(*(odd.wish(type) for type in odd.TYPES))


def often(times: int) -> settings:
    return settings(max_examples=times, deadline=None, suppress_health_check=list(HealthCheck))


def some_wait() -> Meeting:
    """As `begin`; besides, two contributions are held, and one is hidden."""
    it = begin()
    it.do(EVERYBODY[5], c.SetModeration("hold-all"))
    for number in (1, 2, 3):
        it.post(Person("participant", ID, number), f"Word {number}")
    it.do(EVERYBODY[5], c.HideContribution(max(it.session.contributions), "spam"))
    return it


def asks(it: Meeting, person: Person, wish: object) -> None:
    it.now += 1000
    if isinstance(wish, WorkCommand) and not wish.seen:
        wish = replace(wish, seen=it.seq)
    with contextlib.suppress(Refused):
        it.do(person, wish)  # type: ignore[arg-type]


def can_be_shown(it: Meeting) -> None:
    for audience in AUDIENCES:
        encode(views.view(it.session, audience))  # type: ignore[arg-type]
    for number in it.session.participants:
        encode(views.own(it.session, number))
    encode(work_views.view(it.dialogue))


@pytest.mark.parametrize("type", odd.TYPES, ids=lambda it: it.__name__)
def test_a_wish_of_any_value_from_anybody_is_granted_or_refused(type, length):
    @often(length(2, 8))
    @given(st.lists(odd.wish(type), min_size=1, max_size=3))
    def whatever(them):
        it = some_wait()
        for wish in them:
            for person in EVERYBODY:
                asks(it, person, wish)
        can_be_shown(it)
        assert rules.folded(it.dialogue.id, it.log) == it.dialogue

    whatever()


def test_wishes_of_all_kinds_one_after_the_other_leave_what_the_log_says(length):
    @often(length(15, 100))
    @given(st.lists(st.tuples(st.sampled_from(EVERYBODY), wishes), min_size=5, max_size=25))
    def whatever(them):
        it = some_wait()
        for person, wish in them:
            asks(it, person, wish)
        can_be_shown(it)
        assert rules.folded(it.dialogue.id, it.log) == it.dialogue

    whatever()


@settings(max_examples=200, deadline=None)
@given(wishes)
def test_every_wish_that_is_made_up_here_could_come_over_the_wire(wish):
    frame = f.Do("o" * 20, wish)
    assert decode_client_frame(encode(frame)) == frame
