"""What people write: posting, on paper and from tables, withdrawing, perspectives."""

from dialog.domain import personal_data
from dialog.domain.facts import Fact, require
from dialog.domain.languages import language_of
from dialog.domain.state import Contribution, Person, Session, tables_write_in, takes
from dialog.domain.times import MINUTE
from dialog.domain.work import fit_line
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.agenda import (
    COMMITTEES,
    TEXT_LIMIT,
    UNDISCLOSED,
    Channel,
    Check,
    Collect,
    Meanings,
    StepDefinition,
    TableTalk,
)
from dialog.protocol.records import Standing
from dialog.protocol.refusals import (
    AlreadyDone,
    JoiningClosed,
    NotAllowed,
    NotNow,
    NotYours,
    PersonalNumber,
    Refused,
    StepClosed,
    TextEmpty,
    TextTooLong,
    TextUnreadable,
    UnknownContribution,
    UnknownStep,
    UnknownTargetGroup,
    Wait,
    WindowClosed,
    WrongTopic,
)
from dialog.text import characters
from dialog.text.words import near_duplicate_key

TABLE_LIMIT = 12
"""Characters in what a table is called."""
LATE = 30 * MINUTE
"""Milliseconds after a question has closed in which what was begun before may come, from a phone
that had no network for a while."""

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def join(session: Session, person: Person, command: c.JoinSession, at: int) -> list[Fact]:
    require(session.joining, JoiningClosed())
    last = max(next(reversed(known), 0) for known in (session.participants, session.tables))
    joined = Fact(e.ParticipantJoined(command.channel, command.table), participant=last + 1)
    perspective = session.definition.perspective
    if perspective is None or command.table:
        return [joined]
    return [joined, Fact(e.PerspectiveChosen(perspective), participant=last + 1)]


def choose_perspective(
    session: Session, person: Person, command: c.ChoosePerspective, at: int
) -> list[Fact]:
    require_target_group(session, command.target_group)
    if session.participants.get(person.participant or 0) == command.target_group:
        return []
    return [Fact(e.PerspectiveChosen(command.target_group))]


def post(session: Session, person: Person, command: c.PostContribution, at: int) -> list[Fact]:
    require_open_window(session, at)
    step = session.step_named(command.step)
    at_a_table = person.role == "table-host"
    writable = tables_write_in(step) if at_a_table else takes(step)
    require(writable, UnknownStep() if step is None else StepClosed())
    require(at_a_table or command.people == 1, NotAllowed())
    open_now = session.step == command.step and session.posting and not session.ended
    require(open_now or may_be_late(session, person, command, at), StepClosed())
    words = fit_words(command.text)
    wait = max(slow_wait(session, it, at) for it in on_the_phone_of(person))
    require(not wait, Wait(wait))
    flags = personal_data.flags(words)
    event = contribution(session, step, command, channel=session.definition.channel)
    if at_a_table:
        event.channel, event.table, event.people = "table", person.table, command.people
    event.target_group = session.participants.get(person.participant or 0) or UNDISCLOSED
    event.flags = flags
    inherited = inherits_being_held(session, person)
    event.held = inherited or is_held(session, person.participant, flags)
    event.late = not open_now
    new = Fact(event, words, receipt=command.receipt or None)
    return [new, Fact(e.AuthorHeldBack(event.contribution, True))] if inherited else [new]


def on_the_phone_of(person: Person) -> tuple[int | None, ...]:
    """This participant, and then those who had the phone before, the latest first."""
    return person.participant, *reversed(person.formers)


def inherits_being_held(session: Session, person: Person) -> bool:
    """Whether what came from the phone was held before this person had it. The last word counts."""
    if person.participant in session.held_back:
        return False
    for number in on_the_phone_of(person):
        if number in session.held_back or number in session.trusted:
            return number in session.held_back
    return False


def slow_wait(session: Session, participant: int | None, at: int) -> float:
    """Seconds until slow mode lets this participant post again. Nobody waits for anybody else."""
    its = session.by_participant.get(participant or 0)
    if not its or not session.slow:
        return 0
    since = (at - its[-1].at) / 1000
    return max(0, session.slow - since) if since >= 0 else 0  # or the clock has been put back


def is_held(session: Session, participant: int | None, flags: list[str]) -> bool:
    """Whether it waits for a moderator, whoever wrote it or entered it for somebody."""
    flagged = bool(flags and session.moderation == "hold-flagged")
    return session.moderation == "hold-all" or flagged or participant in session.held_back


