"""The rest of what is done about a change: hours, tasks, announcements; and the table of all of it."""

from dataclasses import dataclass
from datetime import date

from intake.domain import deed as d
from intake.domain.change import Phase
from intake.domain.deed import AgreementDeed, Deed
from intake.domain.principal import Principal, Role
from tests.changes.oracle import UNTIL_OVER, Deciding, S, sure
from tests.changes.oracle_book import Book
from tests.changes.oracle_people import IN_DIRECTORY, REACH, is_any
from tests.changes.oracle_world import Expect, World

TEMPLATE_TASKS = ("INTERNAL snapshots", "INTERNAL patch")
BOOKABLE = frozenset({S.ASSESSMENT, S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING, S.REVIEW, S.CLOSED})


class Spending(Deciding):
    @property
    def today(self) -> date:
        return self.world.now.date()

    def estimate(self, deed: d.EstimateChange) -> Expect:
        book = self.world.books.get(deed.agreement)
        if not self.near_in(S.DRAFT, S.ASSESSMENT, S.APPROVAL) or book is None or not book.may_spend(self.by) or book.closed:
            return Expect.REFUSED
        change = self.change
        if self.stage is S.APPROVAL and (deed.minutes > change.estimate or deed.agreement != change.agreement):
            return Expect.REFUSED
        had = book.of(self.number).reserved
        if self.stage is S.APPROVAL and deed.minutes > had:
            return Expect.EITHER
        if deed.minutes <= had:
            return Expect.EITHER if self.today > book.ends or not deed.minutes else Expect.DONE
        return sure(self.today <= book.ends and deed.minutes <= book.available_to(self.number))

    def estimated(self, deed: d.EstimateChange) -> None:
        change = self.change
        for name, book in self.world.books.items():
            if name != deed.agreement:
                book.release(self.number, book.of(self.number).reserved)
        book = self.world.books[deed.agreement]
        most = book.of(self.number).reserved if change.stage is S.APPROVAL else deed.minutes
        book.reserve_to(self.number, min(deed.minutes, most))
        change.estimate, change.agreement = deed.minutes, deed.agreement if deed.minutes else ""

    def book(self, deed: d.BookHours) -> Expect:
        book = self.world.books.get(deed.agreement or self.change.agreement)
        if self.stage not in BOOKABLE or book is None or self.by.role.value not in {"agent", "lead", "admin"}:
            return Expect.REFUSED
        day = deed.worked_on or self.today
        fits = book.starts <= day <= min(book.ends, self.today) and not book.closed
        return sure(fits and book.may_spend(self.by) and deed.minutes <= book.available_to(self.number))

    def booked(self, deed: d.BookHours) -> None:
        self.world.books[deed.agreement or self.change.agreement].spend(self.number, deed.minutes)

    def overdraft(self, deed: d.ApproveOverdraft) -> Expect:
        book = self.world.books.get(deed.agreement or self.change.agreement)
        if self.stage not in BOOKABLE - {S.CLOSED} or book is None or book.closed or self.by.name not in IN_DIRECTORY:
            return Expect.REFUSED
        change = self.change
        own = (change.author, change.planner, change.implemented_by, *change.planners)
        return sure(self._leads() and not is_any(self.by.name, own))

    def _leads(self) -> bool:
        if self.by.role not in {Role.LEAD, Role.ADMIN} or self.by != IN_DIRECTORY[self.by.name]:
            return False
        return any(self.ticket.group in REACH[team] for team in self.by.teams)

    def allowed(self, deed: d.ApproveOverdraft) -> None:
        self.world.books[deed.agreement or self.change.agreement].allow(self.number, deed.minutes, self.by.name)

    # Tasks, announcements

    def beside(self) -> Expect:
        return sure(self.near and self.stage in UNTIL_OVER)

    def end_task(self, task: int) -> Expect:
        if self.stage not in UNTIL_OVER or self.change.tasks.get(task) != "open":
            return Expect.REFUSED
        return sure(self.near) if self.near else Expect.EITHER


