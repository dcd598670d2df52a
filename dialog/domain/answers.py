"""What people answer without writing: fits or missing, dots, the evaluation."""

from collections import Counter

from dialog.domain.contributions import known, require_open_window
from dialog.domain.facts import Fact, require
from dialog.domain.state import Person, PlacedDots, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.agenda import FEWEST_PEOPLE, Check, Dots, Evaluation, TryOut
from dialog.protocol.refusals import (
    NoDotsLeft,
    NoDotThere,
    NotNow,
    UnknownContribution,
    UnknownGroup,
    UnknownQuestion,
)

# ── decide ────────────────────────────────────────────────────────────────────────────────────


def try_it_out(session: Session, person: Person, command: c.TryItOut, at: int) -> list[Fact]:
    """Nothing happens that anyone need remember."""
    require(isinstance(session.current, TryOut), NotNow())
    return []


def respond(session: Session, person: Person, command: c.RespondToGroup, at: int) -> list[Fact]:
    step = session.current
    require(isinstance(step, Check), NotNow())
    assert isinstance(step, Check)
    group = session.groups.get(command.group)
    require(group and step.area in (None, group.area), UnknownGroup())
    if session.groups[command.group].answers.get(number_of(person)) == command.answer:
        return []
    return [Fact(e.GroupAnswered(command.group, command.answer))]


def place_dot(session: Session, person: Person, command: c.PlaceDot, at: int) -> list[Fact]:
    step = session.current
    require(isinstance(step, Dots) and session.posting, NotNow())
    assert isinstance(step, Dots)
    it = known(session, command.contribution)
    require(it.is_visible and step.area in (None, it.area), UnknownContribution())
    require(placed_by(session, person).total() < step.dots, NoDotsLeft())
    return [Fact(e.DotPlaced(it.id, it.group))]


def take_dot(session: Session, person: Person, command: c.TakeDot, at: int) -> list[Fact]:
    require(isinstance(session.current, Dots) and session.posting, NotNow())
    require(placed_by(session, person)[command.contribution], NoDotThere())
    return [Fact(e.DotTaken(command.contribution))]


def placed_by(session: Session, person: Person) -> Counter[int]:
    """The person's dots in the current step."""
    dots = session.dots.get(session.step or "", PlacedDots())
    return dots.by_participant.get(number_of(person), Counter())


def evaluate(session: Session, person: Person, command: c.AnswerEvaluation, at: int) -> list[Fact]:
    require_open_window(session, at)
    step = session.current
    require(isinstance(step, Evaluation), NotNow())
    assert isinstance(step, Evaluation)
    question = next((q for q in step.questions if q.id == command.question), None)
    require(question and command.option < len(question.options), UnknownQuestion())
    if session.evaluation.get(command.question, {}).get(number_of(person)) == command.option:
        return []
    return [Fact(e.EvaluationAnswered(command.question, command.option))]


def number_of(person: Person) -> int:
    assert person.participant is not None
    return person.participant


decides = {
    c.TryItOut: try_it_out,
    c.RespondToGroup: respond,
    c.PlaceDot: place_dot,
    c.TakeDot: take_dot,
    c.AnswerEvaluation: evaluate,
}

# ── apply ─────────────────────────────────────────────────────────────────────────────────────


def answered(session: Session, entry: e.Entry, event: e.GroupAnswered) -> set[str]:
    if entry.participant is not None:
        session.groups[event.group].answers[entry.participant] = event.answer
    return {f"group/{event.group}", f"mine/{entry.participant}"}


def dot_placed(session: Session, entry: e.Entry, event: e.DotPlaced) -> set[str]:
    return move_dot(session, entry, event.contribution, 1)


def dot_taken(session: Session, entry: e.Entry, event: e.DotTaken) -> set[str]:
    return move_dot(session, entry, event.contribution, -1)


def move_dot(session: Session, entry: e.Entry, number: int, sign: int) -> set[str]:
    """Dots stand on the contribution; a group's total follows from its members."""
    dots = session.dots.setdefault(session.step or "", PlacedDots(revealed=session.revealed))
    dots.totals[number] += sign
    if entry.participant is not None:
        dots.by_participant.setdefault(entry.participant, Counter())[number] += sign
        dots.perspectives[entry.participant] = session.participants.get(entry.participant)
    it = session.contributions[number]
    group = set() if it.group is None else {f"group/{it.group}"}
    mine = f"mine/{entry.participant}"
    return group | {f"voices/{it.area or ''}", f"contribution/{number}", mine}


def evaluated(session: Session, entry: e.Entry, event: e.EvaluationAnswered) -> set[str]:
    if entry.participant is not None:
        answers = session.evaluation.setdefault(event.question, {})
        is_new = entry.participant not in answers
        answers[entry.participant] = event.option
        if is_new and len(answers) % FEWEST_PEOPLE == 0:
            session.evaluation_told[event.question] = list(answers.values())
    return {"evaluation", f"mine/{entry.participant}"}


applies = {
    e.GroupAnswered: answered,
    e.DotPlaced: dot_placed,
    e.DotTaken: dot_taken,
    e.EvaluationAnswered: evaluated,
}
