"""An evening that was held elsewhere, on a machine of its own, and brought into the dialogue's log.

What happened there stands in the log as it would have, when it would have; this is the fact that
says that it came later, and from where.
"""

from dialog.domain.state import Dialogue
from dialog.domain.work import Applier, Changed, Decider, Marker, Params
from dialog.protocol import events as e
from dialog.protocol import work_events as we
from dialog.protocol.agenda import in_language


def taken_in(dialogue: Dialogue, entry: e.Entry, event: we.SessionTakenIn) -> Changed:
    session = dialogue.sessions[event.session]
    params: Params = {
        "n": event.contributions,
        "session": in_language(session.definition.title, "sv")[0],
        "log": event.log_hash[:12],
    }
    words = "session_taken_in" if event.begun else "more_taken_in"
    return Changed(words, params, None, {"matter", "process"})


decides: dict[type, Decider] = {}
applies: dict[type, Applier] = {we.SessionTakenIn: taken_in}
marks: dict[type, Marker] = {}
