"""One evening in which everything happens: every kind of event stands in its log."""

from typing import get_args

from dialog.protocol import commands as c
from dialog.protocol.events import AnyEvent, Entry
from tests.domain.meeting import Meeting, ada, bo, fay, group, machine, meeting, pia, system

RECEIPT = "A2B3C4D5E6F7G8H9-1"
SECRET = "Nobody shall find these words in the log"


def evening() -> Meeting:
    it = meeting("write", moderation="hold-all")
    it.do(ada, c.ChoosePerspective("young"))
    it.do(
        ada,
        c.PostContribution("write", 0, "keyword", SECRET, receipt=RECEIPT),
        "op-of-ada-00000001",
    )
    it.post(bo, "Safe paths to school")
    it.post(bo, "A safe way home")
    it.do(pia, c.PostOnBehalf("write", "question", "On paper", target_group="old"))
    it.do(fay, c.ReleaseContributions([1, 2, 3]))
    it.do(fay, c.Undo(it.seq))
    it.do(fay, c.ReleaseContributions([1, 2, 3]))
    it.do(fay, c.HideContribution(3, "duplicate"))
    it.do(fay, c.RestoreContribution(3))
    it.do(fay, c.SetModeration("show-all"))
    it.do(fay, c.PauseFeed(True))
    it.do(fay, c.BlankProjector(True))
    it.do(fay, c.SetPosting(False))
    it.do(fay, c.ShowOthers(True))
    it.suggest(group(0, [2, 3], [c.Span(2, 0, 4), c.Span(3, 2, 6)]))
    rule_over_groups(it)
    it.go("check").do(ada, c.RespondToGroup(1, "fits"))
    it.go("dots").do(ada, c.PlaceDot(2))
    it.do(ada, c.PlaceDot(3))
    it.do(ada, c.TakeDot(3))
    it.do(fay, c.RevealDots(True))
    it.go("evaluation").do(bo, c.AnswerEvaluation("heard", 1))
    it.do(ada, c.WithdrawContribution(1))
    it.do(fay, c.ChangeCode("NEW2345"))
    it.do(system, c.JoinSession("web"))
    it.do(fay, c.EndSession())
    happened = {type(entry.event) for entry in it.log}
    assert happened == set(get_args(AnyEvent)), set(get_args(AnyEvent)) - happened
    return it


def rule_over_groups(it: Meeting) -> None:
    """Everything that people may say of groups."""
    it.do(pia, c.RenameGroup(1, "Safe paths"))
    it.do(fay, c.LockGroup(1, name=True, members=True, existence=False))
    it.do(fay, c.ConfirmGlobalGoal(1, 11, confirmed=True))
    it.do(fay, c.PlaceContributions([4], 0))
    it.do(fay, c.Undo(it.seq))
    it.do(fay, c.KeepOut(4, 1))
    it.do(fay, c.AskRegrouping("school", 5, apart=True))
    it.do(fay, c.DropRegrouping("school"))
    it.do(fay, c.AskRegrouping("school"))
    run = c.GroupingRun(it.seq, "model", {}, 0)
    it.do(machine, c.ProposeRegrouping("school", it.seq, run, [group(0, [1, 4])]))
    it.do(fay, c.ApplyRegrouping("school", it.seq))


def without_receipts(log: list[Entry]) -> list[Entry]:
    """As the log is read: who holds a receipt is looked up elsewhere."""
    read = [Entry(**{name: getattr(it, name) for name in it.__struct_fields__}) for it in log]
    for entry in read:
        entry.receipt = None
    return read
