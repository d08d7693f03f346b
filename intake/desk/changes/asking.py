"""Asking both sides to approve: once, again until they have decided, and louder where an emergency is not approved in time."""

from dataclasses import dataclass
from datetime import datetime

from intake.desk.case import Case
from intake.desk.changes.approvers import SIDES, TITLES, Approvers, approved_by, approvers_of
from intake.desk.changes.word import Word
from intake.desk.policy import Policy
from intake.desk.policy_file.calendar import DESK
from intake.desk.telling import Teller
from intake.domain.change import Change, ChangeKind, Side, Stage
from intake.domain.channel import Channel
from intake.domain.event import EventKind
from intake.domain.notice import Notice, NoticeKind
from intake.domain.ticket import Tier
from intake.domain.timer import Timer, TimerKind

_AFTERWARDS = frozenset({Stage.IMPLEMENTING, Stage.REVIEW})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Whoever calls it has stored the change as it is."""

    policy: Policy
    teller: Teller
    word: Word

    def begin(self, change: Change, case: Case) -> None:
        """Each of those who may decide gets a letter of their own, their teams hear of it. Where that is nobody, whoever has
        the ticket must know at once."""
        self.stop_asking(case, "asked anew")
        approvers = approvers_of(change, case, self.policy)
        asked = self._write(approvers, case, reminder=False)
        data = {"round": str(change.round), "stage": change.stage.value}
        case.write(EventKind.APPROVAL_ASKED, f"asked to approve: {asked}", data=data)
        self._tell_teams(change, case)
        self._tell_if_nobody_is_left(approvers, case)
        self._wait(TimerKind.APPROVAL_REMINDER, self._next(case.now), 1, case)

    def demand_until(self, change: Change, case: Case) -> None:
        """An emergency is carried out before it is approved: from now on there is a deadline."""
        self._wait(TimerKind.APPROVAL_DUE, change.approve_by, 1, case)

    def remind(self, timer: Timer, case: Case) -> Change | None:
        """The change, if it still waits: for both sides, or for nobody but its product owners."""
        change = case.books.changes.get(case.ticket.number)
        if change is None or not self._waits(change):
            return None
        approvers = approvers_of(change, case, self.policy)
        if approvers.rejected_by():
            return None
        if not change.is_approved:
            asked = self._write(approvers, case, reminder=True)
            case.note(EventKind.APPROVAL_REMINDED, f"asked again to approve: {asked}", {"time": str(timer.step)})
            self._tell_if_nobody_is_left(approvers, case)
        self._wait(TimerKind.APPROVAL_REMINDER, self._next(case.now), timer.step + 1, case)
        return change

    def is_overdue(self, timer: Timer, case: Case) -> None:
        """It was to be approved by now. Told again and again, as long as it is not."""
        change = case.books.changes.get(case.ticket.number)
        if change is None or change.approve_by is None or not self._waits(change):
            return
        if rejected := approvers_of(change, case, self.policy).rejected_by():
            but = f"{rejected} rejected it, and it is not backed out yet"
        else:
            but = f"{' and '.join(TITLES[side] for side in _open_sides(change))} did not"
        why = f"carried out as an emergency, to be approved by {change.approve_by:%Y-%m-%d %H:%M} UTC: {but}"
        case.note(EventKind.APPROVAL_OVERDUE, why, {"time": str(timer.step)})
        notice = Notice(kind=NoticeKind.APPROVAL_OVERDUE, fields={"why": why, "team": case.ticket.assignment_group})
        for address in self._overdue_to(case):
            self.teller.tell(case.ticket, notice, Channel.EMAIL, address, case.books, case.now)
        self._wait(TimerKind.APPROVAL_DUE, self._next(case.now), timer.step + 1, case)

    def stop(self, case: Case, why: str) -> None:
        """Nobody need decide any more: what has not left is withdrawn."""
        self.stop_asking(case, why)
        case.books.timers.cancel(case.ticket.number, TimerKind.APPROVAL_DUE)
        case.books.outbox.cancel(case.ticket.number, (NoticeKind.APPROVAL_OVERDUE,), why)

    def stop_asking(self, case: Case, why: str) -> None:
        """The deadline stands: what was carried out and rejected is to be backed out, and told of until it is."""
        case.books.timers.cancel(case.ticket.number, TimerKind.APPROVAL_REMINDER)
        case.books.outbox.cancel(case.ticket.number, (NoticeKind.APPROVAL_WANTED,), why)

    def both_approved(self, change: Change, case: Case) -> None:
        why = "both sides have approved it"
        if change.stage is Stage.APPROVAL and self.policy.changes.product_owner_must_agree:
            case.books.outbox.cancel(case.ticket.number, (NoticeKind.APPROVAL_WANTED,), why)  # reminders go on: to the owners
        else:
            self.stop(case, why)

    def _tell_if_nobody_is_left(self, approvers: Approvers, case: Case) -> None:
        if why := approvers.nobody_left():
            self.word.to_holder(case, f"it cannot be approved: {why}", at_once=True, whoever=True)

    def _waits(self, change: Change) -> bool:
        if change.stage is Stage.APPROVAL:
            return not change.is_approved or self.policy.changes.product_owner_must_agree
        return _is_afterwards(change) and not change.is_approved and not change.backed_out

    def _write(self, approvers: Approvers, case: Case, *, reminder: bool) -> str:
        """Who was asked, by side, in words."""
        said = []
        for side in _open_sides(approvers.change):
            names = []
            for elector in approvers.of(side):
                agent = elector.agent
                names.append(f"{agent.name}{f' for {elector.on_behalf_of}' if elector.on_behalf_of else ''}")
                if not agent.mail:
                    continue
                fields = {
                    "agent": agent.name,
                    "side": side.value,
                    "team": case.ticket.assignment_group,
                    "on_behalf_of": elector.on_behalf_of,
                    "reminder": "yes" if reminder else "",
                    "afterwards": "yes" if _is_afterwards(approvers.change) else "",
                }
                notice = Notice(kind=NoticeKind.APPROVAL_WANTED, fields={key: value for key, value in fields.items() if value})
                self.teller.tell(case.ticket, notice, Channel.EMAIL, agent.mail, case.books, case.now)
            said.append(f"{TITLES[side]} ({', '.join(names) or 'nobody'})")
        return ", ".join(said)

    def _tell_teams(self, change: Change, case: Case) -> None:
        told = set[str]()
        for side in _open_sides(change):
            for team in self.policy.changes.approvers.get(side, ()):
                if team in told:
                    continue
                told.add(team)
                fields = {"why": f"waits for the approval of {TITLES[side]}", "by": case.by.name}
                self.teller.tell_others(case.ticket, team, NoticeKind.CHANGE_NEWS, case.books, case.now, fields)

    def _overdue_to(self, case: Case) -> list[str]:
        """The leads of both sides, each and their teams' mailboxes, and whoever has it."""
        leading = {lead for side in SIDES for team in self.policy.changes.approvers.get(side, ()) for lead in self._leads(team)}
        ticket, mails = case.ticket, [self.policy.team(team).mail for team in sorted(leading)]
        mails += [agent.mail for agent in self.policy.agents.values() if agent.teams & leading]
        holder = self.policy.agents.get(ticket.assigned_to)
        mails.append((holder.mail if holder else "") or self.policy.team(ticket.assignment_group).mail)
        return [mail for mail in dict.fromkeys(mails) if mail]

    def _leads(self, team: str) -> frozenset[str]:
        """Of a team of leads, that team itself."""
        leads = frozenset(
            tiers[Tier.LEADS] for tiers in self.policy.routes.values() if Tier.LEADS in tiers and team in tiers.values()
        )
        return leads or frozenset({team})

    def _next(self, now: datetime) -> datetime | None:
        return self.policy.hours[DESK].reached(now, self.policy.changes.remind_every)

    def _wait(self, kind: TimerKind, until: datetime | None, step: int, case: Case) -> None:
        if until is not None:
            timer = Timer(id=case.books.next_id(), ticket=case.ticket.number, kind=kind, due_at=until, step=step)
            case.books.timers.add(timer)


def _is_afterwards(change: Change) -> bool:
    return change.kind is ChangeKind.EMERGENCY and change.stage in _AFTERWARDS


def _open_sides(change: Change) -> list[Side]:
    return [side for side in SIDES if not approved_by(change, side)]
