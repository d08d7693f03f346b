"""How the phone is, for whoever asks at a scrape: calls by what became of them, the last one, what lies in the spool."""

from collections.abc import Callable, Iterable

from channels.serve.meters import Sampled
from storage.call_counts import calls_by_outcome, last_call
from storage.store import SqlStore


def phone_gauges(store: SqlStore, spooled: Callable[[], int]) -> Iterable[Sampled]:
    """Calls are asked of the store, so that every replica says the same; the spool is this process's own."""
    with store.reading() as connection:
        outcomes, last = calls_by_outcome(connection), last_call(connection)
    counted: list[tuple[tuple[str, ...], float]] = [((outcome,), float(count)) for outcome, count in outcomes.items()]
    began: list[tuple[tuple[str, ...], float]] = [((), last.timestamp())] if last is not None else []
    return [
        ("intake_calls", "Phone calls by what became of them", ("outcome",), counted),
        ("intake_last_call_timestamp_seconds", "When the last call began", (), began),
        ("intake_spooled", "Inputs on local disk that the store does not have yet", (), [((), float(spooled()))]),
    ]
