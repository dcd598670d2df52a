"""Summering: what was said, for those who go on working with it.

One template in two forms. A meeting of the board has people's own account of what the group agreed
on; a dialogue with residents has the target groups side by side.
"""

from dialog.domain.findings.model import AreaFacts
from dialog.reports.documents.chapters.appendices import WORK_ON_CONTRIBUTIONS, change_log
from dialog.reports.documents.chapters.coverage import coverage
from dialog.reports.documents.chapters.done import (
    carried_out,
    decided_before,
    horizon,
    influence,
    participants,
    purposes,
    representation,
)
from dialog.reports.documents.chapters.dots import dots
from dialog.reports.documents.chapters.method import (
    decision_basis,
    dispatch,
    method,
    moderation,
    next_steps,
)
from dialog.reports.documents.chapters.side_by_side import agreement, whole_matrix
from dialog.reports.documents.chapters.themes import area_goals, results
from dialog.reports.documents.chapters.voices import single_voices, voices
from dialog.reports.manuscript import Manuscript

BOARD_MEETINGS = ("formal-meeting", "board-meeting")


def of_board(m: Manuscript) -> bool:
    """Whether all that it covers is meetings of the board."""
    sessions = m.findings.sessions
    return bool(sessions) and all(it.type in BOARD_MEETINGS for it in sessions)


def title(m: Manuscript) -> str:
    sessions = m.findings.sessions
    if len(sessions) != 1:
        return m.say("title.summary.all", title=m.say.text(m.findings.title))
    name, _, _ = m.say.text(sessions[0].title).partition(": ")
    return m.say("title.summary.one", title=name[:1].lower() + name[1:], date=sessions[0].date)


def subtitle(m: Manuscript) -> str:
    """What the session's title says after a colon, as `workshopdialog om mål …`; or the matter."""
    sessions = m.findings.sessions
    rest = m.say.text(sessions[0].title).partition(": ")[2] if len(sessions) == 1 else ""
    return rest[:1].upper() + rest[1:] or m.say.text(m.findings.title)


def session_of(m: Manuscript) -> str:
    sessions = m.findings.sessions
    return sessions[0].session if len(sessions) == 1 else ""


def write(m: Manuscript) -> None:
    say, session, board = m.say, session_of(m), of_board(m)
    m.chapter(say("chapter.summary"))
    m.written("summary", session)
    m.chapter(say("chapter.commission"))
    commission(m, session, board)
    m.chapter(say("chapter.carried_out"))
    carried_out(m)
    if board:
        m.chapter(say("chapter.board_dialogue"))
        m.written("agreement", session)
    else:
        m.chapter(say("chapter.participants"))
        participants(m)
        m.chapter(say("chapter.representation"))
        representation(m, session)
    m.chapter(say("chapter.results"))
    for area in in_areas(m):
        m.section(say("area.heading", number=area.number, name=say.area(area.area)))
        one_area(m, area)
    if not board:
        side_by_side(m)
    m.chapter(say("chapter.across"))
    across(m)
    m.chapter(say("chapter.single"))
    single_voices(m, m.findings.areas)
    m.chapter(say("chapter.coverage"))
    coverage(m)
    if board:
        m.chapter(say("chapter.other_frames"))
        m.written("other_frames", session)
    m.chapter(say("chapter.next"))
    next_steps(m, session)
    proposal(m, session)
    m.chapter(say("chapter.method"))
    method(m)
    m.section(say("chapter.moderation"))
    moderation(m)
    m.section(say("chapter.method_note"))
    m.written("method_note", session)
    if not board:
        m.chapter(say("chapter.feedback"))
        m.paragraph(say("feedback.promise"))
    decision_basis(m)
    dispatch(m)
    change_log(m, say("appendix.log.summary", number=2), only=WORK_ON_CONTRIBUTIONS)


def commission(m: Manuscript, session: str, board: bool) -> None:
    decided_before(m)
    m.written("commission", session)
    purposes(m)
    horizon(m)
    if not board:
        influence(m)


def in_areas(m: Manuscript) -> list[AreaFacts]:
    return [it for it in m.findings.areas if it.area is not None]


def one_area(m: Manuscript, area: AreaFacts) -> None:
    results(m, area, always="FN")
    voices(m, area)
    m.part(m.say("area.global_goals"))
    area_goals(m, area)


def side_by_side(m: Manuscript) -> None:
    """The meaning for target groups, and where they agree and differ."""
    say = m.say
    m.chapter(say("chapter.meanings"))
    m.paragraph(say("matrix.about"))
    if not any([whole_matrix(m, of) for of in ("topic", "theme")]):
        m.paragraph(say("matrix.none"))
    dots(m)
    m.chapter(say("chapter.agreement"))
    if not any([agreement(m, it.area, headed=True) for it in m.findings.areas]):
        m.paragraph(say("agreement.none"))


def across(m: Manuscript) -> None:
    """What belongs to no one goal area."""
    its = [it for it in m.findings.areas if it.area is None]
    if not any(it.contributions for it in its):
        m.paragraph(m.say("across.none"))
        return
    for area in its:
        results(m, area)
        voices(m, area)


def proposal(m: Manuscript, session: str) -> None:
    """Only if somebody has written one: a summary is neutral without it."""
    if m.text_of("proposal", session):
        m.chapter(m.say("chapter.proposal"))
        m.written("proposal", session)
