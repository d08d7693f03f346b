"""CIO and Process decide: approve, reject, send back. Two people, and never those whose own change it is."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from intake.desk.case import Case
from intake.desk.changes.announcing import Announcer
from intake.desk.changes.approvers import SIDES, TITLES, Approvers, MayNot, approved_by, approvers_of, is_same, known_as
from intake.desk.changes.asking import Asking
from intake.desk.changes.carried import carried, put
from intake.desk.changes.ending import Ending
from intake.desk.changes.process import becomes, demand_round, demand_stage
from intake.desk.changes.teams import teams_of_change
from intake.desk.changes.word import Word
from intake.desk.permissions import demand_reach
from intake.desk.policy import Policy
from intake.domain.change import Change, ChangeDecision, Side, Stage, Verdict
from intake.domain.deed import ApproveChange, RejectChange, ReworkChange
from intake.domain.errors import Forbidden, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.ticket import spoken


def may_approve(agent_name: str, side: Side, change: Change, case: Case, policy: Policy, now: datetime) -> str | MayNot:
    """On whose behalf this person decides for the side, empty for themselves; or why not."""
    return replace(approvers_of(change, case, policy), now=now).may(agent_name, side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approving:
    policy: Policy
    word: Word
    asking: Asking
    ending: Ending
    announcer: Announcer

    def approve(self, deed: ApproveChange, case: Case) -> str:
        change = carried(case)
        demand_stage(deed, change)
        demand_round(deed.round, change)
        approvers = approvers_of(change, case, self.policy)
        if deed.side is not None and is_same(approved_by(change, deed.side), case.by.name):
            return f"was approved for {TITLES[deed.side]} already, by {case.by.name}"
        if rejected := approvers.rejected_by():
            raise PolicyViolation(f"{spoken(change.ticket)} was rejected by {rejected}: it is to be backed out")
        side, on_behalf_of = self._side(approvers, deed.side, case)
        self._decide(change, side, Verdict.APPROVED, on_behalf_of, deed.comment, case)
        name = known_as(case.by.name, self.policy)
        approved = (
            replace(change, cio_approved_by=name) if side is Side.CIO else replace(change, process_approved_by=name)
        )  # fmt: skip
        said = f"approved for {TITLES[side]}{f', on behalf of {on_behalf_of}' if on_behalf_of else ''}"
        words = f"{said}: {deed.comment}" if deed.comment.strip() else said
        put(approved, case, EventKind.CHANGE_APPROVED, words, self._data(side, on_behalf_of))
        if not approved.is_approved:
            return f"{said}; {TITLES[_other(side)]} has not decided yet"
        self._both(approved, case)
        return f"{said}; both sides have approved it"

    def reject(self, deed: RejectChange, case: Case) -> str:
        change = carried(case)
        stage = becomes(deed, change)
        demand_round(deed.round, change)
        approvers = approvers_of(change, case, self.policy)
        if rejected := approvers.rejected_by():
            raise PolicyViolation(f"{spoken(change.ticket)} was rejected by {rejected} already: it is to be backed out")
        side, on_behalf_of = self._side(approvers, None, case, any_open=True)
        self._decide(change, side, Verdict.REJECTED, on_behalf_of, deed.reason, case)
        said = f"rejected for {TITLES[side]}{f', on behalf of {on_behalf_of}' if on_behalf_of else ''}"
        if stage is Stage.REJECTED:
            self.word.to_holder(case, f"{said}: {deed.reason}")
            self.ending.end(case, change, stage, deed.reason, answer=True, done=f"{said}: {deed.reason}")
            return said
        why = f"{said}, after it was carried out: {deed.reason}"
        put(change, case, EventKind.CHANGE_REJECTED, why, self._data(side, on_behalf_of))
        self.asking.stop_asking(case, said)
        self.word.to_holder(case, f"back it out. It was {why}", at_once=True, whoever=True)
        return f"{said}; it is to be backed out"

    def rework(self, deed: ReworkChange, case: Case) -> str:
        change = carried(case)
        stage = becomes(deed, change)
        demand_round(deed.round, change)
        approvers = approvers_of(change, case, self.policy)
        sides = [side for side in SIDES if approvers.speaks_for(case.by.name, side)]
        if not sides:
            demand_reach(case.by, case.ticket, self.policy, case.was_paged, partial(teams_of_change, case, self.policy))
        for side in sides[:1]:
            may = approvers.may(case.by.name, side)
            self._decide(change, side, Verdict.SENT_BACK, may if isinstance(may, str) else "", deed.reason, case)
        anew = replace(
            change,
            stage=stage,
            since=case.now,
            cio_approved_by="",
            process_approved_by="",
            approve_by=None,
            window=None,
            despite="",
        )
        put(anew, case, EventKind.CHANGE_SENT_BACK, f"to be assessed anew: {deed.reason}")
        self.asking.stop(case, "the change is assessed anew")
        case.books.outbox.cancel(case.ticket.number, (NoticeKind.CONSENT_WANTED,), "the change is assessed anew")
        self.word.to_holder(case, f"to be assessed anew: {deed.reason}", at_once=True)
        self.announcer.called_off(case, change, deed.reason)
        if change.is_approved:
            self.word.to_requester(case, "sent_back")  # who was told nothing of an approval is told nothing of its end
        return "assessed anew; approvals so far do not count any more"

    def _both(self, change: Change, case: Case) -> None:
        self.asking.both_approved(change, case)
        if change.stage is not Stage.APPROVAL:
            self.word.to_holder(case, "both sides have approved it, afterwards")
            return
        self.word.to_holder(case, "both sides have approved it: give it a window", at_once=True)
        self.word.to_requester(case, "approved")

    def _side(self, approvers: Approvers, wanted: Side | None, case: Case, *, any_open: bool = False) -> tuple[Side, str]:
        """For which side this person decides, and for whom. Raises Forbidden, or PolicyViolation where it was decided."""
        change, number = approvers.change, spoken(case.ticket.number)
        if wanted is not None and (by := approved_by(change, wanted)):
            raise PolicyViolation(
                f"{number} was approved for {TITLES[wanted]} already, by {by}: that stands (or rework_change)"
            )
        found: dict[Side, str] = {}
        refusals = []
        for side in SIDES if wanted is None else (wanted,):
            may = approvers.may(case.by.name, side)
            if isinstance(may, MayNot):
                refusals.append((approvers.speaks_for(case.by.name, side), may.why))
            elif not approved_by(change, side):
                found[side] = may
        if len(found) > 1 and not any_open:
            raise PolicyViolation(f"{case.by.name} stands for both sides of {number}: say for which one (side)")
        if found:
            return next(iter(found.items()))
        mine = [why for is_theirs, why in refusals if is_theirs]
        if len(refusals) < len(SIDES) and wanted is None and not mine:
            raise PolicyViolation(
                f"{number} was approved for the side of {case.by.name} already: that stands (or rework_change)"
            )
        raise Forbidden(f"{number}: {(mine or [why for _, why in refusals])[0]}")

    def _decide(self, change: Change, side: Side, verdict: Verdict, on_behalf_of: str, comment: str, case: Case) -> None:
        case.books.changes.decide(
            ChangeDecision(
                id=case.books.next_id(),
                ticket=change.ticket,
                round=change.round,
                side=side,
                verdict=verdict,
                by=known_as(case.by.name, self.policy),
                at=case.now,
                on_behalf_of=on_behalf_of,
                comment=comment,
            )
        )

    def _data(self, side: Side, on_behalf_of: str) -> dict[str, str]:
        return {"side": side.value, **({"on_behalf_of": on_behalf_of} if on_behalf_of else {})}


def _other(side: Side) -> Side:
    return Side.PROCESS if side is Side.CIO else Side.CIO