@dataclass(frozen=True, slots=True)
class Oracle:
    """Foretells a deed on a change; `happens` changes the world accordingly."""

    world: World

    def expects(self, deed: Deed, number: int, by: Principal) -> Expect:  # noqa: C901, PLR0911 - a table
        one = Spending(self.world, number, by)
        if one.known is None and not isinstance(deed, d.PlanChange | d.UseTemplate):
            return Expect.REFUSED
        match deed:
            case d.PlanChange():
                return one.plan(deed)
            case d.UseTemplate():
                return one.use(deed)
            case d.SubmitChange():
                return one.submit(deed)
            case d.EstimateChange():
                return one.estimate(deed)
            case d.RequestApproval():
                return one.ask(deed)
            case d.ApproveChange():
                return one.approve(deed)
            case d.RejectChange():
                return one.reject(deed)
            case d.ReworkChange():
                return one.rework(deed)
            case d.ConsentToChange() | d.DeclineChange():
                return one.consent(deed)
            case d.ScheduleChange():
                return one.schedule(deed)
            case d.WithdrawChange():
                return one.withdraw(deed)
        return self._expects_work(deed, one)

    def _expects_work(self, deed: Deed, one: Spending) -> Expect:  # noqa: PLR0911 - a table
        match deed:
            case d.ImplementChange():
                return one.implement(deed)
            case d.CompleteChange():
                return one.complete(deed)
            case d.CloseChange():
                return one.close(deed)
            case d.BookHours():
                return one.book(deed)
            case d.ApproveOverdraft():
                return one.overdraft(deed)
            case d.FinishTask() | d.DropTask():
                return one.end_task(deed.task)
            case d.AddAudience() if one.known and deed.address in one.known.audience:
                return Expect.EITHER
            case d.PlanAnnouncement() if one.stage is S.IMPLEMENTING and deed.phase is not Phase.AFTER:
                return Expect.EITHER if one.near else Expect.REFUSED  # its moment has passed
            case d.AddTask() | d.AddAudience() | d.PlanAnnouncement():
                return one.beside()
        raise AssertionError(deed.verb)

    def happens(self, deed: Deed, number: int, by: Principal) -> None:  # noqa: C901, PLR0912 - a table
        one = Spending(self.world, number, by)
        match deed:
            case d.PlanChange():
                one.planned(deed)
            case d.UseTemplate():
                one.used(deed)
                for title in TEMPLATE_TASKS:
                    standing = {at for at, how in one.change.tasks.items() if how != "dropped"}
                    if title not in {one.change.titles[at] for at in standing}:
                        self._adds_task(one, title)
            case d.SubmitChange():
                one.submitted(deed)
            case d.EstimateChange():
                one.estimated(deed)
            case d.RequestApproval():
                one.asked(deed)
            case d.ApproveChange():
                one.approved(deed)
            case d.RejectChange():
                one.rejected(deed)
            case d.ReworkChange():
                one.reworked(deed)
            case d.ConsentToChange():
                one.consented(deed)
            case d.DeclineChange():
                one.declined(deed)
            case d.ScheduleChange():
                one.scheduled(deed)
            case d.WithdrawChange():
                one.withdrawn(deed)
            case _:
                self._works(deed, one)

    def _works(self, deed: Deed, one: Spending) -> None:
        change = one.change
        match deed:
            case d.ImplementChange():
                one.implemented(deed)
            case d.CompleteChange():
                one.completed(deed)
            case d.CloseChange():
                one.closed(deed)
            case d.BookHours():
                one.booked(deed)
            case d.ApproveOverdraft():
                one.allowed(deed)
            case d.AddTask():
                self._adds_task(one, deed.title)
            case d.FinishTask():
                change.tasks[deed.task] = "done"
            case d.DropTask():
                change.tasks[deed.task] = "dropped"
            case d.AddAudience():
                change.audience |= {deed.address}
            case d.PlanAnnouncement():
                change.phases[max(change.phases, default=0) + 1] = deed.phase

    @staticmethod
    def _adds_task(one: Spending, title: str) -> None:
        position = max(one.change.tasks, default=0) + 1
        one.change.tasks[position], one.change.titles[position] = "open", title

    # Agreements

    def expects_of_agreement(self, deed: AgreementDeed, by: Principal) -> Expect:  # noqa: PLR0911 - a table
        books = self.world.books
        if by.role not in {Role.LEAD, Role.ADMIN}:
            return Expect.REFUSED
        book = books.get(deed.agreement)
        match deed:
            case d.OpenAgreement():
                return sure(book is None)
            case d.AmendAgreement():
                if book is None or book.closed:
                    return Expect.REFUSED
                if deed.ends is not None and deed.ends < book.starts:
                    return Expect.REFUSED
                return sure(deed.fewer <= book.left)
            case d.CloseAgreement():
                if book is None or book.closed or book.reserved:
                    return Expect.REFUSED
                heir = books.get(deed.into)
                fits = heir is not None and not heir.closed and heir is not book
                fits = fits and heir is not None and heir.party == book.party and heir.ends >= book.ends
                return sure(fits or not deed.into)
        raise AssertionError(deed.verb)

    def happens_to_agreement(self, deed: AgreementDeed) -> None:
        books = self.world.books
        match deed:
            case d.OpenAgreement():
                books[deed.agreement] = Book(
                    party=deed.party,
                    starts=deed.starts,
                    ends=deed.ends,
                    spenders=deed.spenders,
                    owners=deed.product_owners,
                    carry_over=deed.carry_over,
                    granted=deed.minutes,
                )
            case d.AmendAgreement():
                book = books[deed.agreement]
                book.granted += deed.more - deed.fewer
                book.ends = deed.ends or book.ends
                book.spenders = deed.spenders or book.spenders
            case d.CloseAgreement():
                book = books[deed.agreement]
                book.closed = True
                if deed.into:
                    over = max(0, book.granted - book.spent)
                    over = over if book.carry_over is None else min(over, book.carry_over)
                    book.granted -= over
                    books[deed.into].granted += over
