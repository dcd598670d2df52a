"""How long the whole package of a frozen result takes: every document in every format, stored.

    python -m bench.package [--contributions 5000] [--themes 120] [--keep FOLDER]

A dialogue of the shipped example on SQLite, made by the rules: people join, choose a perspective
and write; the presidium makes themes and decides on all. Then `dialog render` as the server starts
it, timed from outside.
"""

import argparse
import contextlib
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from dialog import opening
from dialog.domain import rules
from dialog.domain.state import Dialogue, Person
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.events import Entry
from dialog.sessions import definition_hash
from dialog.settings import Settings, from_environment
from dialog.store import files, log, written
from dialog.store.database import migrate, open_database

MATTER, EVENING, MEETING = "mal-2019", "2019-04-01-medborgardialog", "evening"
CHAIR = Person("presidium")
THINGS = (
    *("bussar", "bänkar", "bostäder", "skolor", "lekplatser", "belysning", "cykelvägar"),
    *("möten", "jobb", "idrott"),
)
WHERE = (
    *("vid ån", "i centrum", "på landet", "nära skolan", "för unga", "om kvällen", "för äldre"),
    "varje dag",
)
MORE = ("Det märks mest på vintern och för den som inte har bil.", "Vi har väntat länge.", "", "")


class Story:
    """A dialogue and its log, as the rules make them."""

    def __init__(self, settings: Settings) -> None:
        its = opening.library(settings).dialogues[MATTER]
        definition = its.sessions[EVENING]
        self.dialogue, self.log, self.at = Dialogue(MATTER), [], 1_554_138_000_000
        self.do(opening.SYSTEM, c.CreateDialogue(its.definition))
        hash = definition_hash(definition)
        # Straight to what it opens, whatever the gate asks: nobody is invited here.
        self.do(opening.SYSTEM, c.OpenSession(MEETING, definition, hash, "ABC2345"))

    def do(self, person: Person, command: c.Command) -> None:
        self.at += 1_000
        session = rules.session_of(person, command)
        for fact in rules.decide(self.dialogue, person, command, self.at):
            entry = Entry(
                seq=self.dialogue.seq + 1,
                session=session,
                access=rules.access_of(self.dialogue, session, fact.event),
                actor=person.actor,
                at=self.at,
                event=fact.event,
                participant=fact.participant or person.participant,
                words=fact.words,
                op=f"op-{self.dialogue.seq:012d}",
            )
            self.log.append(entry)
            rules.apply(self.dialogue, entry)

    def work(self, command: wc.WorkCommand) -> None:
        command.seen = self.dialogue.seq
        self.do(CHAIR, command)

    log: list[Entry]


def told(settings: Settings, contributions: int, themes: int) -> Story:
    """The evening, and what the presidium makes of it."""
    chance = random.Random(7)
    it = Story(settings)
    fay = Person("facilitator", MEETING)
    it.do(fay, c.SetModeration("show-all"))
    groups = [group.id for group in it.dialogue.definition.target_groups]
    people = max(10, contributions // 8)
    for number in range(1, people + 1):
        it.do(Person("system", MEETING), c.JoinSession())
        person = Person("participant", MEETING, number)
        it.do(person, c.ChoosePerspective(chance.choice(groups)))
    session = it.dialogue.sessions[MEETING]
    steps = [step for step in session.definition.steps if hasattr(step, "topics") and step.topics]
    for step in steps:
        it.do(fay, c.GoToStep(step.id, session.step))
        for number in range(contributions // len(steps)):
            person = Person("participant", MEETING, 1 + number % people)
            text = f"Fler {chance.choice(THINGS)} {chance.choice(WHERE)}. {chance.choice(MORE)}"
            topic = chance.choice(step.topics)
            it.do(person, c.PostContribution(step.id, 0, "meaning", text, topic=topic))
    it.do(fay, c.EndSession())
    numbers = list(it.dialogue.contributions)
    chance.shuffle(numbers)
    areas = [area.id for area in it.dialogue.definition.areas]
    size = max(1, len(numbers) * 9 // 10 // themes)
    for number in range(themes):
        members = sorted(numbers[number * size : (number + 1) * size])
        title = f"{chance.choice(THINGS).capitalize()} {chance.choice(WHERE)} {number}"
        it.work(wc.MakeTheme(areas[number % len(areas)], title, members))
        it.work(wc.LinkTheme(number + 1, 1 + number % 17, "primary"))
    goal = wc.Disposition("goal")
    it.work(wc.SetDisposition(list(range(1, themes // 3 + 1)), disposition=goal))
    left = [n for n in it.dialogue.contributions if it.dialogue.work.disposition_of(n) is None]
    it.work(wc.RestToProgramme(left))
    return it


def kept(it: Story, settings: Settings) -> None:
    """The story in the database, with its result frozen as version 1."""
    engine = open_database(settings.database_url)
    migrate(engine)
    with engine.begin() as db:
        log.create_dialogue(db, MATTER)
        log.append(db, MATTER, it.log)
        number = written.log_hash(written.lines(db, MATTER, it.dialogue.seq))
        before = len(it.log)
        it.work(wc.FreezeVersion("result", [], it.dialogue.seq, number))
        log.append(db, MATTER, it.log[before:])
    engine.dispose()


def timed(settings: Settings) -> Iterator[tuple[float, str]]:
    """Seconds since the last line, and the line, for each that the child prints."""
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "dialog", "render", "--data", str(settings.data)),
            *("--dialogue", MATTER, "--version", "1"),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    assert child.stdout is not None
    last = time.monotonic()
    for line in child.stdout:
        now = time.monotonic()
        yield now - last, line.strip()
        last = now
    if child.wait():
        raise SystemExit(f"the child ended with {child.returncode}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--contributions", type=int, default=5_000)
    arguments.add_argument("--themes", type=int, default=120)
    arguments.add_argument("--keep", type=Path, help="a folder to leave the database in")
    chosen = arguments.parse_args()
    with contextlib.ExitStack() as stack:
        data = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        data.mkdir(parents=True, exist_ok=True)
        settings = from_environment(data=data)
        it = told(settings, chosen.contributions, chosen.themes)
        print(f"{len(it.dialogue.contributions)} contributions, {len(it.log)} entries")
        kept(it, settings)
        began = time.monotonic()
        for seconds, line in timed(settings):
            print(f"{seconds:6.1f} s  {line}", flush=True)
        print(f"{time.monotonic() - began:6.1f} s  in all")
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"{used.ru_utime + used.ru_stime:6.1f} s  of processor, on however many cores")
        with open_database(settings.database_url).connect() as db:
            there = files.listed(db, MATTER, 1)
        print(f"{len(there)} files, {sum(file.size for file in there) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
