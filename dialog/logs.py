"""The technical log: one line a record, for people or as JSON, and no personal data in either.

What an exception says of itself may quote what somebody wrote, a code or an address; where it
came from never does. So a stack is logged by file, line and function, and of the exception only
its type, unless its words can only be ours or Python's own.
"""

import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

import msgspec

log = logging.getLogger(__name__)

PLAIN, JSON = "plain", "json"
FORMS = (PLAIN, JSON)
QUIET = ("alembic", "httpx2")
"""What says nothing of interest below a warning."""
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; the others are fields that somebody gave it."""
SAY_NOTHING_OF_PEOPLE = (TypeError, AttributeError, NameError, ImportError, RecursionError)
OURS = Path(__file__).parent.parent
MOST_FRAMES = 30

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def begin(form: str) -> None:
    """Log to standard error in this form: `plain` or `json`; also what nobody catches."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == JSON else PlainLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in QUIET:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    sys.excepthook = say_that_it_ended
    threading.excepthook = lambda it: say_that_it_ended(
        it.exc_type, it.exc_value or Exception(), it.exc_traceback
    )


def say_that_it_ended(
    kind: type[BaseException], raised: BaseException, where: TracebackType | None
) -> None:
    """Python's own would say the exception's words. What a child says last its parent logs."""
    if issubclass(kind, Exception):
        log.critical("it ended in an error", exc_info=(kind, raised, where))
    else:
        sys.__excepthook__(kind, raised, where)


class PlainLines(logging.Formatter):
    """For whoever reads along in a terminal."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")

    def formatException(self, raised: Raised) -> str:
        frames = (f"  at {frame}" for frame in stack_of(raised[1]))
        return "\n".join([*frames, f"  {words_of(raised[1])}"])


class JsonLines(logging.Formatter):
    """One object a line."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {name: it for name, it in vars(record).items() if name not in STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            raised = record.exc_info[1]
            said["exception"] = {"type": words_of(raised), "stack": stack_of(raised)}
        return msgspec.json.encode(said, enc_hook=str).decode()


def words_of(raised: BaseException | None) -> str:
    """The type, with its words where those cannot be anybody's."""
    kind = type(raised)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    if kind in SAY_NOTHING_OF_PEOPLE:
        return f"{name}: {raised}"
    if isinstance(raised, OSError) and raised.strerror:
        return f"{name}: {raised.strerror}"
    return name


def stack_of(raised: BaseException | None) -> list[str]:
    """Where it came from, the innermost last, with what it was raised from before it."""
    if raised is None:
        return []
    before = raised.__cause__ or (None if raised.__suppress_context__ else raised.__context__)
    found = [*stack_of(before), f"({words_of(before)})"] if before is not None else []
    frames = traceback.extract_tb(raised.__traceback__)
    found += [f"{shown(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    return found[-MOST_FRAMES:]


def shown(file: str) -> str:
    """The file as whoever has the code knows it, and no folder of the machine's."""
    path = Path(file)
    if path.is_relative_to(OURS):
        return str(path.relative_to(OURS))
    return "/".join(path.parts[-2:])
