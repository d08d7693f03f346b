"""A ticket in other hands: take, assign, hold, resume, escalate, return."""

from dataclasses import dataclass, replace
from datetime import UTC

from intake.desk.case import Case
from intake.desk.directory import Directory
from intake.desk.lifecycle import demand_open, move
from intake.desk.paging import Pager
from intake.desk.policy import Policy
from intake.desk.router import lower_tier, next_tier, route
from intake.desk.telling import Teller
from intake.domain.agent import Agent
from intake.domain.deed import Assign, Escalate, Hold, Resume, Return, Take
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.event import EventKind
from intake.domain.notice import NoticeKind
from intake.domain.principal import STAFF
from intake.domain.ticket import State, Ticket, Tier, spoken
from intake.domain.timer import Timer, TimerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Each returns what was done, in words."""

    policy: Policy
    teller: Teller
    pager: Pager

    def take(self, _deed: Take, case: Case) -> str:
        ticket = case.ticket
        demand_open(ticket, "take")
        if ticket.assigned_to and ticket.assigned_to != case.by.name:
            raise PolicyViolation(f"{spoken(ticket.number)} is already with {ticket.assigned_to}")
        if ticket.assigned_to == case.by.name and ticket.state is State.IN_PROGRESS:
            self._is_on_it(case, "by taking the ticket")
            return "had it already"
        self._end_hold(case)
        taken = move(ticket, State.IN_PROGRESS) if ticket.state is not State.IN_PROGRESS else ticket
        case.write(EventKind.TAKEN, "took the ticket", replace(taken, assigned_to=case.by.name))
        self._is_on_it(case, "by taking the ticket")
        return "taken"

    def assign(self, deed: Assign, case: Case) -> str:
        demand_open(case.ticket, "assign")
        agent = self._agent(deed.assigned_to) if deed.assigned_to else None
        team = deed.assignment_group or self._team_for(agent, case.ticket)
        self._demand_fit(team, case.ticket)
        if agent is not None and team not in agent.teams:
            raise PolicyViolation(f"{agent.name} does not work in {self.policy.team(team).title}")
        name = agent.name if agent else ""
        if (team, name) == (case.ticket.assignment_group, case.ticket.assigned_to):
            return "was so already"
        moved = team != case.ticket.assignment_group
        given = replace(case.ticket, assignment_group=team, assigned_to=name, final_response=None)
        if given.state is State.IN_PROGRESS:
            given = move(given, State.NEW)  # until the agent takes it
        whom = f"{name}, {self.policy.team(team).title}" if name else self.policy.team(team).title
        case.write(EventKind.ASSIGNED, f"to {whom}", given)
        fields = {"by": case.by.name, "why": "assigned"}
        if name and name != case.by.name:
            self.teller.tell_holder(case.ticket, NoticeKind.ARRIVAL, case.books, case.now, fields)
        elif moved:
            self.teller.tell_team(case.ticket, case.books, case.now, fields)
        return f"assigned to {whom}"

    def hold(self, deed: Hold, case: Case) -> str:
        demand_open(case.ticket, "hold")
        if deed.until is not None and deed.until <= case.now:
            raise PolicyViolation("until must lie in the future")
        self._end_hold(case)
        resting = case.ticket if case.ticket.state is State.ON_HOLD else move(case.ticket, State.ON_HOLD)
        end = deed.until.astimezone(UTC) if deed.until else None
        resting = replace(resting, on_hold_reason=deed.reason, on_hold_until=end, final_response=None)
        until = f" until {end:%Y-%m-%d %H:%M} UTC" if end else ""
        case.write(EventKind.ON_HOLD, f"on hold{until}: {deed.reason}", resting)
        self._is_on_it(case, "by putting it on hold")
        self.wait_for_the_end(case)
        return f"on hold{until}"

    def wait_for_the_end(self, case: Case) -> None:
        """A hold with a moment ends by itself."""
        until = case.ticket.on_hold_until
        if case.ticket.state is State.ON_HOLD and until is not None:
            case.books.timers.cancel(case.ticket.number, TimerKind.HOLD_OVER)
            timer = Timer(id=case.books.next_id(), ticket=case.ticket.number, kind=TimerKind.HOLD_OVER, due_at=until)
            case.books.timers.add(timer)

    def resume(self, _deed: Resume, case: Case) -> str:
        if case.ticket.state is not State.ON_HOLD:
            demand_open(case.ticket, "resume")
            return "was not on hold"
        self._end_hold(case)
        case.write(EventKind.RESUMED, "goes on", self._going_on(case.ticket))
        return "resumed"

    def hold_is_over(self, case: Case) -> None:
        """The moment has come that the hold was meant to last until."""
        until = case.ticket.on_hold_until
        if case.ticket.state is not State.ON_HOLD or until is None or until > case.now:
            return
        case.write(EventKind.RESUMED, "the time of the hold is over", self._going_on(case.ticket))
        self.teller.tell_holder(
            case.ticket, NoticeKind.WATCHED, case.books, case.now, {"what": "the time of the hold is over", "by": "the desk"}
        )

    def escalate(self, deed: Escalate, case: Case) -> str:
        """Functional: to the next tier of its kind. Hierarchical: to the leads."""
        demand_open(case.ticket, "escalate")
        tier = Tier.LEADS if deed.to_leads else next_tier(self.policy, case.ticket.kind, case.ticket.tier)
        if tier is None or tier <= case.ticket.tier:
            owner = self.policy.team(case.ticket.assignment_group).title
            raise PolicyViolation(f"{spoken(case.ticket.number)} is with {owner}: there is no tier above")
        how = "hierarchical" if tier is Tier.LEADS else "functional"
        self._is_on_it(case, "by escalating it")
        return self._hand(case, tier, EventKind.ESCALATED, {"why": deed.reason, "tried": deed.tried, "escalation": how})

    def send_back(self, deed: Return, case: Case) -> str:
        demand_open(case.ticket, "return")
        tier = lower_tier(self.policy, case.ticket.kind, case.ticket.tier)
        if tier is None:
            raise PolicyViolation(f"{spoken(case.ticket.number)} is at its lowest tier already")
        return self._hand(case, tier, EventKind.RETURNED, {"why": deed.reason})

    def _hand(self, case: Case, tier: Tier, kind: EventKind, said: dict[str, str]) -> str:
        where = route(self.policy, case.ticket.kind, tier)
        self._end_hold(case)
        given = replace(case.ticket, tier=where.tier, assignment_group=where.team, assigned_to="", final_response=None)
        if given.state is not State.NEW:
            given = move(given, State.NEW)  # until somebody there takes it
        frm = self.policy.team(case.ticket.assignment_group).title
        title = self.policy.team(where.team).title
        tried = f"; tried: {said['tried']}" if said.get("tried") else ""
        case.write(kind, f"from {frm} to {title}: {said['why']}{tried}", given, data=said)
        self.teller.tell_team(case.ticket, case.books, case.now, {"by": case.by.name, **said})
        return f"{kind.value} to {title}"

    def _agent(self, name: str) -> Agent:
        agent = Directory(policy=self.policy).named(name)
        if agent is None:
            there = ", ".join(sorted(self.policy.agents)) or "nobody yet"
            raise NotFound(f"{name!r} is nobody in the directory. Known from desk.toml [[agent]]: {there}")
        return agent

    def _team_for(self, agent: Agent | None, ticket: Ticket) -> str:
        """The ticket's own team if the agent works there, else one of theirs that stands at the ticket's tier."""
        assert agent is not None
        if ticket.assignment_group in agent.teams:
            return ticket.assignment_group
        fitting = sorted(team for team in agent.teams if ticket.tier in self.policy.tiers_of.get(team, ()))
        if not fitting:
            raise PolicyViolation(f"{agent.name} works at another tier: escalate or return the ticket")
        return fitting[0]

    def _demand_fit(self, team: str, ticket: Ticket) -> None:
        if team not in self.policy.teams:
            raise NotFound(f"There is no team {team!r}: desk.toml [[team]] lists them")
        if ticket.tier not in self.policy.tiers_of.get(team, ()):
            title = self.policy.team(team).title
            raise PolicyViolation(f"{title} does not work at tier {ticket.tier.value}: escalate or return the ticket")

    def _is_on_it(self, case: Case, how: str) -> None:
        """A person's hands on a ticket acknowledge its page; the desk's own do not."""
        if case.by.role in STAFF:
            self.pager.acknowledge(case.ticket, case.by.name, case.books, case.now, how)

    def _going_on(self, ticket: Ticket) -> Ticket:
        return move(ticket, State.IN_PROGRESS if ticket.assigned_to else State.NEW)

    def _end_hold(self, case: Case) -> None:
        if case.ticket.on_hold_until is not None:
            case.books.timers.cancel(case.ticket.number, TimerKind.HOLD_OVER)
