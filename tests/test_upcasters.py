"""Events outlive releases."""

from typing import get_args

import msgspec
import pytest

from dialog.protocol import upcasters
from dialog.protocol.codec import decode_event
from dialog.protocol.commands import GroupingRun, Placement, Span
from dialog.protocol.events import AnyEvent, GroupsSuggested, SuggestedGroup
from dialog.protocol.upcasters import UPCASTERS, VERSIONS, UnknownEvent, upcast
from dialog.protocol.work_events import ThemeCarried

FIELDS = {
    "dialogue-created": "definition rehearsal",
    "session-opened": "definition definition_hash code code_expires room",
    "code-changed": "code code_expires",
    "session-ended": "",
    "participant-joined": "channel table",
    "perspective-chosen": "target_group",
    "contribution-posted": "contribution step kind area topic target_group channel language held"
    " late flags people table slip",
    "contribution-withdrawn": "contribution",
    "contributions-released": "contributions",
    "contributions-held": "contributions",
    "contribution-hidden": "contribution reason",
    "contribution-restored": "contribution",
    "duty-set": "seat on languages",
    "slips-taken": "seat contributions until",
    "slips-given-back": "contributions",
    "contribution-masked": "contribution spans",
    "insult-asserted": "contribution seat",
    "author-hidden": "contributions reason",
    "author-held-back": "contribution held_back",
    "slow-mode-set": "seconds",
    "joining-set": "open",
    "closing-set": "at",
    "contribution-translated": "contribution language by",
    "step-opened": "step",
    "timer-set": "ends_at",
    "feed-paused": "paused",
    "projector-blanked": "blank",
    "posting-set": "open",
    "moderation-set": "moderation",
    "others-shown": "shown",
    "dots-revealed": "revealed",
    "group-answered": "group answer",
    "dot-placed": "contribution group",
    "dot-taken": "contribution",
    "evaluation-answered": "question option",
    "undone": "undone",
    "groups-suggested": "area run groups",
    "contributions-placed": "contributions group area made place",
    "contribution-kept-out": "contribution group",
    "group-renamed": "group",
    "group-locked": "group locks said",
    "global-goal-confirmed": "group goal confirmed",
    "regrouping-asked": "area most apart",
    "regrouping-proposed": "area asked run groups",
    "regrouping-dropped": "area",
    "regrouped": "area proposal most apart run groups alone gone",
    "grouping-restored": "area seats described back gone wanted",
    "reason-given": "",
    "theme-made": "theme area groups",
    "theme-gone": "theme into",
    "theme-back": "theme",
    "contributions-themed": "contributions theme",
    "theme-named": "theme",
    "theme-noted": "theme",
    "theme-moved": "theme area",
    "theme-locked": "theme locks",
    "theme-carried": "theme carried kind by at",
    "theme-linked": "theme goal strength",
    "theme-anchored": "theme anchor linked",
    "contribution-referred": "contribution theme linked",
    "themes-suggested": "upto model suggestions",
    "disposition-set": "themes contributions disposition",
    "reading-dealt": "readers",
    "contribution-read": "contribution reader verdict read_at",
    "goal-drafted": "goal area",
    "goal-dropped": "goal",
    "goal-back": "goal",
    "goal-written": "goal field",
    "goal-moved": "goal area",
    "goal-cited": "goal themes contributions cited",
    "goal-linked": "goal global_goal strength",
    "goal-anchored": "goal anchor linked",
    "target-group-affected": "goal target_group affected",
    "frame-answered": "goal frame answer",
    "directive-given": "directive goal body",
    "directive-dropped": "directive",
    "previous-goal-settled": "previous fate goal",
    "committee-goal-recorded": "committee_goal goal body",
    "committee-goal-dropped": "committee_goal",
    "area-linked": "area goal strength unsaid",
    "gaps-acknowledged": "goals",
    "stage-entered": "stage entered",
    "body-added": "body kind",
    "body-removed": "body",
    "commission-given": "commission body due",
    "commission-withdrawn": "commission",
    "commission-finished": "commission done",
    "body-invited": "body invited",
    "input-recorded": "input body",
    "input-withdrawn": "input",
    "text-written": "document field session",
    "version-frozen": "version of sessions upto log_hash",
    "files-stored": "version files",
    "topics-sent-out": "version topics",
    "feedback-published": "version",
    "dispatched": "dispatch version document recipients",
    "disposed": "disposal rule sessions n list_hash protocol",
    "session-taken-in": "session begun first n contributions upto log_hash",
}
"""Event type -> its fields in the newest version. A log may hold any of them."""


def test_the_fields_of_an_event_change_only_together_with_its_version():
    """If this fails: raise the type in VERSIONS, add its upcaster, and only then change FIELDS."""
    events = {it.__struct_config__.tag: it.__struct_fields__ for it in get_args(AnyEvent)}
    assert {tag: " ".join(fields) for tag, fields in events.items()} == FIELDS


def test_every_raised_version_has_its_upcasters_and_every_upcaster_its_version():
    wanted = {(type, old) for type, newest in VERSIONS.items() for old in range(1, newest)}
    assert set(UPCASTERS) == wanted
    assert set(VERSIONS) <= set(FIELDS)


def test_a_body_of_this_release_is_left_as_it_is():
    assert upcast("timer-set", 1, b'{"type":"timer-set"}') == b'{"type":"timer-set"}'


def test_an_old_body_goes_through_every_version_in_between(monkeypatch):
    monkeypatch.setitem(upcasters.VERSIONS, "timer-set", 3)
    monkeypatch.setitem(upcasters.UPCASTERS, ("timer-set", 1), lambda body: body + b" once")
    monkeypatch.setitem(upcasters.UPCASTERS, ("timer-set", 2), lambda body: body + b" twice")
    assert upcast("timer-set", 1, b"body") == b"body once twice"
    assert upcast("timer-set", 2, b"body") == b"body twice"
    assert upcast("timer-set", 3, b"body") == b"body"


def test_a_newer_version_is_not_guessed_at():
    with pytest.raises(UnknownEvent, match="timer-set"):
        upcast("timer-set", 2, b"{}")


FIRST_SUGGESTED = (
    b'{"type":"groups-suggested","area":"school","run":{"upto":5,"model":"lexical-3",'
    b'"parameters":{"k":2},"seed":0},"groups":[{"group":1,"place":0,"members":[1,2],'
    b'"typical":[2],"terms":[[[1,0,4]]],"sure":0.5}]}'
)


def test_a_suggestion_of_the_first_version_is_read_as_who_has_joined_without_reasons():
    event = decode_event(upcast("groups-suggested", 1, FIRST_SUGGESTED))
    assert event == GroupsSuggested(
        "school",
        GroupingRun(5, "lexical-3", {"k": 2}, 0),
        [
            SuggestedGroup(
                1, 0, [Placement(1), Placement(2)], typical=[2], terms=[[Span(1, 0, 4)]], sure=0.5
            )
        ],
    )


def test_a_theme_carried_in_the_first_version_is_so_by_whoever_said_it():
    first = b'{"type":"theme-carried","theme":3,"carried":"topic","kind":"keyword"}'
    event = decode_event(upcast("theme-carried", 1, first))
    assert event == ThemeCarried(3, "topic", "keyword", by="", at=None)


@pytest.mark.parametrize("event", get_args(AnyEvent))
def test_an_event_says_nothing_of_words_and_people(event):
    names = {field.name for field in msgspec.structs.fields(event)}
    assert names.isdisjoint({"text", "words", "participant", "author", "op", "receipt", "name"})
