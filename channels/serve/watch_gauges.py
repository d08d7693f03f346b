"""How the desk is, for whoever asks at a scrape: alarms, closed gates, and since when what was not heard of."""

from collections.abc import Iterable

from channels.serve.meters import Sampled
from intake.desk.alarm import alarm_of_row
from intake.desk.gate import Cap
from intake.desk.ports import Clock
from intake.desk.silence import HOME
from intake.desk.slack_health import SOCKET
from intake.desk.watch import DESK, GATE, MAILBOX
from storage.store import SqlStore


def watch_gauges(store: SqlStore, clock: Clock) -> Iterable[Sampled]:
    """Asked of the store: every replica says the same."""
    now = clock()
    with store.looking() as reader:
        signs = reader.signs_of_life()
    alarms = {name: float(sign.silent_since is not None) for sign in signs if (name := alarm_of_row(sign.name)) is not None}
    ages: list[tuple[tuple[str, ...], float]] = [
        ((sign.name,), max(0.0, (now - sign.seen_at).total_seconds()))
        for sign in signs
        if sign.name in (DESK, SOCKET) or sign.name.startswith((MAILBOX, HOME))
    ]
    return [
        ("intake_alarm", "1 while this alarm stands", ("name",), [((name,), stands) for name, stands in alarms.items()]),
        (
            "intake_gate_closed",
            "1 while this cap holds deliveries back",
            ("cap",),
            [((cap.value,), alarms.get(f"{GATE}{cap.value}", 0.0)) for cap in Cap],
        ),
        (
            "intake_seconds_since_sign_of_life",
            "Since a mailbox was looked at, Slack's socket was up, the desk looked at itself, or the last canary home left",
            ("name",),
            ages,
        ),
    ]
