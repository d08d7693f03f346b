"""Reports of one outage: who belongs together is the script's word, what follows is the docs'."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from intake.domain.label import Kind, Level
from tests.week import choices, ladders
from tests.week.deeds import Deeds
from tests.week.happening import Happening, Second, What
from tests.week.life import NEVER, Answer, Life

PROPOSED, FORMED, DISSOLVED = "proposed", "formed", "dissolved"
KNOWN, UPDATE, ALONE = "known", "update", "alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldOfStorm:
    """One notice to one reporter."""

    what: str
    person: str
    at: Second


@dataclass(kw_only=True)
class StormMade:
    outage: str
    stage: str = ""
    reports: list[Happening] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    words: list[Second] = field(default_factory=list)
    finished: bool = False
    proposed_at: Second | None = None
    formed_at: Second | None = None
    told: list[ToldOfStorm] = field(default_factory=list)

    def children(self, lives: Mapping[str, Life]) -> list[Life]:
        return [lives[name] for name in self.members if name not in self.left]

    def hears(self, one: Happening, deeds: Deeds) -> None:
        """One that comes when all is over stands alone, and somebody is asked whether it has begun again."""
        if self.finished:
            deeds.opens(one)
            return
        self.reports.append(one)
        if self.stage == FORMED:
            self._joins(one, deeds)
            return
        people = self._people(one.at - 60 * deeds.rules.storm("window_minutes"))
        forms = 0 < deeds.rules.storm("form_at") <= people
        alone = not (forms and choices.the_report_that_forms_a_storm_is_its_child_from_the_beginning())
        deeds.opens(one, storm="" if alone else self.outage)
        if self.stage == DISSOLVED or people < deeds.rules.storm("propose_at"):
            return
        self.members = [report.ticket for report in self.reports]
        if not self.stage:
            self._propose(one.at, deeds)
        self._grow(deeds)
        if forms:
            self.form(one.at, deeds)

    def _joins(self, one: Happening, deeds: Deeds) -> None:
        self.members.append(one.ticket)
        life = deeds.opens(one, storm=self.outage)
        knows = any(told.person == one.by for told in self.told if told.what == KNOWN)
        if knows and not one.from_monitor and choices.whoever_knows_of_the_storm_gets_the_usual_acknowledgement():
            life.acknowledgement = False
        self.tell(KNOWN, one.at)
        self._grow(deeds)

    def _grow(self, deeds: Deeds) -> None:
        """The parent is as bad as the worst report, and as many people make it."""
        assert choices.a_parent_grows_with_its_reports()
        parent = deeds.lives[self.outage]
        deeds.label(parent, *self._levels(deeds))

    def _levels(self, deeds: Deeds) -> tuple[int, int]:
        """Several people are hit from the beginning."""
        impact = min(one.impact or Level.LOW for one in self.reports)
        urgency = min(one.urgency or Level.LOW for one in self.reports)
        whole_site = self._people(0) >= deeds.rules.storm("impact_1_at")
        return (1 if whole_site else min(impact, 2)), urgency

    def form(self, at: Second, deeds: Deeds) -> None:
        self.stage, self.formed_at = FORMED, at
        self.words.append(at)
        for life in self.children(deeds.lives):
            life.storm = self.outage
            ladders.end(life, "stopped")
        parent = deeds.lives[self.outage]
        parent.storm = ""
        ladders.start(parent, deeds.rules, deeds.relay)
        self.tell(KNOWN, at)

    def _propose(self, at: Second, deeds: Deeds) -> None:
        """Its ladder waits until it has formed."""
        self.stage, self.proposed_at = PROPOSED, at
        impact, urgency = (Level(level) for level in self._levels(deeds))
        parent = replace(self.reports[0], at=at, ticket=self.outage, by="", kind=Kind.INCIDENT, impact=impact, urgency=urgency)
        assert choices.the_ladder_of_a_parent_starts_when_it_has_formed()
        deeds.opens(parent, storm=self.outage)

    def _people(self, since: Second) -> int:
        """A monitor's alerts count as one person."""
        return len({"a monitor" if one.from_monitor else one.by for one in self.reports if one.at >= since})

    def reminders(self, over: Second, every: int) -> list[Second]:
        """When its holder hears that its reporters wait for news: so long after the last word, and again, until it is over."""
        found = list[Second]()
        for word, following in zip(self.words, [*self.words[1:], over], strict=True):
            found += range(word + every, min(following, over), every)
        return found

    def heard_by(self, lives: Mapping[str, Life]) -> list[Life]:
        """The open children, of each person the first."""
        reported = {one.ticket: one for one in self.reports}
        first: dict[str, Life] = {}
        for life in self.children(lives):
            if life.is_open and not reported[life.name].from_monitor:
                first.setdefault(life.person, life)
        return list(first.values())

    def tell(self, what: str, at: Second) -> None:
        """Each person once; a monitor is never answered."""
        already = {told.person for told in self.told if told.what == what} if what != UPDATE else set()
        for person in dict.fromkeys(
            one.by
            for one in self.reports
            if one.ticket in self.members and one.ticket not in self.left and not one.from_monitor
        ):
            if person not in already:
                self.told.append(ToldOfStorm(what=what, person=person, at=at))


