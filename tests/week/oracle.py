"""What the docs say must become of each ticket, worked out slowly and in the open."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from tests.week import choices, ladders
from tests.week.clocks import CLOCKS, Reading, is_stopped, next_breach, next_warning, reading
from tests.week.deeds import Deeds, is_on_its_way
from tests.week.happening import Happening, Second, What
from tests.week.ladders import Relay
from tests.week.life import NEVER, Answer, Climb, Life, Told
from tests.week.rules import Rules
from tests.week.storms import OF_STORMS, StormMade, takes_part


class Doing(Protocol):
    def __call__(self) -> object: ...


@dataclass(kw_only=True)
class Oracle:
    rules: Rules
    relay: Relay
    lives: dict[str, Life] = field(default_factory=dict)
    storms: dict[str, StormMade] = field(default_factory=dict)
    refused: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.deeds = Deeds(rules=self.rules, relay=self.relay, lives=self.lives)

    def happens(self, one: Happening) -> None:
        """Notes whether the desk refuses it."""
        if one.what is What.OPENED:
            self._opened(one)
            self.refused.append(False)
            return
        concerned = [self.lives[name] for name in (one.ticket, one.into) if name]
        if one.ticket in self.storms:
            concerned += self.storms[one.ticket].children(self.lives)
        for life in concerned:
            self.live_until(life, one.at)
        storm = self.storms.get(one.outage or one.ticket)
        if storm is not None and one.what in OF_STORMS:
            OF_STORMS[one.what](storm, one, self.deeds)
            self.refused.append(False)
        else:
            self.refused.append(not self.deeds.does(one, self.lives[one.ticket]))

    def edits(self, rules: Rules, at: Second) -> None:
        """Somebody changes desk.toml: clocks and ladders that run do not heed it, all else does."""
        for life in self.lives.values():
            self.live_until(life, at)
        self.rules = self.deeds.rules = rules

    def looks(self, at: Second) -> dict[str, tuple[tuple[object, ...], dict[str, Reading | None]]]:
        """How every ticket stands, and both clocks."""
        for life in self.lives.values():
            self.live_until(life, at)
        return {name: (life.stands, {clock: reading(life, clock) for clock in CLOCKS}) for name, life in self.lives.items()}

    def _opened(self, one: Happening) -> None:
        storm = self.storms.setdefault(one.outage, StormMade(outage=one.outage)) if one.outage and takes_part(one) else None
        if storm is None:
            self.deeds.opens(one)
            return
        for name in [*storm.members, *([one.outage] if one.outage in self.lives else [])]:
            self.live_until(self.lives[name], one.at)
        storm.hears(one, self.deeds)

    # ── what comes by itself ────────────────────────────────────────────────────────────────────────────────────────

    def live_until(self, life: Life, until: Second) -> None:
        while (due := min(self._due(life), key=lambda one: one[0]))[0] <= until:
            life.now = max(life.now, due[0])
            due[1]()
        life.now = until

    def _due(self, life: Life) -> list[tuple[Second, Doing]]:
        """In the order in which things of one moment come: answers first, so that what is answered in time never breaches; what
        one clock warns of is told before the other one's breach moves the ticket on."""
        found: list[tuple[Second, Doing]] = [(NEVER, lambda: None)]
        for answer in life.answers:
            if not answer.seen:
                found.append((answer.accepted, partial(self._accepted, answer)))
            elif not answer.arrived and answer.back is None:
                found.append((answer.arrives, partial(self._arrived, life, answer)))
        if life.held_until is not None:
            found.append((life.held_until, partial(self.deeds.goes_on, life)))
        for clock in CLOCKS:
            if (at := next_warning(life, clock)) is not None:
                found.append((at, partial(self._warns, life, clock)))
        for clock in CLOCKS:
            if (at := next_breach(life, clock)) is not None:
                found.append((at, partial(self._breaches, life, clock)))
        found.append((ladders.next_step(life), partial(ladders.go_on, life, self.rules, self.relay)))
        return found

    def _accepted(self, answer: Answer) -> None:
        answer.seen = True

    def _arrived(self, life: Life, answer: Answer) -> None:
        answer.arrived = True
        if life.is_open and life.final is answer:
            self.deeds.resolve(life)

    def _warns(self, life: Life, clock: str) -> None:
        to = () if self._is_in_other_hands(life) else self._holders(life, breach=False)
        self._told(life, clock, to, breach=False)

    def _breaches(self, life: Life, clock: str) -> None:
        """With the other clock, if that runs out at the same moment. What stands still has no consequences."""
        late = [one for one in CLOCKS if next_breach(life, one) == life.now]
        if not choices.clocks_that_run_out_together_escalate_once():
            late = [clock]
        counting = [one for one in late if not is_stopped(life, one)]
        above = [tier for tier in self.rules.tiers(life.kind) if tier > life.tier]
        if is_on_its_way(life.final) and choices.a_final_response_on_its_way_keeps_the_ticket_where_it_is():
            above = []
        if self._is_in_other_hands(life):
            counting = []
        to = self._holders(life, breach=True) if counting and not above else ()
        for one in late:
            self._told(life, one, to if one in counting else (), breach=True)
        if counting and above:
            life.climbs.append(Climb(clocks=tuple(sorted(counting)), at=life.now, old=life.tier, new=above[0]))
            self.deeds.hand(life, above[0], by_hand=False)
            ladders.start(life, self.rules, self.relay)

    def _is_in_other_hands(self, life: Life) -> bool:
        """A child of a storm that somebody works on."""
        return bool(life.storm) and self.lives[life.storm].is_open and not choices.a_childs_clocks_have_consequences()

    def _told(self, life: Life, clock: str, to: tuple[str, ...], *, breach: bool) -> None:
        target = life.rules.target(life.kind, life.priority, clock)
        assert target is not None
        life.told_of.add((clock, breach, choices.what_makes_a_target_the_same(target, life.kind, life.priority)))
        life.told.append(Told(clock=clock, breach=breach, at=life.now, to=to))

    def _holders(self, life: Life, *, breach: bool) -> tuple[str, ...]:
        """Whoever has the ticket, the agent or else the team; of a breach at the top the leads as well."""
        to = {self.rules.addresses_of(life.holder).get("email", "") if life.holder else ""} - {""}
        to = to or {self.rules.mail_of_team(life.team)}
        leads = {self.rules.mail_of_team(self.rules.team_at(life.kind, 3))} if breach else set()
        return tuple(sorted((to | leads) - {""}))


def play(oracle: Oracle, happenings: Sequence[Happening]) -> None:
    for one in happenings:
        oracle.happens(one)
