"""What may become of a ticket: each plot is a few happenings, some time apart, drawn from a fixed seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from intake.domain.label import Kind, Level
from tests.week.happening import WEEK, Happening, Second, What
from tests.week.ladders import Relay

MINUTE, HOUR = 60, 3600
ANYTHING = (
    *(What.TAKEN, What.TAKEN, What.HELD, What.RESUMED, What.ANSWERED, What.FINISHED, What.FINISHED, What.RELABELLED),
    *(What.RELABELLED, What.ESCALATED, What.RETURNED, What.ACKNOWLEDGED, What.CANCELED, What.REOPENED, What.DISPUTED),
    *(What.CONFIRMED, What.WRITTEN_TO, What.CAME_BACK),
)
STAFF = ("Ben", "Bea", "Cleo", "Carl", "Pia", "Petra", "Lee", "Lou", "Ada")


@dataclass(kw_only=True)
class Pen:
    """Writes one ticket's story, always later and later. No second of the week is used twice: nothing happens at once."""

    dice: Random
    used: set[Second]
    relay: Relay
    ticket: str
    person: str
    at: Second
    written: list[Happening] = field(default_factory=list)
    left_at: Second = 0

    def after(self, least: int, most: int) -> "Pen":
        """Some seconds later, as often shortly as long after."""
        self.at += int(least * (most / least) ** self.dice.random())
        return self

    def does(self, what: What, **more: object) -> "Pen":
        while self.at in self.used:
            self.at += 1
        self.used.add(self.at)
        if self.at < WEEK - MINUTE:
            by = {"by": self.dice.choice(STAFF), **more}
            self.written.append(Happening(at=self.at, ticket=self.ticket, what=what, **by))  # type: ignore[arg-type] # by name
        if what in {What.ANSWERED, What.FINISHED, What.ANSWERED_DIRECTLY}:
            self.left_at = self.relay.leaves(self.at)
        return self

    def asks(self, what: What) -> "Pen":
        return self.does(what, by=self.person)

    def comes_back(self) -> "Pen":
        """The newest answer, some time after it has left."""
        self.at = max(self.at, self.left_at + self.dice.randrange(30, 40 * MINUTE))
        return self.does(What.CAME_BACK, by="")

    def relabels(self) -> "Pen":
        impact, urgency = (self.dice.choice(list(Level)) for _ in range(2))
        kind = self.dice.choice([None, None, None, Kind.INCIDENT, Kind.SERVICE_REQUEST, Kind.ENHANCEMENT])
        return self.does(What.RELABELLED, impact=impact, urgency=urgency, kind=kind)

    def holds(self) -> "Pen":
        until = self.at + self.dice.randrange(20 * MINUTE, 30 * HOUR) if self.dice.random() < 0.4 else None
        while until is not None and until in self.used:
            until += 1
        if until is not None:
            self.used.add(until)
        return self.does(What.HELD, until=until)


def quick(pen: Pen) -> None:
    pen.after(2 * MINUTE, HOUR).does(What.TAKEN).after(2 * MINUTE, HOUR).does(What.ANSWERED)
    pen.after(10 * MINUTE, 8 * HOUR).does(What.FINISHED)
    if pen.dice.random() < 0.3:
        pen.after(30 * MINUTE, 20 * HOUR).asks(What.CONFIRMED)


def waits(pen: Pen) -> None:
    pen.after(5 * MINUTE, 2 * HOUR).does(What.TAKEN).after(5 * MINUTE, 2 * HOUR).holds()
    if pen.dice.random() < 0.6:
        pen.after(10 * MINUTE, 10 * HOUR).relabels()
    pen.after(30 * MINUTE, 24 * HOUR).does(What.RESUMED).after(5 * MINUTE, 5 * HOUR).does(What.ANSWERED)
    pen.after(5 * MINUTE, 5 * HOUR).holds().after(20 * MINUTE, 10 * HOUR).does(What.FINISHED)


def nobody_comes(pen: Pen) -> None:
    if pen.dice.random() < 0.3:
        pen.after(HOUR, 40 * HOUR).does(What.ANSWERED)


