"""What an audience may see, as records. Who wrote what never leaves here.

`record` renders one key; `keys` lists what an audience has. A tick renders only the keys that
were touched; a whole view is every key rendered.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from dialog.domain import differences, duty, previews, titles
from dialog.domain.group_edits import ABOUT_GROUPS
from dialog.domain.regrouping import is_protected
from dialog.domain.state import Contribution, GroupState, Session
from dialog.domain.texts import untranslated_for
from dialog.domain.times import to_the_minute
from dialog.protocol import records as r
from dialog.protocol.agenda import (
    FEWEST_PEOPLE,
    TEXT_LIMIT,
    UNFILLED,
    Break,
    Check,
    Collect,
    Dots,
    Evaluation,
    Groups,
    Kind,
    Meanings,
    StepDefinition,
    TableTalk,
    TargetGroups,
    Thanks,
    kebab,
)
from dialog.protocol.frames import Audience

QUOTES = 3
LATEST = 14
QUEUE = 40
RECENT = 60
TERMS = 4


def view(session: Session, audience: Audience) -> dict[str, r.AnyRecord]:
    """Everything `audience` may see now."""
    found = ((key, record(session, audience, key)) for key in keys(session, audience))
    return {key: it for key, it in found if it is not None}


def keys(session: Session, audience: Audience) -> list[str]:
    """Every key the audience may have a record under."""
    names: dict[str, Iterable[object]] = dict.fromkeys(
        OF_AN_AREA, [it or "" for it in session.areas]
    )
    names |= {"group": session.groups}
    names |= dict.fromkeys(("other", "contribution"), session.contributions)
    seen = [kind for kind, audiences in SEEN_BY.items() if audience in audiences]
    return [
        f"{kind}/{name}" if kind in names else kind
        for kind in seen
        for name in names.get(kind, ("",))
    ]


def record(session: Session, audience: Audience, key: str) -> r.AnyRecord | None:
    """The record under `key`, or None if `audience` has none there now."""
    kind, _, name = key.partition("/")
    if audience not in SEEN_BY.get(kind, ()):
        return None
    return RENDER[kind](session, audience, name)


# ── the meeting and its stage ─────────────────────────────────────────────────────────────────


def meeting(session: Session, audience: Audience, name: str) -> r.Meeting:
    it, dialogue = session.definition, session.dialogue.definition
    return r.Meeting(
        session=session.id,
        title=it.title,
        municipality=dialogue.municipality,
        record_number=dialogue.record_number,
        room=session.room,
        question=it.question,
        purpose=it.purpose,
        level=it.level,
        can_influence=it.can_influence,
        decided=it.decided,
        rules=it.rules,
        next=it.next,
        results_url=it.results_url,
        results_date=it.results_date,
        contact="" if dialogue.contact.startswith(UNFILLED) else dialogue.contact,
        code=session.code,
        place=it.place,
        areas=[
            r.AreaName(area.id, number, area.name, area.short)
            for number, area in enumerate(dialogue.areas, start=1)
        ],
        target_groups=[r.GroupName(group.id, group.name) for group in dialogue.target_groups],
        text_limit=TEXT_LIMIT,
        access=session.access,
        rehearsal=session.dialogue.rehearsal,
        feedback="" if session.dialogue.rehearsal else f"/feedback/{session.dialogue.id}",
        self_paced=session.is_window,
    )


def stage(session: Session, audience: Audience, name: str) -> r.Stage:
    step = session.current
    places = [it.id for it in session.definition.steps]
    it = r.Stage(
        step=session.step,
        kind="lobby" if step is None else kebab(type(step).__name__),
        number=0 if step is None else places.index(step.id) + 1,
        total=len(places),
        title=session.definition.title if step is None else step.title,
        prompt="" if step is None else step.prompt,
        open=session.takes_contributions,
        held=session.moderation == "hold-all",
        others_shown=session.others,
        dots_revealed=session.revealed,
        paused=session.paused,
        blank=session.blank,
        ended=session.ended,
        slow=session.slow,
        closes_at=session.closes_at,
    )
    describe_step(session, step, it)
    return it


def describe_step(session: Session, step: StepDefinition | None, it: r.Stage) -> None:
    """Add what only this kind of step has."""
    it.area = getattr(step, "area", None)
    it.takes, it.topics = kinds_of(step), topics_of(session, step)
    match step:
        case Dots(dots=dots):
            it.dots = dots
            it.open = session.posting and not session.ended
        case TableTalk():
            it.open = session.posting and not session.ended
        case Evaluation(questions=questions):
            it.questions = questions
        case Break(until=until):
            it.until = until


def kinds_of(step: StepDefinition | None) -> list[Kind]:
    """The kinds of contribution that a step takes, from phones or on behalf of a table."""
    match step:
        case Collect(kinds=kinds):
            return kinds
        case Meanings() | Check():
            return ["meaning"]
        case TableTalk():
            return ["keyword", "question", "meaning"]
    return []


def topics_of(session: Session, step: StepDefinition | None) -> list[r.TopicName]:
    """The topics that a step asks about, in its order."""
    topics = {topic.id: topic for topic in session.dialogue.definition.topics}
    asked = (topics[id] for id in getattr(step, "topics", ()))
    return [r.TopicName(it.id, it.kind, it.text, it.example) for it in asked]


def timer(session: Session, audience: Audience, name: str) -> r.Timer | None:
    return None if session.timer is None else r.Timer(session.timer)


def counts(session: Session, audience: Audience, name: str) -> r.Counts:
    tally = session.tally
    everything = audience in STAFF
    return r.Counts(
        people=len(session.participants),
        authors=len(tally.authors),
        contributions=tally.contributions,
        held=len(session.held),
        by_area={area: n for area, n in tally.by_area.items() if n},
        by_target_group={g: n for g, n in tally.by_target_group.items() if n and everything},
        people_by_target_group={g: n for g, n in session.perspectives.items() if n and everything},
        behind=tally.behind,
        hidden_by_reason=dict(Counter(session.contributions[n].reason for n in session.hidden)),
    )


# ── what has been written ─────────────────────────────────────────────────────────────────────


def wall(session: Session, audience: Audience, name: str) -> r.Wall | None:
    return r.Wall(
        area=name or None,
        contributions=session.tally.by_area[name],
        people=people_on_the_wall(session, audience, name),
        latest=latest(session, audience, name),
    )


def people_on_the_wall(session: Session, audience: Audience, area: str) -> int:
    authors = session.tally.authors_by_area.get(area, Counter())
    known = audience in STAFF or authors.total() == session.tally.by_area[area]
    return len(authors) if known else 0


def latest(session: Session, audience: Audience, area: str) -> list[r.Quote]:
    """The first of each kind of near duplicates, whichever was last added to in front: words that
    stand on the wall stay there and only count up."""
    found: list[tuple[int, r.Quote]] = []
    for its in reversed(session.by_likeness.get(area, {}).values()):
        if len(found) == LATEST and its[-1].id < found[-1][0]:
            break  # what is left came before all of these
        seen = list(shown(session, audience, its))
        if seen:
            found.append((seen[-1].id, quote(seen[0], len(seen))))
            found.sort(key=lambda it: -it[0])
            del found[LATEST:]
    return [it for _, it in found]


def shown(
    session: Session, audience: Audience, among: Iterable[Contribution]
) -> Iterator[Contribution]:
    """Those that the audience may see."""
    return (it for it in among if is_shown(session, audience, it))


def is_shown(session: Session, audience: Audience, it: Contribution) -> bool:
    """If it is visible; where the feed is paused, if it was before. Staff see all."""
    paused = session.paused and audience not in STAFF
    return it.is_visible and not (paused and it.shown_since > session.paused_at)


def quote(it: Contribution, times: int = 1) -> r.Quote:
    return r.Quote(it.id, it.words or "", it.posted.language, times, it.translation)


def folded(chosen: Iterable[Contribution], among: Iterable[Contribution]) -> Iterator[r.Quote]:
    """The first of each kind of near duplicates, with how many there are of it `among` all."""
    times = Counter(it.alike for it in among)
    first: dict[str, Contribution] = {}
    for it in chosen:
        if it.alike not in first:
            first[it.alike] = it
            yield quote(it, times[it.alike])


def group(session: Session, audience: Audience, name: str) -> r.Group | None:
    state = session.groups.get(int(name))
    if state is None or (audience == "phone" and not phones_see_groups(session, state.area)):
        return None
    members = [session.contributions[n] for n in sorted(state.members)]
    visible = list(shown(session, audience, members))
    if not visible and not (audience == "board" and is_protected(session, state)):
        return None
    return described_group(session, audience, state, visible)


def described_group(
    session: Session, audience: Audience, state: GroupState, visible: list[Contribution]
) -> r.Group:
    said, there = state.described, {it.id: it for it in visible}
    best = titles.typical(state, there)
    answers = list(state.answers.values())
    it = r.Group(
        group=state.id,
        area=state.area,
        place=state.place,
        title=titles.title_of(
            state, session.contributions, lambda it: is_shown(session, audience, it)
        ),
        terms=list(islice(titles.words_of(there, said.terms), TERMS)),
        quotes=list(islice(folded(best, visible), QUOTES)),
        people=people_behind(visible, audience),
        contributions=len(visible),
        sure=said.sure,
        language=best[0].posted.language if best and not state.title else "sv",
        stands_for=best[0].id if best else None,
        fits=answers.count("fits"),
        missing=answers.count("missing"),
        dots=dots_on(session, there) if sees_dots(session, audience) else None,
        kind=said.kind,
        named=bool(state.title),
    )
    if audience in STAFF:
        it.locks, it.goals = state.locks, goals_of(state, there)
    if audience == "board":
        it.stressed = stressed_in(state, there)
    return it


def goals_of(state: GroupState, there: dict[int, Contribution]) -> list[r.GlobalGoal]:
    """The machine's hints that can be explained, and what people have confirmed."""
    words = {hint.goal: list(titles.words_of(there, hint.terms)) for hint in state.described.goals}
    words |= {goal: words.get(goal, []) for goal in sorted(state.goals)}
    return [
        r.GlobalGoal(goal, said, goal in state.goals)
        for goal, said in words.items()
        if said or goal in state.goals
    ]


