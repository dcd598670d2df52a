"""One evening in which everything happens: every kind of event stands in its log."""

from typing import get_args

from dialog.domain.facts import Fact
from dialog.domain.state import Person
from dialog.protocol import commands as c
from dialog.protocol import work_commands as wc
from dialog.protocol.agenda import Disposal
from dialog.protocol.events import AnyEvent, AuthorHidden, Entry
from dialog.protocol.work_events import SessionTakenIn
from tests.domain.matter import Matter, drafter, klara, registrar, renderer
from tests.domain.meeting import (
    ID,
    NOON,
    Meeting,
    ada,
    bo,
    fay,
    group,
    machine,
    participant,
    pia,
    session_definition,
    system,
    worker,
)

RECEIPT = "A2B3C4D5E6F7G8H9-1"
mo = Person("moderator", ID, seat="first")
SECRET = "Nobody shall find these words in the log"


def evening() -> Meeting:
    it = Matter(session_definition(moderation="hold-all"))
    it.go("write")
    it.do(ada, c.ChoosePerspective("young"))
    it.do(
        ada,
        c.PostContribution("write", 0, "keyword", SECRET, receipt=RECEIPT),
        "op-of-ada-00000001",
    )
    it.post(bo, "Safe paths to school")
    it.post(bo, "A safe way home")
    it.do(pia, c.PostOnBehalf("write", "question", "On paper", target_group="old"))
    it.do(mo, c.GoOnDuty(True, ["sv", "en"]))
    it.do(mo, c.TakeSlips(1))
    it.do(mo, c.GiveBackSlips([1]))
    it.do(fay, c.ReleaseContributions([1, 2, 3, 4]))
    it.do(fay, c.Undo(it.seq))
    it.do(fay, c.ReleaseContributions([1, 2, 3, 4]))
    it.do(fay, c.HideContribution(3, "duplicate"))
    it.do(fay, c.RestoreContribution(3))
    moderate(it)
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
    make_themes(it)
    draft_goals(it)
    lead_the_process(it)
    happened = {type(entry.event) for entry in it.log}
    assert happened == set(get_args(AnyEvent)), set(get_args(AnyEvent)) - happened
    return it


def moderate(it: Meeting) -> None:
    """Everything that moderators do with what one more person writes."""
    it.do(system, c.JoinSession())
    it.do(fay, c.GoOnDuty(True, ["sv"]))
    it.post(participant(3), "Ask the neighbour at number 7")
    it.post(participant(3), "Ask him again")
    it.do(fay, c.TakeSlips(2))
    it.do(fay, c.GiveBackSlips([5, 6]))
    it.do(fay, c.MaskContribution(5, [(8, 17)]))
    it.do(pia, c.TranslateContribution(5, "sv", "Fråga någon"))
    it.do(fay, c.HideContribution(5, "insult"))
    it.do(fay, c.HideAuthor(5, "spam"))
    it.apply(fay, Fact(AuthorHidden([6], "spam")))  # as an older release wrote it
    it.do(fay, c.SetSlowMode(30))
    it.do(fay, c.SetSlowMode(0))
    it.do(fay, c.SetJoining(False))
    it.do(fay, c.SetJoining(True))
    it.do(fay, c.SetClosing(NOON + 3_600_000))
    it.do(fay, c.SetClosing(None))


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


def make_themes(it: Matter) -> None:
    """Everything that people may say of themes and contributions, and the machine of both."""
    school = it.work(wc.MakeTheme(area="school", title="Paths", contributions=[2], why="Clear"))
    it.undo(it.undo(school))
    it.work(wc.MakeTheme(area="school", title="On paper", contributions=[4]))
    it.work(wc.NameTheme(theme=1, title="Safe paths"))
    it.work(wc.NoteTheme(theme=1, note="Ask the schools"))
    it.work(wc.MoveTheme(theme=1, area="centre"))
    it.work(wc.CarryTheme(theme=1, carried="keyword"))
    it.work(wc.LinkTheme(theme=1, goal=11, strength="primary"))
    it.work(wc.AnchorTheme(theme=1, anchor="open", linked=True))
    it.work(wc.ReferContribution(contribution=4, theme=1, linked=True))
    it.work(wc.PlaceInTheme(contributions=[3], theme=2))
    it.undo(it.work(wc.MergeThemes(themes=[2], into=1)))
    suggested = [wc.ThemeSuggestion(1, 2, 0.5, [4])]
    it.do(worker, wc.SuggestThemes(upto=it.seq, model="model", suggestions=suggested))
    locks = {"name": True, "members": True, "existence": True}
    it.work(wc.LockTheme(theme=2, **locks))
    parked = wc.Disposition("parked")
    it.work(wc.SetDisposition(themes=[1], contributions=[4], disposition=parked, why="Later"))
    it.work(wc.DealOut(readers=2))
    it.work(wc.MarkRead(contribution=2, verdict="note", note="Well said"))


