"""What an audience may see, as records. Who wrote what never leaves here.

`record` renders one key; `keys` lists what an audience has. A tick renders only the keys that
were touched; a whole view is every key rendered.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from dialog.domain import differences
from dialog.domain.state import Contribution, GroupState, Session
from dialog.domain.texts import untranslated_for
from dialog.protocol import records as r
from dialog.protocol.agenda import (
    FEWEST_PEOPLE,
    TEXT_LIMIT,
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
from dialog.protocol.commands import Term
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
    shared = ["meeting", "stage", "timer", "counts", "evaluation"]
    areas = [area or "" for area in session.areas]
    shared += [f"group/{number}" for number in session.groups]
    shared += [f"{kind}/{area}" for kind in ("voices", "differences") for area in areas]
    match audience:
        case "phone":
            return shared + [f"other/{number}" for number in session.contributions]
        case "projector":
            return shared + [f"wall/{area}" for area in areas]
    return [*shared, "run", "settings", "queue", "recent", "hidden", "changes"]


def record(session: Session, audience: Audience, key: str) -> r.AnyRecord | None:
    """The record under `key`, or None if `audience` has none there now."""
    kind, _, name = key.partition("/")
    render = RENDER.get(kind)
    if render is None or (kind in CONSOLE_ONLY and audience != "console"):
        return None
    return render(session, audience, name)


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
        contact=dialogue.contact,
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
    people = {group: n for group, n in session.perspectives.items() if n}
    everything = audience == "console"
    may_show = set(people) if everything else differences.may_show(people)
    return r.Counts(
        people=len(session.participants),
        authors=len(tally.authors),
        contributions=tally.contributions,
        held=len(session.held),
        by_area={area: n for area, n in tally.by_area.items() if n},
        by_target_group={g: n for g, n in tally.by_target_group.items() if n and everything},
        people_by_target_group={group: people[group] for group in sorted(may_show)},
        behind=tally.behind,
    )


# ── what has been written ─────────────────────────────────────────────────────────────────────


def wall(session: Session, audience: Audience, name: str) -> r.Wall | None:
    if audience != "projector":
        return None
    area = name or None
    latest = islice(shown(session, audience, reversed(session.in_area(area))), LATEST)
    return r.Wall(
        area=area,
        contributions=session.tally.by_area[name],
        people=len(session.tally.authors_by_area.get(name, ())),
        latest=[quote(it) for it in latest],
    )


def shown(
    session: Session, audience: Audience, among: Iterable[Contribution]
) -> Iterator[Contribution]:
    """The visible ones; where the feed is paused those that were seen before. Staff see all."""
    paused = session.paused and audience != "console"
    for it in among:
        if it.is_visible and not (paused and it.shown_since > session.paused_at):
            yield it


def quote(it: Contribution) -> r.Quote:
    return r.Quote(it.id, it.words or "", it.posted.language)


def group(session: Session, audience: Audience, name: str) -> r.Group | None:
    state = session.groups.get(int(name))
    if state is None or (audience == "phone" and not phones_see_groups(session, state.area)):
        return None
    members = [session.contributions[n] for n in state.suggested.members]
    visible = list(shown(session, audience, members))
    if not visible:
        return None
    return described_group(session, audience, state, visible)


def described_group(
    session: Session, audience: Audience, state: GroupState, visible: list[Contribution]
) -> r.Group:
    suggested = state.suggested
    there = {it.id: it for it in visible}
    typical = [there[n] for n in suggested.typical if n in there] or visible
    terms = list(islice((term for term in words_of(there, suggested.terms)), TERMS))
    answers = list(state.answers.values())
    see_dots = session.revealed or audience == "console"
    return r.Group(
        group=state.id,
        area=state.area,
        place=suggested.place,
        title=title_of(terms, typical[0].words or ""),
        terms=terms,
        quotes=[quote(it) for it in typical[:QUOTES]],
        people=people_behind(visible),
        contributions=len(visible),
        sure=suggested.sure,
        language=typical[0].posted.language,
        stands_for=typical[0].id,
        fits=answers.count("fits"),
        missing=answers.count("missing"),
        dots=dots_on(session, there) if see_dots else None,
    )


def dots_on(session: Session, contributions: Iterable[int]) -> int:
    return sum(dots.totals[n] for dots in session.dots_shown.values() for n in contributions)


def words_of(there: dict[int, Contribution], terms: list[Term]) -> Iterator[str]:
    """Each term in the words of a contribution that is still visible; else it is not said."""
    for term in terms:
        for span in term:
            if span.contribution in there:
                yield (there[span.contribution].words or "")[span.start : span.end]
                break


def title_of(terms: list[str], typical: str) -> str:
    """A group's title: its first two terms; failing terms, how its most typical text begins."""
    words = " · ".join(terms[:2]) or " ".join(typical.split()[:6])
    return words[:1].upper() + words[1:]