def stressed_in(state: GroupState, there: dict[int, Contribution]) -> list[r.Stressed]:
    found = (
        r.Stressed(it.target_group, list(titles.words_of(there, it.terms)))
        for it in state.described.stressed
    )
    return [it for it in found if it.words]


def sees_dots(session: Session, audience: Audience) -> bool:
    return session.revealed or audience in STAFF


def dots_on(session: Session, contributions: Iterable[int]) -> int:
    return sum(dots.totals[n] for dots in session.dots_shown.values() for n in contributions)


def people_behind(contributions: list[Contribution], audience: Audience) -> int:
    """Whose phones they came from. The public is told of people where all came so: "six from four
    people" is not true where a table's sentence is among the six."""
    authors = [it.author for it in contributions if it.author is not None]
    return len(set(authors)) if audience in STAFF or len(authors) == len(contributions) else 0


def voices(session: Session, audience: Audience, name: str) -> r.Voices | None:
    area = name or None
    if audience == "phone" and not phones_see_groups(session, area):
        return None
    looked, waiting = alone_in(session, audience, name), waiting_in(session, audience, name)
    if not looked and not waiting:
        return None
    quotes = list(folded(looked, looked))
    if sees_dots(session, audience):
        count_dots(session, quotes, looked)
    return r.Voices(area, quotes, waiting)


