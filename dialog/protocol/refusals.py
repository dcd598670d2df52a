"""Why a wish was not granted: a kind and its parameters. The words come from the catalogue,
`refusal.<kind>`, in the reader's language.
"""

from msgspec import Struct

from dialog.protocol.agenda import kebab


class Refusal(Struct, tag_field="kind", tag=kebab):
    """The base of every refusal."""


class TextEmpty(Refusal):
    pass


class TextTooLong(Refusal):
    over: int
    limit: int


class TextUnreadable(Refusal):
    """Control characters or others that no document can hold."""


class PersonalNumber(Refusal):
    """The text holds a personal identity number; it was not stored."""


class Wait(Refusal):
    """Too fast. The same wish is welcome after `seconds`."""

    seconds: float


class StepClosed(Refusal):
    """The step takes no contribution, and this one was not begun while it did."""


class UnknownStep(Refusal):
    pass


class WrongTopic(Refusal):
    """The topic, area or kind does not belong to this step."""


class UnknownTargetGroup(Refusal):
    pass


class UnknownContribution(Refusal):
    pass


class UnknownGroup(Refusal):
    pass


class UnknownArea(Refusal):
    pass


class AnotherArea(Refusal):
    """A group holds contributions of one goal area only."""


class RegroupingGone(Refusal):
    """The proposal has been applied, dropped or asked for anew."""


class UnknownQuestion(Refusal):
    pass


class NotYours(Refusal):
    pass


class NotNow(Refusal):
    """This belongs to another kind of step."""


class NoDotsLeft(Refusal):
    pass


class NoDotThere(Refusal):
    pass


class NotAllowed(Refusal):
    """This role may not ask for that."""


class NotJoined(Refusal):
    """Nobody has joined with this device; join with the code."""


class AlreadyMoved(Refusal):
    """Another facilitator has already gone to another step."""


class AlreadyDone(Refusal):
    """It is already so (hidden, released, restored…)."""


class CannotUndo(Refusal):
    """Nothing undoable stands at that place."""


class ChangedSince(Refusal):
    """Somebody has changed the same thing afterwards."""


class SessionHasEnded(Refusal):
    url: str = ""


class CodeUnknown(Refusal):
    """No such code, or no longer: the same answer for both."""


class TooManyWrongCodes(Refusal):
    seconds: float


class Malformed(Refusal):
    """The message could not be read; `detail` is for whoever writes a client."""

    detail: str


class Unsaved(Refusal):
    """Nothing was saved just now (disk or database); the phone keeps it and sends it again."""

    seconds: float


class UnknownTheme(Refusal):
    pass


class UnknownGoal(Refusal):
    """No such goal draft (or one that has been dropped), directive or committee goal."""


class UnknownBody(Refusal):
    pass


class UnknownVersion(Refusal):
    pass


class UnknownField(Refusal):
    """No such frame, anchor, text field, previous goal, stage or commission."""


class ReasonMissing(Refusal):
    """This must say why."""


class RecipientMissing(Refusal):
    """A handover names a body; an internal goal says which kind."""


class Locked(Refusal):
    """It has been locked: `what` is name, members or existence."""

    what: str


class ChangedMeanwhile(Refusal):
    """Somebody else has changed this since the page showed it. `actor`: their role; `words`: the
    change, as in the change log."""

    actor: str
    words: str


class NothingLeft(Refusal):
    """There is nothing that this could be done to."""


class NotWhatIsLeft(Refusal):
    """What is undecided has changed since the list was shown."""

    n: int


class StillUndecided(Refusal):
    n: int


class StillHeld(Refusal):
    """Contributions that no moderator has looked at."""

    n: int


class NothingCarried(Refusal):
    """A goal area without a political keyword (or topic) that is carried forward."""

    area: str


class GuardUnmet(Refusal):
    """The stage cannot be entered: `guard` does not hold for `n` things."""

    guard: str
    n: int


class GateUnanswered(Refusal):
    """Two questions are answered before residents are invited."""


class GateClosed(Refusal):
    """An answer was no: inform instead of asking."""


class NotFrozen(Refusal):
    """The version has no such file yet, or is of another kind."""


class FileDamaged(Refusal):
    """The kept file is no longer what was frozen. Another is never made in its place."""


class JoiningClosed(Refusal):
    """The facilitator lets nobody else in just now."""


class WindowClosed(Refusal):
    """The web window closed at `at` (ms since 1970)."""

    at: int


class TakenByAnother(Refusal):
    """Another moderator is reading this one."""


class SecondPersonNeeded(Refusal):
    """One person cannot alone find that something insults somebody."""


AnyRefusal = (
    TextEmpty
    | TextTooLong
    | TextUnreadable
    | PersonalNumber
    | Wait
    | StepClosed
    | UnknownStep
    | WrongTopic
    | UnknownTargetGroup
    | UnknownContribution
    | UnknownGroup
    | UnknownArea
    | AnotherArea
    | RegroupingGone
    | UnknownQuestion
    | NotYours
    | NotNow
    | NoDotsLeft
    | NoDotThere
    | NotAllowed
    | NotJoined
    | AlreadyMoved
    | AlreadyDone
    | CannotUndo
    | ChangedSince
    | SessionHasEnded
    | CodeUnknown
    | TooManyWrongCodes
    | Malformed
    | Unsaved
    | UnknownTheme
    | UnknownGoal
    | UnknownBody
    | UnknownVersion
    | UnknownField
    | ReasonMissing
    | RecipientMissing
    | Locked
    | ChangedMeanwhile
    | NothingLeft
    | NotWhatIsLeft
    | StillUndecided
    | StillHeld
    | NothingCarried
    | GuardUnmet
    | GateUnanswered
    | GateClosed
    | NotFrozen
    | FileDamaged
    | JoiningClosed
    | WindowClosed
    | TakenByAnother
    | SecondPersonNeeded
)


class Refused(Exception):
    """Raised by the rules."""

    def __init__(self, refusal: AnyRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal
