"""Findings written by hand: the shipped dialogue and samples, as after the evening."""

import csv
from collections import defaultdict
from functools import cache

import msgspec

from dialog.domain.findings.model import (
    AnchorCoverage,
    AreaFacts,
    BodyFacts,
    ContributionFacts,
    Coverage,
    Decided,
    Edition,
    Findings,
    GoalCoverage,
    Matrix,
    MatrixCell,
    MatrixRow,
    Numbers,
    Scope,
    SessionFacts,
    TargetGroupFacts,
    ThemeFacts,
    TopicFacts,
)
from dialog.protocol import work_records as r
from dialog.protocol.agenda import Anchor, Body, DialogueDefinition, PreviousGoal, SessionDefinition
from dialog.protocol.work_commands import Disposition, StoredFile
from dialog.sessions.library import Dialogue, load
from dialog.settings import shipped

EVENING = 1_554_141_600_000
"""1 April 2019, 20.00 in Sweden."""

BODIES = [
    Body("ks", "Kommunstyrelsen", "executive-board"),
    Body("ksau", "Kommunstyrelsens arbetsutskott", "working-committee"),
    Body("kf", "Kommunfullmäktige", "council"),
    Body("klk", "Kommunledningskontoret", "office"),
    Body("tk", "Tekniska kontoret", "operation"),
    Body("bun", "Barn- och utbildningsnämnden", "committee"),
    Body("region", "Region Jönköpings län", "authority"),
]
ASSIGNED = {
    **{6: {1: "primary"}, 11: {1: "primary", 4: "partial"}, 13: {1: "primary"}},
    **{4: {2: "primary", 3: "partial"}, 8: {1: "partial", 2: "primary"}, 3: {3: "primary"}},
    **{5: {2: "partial", 4: "primary"}, 10: {4: "primary"}, 16: {4: "primary"}},
}
LINKED = {"Bostäder för livets olika skeden": 11, "Klimat, energi och återbruk": 13}


@cache
def folder() -> Dialogue:
    return load(shipped("sessions")).dialogues["mal-2019"]


def definition() -> DialogueDefinition:
    """The shipped one, with the bodies, previous goals and anchors that documents speak of."""
    it = msgspec.structs.replace(
        folder().definition,
        bodies=BODIES,
        contact="Kommunledningskontoret, telefon 0370-00 00 00",
        previous_goals=[
            PreviousGoal("attraktiv", "Vaggeryd ska vara en attraktiv boendekommun."),
            PreviousGoal("arbete", "Alla ska ha ett arbete eller en utbildning."),
        ],
        anchors=[Anchor("vaxa", "Här växer människor och företag."), Anchor("respekt", "Respekt")],
    )
    for stage in it.stages:
        stage.document = stage.id in ("plan-decided", "vision-extended")
    return it


def session(name: str) -> SessionDefinition:
    return folder().sessions[name]


