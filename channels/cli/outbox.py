"""`intake outbox`: what is to be sent and how far that got; try again, or give up."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from channels.api import shapes
from channels.cli.settings import read_desk_settings, read_email_settings
from channels.cli.store import paged, reading, writing
from channels.cli.terminal import Column, complain, in_one_line, say, show_table, utc_minute
from channels.cli.who import administrator
from intake.desk.outbox_by_hand import give_up, retry, what_of
from intake.desk.ports import UnitOfWork
from intake.domain.delivery import Delivery, DeliveryState
from intake.domain.errors import Conflict, NotFound, PolicyViolation
from intake.domain.ticket import spoken

COLUMNS = (
    Column(title="id"),
    Column(title="state"),
    Column(title="what"),
    Column(title="to", gives=True),
    Column(title="by", spare=True),
    Column(title="ticket"),
    Column(title="tries", spare=True),
    Column(title="sent or next (UTC)"),
    Column(title="error", gives=True),
)
UNSENT = (DeliveryState.FAILED, DeliveryState.HELD, DeliveryState.NO_RELAY)

Change = Callable[[int, UnitOfWork, str, datetime], Delivery]


def show_outbox(states: Sequence[DeliveryState], most: int | None, *, as_json: bool) -> None:
    with reading(read_desk_settings()) as store:
        deliveries = paged(
            lambda before, limit: store.ask(lambda reader: reader.outbox(states=states, before=before, limit=limit)),
            lambda delivery: delivery.id,
            most,
        )
        if as_json:
            for delivery in deliveries:
                say(shapes.json_line(shapes.outbox_delivery(delivery)))
            return
        shown = list(deliveries)
    if not shown:
        say(f"Nothing in the outbox is {' or '.join(states)}." if states else "Nothing in the outbox yet.")
        return
    show_table(COLUMNS, [_row(delivery) for delivery in shown])
    if len(shown) == most:
        say(f"The newest {most}. Older ones: --limit {most * 10}, or --json for all.")
    if any(delivery.state in UNSENT for delivery in shown):
        say("Try again: intake outbox retry ID…   Give up: intake outbox give-up ID…")
    if any(delivery.state is DeliveryState.HELD for delivery in shown):
        say(
            "Let out what is held: intake outbox release ID…, or all of it: --to ADDRESS, --ticket NUMBER, --because CAP, --all"
        )


def retry_deliveries(ids: Sequence[int], *, as_json: bool) -> int:
    """How many could not be put back."""
    refused = _change(ids, retry, as_json=as_json)
    if refused < len(ids) and read_email_settings().smtp_relay is None:
        complain("No relay is configured here (INTAKE_SMTP_RELAY): a desk without one keeps mail in its outbox")
    return refused


def give_up_deliveries(ids: Sequence[int], why: str, *, as_json: bool) -> int:
    """How many could not be given up."""
    return _change(ids, lambda number, books, actor, now: give_up(number, why, books, actor, now), as_json=as_json)


def _change(ids: Sequence[int], change: Change, *, as_json: bool) -> int:
    refused = 0
    with writing(read_desk_settings()) as store:
        for number in dict.fromkeys(ids):
            try:
                with store.begin() as books:
                    delivery = change(number, books, administrator(), datetime.now(UTC))
            except (NotFound, PolicyViolation, Conflict) as fault:
                refused += 1
                complain(str(fault))
                if as_json:
                    say(shapes.json_line(shapes.refused(number, str(fault))))
                continue
            if as_json:
                say(shapes.json_line(shapes.outbox_delivery(delivery)))
            else:
                say(in_one_line(f"{number}  {what_of(delivery)} to {delivery.address}: {delivery.state.value}"))
    return refused


def _row(delivery: Delivery) -> Sequence[str]:
    when = delivery.sent_at or (delivery.due_at if delivery.state is DeliveryState.QUEUED else None)
    return (
        str(delivery.id),
        delivery.state.value,
        what_of(delivery),
        delivery.address,
        delivery.channel.value,
        spoken(delivery.ticket),
        str(delivery.attempts),
        utc_minute(when) if when else "-",
        delivery.error or "-",
    )