def count_dots(session: Session, quotes: list[r.Quote], voices: list[Contribution]) -> None:
    """A dot lies on one of those that say nearly the same, and is seen at the one that is shown."""
    alike: dict[str, list[int]] = {}
    for it in voices:
        alike.setdefault(it.alike, []).append(it.id)
    for said in quotes:
        said.dots = dots_on(session, alike[session.contributions[said.contribution].alike])


def alone_in(session: Session, audience: Audience, area: str) -> list[Contribution]:
    """Those in no group that the audience may see and that have been looked at, as they came."""
    here = session.alone.get(area, {})
    return list(shown(session, audience, (here[number] for number in sorted(here))))


def waiting_in(session: Session, audience: Audience, area: str) -> int:
    """How many that the audience may see have not been looked at. Of thousands, at every tick, so
    they are gone through only where some of them are not shown."""
    here = session.waiting.get(area, {})
    if session.paused and audience not in STAFF:
        return sum(1 for _ in shown(session, audience, here.values()))
    return len(here)


def grouping(session: Session, audience: Audience, name: str) -> r.Grouping:
    """Who groups the area; for the board also how, and how far it has come."""
    area, state = name or None, session.grouping_in(name)
    waiting, run = waiting_in(session, audience, name), state.run
    it = r.Grouping(area, run.model if run else "", waiting, run.fallback if run else "")
    if audience == "board":
        most = run.parameters.get("most") if run else None
        it.most, it.apart = state.most, state.apart
        it.default_most = most if isinstance(most, int) else None
        it.groups = sum(has_visible(session, group) for group in session.groups_in(area))
        it.singles = len(alone_in(session, audience, name))
        it.upto = session.looked_upto.get(name, 0)
    return it