def post_on_behalf(
    session: Session, person: Person, command: c.PostOnBehalf, at: int
) -> list[Fact]:
    step = session.step_named(command.step)
    require(step, UnknownStep())
    require(tables_write_in(step), NotNow())
    target_group = spoken_from(session, command)
    event = contribution(session, step, command, channel=command.channel)
    event.target_group = target_group
    event.people = command.people
    event.table = fit_line(command.table, TABLE_LIMIT)
    event.slip = session.slips + 1
    words = fit_words(command.text)
    event.flags = personal_data.flags(words)
    event.held = is_held(session, None, event.flags)
    return [Fact(event, words)]


def spoken_from(session: Session, command: c.PostOnBehalf) -> str:
    """The target group. A committee speaks from none, and is nobody."""
    if command.channel == "committee":
        require(command.target_group in (None, COMMITTEES), UnknownTargetGroup())
        require(command.people == 1, NotAllowed())
        return COMMITTEES
    target_group = command.target_group or UNDISCLOSED
    require_target_group(session, target_group)
    return target_group


def withdraw(
    session: Session, person: Person, command: c.WithdrawContribution, at: int
) -> list[Fact]:
    mine = known(session, command.contribution)
    at_my_table = person.role == "table-host" and mine.posted.table == person.table
    require(mine.participant == person.participant or at_my_table, NotYours())
    require(mine.standing in ("visible", "held"), AlreadyDone())
    return [Fact(e.ContributionWithdrawn(mine.id))]


decides = {
    c.JoinSession: join,
    c.ChoosePerspective: choose_perspective,
    c.PostContribution: post,
    c.PostOnBehalf: post_on_behalf,
    c.WithdrawContribution: withdraw,
}


def require_open_window(session: Session, at: int) -> None:
    """What was begun before a window closed is too late as well: the time was told beforehand."""
    closed = session.closes_at
    if closed is not None and at >= closed:
        raise Refused(WindowClosed(closed))


def known(session: Session, number: int) -> Contribution:
    """The contribution with that number, or a refusal."""
    require(number in session.contributions, UnknownContribution())
    return session.contributions[number]


def fit_words(text: str) -> str:
    """`text` as it will be kept, or a refusal that says what to change."""
    require(characters.readable(text), TextUnreadable())
    words = characters.tidy(text)
    require(words, TextEmpty())
    over = len(words) - TEXT_LIMIT
    require(over <= 0, TextTooLong(over, TEXT_LIMIT))
    require(not personal_data.personal_number(words), PersonalNumber())
    return words


def may_be_late(session: Session, person: Person, command: c.PostContribution, at: int) -> bool:
    """Whether the step took contributions when this one was begun, not long ago, by somebody who
    was there: a phone can say that it began whenever it likes."""
    came = [seq for seq, it in session.joined_at.items() if it == person.participant]
    return not session.ended and any(
        it.start <= command.begun < it.stop and came and came[0] < it.stop and at - it.at <= LATE
        for it in session.taking.get(command.step, [])
        if it.stop is not None
    )


def contribution(
    session: Session,
    step: StepDefinition | None,
    command: c.PostContribution | c.PostOnBehalf,
    channel: Channel,
) -> e.ContributionPosted:
    """The next contribution, under the area and topic that belong to `step`."""
    area, topic = place(session, step, command)
    return e.ContributionPosted(
        contribution=next(reversed(session.dialogue.contributions), 0) + 1,
        step=command.step,
        kind=command.kind,
        area=area,
        topic=topic,
        target_group=UNDISCLOSED,
        channel=channel,
        language=language_of(command.text, command.language),
        held=False,
    )


def place(
    session: Session,
    step: StepDefinition | None,
    command: c.PostContribution | c.PostOnBehalf,
) -> tuple[str | None, str | None]:
    """Area and topic. The step decides the area; where it leaves it open, the writer may."""
    match step:
        case Meanings(topics=topics, area=area):
            require(command.topic in topics and command.kind == "meaning", WrongTopic())
            topic = next(t for t in session.dialogue.definition.topics if t.id == command.topic)
            return area or topic.area, topic.id
        case Collect(kinds=kinds, area=area):
            require(command.kind in kinds and command.topic is None, WrongTopic())
        case Check(area=area):
            require(command.kind == "meaning" and command.topic is None, WrongTopic())
        case TableTalk(area=area):
            require(command.topic is None, WrongTopic())
    chosen = area or command.area
    require(chosen is None or session.dialogue.area(chosen), WrongTopic())
    return chosen, None


def require_target_group(session: Session, id: str) -> None:
    groups = {group.id for group in session.dialogue.definition.target_groups}
    require(id in groups or id == UNDISCLOSED, UnknownTargetGroup())


# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def joined(session: Session, entry: e.Entry, event: e.ParticipantJoined) -> set[str]:
    if entry.participant is None:
        return {"counts"}
    session.joined_at[entry.seq] = entry.participant
    if event.table:
        session.tables[entry.participant] = event.table
    else:
        take_perspective(session, entry.participant, None)
    return {"counts"}


def perspective_chosen(session: Session, entry: e.Entry, event: e.PerspectiveChosen) -> set[str]:
    if entry.participant is not None:
        take_perspective(session, entry.participant, event.target_group)
    return {"counts", f"mine/{entry.participant}"}


def take_perspective(session: Session, participant: int, target_group: str | None) -> None:
    if participant in session.participants:
        session.perspectives[session.participants[participant] or UNDISCLOSED] -= 1
    session.participants[participant] = target_group
    session.perspectives[target_group or UNDISCLOSED] += 1


def posted(session: Session, entry: e.Entry, event: e.ContributionPosted) -> set[str]:
    new = Contribution(
        id=event.contribution,
        posted=event,
        words=entry.words,
        original=entry.words,
        participant=entry.participant,
        op=entry.op,
        at=entry.at,
        standing="held" if event.held else "visible",
        session=session.id,
        seq=entry.seq,
        shown_since=entry.seq,
        alike=near_duplicate_key(entry.words or ""),
    )
    session.contributions[new.id] = session.dialogue.contributions[new.id] = new
    session.by_area.setdefault(new.area or "", []).append(new)
    add_likeness(session.by_likeness.setdefault(new.area or "", {}), new)
    if new.participant is not None:
        session.by_participant.setdefault(new.participant, []).append(new)
    if event.table:
        session.by_table.setdefault(event.table, []).append(new)
    session.slips = max(session.slips, event.slip)
    session.tally.add(new, 1)
    session.note_place(new)
    if event.held:
        session.held[new.id] = None
    return touched_by(new) | at_its_table(session, new)


def add_likeness(likenesses: dict[str, list[Contribution]], it: Contribution) -> None:
    """`it` is the latest: its likeness stands last."""
    likenesses[it.alike] = likenesses.pop(it.alike, [])
    likenesses[it.alike].append(it)


def withdrawn(session: Session, entry: e.Entry, event: e.ContributionWithdrawn) -> set[str]:
    return stand(session, event.contribution, "withdrawn", entry.seq)


COUNTED = ("held", "visible")


def stand(session: Session, number: int, standing: Standing, seq: int) -> set[str]:
    """Give a contribution its new standing, and keep the counts right."""
    it = session.contributions[number]
    counted_before, counted_after = it.standing in COUNTED, standing in COUNTED
    if counted_before != counted_after:
        session.tally.add(it, 1 if counted_after else -1)
    if standing == "visible" and it.standing != "visible":
        it.shown_since = seq
    it.standing = standing
    session.note_place(it)
    it.asserted_by = ""
    if standing != "hidden":
        it.reason = ""
    session.taken.pop(number, None)
    session.passed_on.pop(number, None)
    for place, name in ((session.held, "held"), (session.hidden, "hidden")):
        place.pop(number, None)
        if standing == name:
            place[number] = None
    return touched_with_titles(session, it)


def touched_with_titles(session: Session, it: Contribution) -> set[str]:
    """What a change of its words, or of who may see them, may change: a group that it has left may
    still be called by them."""
    called = {f"group/{group.id}" for group in session.groups_in(it.area)}
    return touched_by(it) | called | at_its_table(session, it)


def touched_by(it: Contribution) -> set[str]:
    """The records that a change of `it` may change."""
    area = it.area or ""
    keys = {"counts", "queue", "recent", "hidden", "run"}
    keys |= {f"wall/{area}", f"other/{it.id}"} | touched_by_place(it)
    if it.participant is not None:
        keys.add(f"mine/{it.participant}")
    return keys | {"paper"} if it.posted.slip else keys


def at_its_table(session: Session, it: Contribution) -> set[str]:
    """The own records of the devices of the table that it comes from."""
    table = it.posted.table
    return {f"mine/{device}" for device, its in session.tables.items() if table and its == table}


def touched_by_place(it: Contribution) -> set[str]:
    """The records that change with the group that `it` is in."""
    by_area = ("voices", "differences", "grouping", "regrouping")
    keys = {f"contribution/{it.id}", *(f"{kind}/{it.area or ''}" for kind in by_area)}
    return keys if it.group is None else keys | {f"group/{it.group}"}


applies = {
    e.ParticipantJoined: joined,
    e.PerspectiveChosen: perspective_chosen,
    e.ContributionPosted: posted,
    e.ContributionWithdrawn: withdrawn,
}
