"""What stands beside a contribution in another language. The original always stays."""

from dialog.domain.contributions import fit_words, known, touched_by
from dialog.domain.facts import Fact, require
from dialog.domain.languages import TAG
from dialog.domain.run_of_show import remember
from dialog.domain.state import Person, Session, Translation
from dialog.protocol import commands as c
from dialog.protocol import events as e
from dialog.protocol.refusals import AlreadyDone, Malformed, UnknownContribution


def translate(
    session: Session, person: Person, command: c.TranslateContribution, at: int
) -> list[Fact]:
    it = known(session, command.contribution)
    require(it.words is not None, UnknownContribution())
    require(TAG.fullmatch(command.language), Malformed("into no language"))
    was = it.translations.get(command.language)
    text = fit_words(command.text) if command.text.strip() else None
    now = None if text is None else Translation(text, command.by)
    require(now != was, AlreadyDone())
    return [Fact(e.ContributionTranslated(it.id, command.language, command.by), text)]


decides = {c.TranslateContribution: translate}


def translated(session: Session, entry: e.Entry, event: e.ContributionTranslated) -> set[str]:
    """Nothing beside the log: it has been taken away (or disposed of)."""
    it, language = session.contributions[event.contribution], event.language
    was = it.translations.pop(language, None)
    now = None if entry.words is None else Translation(entry.words, event.by)
    if now is not None:
        it.translations[language] = now
    words = "translated" if now is not None else "untranslated"
    params: dict[str, str | int | bool | None] = {"contribution": it.id, "language": language}
    marks: dict[str, object] = {f"translation/{it.id}/{language}": now}
    by, text = (was.by, was.text) if was else (event.by, None)
    undo = [Fact(e.ContributionTranslated(it.id, language, by), text)]
    # It tells what stood unmasked when it was made: back after a mask, it would tell it again.
    remember(session, entry, words, params, marks, undo, leans={f"masks/{it.id}": it.masks})
    leans, beside = session.changes[-1].leans, f"translations/{it.id}"
    if beside in leans:  # the same wish has masked it
        leans[beside] = dict(it.translations)
    return {"changes"} | touched_by(it)


applies = {e.ContributionTranslated: translated}