def has_visible(session: Session, group: GroupState) -> bool:
    return any(session.contributions[number].is_visible for number in group.members)


def phones_see_groups(session: Session, area: str | None) -> bool:
    """When the step is about groups, or the facilitator has opened what others wrote."""
    if is_hidden_from_each_other(session):
        return False
    step = session.current
    if isinstance(step, Check | Dots | Groups | TargetGroups | Thanks) or session.ended:
        return getattr(step, "area", None) in (None, area)
    return session.others and getattr(step, "area", None) in (None, area)


def is_hidden_from_each_other(session: Session) -> bool:
    """Whether those who write see nothing of what others write."""
    return session.is_window and not session.ended


def other(session: Session, audience: Audience, name: str) -> r.Other | None:
    it = session.contributions.get(int(name))
    if not session.others or it is None or not it.is_visible:
        return None
    if it.posted.step != session.step:
        return None
    return r.Other(
        contribution=it.id,
        kind=it.posted.kind,
        text=it.words or "",
        language=it.posted.language,
        topic=it.posted.topic,
        translation=it.translation,
    )


def target_group_differences(
    session: Session, audience: Audience, name: str
) -> r.Differences | None:
    step, area = session.current, name or None
    if not isinstance(step, TargetGroups) or step.area not in (None, area):
        return None
    if audience == "phone" and is_hidden_from_each_other(session):
        return None
    return differences.differences(
        session, area, list(shown(session, audience, session.in_area(area)))
    )


def evaluation(session: Session, audience: Audience, name: str) -> r.EvaluationResult | None:
    answers = {
        question.id: tally(answered(session, audience, question.id), len(question.options))
        for step in session.definition.steps
        if isinstance(step, Evaluation)
        for question in step.questions
        if len(session.evaluation.get(question.id, ())) >= FEWEST_PEOPLE
    }
    return r.EvaluationResult(answers) if answers else None


def answered(session: Session, audience: Audience, question: str) -> Iterable[int]:
    """To the public in fives, changed ones with the next five: whoever watches the numbers while
    somebody presses learns nothing."""
    if audience in STAFF:
        return session.evaluation[question].values()
    return session.evaluation_told[question]


def tally(answers: Iterable[int], options: int) -> list[int]:
    chosen = list(answers)
    return [chosen.count(option) for option in range(options)]


# ── the console's own ─────────────────────────────────────────────────────────────────────────


def run(session: Session, audience: Audience, name: str) -> r.RunOfShow:
    return r.RunOfShow(
        [
            r.RunStep(
                step=step.id,
                kind=kebab(type(step).__name__),
                title=step.title,
                minutes=step.minutes,
                say=step.say,
                contributions=session.tally.by_step[step.id],
                done=step.id in session.visited,
                takes=kinds_of(step),
                topics=topics_of(session, step),
                area=getattr(step, "area", None),
            )
            for step in session.definition.steps
        ]
    )


def settings(session: Session, audience: Audience, name: str) -> r.Settings:
    missing = untranslated_for(session.definition, session.dialogue.definition)
    it = r.Settings(session.moderation, session.code_expires, missing, session.joining)
    it.entry, it.window = session.definition.entry, session.is_window
    it.past_closing = session.definition.closes if session.closes_at is None else ""
    return it


