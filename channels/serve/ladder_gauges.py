"""Who is being woken, for whoever asks at a scrape."""

from collections.abc import Iterable

from channels.serve.meters import Sampled
from intake.domain.page import RunState
from storage.store import SqlStore


def ladder_gauges(store: SqlStore) -> Iterable[Sampled]:
    """Asked of the store: every replica says the same."""
    with store.looking() as reader:
        runs, pages = reader.runs_by_state(), reader.unanswered_pages()
    by_state: list[tuple[tuple[str, ...], float]] = [((state.value,), float(count)) for state, count in runs.items()]
    return [
        ("intake_ladder_runs", "Ladders that have run, by how they stand or ended", ("state",), by_state),
        ("intake_pages_unanswered", "Pages that were sent and wait for somebody to answer", (), [((), float(pages))]),
        (
            "intake_ladders_exhausted",
            "Tickets on which everybody was paged and nobody has answered",
            (),
            [((), float(runs[RunState.EXHAUSTED]))],
        ),
    ]
