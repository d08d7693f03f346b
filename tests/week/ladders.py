"""The ladder of a ticket, step by step."""

from collections.abc import Sequence

from tests.week import choices
from tests.week.happening import Second
from tests.week.life import ACKNOWLEDGED, EXHAUSTED, NEVER, Life, PageMade, RunMade
from tests.week.rules import Rules, Step


class Relay:
    """When it is away nothing leaves; all of it does when it is back."""

    def __init__(self, away: Sequence[tuple[Second, Second]]) -> None:
        self._away = away

    @property
    def returns(self) -> Sequence[Second]:
        return [end for _, end in self._away]

    def is_away(self, at: Second) -> bool:
        return self.leaves(at) != at

    def leaves(self, at: Second) -> Second:
        return next((end for begin, end in self._away if begin <= at < end), at)


def start(life: Life, rules: Rules, relay: Relay) -> None:
    """One run a ticket at a time; none for a report that belongs to a storm."""
    ladder = rules.ladder_for(life.kind, life.priority)
    if ladder is None or life.storm:
        return
    if life.run is not None:
        return
    moves = [(number, time) for number, step in enumerate(ladder.steps, 1) for time in range(1, step.times + 1)]
    run = RunMade(ladder=ladder, started=life.now, moves=moves)
    life.runs.append(run)
    opens = rules.hours[ladder.quiet_hours].opens(life.now) if ladder.quiet_hours else life.now
    if opens > life.now:
        run.next_at = opens
    else:
        go_on(life, rules, relay)


def go_on(life: Life, rules: Rules, relay: Relay) -> None:
    """Whatever is next in the ladder: up to a step that reaches somebody, and then its wait."""
    run = life.run
    assert run is not None
    while run.made < len(run.moves):
        number, time = run.moves[run.made]
        step = run.ladder.steps[number - 1]
        if step.tier < life.tier:
            run.made += 1
            continue
        reached = reached_by(step, life, rules)
        run.pages += [
            PageMade(step=number, repetition=time, at=life.now, address=to, leaves=relay.leaves(life.now)) for to in reached
        ]
        run.made += 1
        if reached:
            run.next_at = life.now + step.wait
            return
        run.pages.append(PageMade(step=number, repetition=time, at=life.now, address="", leaves=life.now))
        if choices.an_empty_step_is_not_repeated():
            run.made += sum(1 for other, again in run.moves if other == number and again > time)
    run.state, run.ended, run.next_at = EXHAUSTED, life.now, NEVER


def reached_by(step: Step, life: Life, rules: Rules) -> list[str]:
    """Every address once."""
    team = rules.team_at(life.kind, step.tier)
    if step.tier == life.tier and choices.a_step_at_the_tickets_own_tier_pages_the_team_that_has_it():
        team = life.team
    if step.page == "team":
        return whole(team, step, rules)
    if step.page != "on_call":
        return of(step.page, step, rules)
    person = rules.person_on_call(team, life.now)
    reached = of(person, step, rules) if person else []
    if person and not choices.whoever_is_on_call_without_an_address_is_nobody():
        return reached
    return reached or whole(team, step, rules)


def whole(team: str, step: Step, rules: Rules) -> list[str]:
    found = [rules.mail_of_team(team)] if "email" in step.by else []
    for agent in rules.agents_in(team):
        found += [address for address in of(agent, step, rules) if address not in found]
    return [address for address in found if address]


def of(agent: str, step: Step, rules: Rules) -> list[str]:
    known = rules.addresses_of(agent)
    return [known[channel] for channel in step.by if channel in known]


def acknowledge(life: Life) -> None:
    end(life, ACKNOWLEDGED)


def end(life: Life, state: str) -> None:
    """What has not left yet is withdrawn. An exhausted run waits for somebody just the same."""
    run = life.run
    if run is None:
        return
    for page in run.pages:
        page.withdrawn = page.withdrawn or page.leaves > life.now
    run.state, run.ended, run.next_at = state, life.now, NEVER


def fits(run: RunMade, life: Life) -> bool:
    return life.kind in run.ladder.kinds and life.priority in run.ladder.priorities


def was_acknowledged(life: Life) -> bool:
    return any(run.state == ACKNOWLEDGED for run in life.runs)


def next_step(life: Life) -> Second:
    return life.run.next_at if life.run is not None else NEVER
