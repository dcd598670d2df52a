"""Everything that can be said of a dialogue in numbers, for one scope and edition."""

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from dialog.domain import titles, work_views
from dialog.domain.bodies import every_body
from dialog.domain.findings import areas, coverage, dots, matrix
from dialog.domain.findings import model as m
from dialog.domain.findings.within import Within
from dialog.domain.state import Contribution, Dialogue, Session
from dialog.domain.times import to_the_minute
from dialog.domain.work_state import VersionState
from dialog.protocol.agenda import FEWEST_PEOPLE, Evaluation
from dialog.protocol.work_records import GoalDraft, Process, Settled, Texts


def find(
    dialogue: Dialogue, scope: m.Scope | None = None, version: VersionState | None = None
) -> m.Findings:
    """What `dialogue` says. Of a frozen version: give the dialogue as it stood at its `upto`."""
    within = Within(dialogue, scope or m.Scope())
    there = matrix.lines(within)
    told = matrix.public_limits(within, there) if within.public else None
    groups = matrix.target_groups(within, told)
    it = dialogue.definition
    return m.Findings(
        dialogue=dialogue.id,
        municipality=it.municipality,
        record_number=it.record_number,
        title=it.title,
        rehearsal=dialogue.rehearsal,
        scope=within.scope,
        seq=dialogue.seq,
        at=to_the_minute(dialogue.at),
        version=version.version if version else None,
        of=version.of if version else None,
        log_hash=version.log_hash if version else "",
        sessions=[session_facts(within, session) for session in within.sessions],
        numbers=numbers(within),
        target_groups=groups,
        areas=areas.areas(within),
        matrix=matrix.matrix(within, there, told),
        coverage=coverage.coverage(within, there, told, groups),
        decided=decided(within),
        contributions={n: contribution(within, it) for n, it in within.told.items()},
        goals=goals(within),
        previous=[
            Settled(id, its.fate, its.goal, its.reason) for id, its in within.work.previous.items()
        ],
        process=process(within),
        texts=texts(within),
        bodies=[
            m.BodyFacts(body.id, body.name, body.kind)
            for body in every_body(within.dialogue).values()
        ],
        changes=[] if within.public else [replace(it) for it in within.work.log],
        runs=[run for session in within.sessions for run in runs(session)],
        evaluation=evaluation(within),
        hall_groups=[group for session in within.sessions for group in hall(within, session)],
        dots=dots.dots(within),
        lineage={theme.id: theme.merged_into for theme in within.work.gone.values()},
    )


def session_facts(within: Within, session: Session) -> m.SessionFacts:
    it = session.definition
    return m.SessionFacts(
        session=session.id,
        title=it.title,
        type=it.type,
        date=it.date,
        place=it.place,
        purpose=it.purpose,
        level=it.level,
        closed=session.access == "closed",
        people=len(session.participants),
        behind=sum(
            it.spoken_for for it in session.contributions.values() if it.standing == "visible"
        ),
        contributions=len(session.contributions),
        question=it.question,
        can_influence=it.can_influence,
        decided=it.decided,
        next=it.next,
    )


def numbers(within: Within) -> m.Numbers:
    """Kinds, channels and languages are counted over all received."""
    received = within.received
    standing = Counter(it.standing for it in received)
    in_themes = sum(map(len, within.by_theme.values()))
    return m.Numbers(
        received=len(received),
        visible=standing["visible"],
        held=standing["held"],
        hidden=standing["hidden"],
        withdrawn=standing["withdrawn"],
        people=sum(len(session.participants) for session in within.sessions),
        behind=sum(it.spoken_for for it in within.visible),
        by_kind=dict(Counter(it.posted.kind for it in received)),
        by_channel=dict(Counter(it.posted.channel for it in received)),
        by_language=dict(Counter(it.posted.language for it in received)),
        moderation=dict(Counter(it.reason for it in received if it.standing == "hidden")),
        read=sum(within.work.place(it.id).verdict is not None for it in received),
        in_themes=in_themes,
        single=len(within.visible) - in_themes,
    )