def samples() -> list[dict[str, str]]:
    text = (shipped("sessions") / "mal-2019" / "samples.tsv").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def findings(
    name: str = "2019-04-01-medborgardialog",
    edition: Edition = "internal",
    frozen: bool = True,
    extra: list[ContributionFacts] | None = None,
    with_goals: bool = True,
) -> Findings:
    """The samples as contributions of session `name`, their labels as themes."""
    its = {it.contribution: it for it in contributions(name, edition)}
    its |= {it.contribution: it for it in extra or []}
    dialogue, held = definition(), session(name)
    themes = all_themes(its)
    numbers = sums(its)
    return Findings(
        dialogue=dialogue.id,
        municipality=dialogue.municipality,
        record_number=dialogue.record_number,
        title=dialogue.title,
        rehearsal=False,
        scope=Scope((name,), edition),
        seq=412,
        at=EVENING,
        version=1 if frozen else None,
        of="summary" if frozen else None,
        log_hash="3f" * 32,
        sessions=[
            SessionFacts(
                session=name,
                title=held.title,
                type=held.type,
                date=held.date,
                place=held.place or "Fenix, Vaggeryd",
                purpose=held.purpose,
                level=held.level,
                closed=held.is_closed(),
                people=numbers.people,
                behind=numbers.behind,
                contributions=numbers.received,
                question=held.question,
                can_influence=held.can_influence,
                decided=held.decided,
                next=held.next,
            )
        ],
        numbers=numbers,
        target_groups=target_groups(dialogue, its, edition),
        areas=areas(dialogue, its, themes),
        matrix=matrix(dialogue, its, themes, edition),
        coverage=coverage(dialogue, its, themes, edition),
        decided=decided(its),
        contributions=its,
        goals=goals(themes) if with_goals else [],
        previous=[r.Settled("attraktiv", "merged", 1, "Samma sak sägs i mål 1.")],
        process=process(dialogue),
        texts=[],
        bodies=[BodyFacts(it.id, it.name, it.kind) for it in BODIES],
        changes=[
            r.WorkChange(401, "theme_made", {"title": "Bussar"}, EVENING, "presidium"),
            r.WorkChange(
                402,
                "theme_named",
                {"was": "Bussar", "title": "Bussar och tåg"},
                EVENING,
                "presidium",
                why="Tydligare så.",
            ),
        ],
        runs=[{"session": name, "area": "area-1", "model": "e5-small", "seed": 7, "seq": 398}],
    )


def contributions(name: str, edition: Edition) -> list[ContributionFacts]:
    public = edition == "public"
    found = []
    titles: dict[str, int] = {}
    for number, row in enumerate(samples(), 1):
        theme = titles.setdefault(row["theme"], len(titles) + 1)
        standing = "hidden" if number % 40 == 0 else "visible"
        if public and standing != "visible":
            continue
        single = number % 17 == 0
        found.append(
            ContributionFacts(
                contribution=number,
                session=name,
                text=row["text"],
                language=row["lang"],
                kind=row["kind"],
                area=f"area-{row['area']}" if number % 30 else None,
                written_area=f"area-{row['area']}",
                topic=None,
                target_group="" if public else row["target_group"],
                channel="table" if number % 25 == 0 else "live",
                standing=standing,
                reason="threat" if standing == "hidden" else "",
                people=6 if number % 25 == 0 else 1,
                slip=0,
                theme=None if single or standing == "hidden" else theme,
                also=[theme % 20 + 1] if number % 50 == 0 else [],
                disposition=becomes(number, theme),
                disposition_reason="Gäller en gata." if theme % 5 == 0 else "",
                read=number % 3 > 0,
                goals=[],
                at=EVENING,
            )
        )
    return found


def becomes(number: int, theme: int) -> Disposition | None:
    """A bit of everything."""
    if number % 23 == 0:
        return None
    kinds = [
        Disposition("goal", goal=1),
        Disposition("programme"),
        Disposition("handover", recipient="tk"),
        Disposition("other-authority", recipient="region"),
        Disposition("parked"),
        Disposition("internal-goal", internal="employer"),
    ]
    return kinds[theme % 6]


def all_themes(its: dict[int, ContributionFacts]) -> list[ThemeFacts]:
    titles = list(dict.fromkeys(row["theme"] for row in samples()))
    held: dict[tuple[int, str | None], list[ContributionFacts]] = defaultdict(list)
    for it in its.values():
        if it.theme:
            held[it.theme, it.area].append(it)
    found: list[ThemeFacts] = []
    places: dict[str | None, int] = defaultdict(int)
    for (theme, area), members in sorted(held.items(), key=lambda it: (it[0][1] or "z", it[0][0])):
        if area is None:
            continue
        places[area] += 1
        carried = ["", "topic", "keyword"][theme % 3]
        kind = "question" if theme % 2 else "keyword"
        sort = "T" if not carried else "F" if kind == "question" else "N"
        title = titles[theme - 1]
        found.append(
            ThemeFacts(
                theme=theme,
                number=f"{sort}{area[-1]}.{places[area]}",
                area=area,
                title=title,
                kind=kind,
                carried=carried,
                contributions=len(members),
                people=sum(it.people == 1 for it in members),
                behind=sum(it.people for it in members if it.people > 1),
                sources=[it.contribution for it in members],
                typical=[it.contribution for it in members[:3]],
                linked={LINKED[title]: "primary"} if title in LINKED else {},
                anchors=["vaxa"] if theme == 1 else [],
                disposition=becomes(1, theme),
                disposition_reason="",
                note="",
            )
        )
    return found