def late(pen: Pen) -> None:
    pen.after(20 * MINUTE, 30 * HOUR).does(What.ANSWERED).after(HOUR, 40 * HOUR).does(What.TAKEN)
    pen.after(HOUR, 20 * HOUR).does(What.FINISHED)


def comes_back(pen: Pen) -> None:
    pen.after(3 * MINUTE, 4 * HOUR).does(What.TAKEN).after(2 * MINUTE, HOUR).does(What.ANSWERED).comes_back()
    if pen.dice.random() < 0.7:
        pen.after(5 * MINUTE, 5 * HOUR).does(What.ANSWERED)
    pen.after(15 * MINUTE, 10 * HOUR).does(What.FINISHED)
    if pen.dice.random() < 0.5:
        pen.comes_back()
        pen.after(30 * MINUTE, 10 * HOUR).does(What.FINISHED)


def again(pen: Pen) -> None:
    pen.after(2 * MINUTE, 3 * HOUR).does(What.TAKEN).after(5 * MINUTE, 3 * HOUR).does(What.FINISHED)
    pen.after(4 * MINUTE, 12 * HOUR)
    how = pen.dice.choice([What.DISPUTED, What.REOPENED, What.WRITTEN_TO])
    pen.asks(how) if how is not What.REOPENED else pen.does(how)
    pen.after(5 * MINUTE, 3 * HOUR).does(What.TAKEN).after(5 * MINUTE, 10 * HOUR).does(What.FINISHED)


def swapped(pen: Pen) -> None:
    for _ in range(pen.dice.randrange(1, 4)):
        pen.after(3 * MINUTE, 10 * HOUR).relabels()
    pen.after(3 * MINUTE, 3 * HOUR).does(What.TAKEN).after(3 * MINUTE, 3 * HOUR).does(What.ANSWERED)
    pen.after(3 * MINUTE, 10 * HOUR).relabels().after(3 * MINUTE, 10 * HOUR).does(What.FINISHED)


def climbs(pen: Pen) -> None:
    pen.after(3 * MINUTE, HOUR).does(What.ACKNOWLEDGED).after(5 * MINUTE, 3 * HOUR)
    pen.does(What.ESCALATED, to_leads=pen.dice.random() < 0.3)
    if pen.dice.random() < 0.4:
        pen.after(5 * MINUTE, HOUR).does(What.RETURNED)
    pen.after(5 * MINUTE, 5 * HOUR).does(What.TAKEN).after(5 * MINUTE, 5 * HOUR).does(What.FINISHED)


def dropped(pen: Pen) -> None:
    pen.after(3 * MINUTE, 5 * HOUR).does(What.CANCELED)
    if pen.dice.random() < 0.3:
        pen.after(HOUR, 20 * HOUR).does(What.REOPENED).after(HOUR, 5 * HOUR).does(What.ANSWERED)


def directly(pen: Pen) -> None:
    pen.after(5 * MINUTE, 5 * HOUR).does(What.ANSWERED_DIRECTLY, by="ada@desk.example", text=pen.person).after(
        HOUR, 9 * HOUR
    ).does(What.TAKEN)
    pen.after(HOUR, 9 * HOUR).does(What.FINISHED)


def anything(pen: Pen) -> None:
    """Whatever comes to people's minds, in any order; the desk refuses some of it."""
    for _ in range(pen.dice.randrange(3, 9)):
        pen.after(2 * MINUTE, 5 * HOUR)
        what = pen.dice.choice(ANYTHING)
        if what is What.CAME_BACK:
            pen.comes_back()
        elif what is What.RELABELLED:
            pen.relabels()
        elif what is What.HELD:
            pen.holds()
        elif what in {What.DISPUTED, What.CONFIRMED, What.WRITTEN_TO}:
            pen.asks(what)
        else:
            pen.does(what, to_leads=what is What.ESCALATED and pen.dice.random() < 0.3)


PLOTS: Mapping[Callable[[Pen], None], int] = {
    quick: 20,
    waits: 18,
    nobody_comes: 26,
    late: 10,
    comes_back: 10,
    again: 10,
    swapped: 12,
    climbs: 8,
    dropped: 4,
    directly: 4,
    anything: 20,
}