def people_behind(contributions: list[Contribution]) -> int:
    return len({it.participant for it in contributions if it.participant is not None})


def voices(session: Session, audience: Audience, name: str) -> r.Voices | None:
    area = name or None
    if audience == "phone" and not phones_see_groups(session, area):
        return None
    upto = session.looked_upto.get(name, 0)
    here = shown(session, audience, session.in_area(area))
    alone = [it for it in here if it.group is None]
    looked = [quote(it) for it in alone if it.shown_since <= upto]
    waiting = len(alone) - len(looked)
    return r.Voices(area, looked, waiting) if alone else None


def phones_see_groups(session: Session, area: str | None) -> bool:
    """When the step is about groups, or the facilitator has opened what others wrote."""
    step = session.current
    if isinstance(step, Check | Dots | Groups | TargetGroups | Thanks) or session.ended:
        return getattr(step, "area", None) in (None, area)
    return session.others and getattr(step, "area", None) in (None, area)


def other(session: Session, audience: Audience, name: str) -> r.Other | None:
    it = session.contributions.get(int(name))
    if audience != "phone" or not session.others or it is None or not it.is_visible:
        return None
    if it.posted.step != session.step:
        return None
    return r.Other(it.id, it.posted.kind, it.words or "", it.posted.language, it.posted.topic)


def target_group_differences(
    session: Session, audience: Audience, name: str
) -> r.Differences | None:
    step, area = session.current, name or None
    if not isinstance(step, TargetGroups) or step.area not in (None, area):
        return None
    return differences.differences(
        session, area, list(shown(session, audience, session.in_area(area)))
    )


def evaluation(session: Session, audience: Audience, name: str) -> r.EvaluationResult | None:
    answers = {
        question.id: tally(session.evaluation[question.id].values(), len(question.options))
        for step in session.definition.steps
        if isinstance(step, Evaluation)
        for question in step.questions
        if len(session.evaluation.get(question.id, ())) >= FEWEST_PEOPLE
    }
    return r.EvaluationResult(answers) if answers else None


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
    return r.Settings(session.moderation, session.code_expires, missing)


def queue(session: Session, audience: Audience, name: str) -> r.Queue:
    first = [session.contributions[n] for n in sorted(session.held)[:QUEUE]]
    oldest = first[0].at if first else None
    return r.Queue(len(session.held), oldest, [slip(it) for it in first])


def recent(session: Session, audience: Audience, name: str) -> r.Recent:
    settled = (it for it in reversed(session.contributions.values()) if it.standing != "held")
    return r.Recent([slip(it) for it in islice(settled, RECENT)])


def hidden(session: Session, audience: Audience, name: str) -> r.Hidden:
    latest = islice(reversed(session.hidden), RECENT)
    return r.Hidden([slip(session.contributions[n]) for n in latest])


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
    )


def changes(session: Session, audience: Audience, name: str) -> r.Changes:
    return r.Changes([undoable.change for undoable in reversed(session.changes)])


CONSOLE_ONLY = {"run", "settings", "queue", "recent", "hidden", "changes"}

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
    "recent": recent,
    "hidden": hidden,
    "changes": changes,
}

# ── one person's own ──────────────────────────────────────────────────────────────────────────


def own(session: Session, participant: int) -> r.Own:
    """What is this participant's own, whole."""
    dots = Counter[int]()
    for step in session.dots_shown.values():
        dots.update(step.by_participant.get(participant, {}))
    return r.Own(
        target_group=session.participants.get(participant),
        contributions=[own_contribution(it) for it in session.by_participant.get(participant, [])],
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
    )


def received(session: Session, number: int) -> r.Received:
    """What became of a contribution, for whoever holds its receipt."""
    it = session.contributions[number]
    area = session.dialogue.area(it.area or "")
    return r.Received(
        session=session.definition.title,
        kind=it.posted.kind,
        area="" if area is None else area.name,
        text=it.words or "",
        language=it.posted.language,
        standing=it.standing,
        reason=it.reason,
    )