def sums(its: dict[int, ContributionFacts]) -> Numbers:
    def count(**wanted: object) -> int:
        return sum(all(getattr(it, k) == v for k, v in wanted.items()) for it in its.values())

    def by(name: str) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for it in its.values():
            found[getattr(it, name)] += 1
        return dict(found)

    return Numbers(
        received=len(its),
        visible=count(standing="visible"),
        held=count(standing="held"),
        hidden=count(standing="hidden"),
        withdrawn=count(standing="withdrawn"),
        people=sum(it.people == 1 for it in its.values()),
        behind=sum(it.people for it in its.values() if it.people > 1),
        by_kind=by("kind"),
        by_channel=by("channel"),
        by_language=by("language"),
        moderation={"threat": count(standing="hidden")} if count(standing="hidden") else {},
        read=count(read=True),
        in_themes=sum(it.theme is not None for it in its.values()),
        single=sum(it.theme is None and it.standing == "visible" for it in its.values()),
    )


def target_groups(
    dialogue: DialogueDefinition, its: dict[int, ContributionFacts], edition: Edition
) -> list[TargetGroupFacts]:
    found = []
    for group in dialogue.target_groups:
        n: int | None = sum(it.target_group == group.id for it in its.values())
        if edition == "public":
            n = 12 if group.id == "youth" else None
        found.append(
            TargetGroupFacts(
                group.id, group.name, group.resident, 15 if group.resident else 0, n, n
            )
        )
    return found


def areas(
    dialogue: DialogueDefinition, its: dict[int, ContributionFacts], themes: list[ThemeFacts]
) -> list[AreaFacts]:
    found = []
    for number, area in enumerate([*(it.id for it in dialogue.areas), None], 1):
        members = [it for it in its.values() if it.area == area and it.standing == "visible"]
        topics = [
            TopicFacts(
                topic=it.id,
                text=it.text,
                kind=it.kind,
                area=it.area,
                political=False,
                theme=None,
                sources=[c.contribution for c in members if c.kind == "meaning"][n::3],
                people=len([c for c in members if c.kind == "meaning"][n::3]),
            )
            for n, it in enumerate(it for it in dialogue.topics if it.area == area)
        ]
        found.append(
            AreaFacts(
                area=area,
                name=next((it.name for it in dialogue.areas if it.id == area), "Övergripande"),
                number=number if area else 0,
                contributions=len(members),
                people=len(members),
                themes=[it for it in themes if it.area == area],
                topics=topics,
                single=[it.contribution for it in members if it.theme is None],
            )
        )
    return found


def matrix(
    dialogue: DialogueDefinition,
    its: dict[int, ContributionFacts],
    themes: list[ThemeFacts],
    edition: Edition,
) -> Matrix:
    residents = {it.id for it in dialogue.target_groups if it.resident}
    rows = []
    for theme in themes:
        members = [its[n] for n in theme.sources]
        cells: dict[str, MatrixCell] = {}
        for group in {it.target_group for it in members if it.target_group}:
            own = [it.contribution for it in members if it.target_group == group]
            words = ["kvällar"] if group == "youth" else []
            cells[group] = MatrixCell(len(own), len(own), words, own)
        total = [it.contribution for it in members if it.target_group in residents]
        apart = [it.contribution for it in members if it.target_group not in residents]
        rows.append(
            MatrixRow(
                of="theme",
                id=str(theme.theme),
                title=theme.title,
                area=theme.area,
                cells=cells,
                total=MatrixCell(len(total), len(total), [], total),
                apart=MatrixCell(len(apart), len(apart), [], apart),
                agree=["bostad"] if theme.theme == 1 else [],
            )
        )
    groups = [it.id for it in dialogue.target_groups if it.resident]
    return Matrix(rows, groups, edition == "public")


