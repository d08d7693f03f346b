"""For whom somebody stands, and whether they may decide on a change: docs/changes.md, "Approval"."""

from dataclasses import replace

from intake.domain.change import ChangeKind, Side, Stage, Verdict
from intake.domain.label import Kind
from intake.domain.principal import Principal
from tests.changes.oracle_people import ROB_MAIL, is_any, is_staff, knows, lent_to, reaches, same, stands_for
from tests.changes.oracle_world import Known, TicketFacts, World

AT_WORK = frozenset({Stage.IMPLEMENTING, Stage.REVIEW})
MAILS = {"Rob": ROB_MAIL}


class Standing:
    """One deed, by somebody, on a ticket of the world."""

    def __init__(self, world: World, number: int, by: Principal) -> None:
        self.world, self.number = world, number
        self.by = replace(by, name=knows(by.name) or by.name)  # capitals make nobody another
        self.ticket: TicketFacts = world.tickets[number]
        self.known = world.changes.get(number)

    @property
    def change(self) -> Known:
        assert self.known is not None
        return self.known

    @property
    def stage(self) -> Stage | None:
        return self.known.stage if self.known is not None else None

    @property
    def near(self) -> bool:
        if not is_staff(self.by):
            return False
        its = {"cio", "cio_leads"} if self.ticket.kind is Kind.ENHANCEMENT else {"process", "process_leads"}
        its |= {self.ticket.group, *(["cio"] if self.known and self.known.template else [])}
        return self.by.name in self.ticket.was_paged or any(reaches(self.by, team) for team in its)

    def near_in(self, *stages: Stage) -> bool:
        return self.near and self.stage in stages

    def is_barred(self, name: str) -> bool:
        change = self.change
        return is_any(name, (change.author, change.planner, *change.planners)) or (
            MAILS.get(name, "-") in self.ticket.callers or (change.stage in AT_WORK and same(name, change.implemented_by))
        )

    def has_spoken(self, name: str) -> bool:
        """As themselves, or by whoever stood in for them."""
        voices = [voice for voice in self.change.voices if voice.verdict is not Verdict.SENT_BACK]
        return any(is_any(name, (voice.by, voice.on_behalf_of)) for voice in voices)

    def sides(self) -> list[Side]:
        """For which this one stands, by right or for somebody."""
        name = self.by.name
        both = (Side.CIO, Side.PROCESS)
        return [side for side in both if stands_for(name, side) or lent_to(name, side, self.world.now)]

    def may_decide(self, side: Side) -> bool:
        name = self.by.name
        if not is_staff(self.by) or self.change.has_decided(side) or self.is_barred(name) or self.has_spoken(name):
            return False
        if stands_for(name, side):
            return True
        return any(not self.is_barred(one) and not self.has_spoken(one) for one in lent_to(name, side, self.world.now))

    def waits_for_decision(self) -> bool:
        return self.stage is Stage.APPROVAL or (self.stage in AT_WORK and self.change.kind is ChangeKind.EMERGENCY)
