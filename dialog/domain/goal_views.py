"""The workboard's records of goal drafts, of the process, and of the documents' texts."""

from dialog.domain import goals, process
from dialog.domain.bodies import every_body
from dialog.domain.state import Dialogue
from dialog.domain.work_state import DispatchState, DisposalState, ForBody, GoalState, VersionState
from dialog.protocol import work_records as r
from dialog.protocol.agenda import Stage


def goal(dialogue: Dialogue, name: str) -> r.GoalDraft | None:
    it = dialogue.work.goals.get(int(name))
    if it is None or it.dropped:
        return None
    return r.GoalDraft(
        goal=it.id,
        area=it.area,
        **{"text": "", **it.texts},
        themes=goals.themes_of(dialogue, it),
        contributions=sorted(it.contributions),
        linked=[r.Linked(goal, strength) for goal, strength in sorted(it.linked.items())],
        anchors=[a.id for a in dialogue.definition.anchors if a.id in it.anchors],
        target_groups=[g.id for g in dialogue.definition.target_groups if g.id in it.target_groups],
        frames=frames(dialogue, it),
        directives=[
            r.Directive(its.id, its.body, its.text)
            for its in sorted(goals.directives_of(dialogue, it.id), key=number)
        ],
        committee_goals=[
            r.CommitteeGoal(its.id, its.body, its.text)
            for its in sorted(goals.committee_goals_of(dialogue, it.id), key=number)
        ],
        missing=goals.missing(dialogue, it),
        rev=it.rev,
    )


def number(it: ForBody) -> int:
    return it.id


def frames(dialogue: Dialogue, it: GoalState) -> list[r.FrameReply]:
    """In the frames' order."""
    answered = ((frame.id, it.frames.get(frame.id)) for frame in dialogue.definition.frames)
    return [r.FrameReply(frame, reply.answer, reply.comment) for frame, reply in answered if reply]


def goal_keys(dialogue: Dialogue) -> set[str]:
    """What is drawn anew whenever anything has changed: what a draft rests on lies elsewhere."""
    return {f"goal/{goal}" for goal in dialogue.work.goals}


# ── the process ───────────────────────────────────────────────────────────────────────────────


def the_process(dialogue: Dialogue, name: str) -> r.Process:
    work = dialogue.work
    return r.Process(
        stages=[stage(dialogue, it) for it in dialogue.definition.stages],
        commissions=[
            r.CommissionLine(it.id, it.body, it.text, it.due, it.done, it.given_at)
            for it in work.commissions.values()
            if not it.withdrawn
        ],
        invited=[body for body in every_body(dialogue) if body in work.invited],
        inputs=[
            r.InputLine(it.id, it.body, it.text, it.at)
            for it in work.inputs.values()
            if not it.withdrawn
        ],
        dispatches=[dispatch(work.versions[it.version], it) for it in work.dispatches.values()],
        versions=[version(it) for it in work.versions.values()],
        area_goals=process.area_goals(dialogue),
        acknowledged=list(work.acknowledged),
        previous=[
            r.Settled(it.id, settled.fate, settled.goal, settled.reason)
            for it in dialogue.definition.previous_goals
            if (settled := work.previous.get(it.id)) is not None
        ],
        disposals=[disposal(it) for it in work.disposals],
    )


def disposal(it: DisposalState) -> r.DisposalLine:
    rule = it.rule
    return r.DisposalLine(
        disposal=it.disposal,
        what=rule.what,
        sessions=it.sessions,
        n=it.n,
        at=it.at,
        body=rule.body,
        date=rule.date,
        section=rule.section,
        protocol=it.protocol,
    )


def stage(dialogue: Dialogue, it: Stage) -> r.StageLine:
    return r.StageLine(
        stage=it.id,
        name=it.name,
        body=it.body,
        date=it.date,
        document=it.document,
        entered_at=dialogue.work.entered.get(it.id),
        current=it.id == process.current(dialogue),
        unmet={} if it.document else process.unmet(dialogue, it),
    )


def version(it: VersionState) -> r.VersionLine:
    return r.VersionLine(
        version=it.version,
        of=it.of,
        sessions=it.sessions,
        upto=it.upto,
        log_hash=it.log_hash,
        at=it.at,
        actor=it.actor,
        files=it.files,
        sent_out=it.sent_out,
        published=it.published,
        why=it.why,
    )


def dispatch(version: VersionState, it: DispatchState) -> r.DispatchLine:
    return r.DispatchLine(
        dispatch=it.id,
        version=it.version,
        document=it.document,
        recipients=it.recipients,
        at=it.at,
        how=it.how,
        sha256=sent_file(version, it.document),
    )


def sent_file(version: VersionState, document: str) -> str:
    """The hash of the file that is sent: the PDF if there is one."""
    files = [file for file in version.files if file.document == document]
    files.sort(key=lambda file: (file.format != "pdf", file.edition != "internal"))
    return files[0].sha256 if files else ""


def texts(dialogue: Dialogue, name: str) -> r.Texts:
    written = sorted(dialogue.work.texts.items())
    return r.Texts(
        [
            r.WrittenText(document, field, session, text)
            for (document, field, session), text in written
        ]
    )
