"""Is what was reported just now part of something larger?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.desk.case import Case
from intake.desk.incoming import classified_text
from intake.desk.labelling import PERSON
from intake.desk.lifecycle import OPEN, may_reopen
from intake.desk.policy import Policy
from intake.desk.ports_of_storms import Likeness, Report
from intake.desk.storms.beginning import Beginning
from intake.desk.storms.membership import Membership, as_evidence, may_take_part
from intake.desk.storms.memory import Memory
from intake.desk.telling import Teller
from intake.domain.event import EventKind
from intake.domain.message import InboundMessage
from intake.domain.notice import NoticeKind
from intake.domain.storm import Storm, StormStage
from intake.domain.ticket import Ticket, spoken

_NOBODY = -1  # all whom nobody knows are one


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the store says about the reports that a new one resembles: whether they are what was remembered, and which storms
    they are or were in."""

    report: Report
    likes: Sequence[Likeness]
    tickets: Mapping[int, Ticket]
    now_in: Mapping[int, Storm]
    parents: Mapping[int, Ticket]
    were_in: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """`storm` is the formed one that the report is part of; whoever reported was `told` so. All empty: it stands alone."""

    storm: int | None = None
    told: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotter:
    policy: Policy
    teller: Teller
    memory: Memory
    membership: Membership
    beginning: Beginning

    def spot(self, message: InboundMessage, case: Case) -> Spotted:
        """Of a ticket that has just been opened, before anybody is woken or answered. All of it can be taken back: dissolve
        the storm, or let the ticket leave it."""
        ticket, text = case.ticket, classified_text(message)
        if not self.policy.storm.begins_at or not may_take_part(ticket) or not text.strip():
            self.memory.pass_by(ticket.number)
            return Spotted()
        report = self.memory.remember(ticket.number, ticket.opened_at, text, case.books, case.now)
        around = self._around(report, case)
        if not around.likes:
            return Spotted()
        if (joined := self._join_open_storm(around, case)) is not None:
            return joined
        if self._people(around, case) >= self.policy.storm.begins_at:
            case.books.storms.lock()  # somebody may be beginning it elsewhere this very moment
            self.memory.follow(case.books, case.now)
            around = self._around(report, case)
            if (joined := self._join_open_storm(around, case)) is not None:
                return joined
            return self._begin(around, case)
        self._perhaps_again(around, case)
        return Spotted()

    def _around(self, report: Report, case: Case) -> Around:
        """What a transaction that was undone left in the memory is left out."""
        likes = self.memory.alike(report, case.now)
        if not likes:
            return Around(report=report, likes=(), tickets={}, now_in={}, parents={}, were_in=frozenset())
        books = case.books
        found = books.tickets.many([one.ticket for one in likes])
        tickets = {number: one for number, one in found.items() if self.memory.opened_at(number) == one.opened_at}
        memberships = books.storms.memberships(tickets)
        now_in = {member.ticket: storm for member, storm in memberships if member.left_at is None}
        return Around(
            report=report,
            likes=self._in_one_place(report, [one for one in likes if one.ticket in tickets]),
            tickets=tickets,
            now_in=now_in,
            parents=books.tickets.many({storm.parent for storm in now_in.values()}),
            were_in=frozenset(member.ticket for member, _ in memberships),
        )

    def _in_one_place(self, report: Report, likes: Sequence[Likeness]) -> Sequence[Likeness]:
        """A report that names no site is like those of several: the one it is most alike decides which of them are meant."""
        sites, found = report.sites, []
        for like in likes:
            named = self.memory.sites([like.ticket])
            if sites and named and not sites & named:
                continue
            sites |= named
            found.append(like)
        return found

    def _is_elsewhere(self, around: Around, storm: Storm, case: Case) -> bool:
        """By way of a report that names no site it may resemble a storm at another one."""
        theirs = (like.ticket for like in around.likes if around.now_in.get(like.ticket) == storm)
        if not around.report.sites or around.report.sites & self.memory.sites(theirs):
            return False  # mostly: a storm has thousands of reports
        sites = self.memory.sites(member.ticket for member in case.books.storms.members(storm.parent))
        return bool(sites) and not sites & around.report.sites

    def _join_open_storm(self, around: Around, case: Case) -> Spotted | None:
        """The one with the report that is most alike. Others that resemble this one and were left lying come along."""
        for like in around.likes:
            storm = around.now_in.get(like.ticket)
            if storm is None or _is_over(around.parents[storm.parent]) or self._is_elsewhere(around, storm, case):
                continue
            parent, present = case.books.tickets.get(storm.parent), case.books.storms.get(storm.parent)
            if parent is None or _is_over(parent) or present is None or present.stage is StormStage.DISSOLVED:
                continue  # it ended just now
            if self._too_urgent(case.ticket, parent):
                case.books.tickets.link(storm.parent, case.ticket.number)
                says = f"perhaps part of {spoken(parent.number)}, which somebody has called {parent.priority.value}"
                case.note(EventKind.STORM_AGAIN, says, {"storm": str(storm.parent)}, evidence=as_evidence(like))
                continue
            on_parent = Case(parent, case.books, case.now, channel=case.channel, ledger=case.ledger)
            told = {case.ticket.number} if self.membership.join(case, present, like) else set[int]()
            self._take_along(around, present, on_parent, told, case)
            return self._decide(present, on_parent, told, case)
        return None

    def _too_urgent(self, report: Ticket, parent: Ticket) -> bool:
        """Would nobody be woken for it there, because a person has decided what the storm is worth?"""
        decided = parent.label_version == PERSON and report.priority < parent.priority
        return decided and self.policy.ladder_for(report.kind, report.priority) is not None

    def _take_along(self, around: Around, storm: Storm, parent: Case, told: set[int], case: Case) -> None:
        for like in self._free(around, case):
            ticket = case.books.tickets.get(like.ticket)
            if (
                ticket is not None
                and may_take_part(ticket)
                and ticket.parent is None
                and not self._too_urgent(ticket, parent.ticket)
            ):
                back = Likeness(ticket=case.ticket.number, score=like.score, shared=like.shared)
                if self.membership.join(parent.on(ticket), storm, back):
                    told.add(ticket.number)

    def _begin(self, around: Around, case: Case) -> Spotted:
        free = {like.ticket: like for like in self._free(around, case)}
        reports = [around.tickets[number] for number in sorted(free)]
        people = self._people(around, case)
        evidence = tuple(found for like in free.values() for found in as_evidence(like))[:_MOST_EVIDENCE]
        storm, parent = self.beginning.open([*reports, case.ticket], people, case, evidence)
        for number, like in sorted(free.items()):
            ticket = case.books.tickets.get(number)
            if ticket is not None:
                back = Likeness(ticket=case.ticket.number, score=like.score, shared=like.shared)
                self.membership.join(parent.on(ticket), storm, back)
        self.membership.join(case, storm, max(free.values(), key=lambda like: like.score))
        if not self.policy.storm.form_at or people < self.policy.storm.form_at:
            self.beginning.propose(parent, people)
        for ended in {around.now_in[like.ticket].parent for like in around.likes if like.ticket in around.now_in}:
            case.books.tickets.link(storm.parent, ended)
        return self._decide(storm, parent, set(), case)

    def _decide(self, storm: Storm, parent: Case, told: set[int], case: Case) -> Spotted:
        """A proposed one forms when so many people belong to it; the parent is as bad as who reports it makes it."""
        form_at = self.policy.storm.form_at
        if storm.stage is StormStage.PROPOSED and form_at and (people := case.books.storms.people(storm.parent)) >= form_at:
            self.beginning.form(storm, parent, f"{people} people report it (desk.toml: form_at = {form_at})", told)
            stored = case.books.tickets.get(case.ticket.number)
            assert stored is not None
            case.ticket = stored
        else:
            self.beginning.grow(storm, parent, case.ticket)
        if case.ticket.parent is None:
            return Spotted()
        return Spotted(storm=storm.parent, told=case.ticket.number in told)

    def _perhaps_again(self, around: Around, case: Case) -> None:
        """It resembles what is over: people at tier 1 are asked whether it is there again."""
        for like in around.likes:
            storm = around.now_in.get(like.ticket)
            if storm is None or storm.stage is not StormStage.FORMED:
                continue
            parent = around.parents[storm.parent]
            if not _is_over(parent) or (parent.state not in OPEN and not may_reopen(parent, self.policy, case.now)):
                continue
            number = spoken(storm.parent)
            case.books.tickets.link(storm.parent, case.ticket.number)
            why = f"{like.score:.0%} like {spoken(like.ticket)}, a report of {number}, which is {parent.state.value}: again?"
            data = {"storm": str(storm.parent)}
            case.note(EventKind.STORM_AGAIN, why, data, evidence=as_evidence(like))
            fields = {"storm": number, "again": "yes", "why": f"It reads like {spoken(like.ticket)}, a report of {number}."}
            self.teller.tell_holder(case.ticket, NoticeKind.STORM_PROPOSED, case.books, case.now, fields)
            return

    def _free(self, around: Around, case: Case) -> list[Likeness]:
        """Those within the window that go their own way and were never in a storm: what a person took out stays out."""
        since = case.now - self.policy.storm.window
        return [
            like
            for like in around.likes
            if like.ticket not in around.were_in
            and (ticket := around.tickets[like.ticket]).opened_at >= since
            and may_take_part(ticket)
            and ticket.parent is None
        ]

    def _people(self, around: Around, case: Case) -> int:
        """How many different ones report this, as far as nobody has taken it up."""
        callers = {around.tickets[like.ticket].caller for like in self._free(around, case)} | {case.ticket.caller}
        return len({caller if caller is not None else _NOBODY for caller in callers})


def _is_over(parent: Ticket) -> bool:
    """Or as good as: who comes after its final response was written would never hear that."""
    return parent.state not in OPEN or parent.final_response is not None


_MOST_EVIDENCE = 20
