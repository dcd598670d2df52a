"""Themes that the machine suggests for what stands in none, with the model that comes along."""

import asyncio
import contextlib

from dialog.domain.state import Person
from dialog.embedders import Embedders
from dialog.grouping import Worker
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.work_events import ThemesSuggested
from dialog.theme_suggestions import looks, suggestions
from tests.domain.meeting import (
    DIALOGUE,
    Meeting,
    ada,
    bo,
    fay,
    post,
    session_definition,
    system,
)
from tests.test_grouping import BUSES, MORE, PATHS, Moody, soon
from tests.test_live import MATTER, away, on_disk, opened, process

pytest_plugins = ["tests.store.databases"]

pia = Person("presidium")
OTHER = "Hjälp med e-legitimation för äldre"
PATHS_THEME, BUSES_THEME = 1, 2

# ── what is suggested ─────────────────────────────────────────────────────────────────────────


def themed(*later: str, area: str = "school") -> Meeting:
    """Two themes that people have made, and what has come since."""
    it = Meeting()
    it.go("anything")
    write(it, *PATHS, *BUSES, area=area)
    first = len(PATHS)
    do(it, wc.MakeTheme(area, "Cykel", list(range(1, first + 1))))
    do(it, wc.MakeTheme(area, "Buss", list(range(first + 1, first + len(BUSES) + 1))))
    write(it, *later, area=area)
    return it


def write(it: Meeting, *texts: str, area: str | None = "school") -> None:
    for n, text in enumerate(texts):
        it.do((ada, bo)[n % 2], post(text, step="anything", area=area))


def do(it: Meeting, command: wc.WorkCommand) -> int:
    """The presidium does it; the seq of it."""
    command.seen = it.seq
    seq = it.seq + 1
    it.do(pia, command)
    return seq


def found(it: Meeting, model) -> list[wc.ThemeSuggestion]:
    """What the machine says, and the rules let happen."""
    said = [
        one
        for look in looks(it.dialogue)
        for one in suggestions(look, model.embed([it.words for it in look.posts]), name_of(model))
    ]
    if said:
        it.do(Person("machine"), wc.SuggestThemes(it.seq, "e5", said))
    return said


def name_of(model) -> str:
    return f"{model.name}-{model.version}"


def themes(said: list[wc.ThemeSuggestion]) -> dict[int, int | None]:
    return {it.contribution: it.theme for it in said}


def test_what_comes_later_is_suggested_to_the_theme_it_fits_and_the_rest_to_none(e5):
    it = themed(*MORE, OTHER)
    said = found(it, e5)
    assert themes(said) == {11: PATHS_THEME, 12: BUSES_THEME}
    assert all(0 < one.sure <= 1 for one in said)
    assert all(set(one.near) <= it.dialogue.work.themes[one.theme].members.keys() for one in said)
    assert all(one.near for one in said)
    assert it.dialogue.work.place(11).theme is None


def test_what_is_suggested_already_is_not_said_again(e5):
    it = themed(*MORE, OTHER)
    assert found(it, e5)
    assert found(it, e5) == []


def test_a_theme_of_another_goal_area_is_never_suggested(e5):
    it = themed()
    write(it, *MORE, area="centre")
    write(it, *MORE, area=None)
    assert found(it, e5) == []


def test_what_people_have_moved_to_another_area_is_suggested_there(e5):
    it = themed()
    write(it, *MORE, area="centre")
    do(it, wc.MoveTheme(PATHS_THEME, "centre"))
    assert themes(found(it, e5)) == {11: PATHS_THEME}


def test_nothing_is_suggested_to_a_locked_theme_nor_to_the_next_best(e5):
    it = themed(*MORE)
    do(it, wc.LockTheme(PATHS_THEME, False, True, False))
    assert themes(found(it, e5)) == {12: BUSES_THEME}


def test_a_suggestion_is_taken_back_when_its_theme_is_locked_or_gone(e5):
    it = themed(*MORE)
    found(it, e5)
    do(it, wc.LockTheme(PATHS_THEME, False, True, False))
    do(it, wc.DissolveTheme(BUSES_THEME))
    said = themes(found(it, e5))
    assert said[11] is None and said[12] is None
    assert found(it, e5) == []


def test_a_theme_of_one_contribution_gathers_none(e5):
    it = Meeting()
    it.go("anything")
    write(it, *PATHS)
    do(it, wc.MakeTheme("school", "Cykel", [1]))
    assert found(it, e5) == []


def test_what_people_have_taken_out_is_not_suggested_there_again(e5):
    it = themed()
    do(it, wc.PlaceInTheme([1], None))
    assert 1 not in themes(found(it, e5))
    assert 1 not in it.dialogue.work.themes[PATHS_THEME].members


