"""The shipped sample of 120 contributions in an evening, grouped as its own labels say."""

import csv
from collections.abc import Iterator

from dialog.live import LiveDialogue
from dialog.protocol import commands as c
from dialog.settings import PACKAGE
from tests.browser.machine import Machine, in_thread

SAMPLES = PACKAGE.parent / "sessions" / "mal-2019" / "samples.tsv"


def samples() -> list[dict[str, str]]:
    lines = SAMPLES.read_text("utf-8").splitlines()
    return list(csv.DictReader((it for it in lines if not it.startswith("#")), delimiter="\t"))


def fill(machine: Machine, areas: str = "1234", alone: int = 3) -> dict[str, int]:
    """Enter the sample of these areas and group it as it is labelled, but for one contribution of
    each area's first `alone` labels, which stand alone. Text -> its number.
    """
    found: dict[str, int] = {}

    async def enter(live: LiveDialogue) -> int:
        staff, seq = machine.facilitator(), 0
        for area in areas:
            now = live.dialogue.sessions[machine.session].current
            await live.do(staff, c.GoToStep(f"area-{area}-skriv", None if now is None else now.id))
            for row in of_area(area):
                seq = (await live.do(staff, slip(row, area))).seq
                found[row["text"]] = max(live.dialogue.contributions)
        return await machine.let_in(live) or seq

    in_thread(machine.within(enter))
    for area in areas:
        machine.suggest(f"area-{area}", *suggestions(area, found, alone))
    return found


def slip(row: dict[str, str], area: str) -> c.PostOnBehalf:
    kind = "keyword" if row["kind"] == "keyword" else "question"
    return c.PostOnBehalf(
        f"area-{area}-skriv", kind, row["text"], target_group=row["target_group"],
        language=row["lang"],
    )  # fmt: skip


def of_area(area: str) -> list[dict[str, str]]:
    return [row for row in samples() if row["area"] == area]


def suggestions(area: str, found: dict[str, int], alone: int) -> Iterator[c.GroupSuggestion]:
    """One for each label."""
    labels = list(dict.fromkeys(row["theme"] for row in of_area(area)))
    for at, label in enumerate(labels):
        its = [found[row["text"]] for row in of_area(area) if row["theme"] == label]
        members = its[1:] if at < alone else its
        first = next(row["text"] for row in of_area(area) if found[row["text"]] == members[0])
        term = [c.Span(members[0], 0, len(first))]
        joined = [c.Placement(n, 0.8) for n in members]
        hints = [c.GoalHint(11, [term])] if at == 0 else []
        yield c.GroupSuggestion(0, joined, members[:2], [term], 0.6, hints)
