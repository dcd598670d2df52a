"""What facilitators write beforehand: reads the folders of dialogues, says exactly what is wrong
in them, and writes new ones. `docs/writing-sessions.md` shows the files.
"""

from dialog.domain.texts import definition_hash, untranslated
from dialog.sessions.clock import swedish_ms
from dialog.sessions.library import Dialogue, Library, Mistake, Sample, load
from dialog.sessions.municipality import Municipality, filled, speaks_for, to_fill_in
from dialog.sessions.templates import dialogue_from_template, session_from_template
from dialog.sessions.writing import save_dialogue, save_session

__all__ = [
    "Dialogue",
    "Library",
    "Mistake",
    "Municipality",
    "Sample",
    "definition_hash",
    "dialogue_from_template",
    "filled",
    "load",
    "save_dialogue",
    "save_session",
    "session_from_template",
    "swedish_ms",
    "speaks_for",
    "to_fill_in",
    "untranslated",
]
