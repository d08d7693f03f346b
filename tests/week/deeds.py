"""What people do to a ticket, and what becomes of it then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.week import choices, ladders
from tests.week.happening import Happening, What
from tests.week.ladders import Relay
from tests.week.life import CANCELED, CLOSED, EXHAUSTED, IN_PROGRESS, NEVER, NEW, ON_HOLD, RESOLVED, STOPPED, Answer, Life
from tests.week.rules import Rules

_OF_OPEN_TICKETS = {
    *(What.TAKEN, What.HELD, What.RESUMED, What.FINISHED, What.ESCALATED, What.RETURNED, What.CANCELED, What.MERGED)
}


@dataclass(kw_only=True)
class Deeds:
    rules: Rules
    relay: Relay
    lives: dict[str, Life] = field(default_factory=dict)

    def opens(self, one: Happening, storm: str = "") -> Life:
        """`storm` is the one that a report belongs to from the beginning."""
        assert one.kind is not None
        assert one.impact is not None
        assert one.urgency is not None
        kind = one.kind.value
        tier = min(self.rules.tiers(kind))
        life = self.lives[one.ticket] = Life(
            name=one.ticket,
            rules=self.rules,
            opened=one.at,
            person=one.by,
            kind=kind,
            impact=one.impact.value,
            urgency=one.urgency.value,
            priority=self.rules.priority(one.impact.value, one.urgency.value),
            tier=tier,
            team=self.rules.team_at(kind, tier),
            now=one.at,
            storm=storm,
        )
        life.become(NEW)
        ladders.start(life, self.rules, self.relay)
        if not one.from_monitor and not storm:
            life.acknowledgement = wakes(life)
        return life

    def resolve(self, life: Life) -> None:
        life.become(RESOLVED)
        ladders.end(life, STOPPED)

    def goes_on(self, life: Life) -> None:
        life.become(IN_PROGRESS if life.holder else NEW)

    def hand(self, life: Life, tier: int, *, by_hand: bool) -> None:
        life.tier, life.team, life.holder, life.final = tier, self.rules.team_at(life.kind, tier), "", None
        if life.state != NEW and (by_hand or life.state != ON_HOLD or choices.a_breach_ends_a_hold()):
            life.become(NEW)
        if by_hand or choices.an_escalation_by_the_clock_acknowledges():
            ladders.acknowledge(life)

    def does(self, one: Happening, life: Life) -> bool:
        """False where the desk refuses."""
        doing: Mapping[What, Callable[[Life, Happening], bool]] = {
            What.TAKEN: self._take,
            What.HELD: self._hold,
            What.RESUMED: self._resume,
            What.ANSWERED: self._answer,
            What.ANSWERED_DIRECTLY: self._answer,
            What.FINISHED: self._finish,
            What.CAME_BACK: self._comes_back,
            What.RELABELLED: self._relabel,
            What.ESCALATED: self._escalate,
            What.RETURNED: self._return,
            What.ACKNOWLEDGED: self._acknowledge,
            What.CANCELED: self._cancel,
            What.MERGED: self._merge,
            What.REOPENED: self._reopen,
            What.DISPUTED: self._dispute,
            What.CONFIRMED: self._confirm,
            What.WRITTEN_TO: self._written_to,
        }
        if one.what in _OF_OPEN_TICKETS and not life.is_open:
            return False
        return doing[one.what](life, one)

    def _take(self, life: Life, one: Happening) -> bool:
        if life.holder not in {"", one.by}:
            return False
        had_it = life.holder == one.by and life.state == IN_PROGRESS
        if not had_it:
            life.holder = one.by
            life.become(IN_PROGRESS)
        if choices.whatever_takes_a_ticket_into_somebodys_hands_acknowledges() or not had_it:
            ladders.acknowledge(life)
        return True

    def _hold(self, life: Life, one: Happening) -> bool:
        life.become(ON_HOLD)
        life.held_until, life.final = one.until, None
        if choices.whatever_takes_a_ticket_into_somebodys_hands_acknowledges():
            ladders.acknowledge(life)
        return True

    def _resume(self, life: Life, _one: Happening) -> bool:
        if life.state == ON_HOLD:
            self.goes_on(life)
        return True

    def sends(self, life: Life, *, final: bool, directly: bool = False) -> Answer:
        accepted = life.now if directly else self.relay.leaves(life.now)
        arrives = NEVER if directly else accepted + self.rules.bounce_window
        answer = Answer(accepted=accepted, arrives=arrives, final=final)
        life.answers.append(answer)
        return answer

    def _answer(self, life: Life, one: Happening) -> bool:
        if life.merged:
            return False
        self.sends(life, final=False, directly=one.what is What.ANSWERED_DIRECTLY)
        if life.state == NEW and life.holder:
            life.become(IN_PROGRESS)
        ladders.acknowledge(life)
        return True

    def _finish(self, life: Life, _one: Happening) -> bool:
        if is_on_its_way(life.final):
            return False
        life.final = self.sends(life, final=True)
        if choices.whatever_takes_a_ticket_into_somebodys_hands_acknowledges():
            ladders.acknowledge(life)
        return True

    def _comes_back(self, life: Life, _one: Happening) -> bool:
        """The newest that has left by the relay; if there is none, nothing happens."""
        left = [one for one in life.answers if one.seen and one.arrives < NEVER and one.back is None and one.accepted < NEVER]
        if not left:
            return True
        answer = left[-1]
        answer.back = life.now
        if answer.arrived and life.final is answer and life.state == RESOLVED:
            self._opens_again(life, wakes=not choices.a_final_response_that_came_back_wakes_nobody())
            life.final = answer
        return True

    def _relabel(self, life: Life, one: Happening) -> bool:
        kind = one.kind.value if one.kind is not None else life.kind
        self.label(life, one.impact or life.impact, one.urgency or life.urgency, kind)
        return True

    def label(self, life: Life, impact: int, urgency: int, kind: str = "") -> None:
        before, old_kind = life.priority, life.kind
        life.impact, life.urgency, life.kind = int(impact), int(urgency), kind or old_kind
        life.priority = self.rules.priority(life.impact, life.urgency)
        if not life.is_open:
            return
        if old_kind != life.kind:
            self._follow_kind(life)
        self._wake(life, before, old_kind)

    def _follow_kind(self, life: Life) -> None:
        tier = min(tier for tier in self.rules.tiers(life.kind) if tier >= life.tier)
        team = self.rules.team_at(life.kind, tier)
        if (tier, team) == (life.tier, life.team):
            return
        life.tier, life.team, life.final = tier, team, None
        if life.holder and team not in self.rules.teams_of(life.holder):
            life.holder = ""
            if life.state == IN_PROGRESS:
                life.become(NEW)

    def _wake(self, life: Life, before: str, kind: str) -> None:
        rose, run, ends = choices.priority_rises(before, life.priority), life.run, False
        if run is not None:
            ends = not ladders.fits(run, life) and choices.a_run_stops_when_its_own_ladder_fits_no_longer()
            if rose and run.state == EXHAUSTED and choices.what_has_become_worse_begins_again_where_everybody_was_paged():
                ends = True
            if ends:
                ladders.end(life, STOPPED)
        had_none = self.rules.ladder_for(kind, before) is None
        brought = had_none and choices.a_label_that_brings_a_ladder_where_none_was_starts_it()
        if rose or ends or (brought and not ladders.was_acknowledged(life)):
            ladders.start(life, self.rules, self.relay)
        if wakes(life) and life.person and not (life.acknowledgement or life.urged):
            life.urged.append(life.now)

    def _escalate(self, life: Life, one: Happening) -> bool:
        above = [tier for tier in self.rules.tiers(life.kind) if tier > life.tier]
        if not above:
            return False
        self.hand(life, above[-1] if one.to_leads else above[0], by_hand=True)
        return True

    def _return(self, life: Life, _one: Happening) -> bool:
        below = [tier for tier in self.rules.tiers(life.kind) if tier < life.tier]
        if not below:
            return False
        life.tier, life.holder, life.final = below[-1], "", None
        life.team = self.rules.team_at(life.kind, life.tier)
        if life.state != NEW:
            life.become(NEW)
        if choices.giving_a_ticket_back_acknowledges():
            ladders.acknowledge(life)
        return True

    def cancel(self, life: Life) -> None:
        life.become(CANCELED)
        life.final = None
        ladders.end(life, STOPPED)

    def _cancel(self, life: Life, _one: Happening) -> bool:
        self.cancel(life)
        return True

    def _acknowledge(self, life: Life, _one: Happening) -> bool:
        ladders.acknowledge(life)
        return True

    def _merge(self, life: Life, one: Happening) -> bool:
        target = self.lives[one.into]
        if not target.is_open or target.final is not None:
            return False
        life.merged = True
        return self._cancel(life, one)

    def _reopen(self, life: Life, _one: Happening) -> bool:
        return not life.merged and not life.is_open and self._opens_again(life)

    def _opens_again(self, life: Life, *, wakes: bool = True) -> bool:
        life.become(IN_PROGRESS)
        if wakes:
            ladders.start(life, self.rules, self.relay)
        return True

    def _dispute(self, life: Life, _one: Happening) -> bool:
        if life.state == CANCELED or (life.is_open and life.final is None):
            return False
        if life.is_open:
            life.final = None
            return True
        return self._opens_again(life)

    def _confirm(self, life: Life, _one: Happening) -> bool:
        if life.state == CANCELED or (life.is_open and life.final is None):
            return False
        if life.is_open:
            assert life.final is not None
            life.final.arrived = True
            self.resolve(life)
        if life.state == RESOLVED:
            life.become(CLOSED)
        return True

    def _written_to(self, life: Life, _one: Happening) -> bool:
        if life.is_open:
            life.final = None
            return True
        return self._opens_again(life)


def wakes(life: Life) -> bool:
    """Are people being woken for a P1 or P2?"""
    return life.run is not None and life.priority in {"P1", "P2"}


def is_on_its_way(final: Answer | None) -> bool:
    return final is not None and not final.arrived and final.back is None
