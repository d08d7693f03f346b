"""Whether a deed on a change is done, and what the change is then: docs/changes.md, once more and naively."""

from datetime import UTC, datetime, timedelta

from intake.domain import deed as d
from intake.domain.change import ChangeKind, CloseCode, Phase, Side, Stage, Verdict
from intake.domain.principal import Role
from tests.changes.oracle_people import (
    IN_DIRECTORY,
    is_staff,
    lent_to,
    stands_for,
)
from tests.changes.oracle_standing import AT_WORK, Standing
from tests.changes.oracle_world import Expect, Known, Voice

S = Stage
PLANNED = frozenset({S.DRAFT, S.ASSESSMENT})
UNTIL_OVER = PLANNED | {S.APPROVAL, S.SCHEDULED, S.IMPLEMENTING}


def sure(holds: bool) -> Expect:
    return Expect.DONE if holds else Expect.REFUSED


class Deciding(Standing):
    """What it takes, and what comes of it."""

    def plan(self, deed: d.PlanChange) -> Expect:
        if not self.near or not self.ticket.carries:
            return Expect.REFUSED
        if self.stage not in {None, *PLANNED}:
            return Expect.REFUSED
        if not self.ticket.is_open:
            return Expect.EITHER
        if deed.incident is not None and not self.world.incident_is_fit(deed.incident):
            return Expect.REFUSED
        if self.known is not None and self.known.kind is ChangeKind.STANDARD and deed.kind is None:
            return Expect.REFUSED
        return Expect.DONE

    def planned(self, deed: d.PlanChange) -> None:
        change = self.world.changes.setdefault(self.number, Known())
        change.planner = self.by.name
        change.planners |= {self.by.name}
        change.kind = deed.kind or change.kind
        change.incident = deed.incident if deed.incident is not None else change.incident
        change.risk = change.risk or deed.risk is not None
        change.services = tuple("ERP" if one == "SAP" else one for one in deed.services) or change.services
        change.backout = change.backout or bool(deed.backout_plan)

    def use(self, deed: d.UseTemplate) -> Expect:
        if not (self.near and self.ticket.carries and self.stage in {None, *PLANNED} and deed.template == "patching"):
            return Expect.REFUSED
        if self.ticket.is_fix and not (self.known and self.world.incident_is_fit(self.known.incident)):
            return Expect.REFUSED
        return Expect.DONE if self.ticket.is_open else Expect.EITHER

    def used(self, deed: d.UseTemplate) -> None:
        change = self.world.changes.setdefault(self.number, Known())
        change.stage, change.kind = S.ASSESSMENT, ChangeKind.STANDARD
        change.risk = change.backout = True
        change.template, change.planner = deed.template, self.by.name
        change.planners |= {self.by.name}
        change.services = ("Windows",)

    def submit(self, deed: d.SubmitChange) -> Expect:
        fit = not self.ticket.is_fix or self.world.incident_is_fit(self.change.incident)
        return sure(self.near_in(S.DRAFT) and fit)

    def submitted(self, deed: d.SubmitChange) -> None:
        self.change.stage = S.ASSESSMENT

    def ask(self, deed: d.RequestApproval) -> Expect:
        change = self.change
        if not self.near_in(S.ASSESSMENT) or change.kind is ChangeKind.STANDARD:
            return Expect.REFUSED
        lent = any(self.by.name in book.of(self.number).allowed_by for book in self.world.books.values())
        if lent and change.kind is not ChangeKind.EMERGENCY:
            return Expect.REFUSED
        if not (change.risk and change.services and change.backout):
            return Expect.REFUSED
        shares = [book.of(self.number) for book in self.world.books.values()]
        estimated = change.estimate and any(share.reserved or share.spent for share in shares)
        if not estimated and self.world.agreement_is_open():
            return Expect.REFUSED
        if change.kind is ChangeKind.MAJOR:
            tasks = [task for task in change.tasks.values() if task != "dropped"]
            return sure(len(tasks) >= 2 and set(change.phases.values()) == {*Phase} and bool(change.audience))
        return Expect.DONE

    def asked(self, deed: d.RequestApproval) -> None:
        self.change.stage, self.change.author, self.change.voices = S.APPROVAL, self.by.name, ()

    def approve(self, deed: d.ApproveChange) -> Expect:
        if not self.waits_for_decision() or not is_staff(self.by):
            return Expect.REFUSED
        mine = self.sides()
        if any(voice.verdict is Verdict.APPROVED and voice.by == self.by.name for voice in self.change.voices):
            return Expect.EITHER  # said twice
        sides = [deed.side] if deed.side else mine
        if not any(side in mine and self.may_decide(side) for side in sides):
            return Expect.REFUSED
        if self.change.was_rejected:
            return Expect.EITHER
        if len(sides) == 2:
            return Expect.EITHER if not all(self.may_decide(side) for side in sides) else Expect.REFUSED
        return Expect.DONE

    def approved(self, deed: d.ApproveChange) -> None:
        if any(voice.by == self.by.name for voice in self.change.voices):
            return
        side = deed.side or next(side for side in (self.sides() or [Side.CIO]) if not self.change.has_decided(side))
        self._speak(side, Verdict.APPROVED)
        if side is Side.CIO:
            self.change.cio = self.by.name
        else:
            self.change.process = self.by.name

    def reject(self, deed: d.RejectChange) -> Expect:
        if not self.waits_for_decision() or not is_staff(self.by):
            return Expect.REFUSED
        may = any(self.may_decide(side) for side in self.sides())
        return Expect.EITHER if may and self.change.was_rejected else sure(may)

    def rejected(self, deed: d.RejectChange) -> None:
        side = next((side for side in self.sides() if self.may_decide(side)), Side.CIO)
        self._speak(side, Verdict.REJECTED)
        if self.stage is S.APPROVAL:
            self.end(S.REJECTED)

    def _speak(self, side: Side, verdict: Verdict) -> None:
        lent = [] if stands_for(self.by.name, side) else lent_to(self.by.name, side, self.world.now)
        voice = Voice(side=side, verdict=verdict, by=self.by.name, on_behalf_of=lent[0] if lent else "")
        self.change.voices = (*self.change.voices, voice)

    def rework(self, deed: d.ReworkChange) -> Expect:
        if self.stage not in {S.APPROVAL, S.SCHEDULED} or not is_staff(self.by):
            return Expect.REFUSED
        if self.near:
            return Expect.DONE
        if not self.sides():
            return Expect.REFUSED
        return Expect.EITHER if self.is_barred(self.by.name) or not stands_for_any(self) else Expect.DONE

    def reworked(self, deed: d.ReworkChange) -> None:
        change = self.change
        change.stage, change.cio, change.process, change.window, change.voices = S.ASSESSMENT, "", "", None, ()

    def _is_owner(self) -> bool:
        book = self.world.books.get(self.change.agreement)
        return self.by.role is Role.REQUESTER and book is not None and self.by.name in book.owners

    def consent(self, deed: d.ConsentToChange | d.DeclineChange) -> Expect:
        afterwards = self.stage in AT_WORK and self.change.kind is ChangeKind.EMERGENCY
        if not (self.stage in {S.ASSESSMENT, S.APPROVAL} or afterwards) or not self._is_owner():
            return Expect.REFUSED
        return Expect.EITHER if self.change.owner_spoke else Expect.DONE

    def consented(self, deed: d.ConsentToChange) -> None:
        self.change.owner_spoke = True

    def declined(self, deed: d.DeclineChange) -> None:
        self.change.owner_spoke = True
        if self.stage not in AT_WORK:
            self.end(S.REJECTED)

    def schedule(self, deed: d.ScheduleChange) -> Expect:
        change, now = self.change, self.world.now
        ready = self.stage is S.SCHEDULED or (self.stage is S.APPROVAL and change.approved)
        ready = ready or (self.stage is S.ASSESSMENT and change.kind is ChangeKind.STANDARD)
        starts, ends = utc(deed.starts), utc(deed.ends)
        fits = timedelta(minutes=1) <= ends - starts <= timedelta(days=14) and ends > now
        frozen = self._is_frozen(starts, ends) and not deed.despite and change.kind is not ChangeKind.EMERGENCY
        return sure(self.near and ready and fits and not frozen and deed.time_zone in {"", "UTC"})

    def _is_frozen(self, starts: datetime, ends: datetime) -> bool:
        touched = {service.casefold() for service in self.change.services}
        frozen = [(10, 12, True), (14, 15, bool(touched & {"erp"}))]
        return any(
            concerned and starts < datetime(2026, 12, until, tzinfo=UTC) and datetime(2026, 12, since, tzinfo=UTC) < ends
            for since, until, concerned in frozen
        )

    def scheduled(self, deed: d.ScheduleChange) -> None:
        self.change.stage, self.change.window = S.SCHEDULED, (utc(deed.starts), utc(deed.ends))

    def implement(self, deed: d.ImplementChange) -> Expect:
        change = self.change
        if change.kind is ChangeKind.EMERGENCY:
            fit = change.incident is not None and self.world.incident_is_fit(change.incident)
            incident = self.world.tickets[change.incident] if fit and change.incident is not None else None
            urgent = incident is not None and incident.is_open and incident.priority == "P1"
            lent = any(self.by.name in book.of(self.number).allowed_by for book in self.world.books.values())
            if lent and urgent and self.near_in(S.ASSESSMENT):
                return Expect.EITHER  # whoever planned it last counts as its author, or another one begins it
            return sure(self.near_in(S.ASSESSMENT, S.APPROVAL, S.SCHEDULED) and urgent)
        inside = change.window is not None and change.window[0] <= self.world.now < change.window[1]
        return sure(self.near_in(S.SCHEDULED) and inside)

    def implemented(self, deed: d.ImplementChange) -> None:
        self.change.stage, self.change.implemented_by = S.IMPLEMENTING, self.by.name

    def complete(self, deed: d.CompleteChange) -> Expect:
        return sure(self.near_in(S.IMPLEMENTING) and (deed.backed_out or "open" not in self.change.tasks.values()))

    def completed(self, deed: d.CompleteChange) -> None:
        self.change.stage, self.change.backed_out = S.REVIEW, deed.backed_out

    def close(self, deed: d.CloseChange) -> Expect:
        if not self.near_in(S.REVIEW):
            return Expect.REFUSED
        as_backed_out = deed.close_code is CloseCode.BACKED_OUT
        if self.change.backed_out or self.change.was_rejected:
            return Expect.EITHER if as_backed_out and not self.change.backed_out else sure(as_backed_out)
        if as_backed_out:
            return Expect.EITHER
        return Expect.EITHER if deed.final_response and not self.ticket.is_open else sure(self.change.approved)

    def closed(self, deed: d.CloseChange) -> None:
        self.change.code = deed.close_code
        self.end(S.CLOSED)

    def withdraw(self, deed: d.WithdrawChange) -> Expect:
        if self.stage not in {S.DRAFT, S.ASSESSMENT, S.APPROVAL, S.SCHEDULED}:
            return Expect.REFUSED
        return sure(self.by.name in self.ticket.callers if self.by.role is Role.REQUESTER else self.near)

    def withdrawn(self, deed: d.WithdrawChange) -> None:
        self.end(S.WITHDRAWN)

    def end(self, stage: Stage) -> None:
        self.change.stage = stage
        for book in self.world.books.values():
            book.release(self.number, book.of(self.number).reserved)


def utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def stands_for_any(one: Deciding) -> bool:
    return any(stands_for(one.by.name, side) for side in (Side.CIO, Side.PROCESS)) and one.by.name in IN_DIRECTORY