def decided(within: Within) -> m.Decided:
    dispositions = [within.work.disposition_of(it.id) for it in within.received]
    there = [it for it in dispositions if it is not None]
    return m.Decided(
        undecided=len(dispositions) - len(there),
        by_kind=dict(Counter(it.kind for it in there)),
        by_recipient=dict(Counter(it.recipient for it in there if it.recipient)),
    )


def contribution(within: Within, it: Contribution) -> m.ContributionFacts:
    place, posted = within.work.place(it.id), it.posted
    theme = None if place.theme is None else within.work.themes[place.theme]
    own = place.disposition is not None or theme is None
    return m.ContributionFacts(
        contribution=it.id,
        session=it.session,
        text=(it.words or "") if it.is_visible else "",
        language=posted.language,
        kind=posted.kind,
        area=within.area_of(it),
        written_area=it.area,
        topic=posted.topic,
        target_group="" if within.public else posted.target_group,
        channel=posted.channel,
        standing=it.standing,
        reason=it.reason,
        people=posted.people,
        slip=posted.slip,
        theme=place.theme,
        also=sorted(place.also),
        disposition=within.work.disposition_of(it.id),
        disposition_reason=place.reason if own or theme is None else theme.reason,
        read=place.verdict is not None,
        goals=work_views.goals_resting_on(within.dialogue, it.id, place.theme),
        at=to_the_minute(it.at),
        translations=it.all_translations if it.is_visible else [],
    )


# ── what others have worked out ──


def goals(within: Within) -> list[GoalDraft]:
    found = []
    for number in within.work.goals:
        draft = work_views.record(within.dialogue, f"goal/{number}")
        if isinstance(draft, GoalDraft):
            cited = [n for n in draft.contributions if n in within.told]
            found.append(replace(draft, contributions=cited))
    return found


def process(within: Within) -> Process:
    found = work_views.record(within.dialogue, "process")
    return found if isinstance(found, Process) else Process([], [], [], [], [], [], [], [], [])


def texts(within: Within) -> list[m.WrittenText]:
    found = work_views.record(within.dialogue, "texts")
    return found.texts if isinstance(found, Texts) else []


# ── the room ──


def runs(session: Session) -> Iterable[dict[str, str | int | float]]:
    """What the machine's last grouping of each area was made with."""
    for area, grouping in session.grouping.items():
        if grouping.run is not None:
            run = grouping.run
            yield {
                **run.parameters,
                "session": session.id,
                "area": area,
                "model": run.model,
                "seed": run.seed,
                "upto": run.upto,
                "fallback": run.fallback,
            }


def evaluation(within: Within) -> dict[str, list[int]]:
    """Question -> answers per option, over the sessions that asked it. In public from five."""
    found: dict[str, list[int]] = {}
    for session in within.sessions:
        for question, options in questions(session):
            answers = Counter(session.evaluation.get(question, {}).values())
            sums = found.setdefault(question, [0] * options)
            sums += [0] * (options - len(sums))
            for option, n in answers.items():
                sums[option] += n
    fewest = FEWEST_PEOPLE if within.public else 1
    return {question: sums for question, sums in found.items() if sum(sums) >= fewest}


def questions(session: Session) -> Iterable[tuple[str, int]]:
    for step in session.definition.steps:
        if isinstance(step, Evaluation):
            yield from ((it.id, len(it.options)) for it in step.questions)


def hall(within: Within, session: Session) -> Iterable[dict[str, str | int | list[int] | None]]:
    """The room's groups when the session ended; while it goes on, as they stand."""
    there = session.at_the_end if session.ended else session.groups
    for group in there.values():
        its = [n for n in sorted(group.members) if within.is_quotable(n)]
        if its:
            contributions = within.dialogue.contributions
            title = titles.title_of(group, contributions, lambda it: within.is_quotable(it.id))
            yield {
                "session": session.id,
                "group": group.id,
                "area": group.area,
                "title": title,
                "contributions": list(its),
            }