def coverage(
    dialogue: DialogueDefinition,
    its: dict[int, ContributionFacts],
    themes: list[ThemeFacts],
    edition: Edition,
) -> Coverage:
    found = []
    for goal in range(1, 18):
        linked = [it for it in themes if goal in it.linked]
        posts = sum(it.contributions for it in linked)
        found.append(
            GoalCoverage(
                goal=goal,
                assigned={f"area-{n}": s for n, s in ASSIGNED.get(goal, {}).items()},  # type: ignore[misc]
                carried=[it.theme for it in linked if it.carried],
                themes=[it.theme for it in linked],
                people=posts,
                contributions=posts,
                target_groups=3 if posts else 0,
                gaps=[] if linked else ["voiced"],
            )
        )
    anchors = [AnchorCoverage(it.id, it.text, [1], []) for it in dialogue.anchors]
    return Coverage(found, target_groups(dialogue, its, edition), anchors)


def decided(its: dict[int, ContributionFacts]) -> Decided:
    kinds: dict[str, int] = defaultdict(int)
    to: dict[str, int] = defaultdict(int)
    for it in its.values():
        if it.disposition:
            kinds[it.disposition.kind] += 1
            if it.disposition.recipient:
                to[it.disposition.recipient] += 1
    return Decided(len(its) - sum(kinds.values()), dict(kinds), dict(to))


def goals(themes: list[ThemeFacts]) -> list[r.GoalDraft]:
    return [
        r.GoalDraft(
            goal=1,
            area="area-1",
            text="Vaggeryds kommun ska vara en plats där det går att bo hela livet.",
            movement_from="Köerna till bostäder är långa.",
            movement_to="Den som vill bo i kommunen hittar en bostad.",
            resources="Behandlas i rambudget SPB20.",
            effect="Unga och äldre kan bo kvar.",
            horizon="2026",
            themes=[themes[0].theme],
            contributions=[7],
            linked=[r.Linked(11, "primary"), r.Linked(13, "partial")],
            anchors=["vaxa"],
            target_groups=["youth", "seniors"],
            frames=[
                r.FrameReply("F1", "yes", "Bygger på 20 innebörder."),
                r.FrameReply("F2", "partly"),
            ],
            directives=[r.Directive(1, "tk", "Planera för olika sorters bostäder.")],
            committee_goals=[r.CommitteeGoal(1, "bun", "Skolorna ligger nära bostäderna.")],
        ),
        r.GoalDraft(goal=2, area="area-2", text="Alla ska kunna lära sig hela livet."),
    ]


def process(dialogue: DialogueDefinition) -> r.Process:
    stages = [
        r.StageLine(
            stage=it.id,
            name=it.name,
            body=it.body,
            date=it.date,
            document=it.document,
            current=it.id == "compile",
        )
        for it in dialogue.stages
    ]
    file = StoredFile("summary", "pdf", "internal", "summering-v1.pdf", "ab" * 32, 48123)
    return r.Process(
        stages=stages,
        commissions=[
            r.CommissionLine(1, "ksau", "Skriv ett första utkast.", "2019-04-10", False, EVENING)
        ],
        invited=["bun"],
        inputs=[r.InputLine(1, "bun", "Vi vill att skolan syns i alla mål.", EVENING)],
        dispatches=[
            r.DispatchLine(1, 1, "summary", ["klk", "ks"], EVENING, "Med e-post", "ab" * 32)
        ],
        versions=[r.VersionLine(1, "summary", [], 412, "3f" * 32, EVENING, "facilitator", [file])],
        area_goals=[],
        acknowledged=[14, 17],
        previous=[],
    )
