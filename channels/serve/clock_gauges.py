"""How many open tickets run late, for whoever asks at a scrape."""

from collections.abc import Iterable

from channels.serve.meters import Sampled
from intake.desk.ports import Clock
from storage.reader import SqlReader
from storage.store import SqlStore

_Samples = list[tuple[tuple[str, ...], float]]


def clock_gauges(store: SqlStore, clock: Clock) -> Iterable[Sampled]:
    """Asked of the store: every replica says the same. A team without such tickets has no sample."""
    with store.reading() as connection:
        found = SqlReader(connection).clocks_of_teams(clock())
    overdue: _Samples = [((one.assignment_group, one.clock.value), float(one.overdue)) for one in found]
    at_risk: _Samples = [((one.assignment_group, one.clock.value), float(one.at_risk)) for one in found]
    labels = ("team", "clock")
    return [
        ("intake_sla_overdue", "Open tickets whose clock has run out and goes on counting", labels, overdue),
        ("intake_sla_at_risk", "Open tickets with most of the clock's target used up", labels, at_risk),
    ]
