"""A report becomes part of a storm, and stands alone again."""

from dataclasses import dataclass, replace

from intake.desk.case import Case
from intake.desk.lifecycle import OPEN
from intake.desk.paging import Pager
from intake.desk.ports import UnitOfWork
from intake.desk.ports_of_storms import Likeness
from intake.desk.storms.memory import TAKES_PART
from intake.desk.storms.word import Word, person_of
from intake.desk.telling import Teller
from intake.domain.event import Event, EventKind
from intake.domain.label import Evidence
from intake.domain.storm import Member, Storm, StormStage
from intake.domain.ticket import Ticket, spoken

SIMILARITY = "similarity"
_ACKNOWLEDGED = frozenset({EventKind.ACKNOWLEDGED, EventKind.TAKEN, EventKind.REPLIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    teller: Teller
    pager: Pager
    word: Word

    def join(self, case: Case, storm: Storm, like: Likeness | None) -> bool:
        """The case's ticket belongs to the storm from now on, because of that likeness or because a person says so. True if
        its author was told: of a storm that is only proposed nobody outside hears."""
        books, number = case.books, case.ticket.number
        books.storms.join(
            Member(
                storm=storm.parent,
                ticket=number,
                person=person_of(case.ticket, books),
                joined_at=case.now,
                joined_by=case.by.name,
                alike=like.ticket if like is not None else None,
                score=like.score if like is not None else 0.0,
            )
        )
        why, evidence = self._because(case, like), as_evidence(like)
        self._on_parent(case, storm, EventKind.STORM_JOINED, f"{spoken(number)} belongs to it: {why}", evidence)
        if storm.stage is StormStage.FORMED:
            return self.become_child(case, storm, why, evidence)
        books.tickets.link(storm.parent, number)
        perhaps = f"perhaps part of {spoken(storm.parent)}, not decided yet: {why}"
        case.note(EventKind.STORM_PROPOSED, perhaps, {"storm": str(storm.parent)}, evidence=evidence)
        return False

    def become_child(self, case: Case, storm: Storm, why: str, evidence: tuple[Evidence, ...] = ()) -> bool:
        """Its own pages stop: the storm has one ladder. True if its author was told."""
        parent = spoken(storm.parent)
        self.pager.stop(case.ticket, f"part of {parent}, which has its own pages", case.books, case.now)
        data = {"storm": str(storm.parent)}
        child = replace(case.ticket, parent=storm.parent)
        case.write(EventKind.STORM_JOINED, f"part of {parent}: {why}", child, evidence=evidence, data=data)
        case.books.tickets.unlink(storm.parent, case.ticket.number)
        self.teller.refresh(case.ticket, case.books, case.now)
        return self.word.known(case, storm)

    def stand_alone(
        self, case: Case, member: Member, storm: Storm, why: str, *, tell: bool = False, anew: bool = False
    ) -> bool:
        """As it was before. False if it had left already. What the storm's final response was to do for it, it does no more.
        `anew`: it was reopened, and an earlier acknowledgement counts no more."""
        books = case.books
        if not books.storms.leave(member, why, case.now):
            return False
        books.tickets.unlink(storm.parent, member.ticket)
        was_child = case.ticket.parent == storm.parent
        alone = replace(case.ticket, parent=None if was_child else case.ticket.parent)
        if alone.state in OPEN and self.is_the_storms(alone, storm, books):
            alone = replace(alone, final_response=None)
        reason = f"no part of {spoken(storm.parent)} any more: {why}"
        what = EventKind.STORM_LEFT if was_child else EventKind.UNLINKED  # nobody outside knew of a proposed one
        case.write(what, reason, alone, data={"storm": str(storm.parent)})
        self._on_parent(case, storm, EventKind.STORM_LEFT, f"{spoken(member.ticket)} stands alone: {why}")
        if was_child and alone.state in OPEN:
            self._go_on(case, storm, why, tell=tell, anew=anew)
        self.teller.refresh(case.ticket, books, case.now)
        return True

    def go_over(self, case: Case, member: Member, storm: Storm, to: str) -> None:
        """It leaves for another storm: nobody is woken or told in between."""
        if not case.books.storms.leave(member, f"it belongs to {to}", case.now):
            return
        case.books.tickets.unlink(storm.parent, member.ticket)
        is_child = case.ticket.parent == storm.parent
        alone = replace(case.ticket, parent=None if is_child else case.ticket.parent)
        what = EventKind.STORM_LEFT if is_child else EventKind.UNLINKED
        case.write(what, f"no part of {spoken(storm.parent)}, but of {to}", alone, data={"storm": str(storm.parent)})

    def _go_on(self, case: Case, storm: Storm, why: str, *, tell: bool, anew: bool) -> None:
        if tell:
            self.word.alone(case, storm)
        if anew or not self._is_acknowledged(case):
            why_now = f"part of no major incident any more: {why}"
            self.pager.start(case.ticket, case.books, case.now, why_now, anew=anew)
        fields = {"by": case.by.name, "why": f"no part of {spoken(storm.parent)}: {why}"}
        self.teller.tell_team(case.ticket, case.books, case.now, fields)

    def _is_acknowledged(self, case: Case) -> bool:
        return bool(case.ticket.assigned_to) or bool(case.books.tickets.events_of(case.ticket.number, _ACKNOWLEDGED, 1))

    def is_the_storms(self, ticket: Ticket, storm: Storm, books: UnitOfWork) -> bool:
        """Is its final response the one that was written for all?"""
        final = books.tickets.message(ticket.final_response) if ticket.final_response is not None else None
        return final is not None and final.ticket == storm.parent

    def _because(self, case: Case, like: Likeness | None) -> str:
        if like is None:
            return f"{case.by.name} says so"
        shared = f": {', '.join(like.shared[:_MOST_SHOWN])}" if like.shared else ""
        return f"{like.score:.0%} like {spoken(like.ticket)}{shared}"

    def _on_parent(self, case: Case, storm: Storm, kind: EventKind, reason: str, evidence: tuple[Evidence, ...] = ()) -> None:
        """Without a change of the ticket: whoever works on it has not seen less than there is."""
        data = {"ticket": str(case.ticket.number)}
        event = Event(
            ticket=storm.parent,
            kind=kind,
            at=case.now,
            actor=case.by.name,
            reason=reason,
            evidence=evidence,
            data=data,
        )
        case.books.tickets.add_event(event)


_MOST_SHOWN = 6


def as_evidence(like: Likeness | None) -> tuple[Evidence, ...]:
    if like is None:
        return ()
    shared = ", ".join(like.shared[:_MOST_SHOWN])
    return (Evidence(source=SIMILARITY, says=f"alike={spoken(like.ticket)}", text=shared, weight=round(like.score, 3)),)


def may_take_part(ticket: Ticket) -> bool:
    """An open incident, or one that nobody has labelled, that goes its own way."""
    return ticket.state in OPEN and ticket.merged_into is None and ticket.kind in TAKES_PART