def draft_goals(it: Matter) -> None:
    it.undo(it.work(wc.DraftGoal(area="school", text="Everyone gets there")))
    it.work(wc.DraftGoal(area="school", text="Everyone gets to school"), drafter)
    it.undo(it.work(wc.DropGoal(goal=2)))
    it.work(wc.WriteGoal(goal=2, field="effect", text="Safer"), drafter)
    it.work(wc.MoveGoal(goal=2, area="centre"))
    it.work(wc.CiteInGoal(goal=2, themes=[1], contributions=[2]))
    it.work(wc.LinkGoal(goal=2, global_goal=4, strength="partial"))
    it.work(wc.AnchorGoal(goal=2, anchor="brave", linked=True))
    it.work(wc.AffectTargetGroup(goal=2, target_group="young", affected=True))
    it.work(wc.AnswerFrame(goal=2, frame="F1", answer="yes", why="It is seen"))
    it.undo(it.work(wc.GiveDirective(goal=2, body="schools", text="Plan the paths")))
    it.work(wc.SettlePreviousGoal(previous="old-1", fate="merged", goal=2, why="The same"))
    it.undo(it.work(wc.RecordCommitteeGoal(goal=2, body="schools", text="All walk")))


def lead_the_process(it: Matter) -> None:
    it.work(wc.LinkArea(area="school", goal=17, strength="partial"))
    it.work(wc.AcknowledgeGaps(goals=[17], why="No one spoke of it"))
    it.work(wc.EnterStage(stage="planned"))
    it.undo(it.work(wc.AddBody(name="The church", kind="operation")))
    it.undo(it.work(wc.GiveCommission(body="schools", text="Look", due="2019-03-06")))
    it.work(wc.GiveCommission(body="schools", text="Look again", due="2019-03-06"))
    it.work(wc.FinishCommission(commission=2))
    it.work(wc.InviteBody(body="schools"))
    it.undo(it.work(wc.RecordInput(body="schools", text="We want paths")))
    it.work(wc.WriteText(document="ksau", field="summary", text="In short"))
    it.work(wc.CarryTheme(theme=1, carried=""))
    it.work(wc.MoveTheme(theme=1, area="school"))
    it.work(wc.CarryTheme(theme=1, carried="keyword"))
    it.work(wc.MakeTheme(area="centre", title="Shops", contributions=[]))
    it.work(wc.CarryTheme(theme=3, carried="keyword"))
    freeze(it, "areas")
    it.work(wc.SendOutTopics(version=1))
    freeze(it, "goals")
    kept = wc.StoredFile("council", "pdf", "public", "council.pdf", "0" * 64, 1000)
    told = wc.StoredFile("feedback", "html", "public", "feedback.html", "0" * 64, 1000)
    it.work(wc.StoreFiles(version=2, files=[kept, told]), renderer)
    it.work(wc.PublishFeedback(version=2), registrar)
    it.work(
        wc.RecordDispatch(version=2, document="council", recipients=["council"], why="By post"),
        klara,
    )
    rule = Disposal("embeddings", 0, "dialogue-archived", "council", "2019-12-02", "§ 112")
    carried = wc.CarriedOut(rule, [], 3, "0" * 64)
    it.work(wc.RecordDisposal(carried=[carried], protocol="0" * 64), renderer)
    taken = SessionTakenIn(ID, True, 2, 3, 0, 9, "0" * 64)
    it.apply(system, Fact(taken), where="")


def freeze(it: Matter, of: wc.VersionOf) -> None:
    it.work(wc.FreezeVersion(of=of, sessions=[], upto=it.seq, log_hash="0" * 64))


def without_receipts(log: list[Entry]) -> list[Entry]:
    """As the log is read: who holds a receipt is looked up elsewhere."""
    read = [Entry(**{name: getattr(it, name) for name in it.__struct_fields__}) for it in log]
    for entry in read:
        entry.receipt = None
    return read
