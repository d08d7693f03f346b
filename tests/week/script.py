"""The script of the week: five hundred tickets, most of them drawn from a fixed seed, two outages, and a few scenes by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from intake.domain.label import Kind, Level
from tests.week.happening import DAY, WEEK, Happening, Second, What
from tests.week.ladders import Relay
from tests.week.outages import outages
from tests.week.plots import HOUR, MINUTE, PLOTS, Pen
from tests.week.scenes import scenes

SEED = 20_261_021
TICKETS = 500
PEOPLE = tuple(f"person{number}@customer.example" for number in range(60))
# When the relay is down: what is written then leaves when it is back.
AWAY = ((DAY + 8 * HOUR, DAY + 8 * HOUR + 25 * MINUTE), (4 * DAY + 15 * HOUR, 4 * DAY + 15 * HOUR + 55 * MINUTE))
SYLLABLES = ("ba", "de", "fi", "go", "ku", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "xu", "zy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    happenings: Sequence[Happening]
    relay: Relay


def script(seed: int = SEED, tickets: int = TICKETS) -> Script:
    dice, relay = Random(seed), Relay(AWAY)
    by_hand = [*scenes(), *outages()]
    used = {one.at for one in by_hand} | {one.until for one in by_hand if one.until is not None}
    found, open_for_merging = list(by_hand), list[tuple[Second, str]]()
    reports = sum(1 for one in by_hand if one.what is What.OPENED)
    for number in range(tickets - reports):
        pen = Pen(dice=dice, used=used, relay=relay, ticket=f"t{number}", person=dice.choice(PEOPLE), at=_opened(dice))
        pen.does(
            What.OPENED,
            by=pen.person,
            kind=dice.choices(list(Kind), (45, 30, 12, 13))[0],
            impact=dice.choices(list(Level), (3, 3, 5))[0],
            urgency=dice.choices(list(Level), (3, 3, 5))[0],
            text=words(dice),
        )
        plot = dice.choices(list(PLOTS), list(PLOTS.values()))[0]
        if dice.random() < 0.03 and open_for_merging:
            into = dice.choice([name for at, name in open_for_merging if at < pen.at] or [open_for_merging[0][1]])
            pen.after(5 * MINUTE, 2 * HOUR)
            pen.at = max(pen.at, 1 + max(at for at, name in open_for_merging if name == into))
            pen.does(What.MERGED, into=into)
        else:
            plot(pen)
            open_for_merging.append((pen.written[0].at, pen.ticket))
        found += pen.written
    return Script(happenings=sorted(found, key=lambda one: one.at), relay=relay)


def _opened(dice: Random) -> Second:
    """Mostly by day, in Europe, and some at night and at the weekend; nobody after Tuesday noon."""
    while True:
        at = dice.randrange(0, int(6.5 * DAY))
        of_the_day = at % DAY
        if 5 * HOUR < of_the_day < 16 * HOUR or dice.random() < 0.35:
            return at


def words(dice: Random) -> str:
    """Like nothing that anybody else writes."""
    return " ".join("".join(dice.choice(SYLLABLES) for _ in range(dice.randrange(2, 5))) for _ in range(14)).capitalize() + "."


assert WEEK == 7 * DAY
