"""All that the desk does about changes and their hours, put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from intake.desk.agreements.spending import Spending
from intake.desk.case import Case
from intake.desk.changes.aftermath import Aftermath
from intake.desk.changes.announcing import Announcer
from intake.desk.changes.approving import Approving
from intake.desk.changes.asking import Asking
from intake.desk.changes.ending import Ending
from intake.desk.changes.fixes import Fixes
from intake.desk.changes.owners import Owners
from intake.desk.changes.planning import Planning
from intake.desk.changes.recurring import Recurring
from intake.desk.changes.tasks import Tasks
from intake.desk.changes.templates import Templates
from intake.desk.changes.windows import Scheduler
from intake.desk.changes.word import Word
from intake.desk.changes.working import Working
from intake.desk.closing import Closer
from intake.desk.policy import Policy
from intake.desk.replies import Replies
from intake.desk.storms.final_word import FinalWord
from intake.desk.telling import Teller
from intake.domain import deed as d
from intake.domain.deed import Deed
from intake.domain.timer import Timer, TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesAtWork:
    planning: Planning
    approving: Approving
    working: Working
    scheduler: Scheduler
    templates: Templates
    tasks: Tasks
    announcer: Announcer
    spending: Spending
    owners: Owners
    fixes: Fixes
    asking: Asking
    aftermath: Aftermath
    recurring: Recurring

    @property
    def handlers(self) -> Mapping[type[Deed], Callable[..., str]]:
        return {
            d.PlanChange: self.planning.plan,
            d.UseTemplate: self.templates.use,
            d.SubmitChange: self.planning.submit,
            d.EstimateChange: self.spending.estimate,
            d.RequestApproval: self.planning.request_approval,
            d.ApproveChange: self.approving.approve,
            d.RejectChange: self.approving.reject,
            d.ReworkChange: self.approving.rework,
            d.ConsentToChange: self.owners.consent,
            d.DeclineChange: self.owners.decline,
            d.ScheduleChange: self.scheduler.schedule,
            d.WithdrawChange: self.working.withdraw,
            d.ImplementChange: self.working.implement,
            d.CompleteChange: self.working.complete,
            d.CloseChange: self.working.close,
            d.AddTask: self.tasks.add,
            d.FinishTask: self.tasks.finish,
            d.DropTask: self.tasks.drop,
            d.AddAudience: self.announcer.add_audience,
            d.DropAudience: self.announcer.drop_audience,
            d.PlanAnnouncement: self.announcer.plan,
            d.DropAnnouncement: self.announcer.drop,
            d.BookHours: self.spending.book,
            d.ApproveOverdraft: self.spending.overdraft,
            d.ResolveAsProposed: self.fixes.resolve_as_proposed,
        }

    @property
    def timers(self) -> Mapping[TimerKind, Callable[[Timer, Case], None]]:
        return {
            TimerKind.APPROVAL_REMINDER: self.remind,
            TimerKind.APPROVAL_DUE: self.asking.is_overdue,
            TimerKind.ANNOUNCEMENT_DUE: self.announcer.is_due,
        }

    def remind(self, timer: Timer, case: Case) -> None:
        """Who has not decided: both sides, and product owners where nothing goes on without them."""
        waiting = self.asking.remind(timer, case)
        if waiting is not None:
            self.owners.remind(waiting, case)


def put_to_work(policy: Policy, teller: Teller, closer: Closer, replies: Replies, final_word: FinalWord) -> ChangesAtWork:
    word = Word(policy=policy, teller=teller)
    asking = Asking(policy=policy, teller=teller, word=word)
    announcer = Announcer(policy=policy, teller=teller)
    spending = Spending(policy=policy, teller=teller)
    ending = Ending(policy=policy, asking=asking, replies=replies, closer=closer, spending=spending, announcer=announcer)
    owners = Owners(policy=policy, teller=teller, word=word, ending=ending)
    fixes = Fixes(teller=teller, final_word=final_word)
    return ChangesAtWork(
        planning=Planning(policy=policy, word=word, asking=asking, fixes=fixes, owners=owners),
        approving=Approving(policy=policy, word=word, asking=asking, ending=ending, announcer=announcer),
        working=Working(
            policy=policy, word=word, asking=asking, ending=ending, announcer=announcer, fixes=fixes, owners=owners
        ),
        scheduler=Scheduler(policy=policy, teller=teller, word=word, announcer=announcer),
        templates=Templates(policy=policy, spending=spending),
        tasks=Tasks(policy=policy),
        announcer=announcer,
        spending=spending,
        owners=owners,
        fixes=fixes,
        asking=asking,
        aftermath=Aftermath(fixes=fixes, ending=ending),
        recurring=Recurring(policy=policy, teller=teller, spending=spending),
    )
