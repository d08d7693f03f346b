"""Most of an agreement is reserved or spent: the leads and whoever has the change hear of it, once."""

from dataclasses import dataclass

from intake.desk.agreements.book import share_used
from intake.desk.agreements.in_words import in_hours, left_in_words
from intake.desk.agreements.open_book import OpenBook
from intake.desk.case import Case
from intake.desk.policy import Policy
from intake.desk.telling import Teller
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Ticket, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLow:
    policy: Policy
    teller: Teller

    def look_at(self, book: OpenBook, case: Case) -> None:
        """After a line was written for this ticket's change."""
        if not book.has_become_low(self.policy.changes.alert_at):
            return
        balance = book.balance
        used = in_hours(balance.reserved + balance.spent)
        share = f"{share_used(balance):.0%} of " if balance.granted else ""
        why = f"{used} are reserved or spent, {share}{in_hours(balance.granted)}: {left_in_words(balance.left)}"
        case.note(EventKind.AGREEMENT_LOW, f"{book.name}: {why}", {"agreement": book.name})
        fields = {"agreement": book.name, "why": why}
        self.teller.tell_holder(case.ticket, NoticeKind.AGREEMENT_LOW, case.books, case.now, fields)
        for team in lead_teams(case.ticket, self.policy):
            self.teller.tell_others(case.ticket, team, NoticeKind.AGREEMENT_LOW, case.books, case.now, fields)


def lead_teams(ticket: Ticket, policy: Policy) -> tuple[str, ...]:
    """The teams of leads that are above this ticket's team, or are its team."""
    leads = {tiers[Tier.LEADS] for tiers in policy.routes.values() if Tier.LEADS in tiers}
    return tuple(sorted(team for team in leads if ticket.assignment_group in policy.reach({team})))
