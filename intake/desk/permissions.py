"""Who may do what, as two tables and one rule: an agent touches the tickets of the own teams and those that the agent was
paged for, a lead also those of the teams below."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from intake.desk.policy import Policy
from intake.domain import deed as d
from intake.domain.deed import AgreementDeed, Deed
from intake.domain.errors import Forbidden
from intake.domain.principal import STAFF, Principal, Role
from intake.domain.ticket import Ticket, spoken

R = Role
_ASKING = frozenset({R.REQUESTER})
_LEADING = frozenset({R.LEAD, R.ADMIN})
_DEVICES = frozenset({R.DEVICE})
_CALLING = STAFF | {R.DEVICE}

MAY: Mapping[type[Deed], frozenset[Role]] = {
    d.Take: STAFF,
    d.Assign: STAFF,
    d.Hold: STAFF,
    d.Resume: STAFF,
    d.Escalate: STAFF,
    d.Return: STAFF,
    d.Reply: STAFF,
    d.Note: STAFF,
    d.Resolve: STAFF,
    d.ConfirmUndeliverable: STAFF,
    d.Confirm: _ASKING,
    d.Dispute: _ASKING,
    d.Close: STAFF,
    d.Reopen: STAFF | _ASKING,
    d.Cancel: STAFF,
    d.Merge: STAFF,
    d.Split: STAFF,
    d.Link: STAFF,
    d.Unlink: STAFF,
    d.Relabel: STAFF,
    d.ConfirmStorm: STAFF,
    d.DissolveStorm: STAFF,
    d.UpdateStorm: STAFF,
    d.JoinStorm: STAFF,
    d.LeaveStorm: STAFF,
    d.PlanChange: STAFF,
    d.UseTemplate: STAFF,
    d.SubmitChange: STAFF,
    d.EstimateChange: STAFF,
    d.RequestApproval: STAFF,
    d.ApproveChange: STAFF,
    d.RejectChange: STAFF,
    d.ReworkChange: STAFF,
    d.ConsentToChange: _ASKING,
    d.DeclineChange: _ASKING,
    d.ScheduleChange: STAFF,
    d.WithdrawChange: STAFF | _ASKING,
    d.ImplementChange: STAFF,
    d.CompleteChange: STAFF,
    d.CloseChange: STAFF,
    d.AddTask: STAFF,
    d.FinishTask: STAFF,
    d.DropTask: STAFF,
    d.AddAudience: STAFF,
    d.DropAudience: STAFF,
    d.PlanAnnouncement: STAFF,
    d.DropAnnouncement: STAFF,
    d.BookHours: STAFF,
    d.ApproveOverdraft: _LEADING,
    d.OpenFix: STAFF,
    d.ResolveAsProposed: STAFF,
    d.AnswerQuestion: _ASKING,
    d.ChooseTicket: _ASKING,
    d.CorrectKind: _ASKING,
    d.AcceptReply: STAFF,
    d.RejectReply: STAFF,
    d.LinkAddress: STAFF,
    d.UnlinkAddress: STAFF,
    d.Watch: STAFF,
    d.Unwatch: STAFF,
    d.Undo: STAFF,
    d.AcknowledgePage: _CALLING,
    d.PressKey: _CALLING,
    d.ReportDelivery: _DEVICES,
    d.NameMatter: _DEVICES,
    d.NoteCall: _DEVICES,
    d.ContinueTicket: _DEVICES,
    d.TryPeople: _DEVICES,
    d.TakeCall: _DEVICES,
    d.EndCall: _DEVICES,
    d.NoteConference: _DEVICES,
}

# Work agreements are no team's own.
MAY_KEEP: Mapping[type[AgreementDeed], frozenset[Role]] = {
    d.OpenAgreement: _LEADING,
    d.AmendAgreement: _LEADING,
    d.CloseAgreement: _LEADING,
}

# Helping out does no harm: whoever works at the desk may do these to any team's ticket. What the other side decides on a
# change, and the hours and tasks of people who help with it, have rules of their own, which their handlers keep.
ANYWHERE: frozenset[type[Deed]] = frozenset(
    {d.Note, d.Link, d.Unlink, d.Watch, d.Unwatch, d.AcknowledgePage}
    | {d.ApproveChange, d.RejectChange, d.ReworkChange, d.FinishTask, d.BookHours}
)  # fmt: skip

# What its teams do about a change, whichever of them its ticket is with: a clock may have taken it to the leads meanwhile.
OF_ITS_TEAMS: frozenset[type[Deed]] = frozenset(
    {d.PlanChange, d.UseTemplate, d.SubmitChange, d.EstimateChange, d.RequestApproval, d.ScheduleChange, d.WithdrawChange}
    | {d.ImplementChange, d.CompleteChange, d.CloseChange, d.AddTask, d.DropTask}
    | {d.AddAudience, d.DropAudience, d.PlanAnnouncement, d.DropAnnouncement}
)  # fmt: skip


class Permission(StrEnum):
    """What a door may ask for that is no deed."""

    SEE_OWN_TICKETS = "see_own_tickets"
    SEE_TICKETS = "see_tickets"
    OPEN_TICKET = "open_ticket"
    ADD_MESSAGE = "add_message"
    SEE_EVENTS = "see_events"
    SEE_LEDGER = "see_ledger"
    SEE_RAW_INPUT = "see_raw_input"
    REPLAY = "replay"
    SEE_OUTBOX = "see_outbox"
    WORK_OUTBOX = "work_outbox"
    SEE_CONTACTS = "see_contacts"
    SEE_DIRECTORY = "see_directory"


_SEEING = STAFF | {R.AUDITOR}
HOLDS: Mapping[Permission, frozenset[Role]] = {
    Permission.SEE_OWN_TICKETS: _SEEING | _ASKING,  # a requester the own ones, everybody else all
    Permission.SEE_TICKETS: _SEEING,
    Permission.OPEN_TICKET: STAFF | _ASKING,
    Permission.ADD_MESSAGE: _ASKING,
    Permission.SEE_EVENTS: _SEEING,
    Permission.SEE_LEDGER: _LEADING | {R.AUDITOR},
    Permission.SEE_RAW_INPUT: frozenset({R.ADMIN, R.AUDITOR}),
    Permission.REPLAY: frozenset({R.ADMIN}),
    Permission.SEE_OUTBOX: _SEEING,
    Permission.WORK_OUTBOX: frozenset({R.ADMIN}),  # whatever team its ticket is with
    Permission.SEE_CONTACTS: _SEEING,
    Permission.SEE_DIRECTORY: _SEEING,
}


def demand(by: Principal, permission: Permission) -> None:
    """Raises Forbidden."""
    if by.role not in HOLDS[permission]:
        raise Forbidden(f"A token of the role {by.role.value} may not do this ({permission.value})")


def demand_keeping(by: Principal, deed: AgreementDeed) -> None:
    """Raises Forbidden."""
    if by.role not in MAY_KEEP[type(deed)]:
        raise Forbidden(f"{by.name} has the role {by.role.value}, which may not {deed.verb}")


def demand_deed(
    by: Principal,
    deed: Deed,
    ticket: Ticket,
    policy: Policy,
    was_paged: Callable[[str], bool] = lambda _: False,
    its_teams: Callable[[], frozenset[str]] = frozenset,
) -> None:
    """Raises Forbidden. Whether a requester asked for this very ticket is for the desk to find out: it knows the contacts, and
    who `was_paged` for it: whoever was woken may do what it takes. `its_teams` work on its change."""
    if by.role not in MAY[type(deed)]:
        raise Forbidden(f"{by.name} has the role {by.role.value}, which may not {deed.verb}")
    if by.role in STAFF and type(deed) not in ANYWHERE:
        demand_reach(by, ticket, policy, was_paged, its_teams if type(deed) in OF_ITS_TEAMS else frozenset)


def demand_reach(
    by: Principal,
    ticket: Ticket,
    policy: Policy,
    was_paged: Callable[[str], bool] = lambda _: False,
    its_teams: Callable[[], frozenset[str]] = frozenset,
) -> None:
    """Raises Forbidden where a ticket is with a team that this one of the staff has no business with, and `its_teams` are none
    of theirs either."""
    if by.role is Role.ADMIN or not by.teams:
        return
    reach = policy.reach(by.teams)
    if ticket.assignment_group not in reach and not was_paged(by.name) and not its_teams() & reach:
        owner = policy.team(ticket.assignment_group).title
        raise Forbidden(f"{spoken(ticket.number)} is with {owner} now: {by.name} may add notes to it, and no more")
