"""How Slack is, for whoever asks at a scrape: lookups that wait, where the desk is installed, whether the socket is up."""

from collections.abc import Callable, Iterable, Mapping

from channels.serve.meters import Sampled
from storage.store import SqlStore


def slack_gauges(store: SqlStore, socket_up: Callable[[], bool | None], heard: Mapping[str, int]) -> Iterable[Sampled]:
    """Lookups and installations are asked of the store, so that every replica says the same; the socket and what was heard are
    this process's own."""
    with store.looking() as reader:
        waiting, installations = reader.lookups_waiting(), reader.installations()
    living = sum(one.ended_at is None for one in installations)
    up = socket_up()
    sockets: list[tuple[tuple[str, ...], float]] = [((), float(up))] if up is not None else []
    by_fate: list[tuple[tuple[str, ...], float]] = [((fate,), float(count)) for fate, count in heard.items()]
    return [
        ("intake_slack_lookups_waiting", "Questions to Slack that are not answered yet", (), [((), float(waiting))]),
        ("intake_slack_installations", "Workspaces where the desk is installed by OAuth", (), [((), float(living))]),
        ("intake_slack_socket_up", "1 while this process hears Slack by its socket", (), sockets),
        ("intake_slack_heard", "What Slack told this process since it began, by what became of it", ("fate",), by_fate),
    ]
