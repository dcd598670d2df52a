"""The municipality's bodies in the work: commissions, invitations, what they have contributed."""

from datetime import date

from dialog.domain.facts import Fact, require
from dialog.domain.state import Dialogue, Person
from dialog.domain.work import (
    NOTE_LIMIT,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Changed,
    Params,
    fit_line,
    quoted,
    some_text,
)
from dialog.domain.work_state import CommissionState, InputState
from dialog.protocol import events as e
from dialog.protocol import work_commands as wc
from dialog.protocol import work_events as we
from dialog.protocol.agenda import Body, free, slug
from dialog.protocol.refusals import AlreadyDone, TextEmpty, UnknownBody, UnknownField


def every_body(dialogue: Dialogue) -> dict[str, Body]:
    """The file's bodies and those that have been added."""
    named = {body.id: body for body in dialogue.definition.bodies}
    return named | dialogue.work.bodies


def name_of(dialogue: Dialogue, id: str) -> str:
    """What the body is called, also one whose addition was undone; its id if nobody knows."""
    known = dialogue.work.gone_bodies | every_body(dialogue)
    return known[id].name if id in known else id


def require_body(dialogue: Dialogue, id: str) -> None:
    require(id in every_body(dialogue), UnknownBody())


# ── decide ────────────────────────────────────────────────────────────────────────────────────


def add(dialogue: Dialogue, person: Person, command: wc.AddBody, at: int) -> list[Fact]:
    name = fit_line(command.name, TITLE_LIMIT)
    require(name, TextEmpty())
    there = every_body(dialogue)
    require(name.casefold() not in {it.name.casefold() for it in there.values()}, AlreadyDone())
    # Names may be in letters that no id may have; and none is one that has been used.
    base = slug(name)[:50].strip("-") or "body"
    id = free(base, there.keys() | dialogue.work.gone_bodies.keys())
    return [Fact(we.BodyAdded(id, command.kind), name)]


def commission(
    dialogue: Dialogue, person: Person, command: wc.GiveCommission, at: int
) -> list[Fact]:
    require_body(dialogue, command.body)
    require(is_a_day(command.due), UnknownField())
    text = some_text(command.text, NOTE_LIMIT)
    number = dialogue.work.last_ids["commission"] + 1
    return [Fact(we.CommissionGiven(number, command.body, command.due), text)]


def is_a_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def finish(dialogue: Dialogue, person: Person, command: wc.FinishCommission, at: int) -> list[Fact]:
    it = dialogue.work.commissions.get(command.commission)
    require(it is not None and not it.withdrawn, UnknownField())
    assert it is not None
    require(it.done != command.done, AlreadyDone())
    return [Fact(we.CommissionFinished(it.id, command.done))]


def invite(dialogue: Dialogue, person: Person, command: wc.InviteBody, at: int) -> list[Fact]:
    require_body(dialogue, command.body)
    require((command.body in dialogue.work.invited) != command.invited, AlreadyDone())
    return [Fact(we.BodyInvited(command.body, command.invited))]


def contribute(dialogue: Dialogue, person: Person, command: wc.RecordInput, at: int) -> list[Fact]:
    require_body(dialogue, command.body)
    text = some_text(command.text, TEXT_LIMIT)
    return [Fact(we.InputRecorded(dialogue.work.last_ids["input"] + 1, command.body), text)]