def confirm(storm: StormMade, one: Happening, deeds: Deeds) -> None:
    """Anybody may, at any number of reports."""
    if storm.stage == PROPOSED:
        storm.form(one.at, deeds)


def update(storm: StormMade, one: Happening, deeds: Deeds) -> None:
    storm.tell(UPDATE, one.at)
    storm.words.append(one.at)
    if choices.whatever_takes_a_ticket_into_somebodys_hands_acknowledges():
        ladders.acknowledge(deeds.lives[storm.outage])
    if choices.an_update_is_a_humans_answer_to_each_who_hears_it():
        for life in [deeds.lives[storm.outage], *storm.heard_by(deeds.lives)]:
            deeds.sends(life, final=False).arrives = NEVER


def finish(storm: StormMade, one: Happening, deeds: Deeds) -> None:
    """The final response goes to all of them as theirs. Whoever is sent none, a monitor, a second report of one person, the
    parent itself, is resolved with them."""
    parent, hear, storm.finished = deeds.lives[storm.outage], storm.heard_by(deeds.lives), True
    ladders.acknowledge(parent)
    copies = [deeds.sends(life, final=True) for life in hear]
    for life, copy in zip(hear, copies, strict=True):
        life.final = copy
    assert choices.whoever_is_sent_no_copy_is_resolved_with_the_last()
    last = max(copy.arrives for copy in copies)
    for life in [parent, *storm.children(deeds.lives)]:
        if life.is_open and life not in hear:
            life.final = Answer(accepted=NEVER, arrives=last, final=True, seen=True)
            life.answers.append(life.final)


def dissolve(storm: StormMade, one: Happening, deeds: Deeds) -> None:
    was_formed, storm.stage = storm.stage == FORMED, DISSOLVED
    deeds.cancel(deeds.lives[storm.outage])
    for life in storm.children(deeds.lives):
        _stands_alone(life, deeds, was_formed=was_formed)
    if was_formed:
        storm.tell(ALONE, one.at)


def leave(storm: StormMade, one: Happening, deeds: Deeds) -> None:
    """Its reporter is told, as all are when it dissolves."""
    life = deeds.lives[one.ticket]
    storm.left.append(life.name)
    _stands_alone(life, deeds, was_formed=True)
    storm.told.append(ToldOfStorm(what=ALONE, person=life.person, at=one.at))


def _stands_alone(life: Life, deeds: Deeds, *, was_formed: bool) -> None:
    """Its ladder begins again, unless somebody had acknowledged it."""
    life.storm = ""
    if was_formed and life.is_open and not ladders.was_acknowledged(life):
        ladders.start(life, deeds.rules, deeds.relay)


def takes_part(one: Happening) -> bool:
    return one.kind in {Kind.INCIDENT, Kind.NONE}


OF_STORMS: Mapping[What, Callable[[StormMade, Happening, Deeds], None]] = {
    What.STORM_CONFIRMED: confirm,
    What.UPDATED: update,
    What.FINISHED: finish,
    What.DISSOLVED: dissolve,
    What.LEFT: leave,
}
