"""Emergency changes that nobody has approved in time, for whoever asks at a scrape."""

from collections.abc import Iterable

from channels.serve.meters import Sampled
from intake.desk.ports import Clock
from storage.store import SqlStore


def change_gauges(store: SqlStore, clock: Clock) -> Iterable[Sampled]:
    """Asked of the store: every replica says the same."""
    with store.looking() as reader:
        overdue = reader.overdue_approvals(clock())
    says = "Emergency changes that were carried out, and not approved by the time that they had to be"
    return [("intake_changes_approval_overdue", says, (), [((), float(overdue))])]
