"""Telling those concerned by a change: before it, when it begins, when it is over; and where that was wrong, what is right."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from intake.desk.addressed import plain_address
from intake.desk.case import Case
from intake.desk.changes.carried import carried
from intake.desk.changes.process import demand_stage
from intake.desk.changes.window_told import window_fields
from intake.desk.policy import Policy
from intake.desk.telling import Teller
from intake.domain.address_shape import address_of
from intake.domain.change import Announcement, Change, Phase, Stage, Window
from intake.domain.channel import AddressKind, Channel
from intake.domain.deed import AddAudience, DropAnnouncement, DropAudience, PlanAnnouncement
from intake.domain.errors import IllegalTransition, NotFound, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import spoken
from intake.domain.timer import Timer, TimerKind

MOST_AUDIENCE = 200
MOST_ANNOUNCEMENTS = 50
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcer:
    """Each announcement goes out once. By mail, through the gate."""

    policy: Policy
    teller: Teller

    def add_audience(self, deed: AddAudience, case: Case) -> str:
        change = carried(case)
        demand_stage(deed, change)
        address = _mail(deed.address)
        known = case.books.changes.audience(change.ticket)
        if address in known:
            return f"{address} was to be told already"
        if self._is_own(address):
            raise PolicyViolation(f"{address} is the desk's own address: it would write to itself")
        if len(known) >= MOST_AUDIENCE:
            raise PolicyViolation(
                f"{MOST_AUDIENCE} addresses are told already, and no more can be: name a mailing list instead"
            )
        case.books.changes.add_audience(change.ticket, address)
        case.write(EventKind.AUDIENCE_CHANGED, f"{address} is told of it", data={"address": address, "told": "yes"})
        self._set_timers(change, case)
        if change.stage is Stage.IMPLEMENTING:
            self._send_all(Phase.DURING, change, case)  # nobody was there to tell when the work began
        return f"{address} is told of it"

    def drop_audience(self, deed: DropAudience, case: Case) -> str:
        change = carried(case)
        demand_stage(deed, change)
        address = _mail(deed.address)
        if not case.books.changes.drop_audience(change.ticket, address):
            raise NotFound(f"{address} is not told of {spoken(change.ticket)} anyway")
        case.write(EventKind.AUDIENCE_CHANGED, f"{address} is told no longer", data={"address": address, "told": ""})
        return f"{address} is told no longer"

    def plan(self, deed: PlanAnnouncement, case: Case) -> str:
        change = carried(case)
        demand_stage(deed, change)
        if change.stage is Stage.IMPLEMENTING and deed.phase is not Phase.AFTER:
            raise IllegalTransition(f"{spoken(change.ticket)}: the work has begun: plan what is told after it")
        known = case.books.changes.announcements(change.ticket)
        if len(known) >= MOST_ANNOUNCEMENTS:
            raise PolicyViolation(f"there are {MOST_ANNOUNCEMENTS} announcements already, and no more can be: drop one")
        position = max((one.position for one in known), default=0) + 1
        announcement = Announcement(ticket=change.ticket, position=position, phase=deed.phase, text=deed.text, lead=deed.lead)
        case.books.changes.put_announcement(announcement)
        when = f"{deed.lead} minutes before" if deed.phase is Phase.BEFORE else deed.phase.value
        says = f"announcement {position}, {when}"
        case.write(EventKind.ANNOUNCEMENT_PLANNED, says, data={"announcement": str(position), "phase": deed.phase.value})
        self._set_timers(change, case)
        return says

    def drop(self, deed: DropAnnouncement, case: Case) -> str:
        change = carried(case)
        demand_stage(deed, change)
        known = {one.position: one for one in case.books.changes.announcements(change.ticket)}
        if deed.announcement not in known:
            raise NotFound(f"{spoken(change.ticket)} has no announcement {deed.announcement}")
        if not case.books.changes.drop_announcement(change.ticket, deed.announcement):
            raise PolicyViolation(f"announcement {deed.announcement} was sent already")
        says = f"announcement {deed.announcement} is not sent"
        case.write(EventKind.ANNOUNCEMENT_PLANNED, says, data={"announcement": str(deed.announcement), "dropped": "yes"})
        self._set_timers(change, case)
        return says

    def moved(self, case: Case, change: Change, before: Window | None) -> None:
        """It has another window, or its first one. Who was told of it hears the new one."""
        self._set_timers(change, case)
        if before != change.window:
            self._correct(case, change, "moved")

    def begins(self, case: Case, change: Change) -> None:
        case.books.timers.cancel(change.ticket, TimerKind.ANNOUNCEMENT_DUE)
        self._send_all(Phase.DURING, change, case)

    def is_over(self, case: Case, change: Change) -> None:
        """It is in review. Of one that was backed out only that is told: what was written beforehand speaks of a success."""
        case.books.timers.cancel(change.ticket, TimerKind.ANNOUNCEMENT_DUE)
        if change.backed_out:
            self._correct(case, change, "backed_out")
            return
        self._send_all(Phase.AFTER, change, case)

    def called_off(self, case: Case, change: Change, why: str) -> None:
        """Withdrawn, rejected or sent back. `why` is for the timeline: it was not written for those who are told. One without a
        window nobody waits for: of it that was told before."""
        case.books.timers.cancel(change.ticket, TimerKind.ANNOUNCEMENT_DUE)
        if change.window is not None:
            self._correct(case, change, "off", why)

    def is_due(self, timer: Timer, case: Case) -> None:
        """One of those from before."""
        change = case.books.changes.get(case.ticket.number)
        if change is None or change.stage is not Stage.SCHEDULED or change.window is None:
            return
        for announcement in self._unsent(change, case, Phase.BEFORE):
            if announcement.position == timer.step and change.window.starts - announcement.lead * _MINUTE <= case.now:
                self._send(announcement, change, case)

    def _set_timers(self, change: Change, case: Case) -> None:
        """All of them again: what is due is worked out from the plan and the window as they are."""
        books = case.books
        books.timers.cancel(change.ticket, TimerKind.ANNOUNCEMENT_DUE)
        if change.stage is not Stage.SCHEDULED or change.window is None:
            return
        for announcement in self._unsent(change, case, Phase.BEFORE):
            due = max(case.now, change.window.starts - announcement.lead * _MINUTE)
            kind, step = TimerKind.ANNOUNCEMENT_DUE, announcement.position
            books.timers.add(Timer(id=books.next_id(), ticket=change.ticket, kind=kind, due_at=due, step=step))

    def _unsent(self, change: Change, case: Case, phase: Phase) -> list[Announcement]:
        known = case.books.changes.announcements(change.ticket)
        return [one for one in known if one.phase is phase and one.sent_at is None]

    def _send_all(self, phase: Phase, change: Change, case: Case) -> None:
        for announcement in self._unsent(change, case, phase):
            self._send(announcement, change, case)

    def _send(self, announcement: Announcement, change: Change, case: Case) -> None:
        """Where nobody is to be told yet it stays in the plan: whoever is named later still hears it."""
        position = str(announcement.position)
        told = self._tell(change, case, {"announcement": position})
        if not told:
            case.note(EventKind.ANNOUNCED, f"announcement {position} was due: there is nobody to tell", {"told": "0"})
            return
        case.books.changes.put_announcement(replace(announcement, sent_at=case.now))
        data = {"announcement": position, "told": str(told)}
        case.note(EventKind.ANNOUNCED, f"announcement {position}, {announcement.phase.value}: {_addresses(told)} told", data)

    def _correct(self, case: Case, change: Change, what: str, why: str = "") -> None:
        """To those who may have heard an announcement. What has not left yet is not true any more, and does not leave."""
        sent = [one for one in case.books.changes.announcements(change.ticket) if one.sent_at is not None]
        if not sent:
            return
        case.books.outbox.cancel(change.ticket, {NoticeKind.ANNOUNCEMENT}, f"the change was {_SAYS[what]} since")
        told = self._tell(change, case, {"announcement": str(sent[-1].position), what: "yes"})
        because = f" ({why})" if why else ""
        says = f"{_addresses(told)} told that it was {_SAYS[what]}{because}"
        case.note(EventKind.ANNOUNCED, says, {what: "yes", "told": str(told)})

    def _tell(self, change: Change, case: Case, fields: Mapping[str, str]) -> int:
        """How many."""
        notice = Notice(kind=NoticeKind.ANNOUNCEMENT, fields={**fields, **window_fields(change.window)})
        audience = [one for one in case.books.changes.audience(change.ticket) if not self._is_own(one)]
        for address in audience[:MOST_AUDIENCE]:
            self.teller.tell(case.ticket, notice, Channel.EMAIL, address, case.books, case.now)
        return len(audience)

    def _is_own(self, address: str) -> bool:
        return plain_address(address_of(AddressKind.EMAIL, address)) in self.teller.own


_SAYS: Mapping[str, str] = {"moved": "moved", "off": "called off", "backed_out": "backed out"}


def _addresses(count: int) -> str:
    return f"{count} address{'es' if count != 1 else ''}"


def _mail(text: str) -> str:
    """Raises PolicyViolation."""
    try:
        return address_of(AddressKind.EMAIL, text).value
    except ValueError as fault:
        raise PolicyViolation(str(fault)) from fault