def queue(session: Session, audience: Audience, name: str) -> r.Queue:
    """The oldest, and whatever else somebody is reading; who does not moderate has the numbers."""
    waiting = sorted(session.held)
    shown = sorted({*waiting[:QUEUE], *session.taken}) if audience in MODERATING else []
    languages = Counter(session.contributions[n].posted.language for n in waiting)
    return r.Queue(
        held=len(waiting),
        oldest_at=told_at(audience, session.contributions[waiting[0]]) if waiting else None,
        slips=[whole_slip(session, session.contributions[n]) for n in shown],
        on_duty=len(session.on_duty),
        unread=sum(n for it, n in languages.items() if duty.is_unread(session, it)),
    )


def paper(session: Session, audience: Audience, name: str) -> r.PaperSlips:
    entered = (it for it in reversed(session.contributions.values()) if it.posted.slip)
    return r.PaperSlips([paper_slip(audience, it) for it in islice(entered, RECENT)])


def paper_slip(audience: Audience, it: Contribution) -> r.Slip:
    """With where it stands in the log: two who enter the same words at once each learn their own
    number."""
    found = slip(it) if audience in MODERATING else seen_slip(audience, it)
    found.seq = it.seq
    return found


def recent(session: Session, audience: Audience, name: str) -> r.Recent:
    settled = (it for it in reversed(session.contributions.values()) if it.standing != "held")
    return r.Recent([slip_for(session, audience, it) for it in islice(settled, RECENT)])


def hidden(session: Session, audience: Audience, name: str) -> r.Hidden:
    latest = islice(reversed(session.hidden), RECENT)
    return r.Hidden([slip_for(session, audience, session.contributions[n]) for n in latest])


def slip_for(session: Session, audience: Audience, it: Contribution) -> r.Slip:
    return whole_slip(session, it) if audience in MODERATING else seen_slip(audience, it)


def told_at(audience: Audience, it: Contribution) -> int:
    """When it came; to the minute for those who do not moderate."""
    return it.at if audience in MODERATING else to_the_minute(it.at)


def seen_slip(audience: Audience, it: Contribution) -> r.Slip:
    """For those who do not moderate: of what is not visible all but the words."""
    found = slip(it)
    found.at = told_at(audience, it)
    if not it.is_visible:
        found.text, found.translations, found.withheld = "", [], True
    return found


def whole_slip(session: Session, it: Contribution) -> r.Slip:
    """For those who moderate: also what is masked, and what they have to know to decide."""
    found = slip(it)
    found.original, found.masks = (it.original or "") if it.masks else "", it.masks
    found.asserted_by = it.asserted_by
    found.taken_by, found.taken_until = session.taken.get(it.id, ("", 0))
    if it.participant is not None:
        found.same_phone = len(session.by_participant[it.participant]) - 1
        found.held_back = it.participant in session.held_back
    found.unread = duty.is_unread(session, it.posted.language)
    return found


def slip(it: Contribution) -> r.Slip:
    posted = it.posted
    return r.Slip(
        contribution=it.id,
        text=it.words or "",
        kind=posted.kind,
        area=posted.area,
        topic=posted.topic,
        target_group=posted.target_group,
        channel=posted.channel,
        language=posted.language,
        standing=it.standing,
        at=it.at,
        step=posted.step,
        flags=posted.flags,
        reason=it.reason,
        late=posted.late,
        slip=posted.slip,
        people=posted.people,
        table=posted.table,
        translations=it.all_translations,
    )


def changes(session: Session, audience: Audience, name: str) -> r.Changes:
    latest = (undoable.change for undoable in reversed(session.changes))
    if audience == "board":
        latest = (change for change in latest if change.words in ABOUT_GROUPS)
    return r.Changes(list(latest))


# ── the board's own ───────────────────────────────────────────────────────────────────────────


def contribution(session: Session, audience: Audience, name: str) -> r.Contribution | None:
    it = session.contributions.get(int(name))
    if it is None or not it.is_visible:
        return None
    why = it.placement
    return r.Contribution(
        contribution=it.id,
        text=it.words or "",
        kind=it.posted.kind,
        area=it.area,
        topic=it.posted.topic,
        target_group=it.posted.target_group,
        language=it.posted.language,
        group=it.group,
        waiting=session.is_waiting(it),
        pinned=it.pinned,
        kept_out=sorted(it.kept_out),
        sure=why.sure if why else None,
        near=why.near if why else [],
        shared=shared_words(it),
        translation=it.translation,
    )


