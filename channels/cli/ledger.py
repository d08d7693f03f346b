"""`intake ledger`: every input and what became of it; one of them in full; the raw bytes as they came."""

import sys
from collections.abc import Mapping, Sequence

from channels.api import shapes
from channels.cli.settings import read_desk_settings
from channels.cli.store import paged, reading
from channels.cli.terminal import Column, in_lines, in_one_line, say, show_table, utc, utc_minute
from intake.domain.errors import NotFound, PolicyViolation
from intake.domain.receipt import LedgerEntry, Outcome
from intake.domain.ticket import spoken

COLUMNS = (
    Column(title="id"),
    Column(title="received (UTC)"),
    Column(title="channel", spare=True),
    Column(title="outcome"),
    Column(title="ticket"),
    Column(title="from", gives=True),
    Column(title="reason", gives=True),
    Column(title="external id", gives=True, spare=True),
)


def show_ledger(outcome: Outcome | None, most: int | None, *, as_json: bool) -> None:
    with reading(read_desk_settings()) as store:
        entries = paged(
            lambda before, limit: store.ask(lambda reader: reader.ledger(outcome=outcome, before=before, limit=limit)),
            lambda entry: entry.id,
            most,
        )
        if as_json:
            for entry in entries:
                say(shapes.json_line(shapes.ledger_entry(entry)))
            return
        shown = list(entries)
    if not shown:
        say(f"Nothing was {outcome.value}." if outcome else "Nothing has come in yet.")
        return
    show_table(COLUMNS, [_row(entry) for entry in shown])
    if len(shown) == most:
        say(f"The newest {most}. Older ones: --limit {most * 10}, or --json for all.")
    if any(entry.outcome is Outcome.QUARANTINED for entry in shown):
        say("In quarantine: `intake ledger ID` shows why, `intake replay ID` (or --all) runs it again after a mend.")


def show_entry(id: int, *, as_json: bool) -> None:
    """With what the protocol said beside it, and the traceback of a quarantined one. Raises NotFound."""
    with reading(read_desk_settings()) as store:
        entry = store.ask(lambda reader: reader.entry(id))
    if entry is None:
        raise _unknown(id)
    if as_json:
        say(shapes.json_line(shapes.ledger_entry_in_full(entry)))
        return
    facts = {
        "received": f"{utc(entry.received_at)} UTC by {entry.channel.value}",
        "outcome": f"{entry.outcome.value}{f' {spoken(entry.ticket)}' if entry.ticket is not None else ''}",
        "reason": entry.reason,
        "external id": entry.external_id,
        "content": f"{entry.size} bytes, sha256 {entry.sha256}",
        "replays": str(entry.replays),
        **{name: value for name, value in entry.envelope.items() if name != "external_id"},
    }
    for name, value in facts.items():
        say(f"{in_one_line(name):<12}  {in_one_line(value)}".rstrip())
    if entry.fault:
        say(f"\n{in_lines(entry.fault).rstrip()}")


def write_raw(id: int) -> None:
    """The input's bytes to stdout, exactly as they came. Raises NotFound, PolicyViolation."""
    if sys.stdout.isatty():
        raise PolicyViolation(f"Raw input could take over your terminal. Send it to a file: intake ledger {id} --raw > it.eml")
    with reading(read_desk_settings()) as store:
        entry = store.ask(lambda reader: reader.entry(id))
        if entry is None:
            raise _unknown(id)
        raw = store.ask(lambda reader: reader.raw(entry))
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)


def _unknown(id: int) -> NotFound:
    return NotFound(f"There is no ledger entry {id}: `intake ledger` lists them")


def whence(envelope: Mapping[str, str]) -> str:
    """Who sent it; of mail that was fetched, and has no envelope of its own, from which mailbox."""
    mailbox = envelope.get("mailbox")
    return envelope.get("mail_from") or envelope.get("by") or (f"imap {mailbox}" if mailbox else "-")


def _row(entry: LedgerEntry) -> Sequence[str]:
    return (
        str(entry.id),
        utc_minute(entry.received_at),
        entry.channel.value,
        entry.outcome.value,
        spoken(entry.ticket) if entry.ticket is not None else "-",
        whence(entry.envelope),
        entry.reason or "-",
        entry.external_id,
    )