def test_an_undone_move_is_as_one_that_was_never_made(e5):
    it = themed(*MORE)
    moved = do(it, wc.PlaceInTheme([11], PATHS_THEME))
    it.do(pia, c.Undo(moved))
    taken = do(it, wc.PlaceInTheme([1], None))
    it.do(pia, c.Undo(taken))
    places = it.dialogue.work.places
    assert not places[11].left and not places[1].left
    assert themes(found(it, e5))[11] == PATHS_THEME


def test_hidden_words_are_suggested_nowhere_and_speak_for_no_theme(e5):
    it = themed(*MORE)
    for number in (11, *range(7, 11)):
        it.do(fay, c.HideContribution(number, "out-of-scope"))
    assert found(it, e5) == []


# ── the worker ────────────────────────────────────────────────────────────────────────────────


class Watched(Worker):
    """It counts how often it asks the model about themes."""

    asked = 0

    def fitting(self, dialogue, look):
        self.asked += 1
        return super().fitting(dialogue, look)


@contextlib.asynccontextmanager
async def working(here, model):
    worker = Watched(here, Embedders(packaged=model))
    task = asyncio.create_task(worker.run())
    yield worker
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def presides(meeting, command):
    command.seen = meeting.dialogue.seq
    await meeting.do(pia, command)


async def beside(here, *later, id=MATTER):
    """A dialogue with a theme of the paths, and what came later."""
    meeting = await opened(here, step="anything", id=id)
    for text in (*PATHS, *later):
        await meeting.do(ada, post(text, step="anything", area="school"))
    await presides(meeting, wc.MakeTheme("school", "Cykel", list(range(1, len(PATHS) + 1))))
    return meeting


def said_in(here):
    return [entry for entry in on_disk(here) if isinstance(entry.event, ThemesSuggested)]


async def test_what_comes_from_the_web_window_is_suggested_and_nothing_is_said_twice(
    new_sqlite_url, e5
):
    async with process(new_sqlite_url) as here:
        meeting = await beside(here, *BUSES)
        async with working(here, e5) as worker:
            await meeting.do(bo, post(MORE[0], step="anything", area="school"))
            late = len(meeting.dialogue.contributions)
            await soon(lambda: meeting.dialogue.work.place(late).suggestion)
            assert meeting.dialogue.work.place(late).suggestion.theme == 1
            [entry] = said_in(here)
            assert (entry.session, entry.access, entry.actor) == ("", "staff", "machine")
            asked = worker.asked
            await presides(meeting, wc.NameTheme(1, "Cykelvägar"))
            await presides(meeting, wc.NoteTheme(1, "Minns detta"))
            await asyncio.sleep(1)
            assert worker.asked == asked
    async with process(new_sqlite_url) as here:
        meeting = await here.dialogue(MATTER)
        async with working(here, e5) as worker:
            await soon(lambda: worker.themes_looked)
            await asyncio.sleep(0.5)
            assert len(said_in(here)) == 1


async def test_what_could_not_be_saved_is_suggested_again(new_sqlite_url, e5, caplog):
    async with process(new_sqlite_url) as here:
        meeting = await beside(here, MORE[0])
        async with working(here, e5):
            with away(here, "event"):
                await soon(lambda: "suggestion refused" in caplog.text)
            await soon(lambda: meeting.dialogue.work.place(len(PATHS) + 1).suggestion)


async def test_a_dialogue_that_fails_stops_no_other(new_sqlite_url, caplog):
    async with process(new_sqlite_url) as here:
        await beside(here, "An unbearable one")
        async with working(here, Moody()) as worker:
            await soon(lambda: "themes of area school" in caplog.text)
            assert "ZeroDivisionError" in caplog.text
            await another(here)
            await soon(lambda: "other" in worker.themes_seen)


async def another(here):
    """A dialogue of its own with a theme, and something that waits."""
    meeting = await here.create("other")
    session = "other-evening"
    it, leads = Person("participant", session, 1), Person("facilitator", session)
    await meeting.do(system, c.CreateDialogue(DIALOGUE))
    definition = session_definition(id=session)
    await meeting.do(system, c.OpenSession(session, definition, "0", "OTHER22"))
    await meeting.do(Person("system", session), c.JoinSession())
    await meeting.do(leads, c.GoToStep("anything", None))
    for text in (*PATHS, MORE[0]):
        await meeting.do(it, post(text, step="anything", area="school"))
    await presides(meeting, wc.MakeTheme("school", "Cykel", [1, 2, 3]))