def shared_words(it: Contribution) -> list[str]:
    """Each word once, as it stands there."""
    spans = it.placement.shared if it.placement else []
    return list(dict.fromkeys(titles.words_of({it.id: it}, ([span] for span in spans))))


SCRIBE: frozenset[Audience] = frozenset({"scribe"})
MODERATING: frozenset[Audience] = frozenset({"console"})
"""Those who have the words of what waits, is hidden or masked: nobody else may be let in there."""
CONSOLE: frozenset[Audience] = MODERATING | {"presidium"}
STAFF: frozenset[Audience] = CONSOLE | {"board"}
EVERYBODY: frozenset[Audience] = STAFF | {"phone", "projector"}
IN_THE_ROOM: frozenset[Audience] = EVERYBODY - {"board"}
PHONE: frozenset[Audience] = frozenset({"phone"})
PROJECTOR: frozenset[Audience] = frozenset({"projector"})
BOARD: frozenset[Audience] = frozenset({"board"})

OF_AN_AREA = ("wall", "voices", "differences", "grouping", "regrouping")

SEEN_BY: dict[str, frozenset[Audience]] = {
    "meeting": EVERYBODY | SCRIBE,
    "stage": EVERYBODY | SCRIBE,
    "timer": IN_THE_ROOM | SCRIBE,
    "counts": EVERYBODY | SCRIBE,
    "evaluation": IN_THE_ROOM,
    "wall": PROJECTOR,
    "group": EVERYBODY,
    "voices": IN_THE_ROOM,
    "differences": IN_THE_ROOM,
    "other": PHONE,
    "grouping": STAFF | PROJECTOR,
    "contribution": BOARD,
    "regrouping": BOARD,
    "run": CONSOLE | SCRIBE,
    "paper": CONSOLE | SCRIBE,
    "settings": CONSOLE,
    "queue": CONSOLE,
    "recent": CONSOLE,
    "hidden": CONSOLE,
    "changes": STAFF,
}
"""Kind of record -> who has it at all; some only at times."""

RENDER: dict[str, Callable[[Session, Audience, str], r.AnyRecord | None]] = {
    "meeting": meeting,
    "stage": stage,
    "timer": timer,
    "counts": counts,
    "wall": wall,
    "group": group,
    "voices": voices,
    "other": other,
    "differences": target_group_differences,
    "evaluation": evaluation,
    "run": run,
    "settings": settings,
    "queue": queue,
    "paper": paper,
    "recent": recent,
    "hidden": hidden,
    "changes": changes,
    "grouping": grouping,
    "contribution": contribution,
    "regrouping": previews.regrouping,
}

# ── one person's own ──────────────────────────────────────────────────────────────────────────


def own(session: Session, participant: int) -> r.Own:
    """What is this participant's own, whole."""
    if session.unlinked:
        return r.Own(None, [], {}, {}, {})
    dots = Counter[int]()
    for step in session.dots_shown.values():
        dots.update(step.by_participant.get(participant, {}))
    table = session.tables.get(participant, "")
    by_me = session.by_participant.get(participant, [])
    return r.Own(
        table=table,
        target_group=session.participants.get(participant),
        contributions=[
            own_contribution(it) for it in (session.by_table.get(table, []) if table else by_me)
        ],
        dots={number: n for number, n in dots.items() if n},
        answers={
            number: state.answers[participant]
            for number, state in session.groups.items()
            if participant in state.answers
        },
        evaluation={
            question: answered[participant]
            for question, answered in session.evaluation.items()
            if participant in answered
        },
    )


def own_contribution(it: Contribution) -> r.OwnContribution:
    posted = it.posted
    return r.OwnContribution(
        contribution=it.id,
        op=it.op,
        text=it.words or "",
        kind=posted.kind,
        area=posted.area,
        topic=posted.topic,
        step=posted.step,
        standing=it.standing,
        reason=it.reason,
        late=posted.late,
        masked=bool(it.masks),
        people=posted.people,
        language=posted.language,
    )
