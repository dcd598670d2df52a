"""Goal areas with their themes, topics and single voices."""

from collections import Counter

from dialog.domain.findings import model as m
from dialog.domain.findings import terms
from dialog.domain.findings.within import Within
from dialog.domain.state import Contribution
from dialog.domain.work_state import ThemeState
from dialog.protocol.agenda import UNDISCLOSED, Topic

TYPICAL = 4
LETTERS = {"keyword": "N", "question": "F"}


def areas(within: Within) -> list[m.AreaFacts]:
    """In the decided order; last what goes across all of them, number 0, if there is any."""
    dots = placed_dots(within)
    by_area: dict[str | None, list[Contribution]] = {}
    for it in within.visible:
        by_area.setdefault(within.area_of(it), []).append(it)
    found = [
        area(within, it.id, it.name, number, by_area.get(it.id, []), dots)
        for number, it in enumerate(within.dialogue.definition.areas, start=1)
    ]
    across = area(within, None, "", 0, by_area.get(None, []), dots)
    if across.themes or across.topics or across.contributions:
        found.append(across)
    return found


def area(
    within: Within,
    id: str | None,
    name: m.Text,
    number: int,
    contributions: list[Contribution],
    dots: Counter[int],
) -> m.AreaFacts:
    themes = [theme(within, it, dots) for it in within.themes if it.area == id]
    themes.sort(key=lambda it: (-it.contributions, it.theme))
    numbered: Counter[str] = Counter()
    for it in themes:
        letter = LETTERS.get(it.kind, "T")
        numbered[letter] += 1
        it.number = f"{letter}{number}.{numbered[letter]}"
    themes.sort(key=lambda it: -(it.spread or 0))
    alone = (it for it in contributions if within.work.place(it.id).theme is None)
    return m.AreaFacts(
        area=id,
        name=name,
        number=number,
        contributions=len(contributions),
        people=len(within.people(contributions)),
        themes=[it for it in themes if within.may_be_named(it.theme)],
        topics=topics(within, id),
        single=within.sources(alone),
    )


def theme(within: Within, it: ThemeState, dots: Counter[int]) -> m.ThemeFacts:
    its = sorted(within.by_theme[it.id], key=lambda it: it.id)
    kinds: Counter[str] = Counter(it.posted.kind for it in its)
    return m.ThemeFacts(
        theme=it.id,
        number="",
        area=it.area,
        title=it.title,
        kind=kind_of(it, kinds),
        carried=it.carried,
        contributions=len(its),
        people=len(within.people(its)),
        behind=sum(it.spoken_for for it in its),
        sources=within.sources(its),
        typical=typical(within, it, its),
        linked=dict(sorted(it.linked.items())),
        anchors=[
            anchor.id for anchor in within.dialogue.definition.anchors if anchor.id in it.anchors
        ],
        disposition=it.disposition,
        disposition_reason=it.reason,
        note="" if within.public else it.note,
        dots=sum(dots[contribution.id] for contribution in its),
        by_kind=dict(kinds),
        goals=[
            draft.id
            for draft in within.work.goals.values()
            if not draft.dropped and it.id in draft.themes
        ],
        spread=None if within.public else spread(within, its),
        carried_by="" if within.public or not it.carried else it.carried_by,
        carried_at=None if within.public or not it.carried else it.carried_at,
    )


def spread(within: Within, its: list[Contribution]) -> int:
    groups = {it.posted.target_group for it in its}
    return len(groups & within.residents - {UNDISCLOSED})


def kind_of(it: ThemeState, kinds: Counter[str]) -> str:
    """How it is put to people if it is carried forward, else what most of it is."""
    if it.carried or not kinds:
        return it.kind
    return max(kinds, key=lambda kind: (kinds[kind], kind))


def typical(within: Within, it: ThemeState, its: list[Contribution]) -> list[int]:
    """Those that say best what it is about: the ones the machine named, then those that share
    most words with the others; near duplicates once."""
    there = {n.id: n for n in its if within.is_quotable(n.id)}
    groups = [within.groups[n] for n in it.groups if n in within.groups]
    named = [n for group in groups for n in group.described.typical if n in there]
    said = terms.said(there.values())
    best = sorted(there, key=lambda n: (-shared(there[n], said), n))
    found: dict[str, int] = {}
    for n in [*named, *best]:
        found.setdefault(there[n].alike, n)
        if len(found) == TYPICAL:
            break
    return list(found.values())


def shared(it: Contribution, said: Counter[str]) -> float:
    """How much of what it says the others say too, for its length."""
    own = terms.stems(it)
    return sum(said[stem] - 1 for stem in own) / (len(own) + 1)


def topics(within: Within, area: str | None) -> list[m.TopicFacts]:
    known = {it.id: it for it in within.dialogue.definition.topics}
    return [
        topic(within, known[id], its)
        for id, its in within.by_topic.items()
        if id in known and known[id].area == area
    ]


def topic(within: Within, it: Topic, its: list[Contribution]) -> m.TopicFacts:
    work = within.work
    from_theme = (
        theme for theme in [*work.themes.values(), *work.gone.values()] if theme.topic == it.id
    )
    sent_from = next(from_theme, None)
    return m.TopicFacts(
        topic=it.id,
        text=it.text,
        kind=it.kind,
        area=it.area,
        political=it.political,
        theme=None if sent_from is None else sent_from.id,
        sources=within.sources(its),
        people=len(within.people(its)),
    )


def placed_dots(within: Within) -> Counter[int]:
    """Contribution -> the dots on it, over all sessions and steps."""
    found: Counter[int] = Counter()
    for session in within.sessions:
        for dots in session.dots.values():
            found.update(dots.totals)
    return found
