"""Masking before hiding: what of a contribution nobody but a moderator reads."""

from dialog.domain import duty
from dialog.domain.contributions import add_likeness, known, touched_with_titles
from dialog.domain.facts import Fact, require
from dialog.domain.run_of_show import remember
from dialog.domain.state import Person, Session
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import AlreadyDone, Malformed, UnknownContribution
from dialog.text import masks
from dialog.text.words import near_duplicate_key


def mask(session: Session, person: Person, command: c.MaskContribution, at: int) -> list[Fact]:
    """The masks are the whole of them: what is not named is shown again.

    Translations say what is now masked. They go, and may be made anew of what is left.
    """
    it = known(session, command.contribution)
    duty.require_free(session, person, it.id, at)
    text = it.original
    require(text is not None, UnknownContribution())
    assert text is not None
    require(
        all(start < end <= len(text) for start, end in command.spans), Malformed("no such span")
    )
    spans = masks.tidy(text, command.spans)
    require(spans != it.masks, AlreadyDone())
    more = places(spans) - places(it.masks)
    gone = list(it.translations.items()) if more else []
    return [
        Fact(e.ContributionMasked(it.id, spans)),
        *(Fact(e.ContributionTranslated(it.id, language, was.by)) for language, was in gone),
    ]


def places(spans: list[masks.Span]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


decides = {c.MaskContribution: mask}


def masked(session: Session, entry: e.Entry, event: e.ContributionMasked) -> set[str]:
    it = session.contributions[event.contribution]
    undo = [e.ContributionMasked(it.id, it.masks)]
    words = "masked" if event.spans else "unmasked"
    marks: dict[str, object] = {f"masks/{it.id}": event.spans}
    leans: dict[str, object] = {}
    if places(it.masks) - places(event.spans):
        # A translation made since may tell what taking it back would mask again.
        leans[f"translations/{it.id}"] = dict(it.translations)
    remember(session, entry, words, {"contribution": it.id}, marks, undo, leans)
    it.masks = event.spans
    if it.original is not None:
        it.words = masks.shown(it.original, it.masks)
        it.alike = near_duplicate_key(it.words)
        gather_likenesses(session, it.area or "")
    return {"changes", *touched_with_titles(session, it)}


def gather_likenesses(session: Session, area: str) -> None:
    """One of them is like others than before."""
    session.by_likeness[area] = {}
    for it in session.by_area[area]:
        add_likeness(session.by_likeness[area], it)


applies = {e.ContributionMasked: masked}