decides = {
    wc.AddBody: add,
    wc.GiveCommission: commission,
    wc.FinishCommission: finish,
    wc.InviteBody: invite,
    wc.RecordInput: contribute,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def added(dialogue: Dialogue, entry: e.Entry, event: we.BodyAdded) -> Changed:
    work = dialogue.work
    work.gone_bodies.pop(event.body, None)
    it = work.bodies[event.body] = Body(event.body, entry.words or "", event.kind)
    return Changed("body_added", {"body": it.name}, [Fact(we.BodyRemoved(it.id))], {"matter"})


def removed(dialogue: Dialogue, entry: e.Entry, event: we.BodyRemoved) -> Changed:
    work = dialogue.work
    it = work.gone_bodies[event.body] = work.bodies.pop(event.body)
    undo = [Fact(we.BodyAdded(it.id, it.kind), it.name)]
    return Changed("", {"body": it.name}, undo, {"matter"})


def commissioned(dialogue: Dialogue, entry: e.Entry, event: we.CommissionGiven) -> Changed:
    work, number = dialogue.work, event.commission
    work.last_ids["commission"] = max(work.last_ids["commission"], number)
    if number in work.commissions:
        work.commissions[number].withdrawn = False
    else:
        text = entry.words or ""
        work.commissions[number] = CommissionState(number, event.body, text, event.due, entry.at)
    undo = [Fact(we.CommissionWithdrawn(number))]
    return commission_changed(dialogue, "commission_given", number, undo)


def withdrawn(dialogue: Dialogue, entry: e.Entry, event: we.CommissionWithdrawn) -> Changed:
    it = dialogue.work.commissions[event.commission]
    it.withdrawn = True
    undo = [Fact(we.CommissionGiven(it.id, it.body, it.due), it.text)]
    return commission_changed(dialogue, "", it.id, undo)


def finished(dialogue: Dialogue, entry: e.Entry, event: we.CommissionFinished) -> Changed:
    it = dialogue.work.commissions[event.commission]
    was, it.done = it.done, event.done
    words = "commission_finished" if event.done else "commission_reopened"
    undo = [Fact(we.CommissionFinished(it.id, was))]
    return commission_changed(dialogue, words, it.id, undo)


def commission_changed(dialogue: Dialogue, words: str, number: int, undo: list[Fact]) -> Changed:
    it = dialogue.work.commissions[number]
    params: Params = {
        "body": name_of(dialogue, it.body),
        "text": quoted(it.text),
        "due": it.due,
    }
    return Changed(words, params, undo, {"process"})


def invited(dialogue: Dialogue, entry: e.Entry, event: we.BodyInvited) -> Changed:
    there = dialogue.work.invited
    if event.invited:
        there[event.body] = None
    else:
        there.pop(event.body, None)
    words = "body_invited" if event.invited else "body_not_invited"
    undo = [Fact(we.BodyInvited(event.body, not event.invited))]
    return Changed(words, {"body": name_of(dialogue, event.body)}, undo, {"process"})


def contributed(dialogue: Dialogue, entry: e.Entry, event: we.InputRecorded) -> Changed:
    work, number = dialogue.work, event.input
    work.last_ids["input"] = max(work.last_ids["input"], number)
    if number in work.inputs:
        work.inputs[number].withdrawn = False
    else:
        work.inputs[number] = InputState(number, event.body, entry.words or "", entry.at)
    params = {"body": name_of(dialogue, event.body)}
    return Changed("input_recorded", params, [Fact(we.InputWithdrawn(number))], {"process"})


def taken_back(dialogue: Dialogue, entry: e.Entry, event: we.InputWithdrawn) -> Changed:
    it = dialogue.work.inputs[event.input]
    it.withdrawn = True
    params = {"body": name_of(dialogue, it.body)}
    undo = [Fact(we.InputRecorded(it.id, it.body), it.text)]
    return Changed("", params, undo, {"process"})


applies = {
    we.BodyAdded: added,
    we.BodyRemoved: removed,
    we.CommissionGiven: commissioned,
    we.CommissionWithdrawn: withdrawn,
    we.CommissionFinished: finished,
    we.BodyInvited: invited,
    we.InputRecorded: contributed,
    we.InputWithdrawn: taken_back,
}

marks = {
    we.BodyAdded: lambda it: [f"body/{it.body}"],
    we.BodyRemoved: lambda it: [f"body/{it.body}"],
    we.CommissionGiven: lambda it: [f"commission/{it.commission}"],
    we.CommissionWithdrawn: lambda it: [f"commission/{it.commission}"],
    we.CommissionFinished: lambda it: [f"commission/{it.commission}"],
    we.BodyInvited: lambda it: [f"invited/{it.body}"],
    we.InputRecorded: lambda it: [f"input/{it.input}"],
    we.InputWithdrawn: lambda it: [f"input/{it.input}"],
}
