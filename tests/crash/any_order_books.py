"""What holds of many calls and texts in whatever order they came: in the books, in what was said, and in what was sent."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qs, urlencode, urlsplit

from intake.domain.call import Call
from intake.domain.channel import Channel
from intake.domain.event import EventKind
from intake.domain.label import Priority
from intake.domain.page import RunState
from intake.domain.receipt import LedgerEntry, Outcome
from intake.domain.ticket import Ticket
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.crash.any_order import HEARD, NUMBERS, Walk
from tests.crash.outside_calls import Webhook

EVERYTHING = 1_000_000
MARK = "TAINTED"  # in all that is written by and for the desk's own people
Form = Mapping[str, Sequence[str]]


def broken_by_any_order(store_url: str, walk: Walk) -> list[str]:
    """One line for each fault. To be asked when everything has come and the spools are empty."""
    store = SqlStore(store_url)
    try:
        with store.looking() as reader:
            ledger = reader.ledger(limit=EVERYTHING)
            raw = {entry.id: parse_qs(reader.raw(entry).decode(), keep_blank_values=True) for entry in ledger}
            return [*_ledger(ledger, raw, walk), *_calls(reader, ledger, raw), *_ladders(reader), *_said(walk)]
    finally:
        store.close()


def _identity(webhook: Webhook) -> tuple[str, ...]:
    """What the vendor means to be one and the same, after docs/phone.md."""
    says, at = webhook.says, urlsplit(webhook.url)
    if "RecordingSid" in says:
        return ("recording", says["RecordingSid"])
    if at.path == "/twilio/voice":
        return ("begin", says["CallSid"])
    if at.path == "/twilio/sms":
        return ("text", says["MessageSid"])
    if at.path == "/twilio/status":
        return ("status", says.get("MessageSid", says.get("CallSid", "")), _status(says))
    turn = parse_qs(at.query).get("t", [""])[0] if not at.path.endswith("/accept") else ""
    return (at.path, says["CallSid"], turn)


def _status(says: Mapping[str, str]) -> str:
    return says.get("MessageStatus", says.get("CallStatus", ""))


def _ledger(ledger: Sequence[LedgerEntry], raw: Mapping[int, Form], walk: Walk) -> Iterable[str]:
    """Each input once: as many rows as there were inputs, and each row is one of them or the begin of a call, told again."""
    yield from (f"quarantined: {one.external_id} {one.reason}" for one in ledger if one.outcome is Outcome.QUARANTINED)
    yield from (
        f"lost: {one.external_id} {one.reason}" for one in ledger if one.receipt.refusal and one.channel is Channel.PHONE
    )
    of_body: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for webhook in walk.sent:
        of_body[hashlib.sha256(urlencode(webhook.form).encode()).hexdigest()].add(_identity(webhook))
    wanted = {identity for several in of_body.values() for identity in several}
    by_phone = [one for one in ledger if one.channel in (Channel.PHONE, Channel.SMS)]
    begun = [one for one in by_phone if one.sha256 not in of_body]
    for one in begun:
        if ("begin", raw[one.id].get("CallSid", [""])[0]) not in wanted:
            yield f"{one.external_id} is in the ledger and was never sent"
    if len(by_phone) != len(wanted):
        names = Counter("/".join(identity[:2]) for identity in wanted)
        yield f"{len(wanted)} inputs came and {len(by_phone)} are in the ledger: {sorted(names)[:60]}"
    kept = {one.sha256 for one in by_phone}
    for body, several in of_body.items():
        if body not in kept and not all(identity[0] in ("begin", "recording") for identity in several):
            yield f"{several} is not in the ledger"


def _calls(reader: SqlReader, ledger: Sequence[LedgerEntry], raw: Mapping[int, Form]) -> Iterable[str]:
    opened: dict[str, list[int | None]] = defaultdict(list)
    for entry in ledger:
        form = raw[entry.id]
        if entry.outcome is Outcome.OPENED and entry.channel is Channel.PHONE:
            opened[(form.get("ParentCallSid") or form["CallSid"])[0]].append(entry.ticket)
    calls = {call.name: call for call in reader.calls(limit=EVERYTHING)}
    for name, tickets in opened.items():
        if len(tickets) > 1:
            yield f"the call {name} opened {tickets}"
        if name not in calls:
            yield f"the call {name} opened {tickets} and is no call"
    for call in calls.values():
        if opened.get(call.name):
            continue
        before = [one for one in calls.values() if one.caller == call.caller and one.ticket == call.ticket and one is not call]
        if not before:
            yield f"the call {call.name} has neither a ticket of its own nor that of an earlier one"


def _ladders(reader: SqlReader) -> Iterable[str]:
    calls: dict[int, list[Call]] = defaultdict(list)
    tickets = {line.ticket.number: line.ticket for line in reader.tickets(limit=EVERYTHING)}
    for call in reader.calls(limit=EVERYTHING):
        calls[_final(tickets, call.ticket).number].append(call)
    for number, ticket in tickets.items():
        pagings = reader.pagings(number)
        for paging in pagings:
            twice = Counter((page.step, page.repetition, page.channel, page.address) for page in paging.pages)
            if any(times > 1 for times in twice.values()):
                yield f"HD-{number}: somebody was paged twice for one step: {twice}"
            if paging.run.state is RunState.ACKNOWLEDGED and not paging.run.ended_by.strip():
                yield f"HD-{number}: acknowledged by nobody"
        taken = any(call.connected_to for call in calls[number])
        times = [event.at for event in reader.events(ticket=number, limit=EVERYTHING) if event.kind is EventKind.CALL_TAKEN]
        if any(paging.run.is_open and paging.run.started_at <= at for paging in pagings for at in times):
            yield f"HD-{number}: somebody has taken the call, and people are still woken for it"
        if ticket.priority is Priority.P1 and ticket.merged_into is None and not taken and not pagings:
            yield f"HD-{number} is a P1 ({ticket.state.value}), nobody took a call, and nobody is woken"


def _final(tickets: Mapping[int, Ticket], number: int) -> Ticket:
    ticket = tickets[number]
    while ticket.merged_into is not None:
        ticket = tickets[ticket.merged_into]
    return ticket


def _said(walk: Walk) -> Iterable[str]:
    """Requesters read and hear nothing internal, and nothing that somebody else has said; what they are asked names no words of
    a call at all."""
    for placed in walk.vendor.all:
        strangers = placed.body.count(HEARD) - placed.body.count(f"{HEARD}{placed.to[-5:]}")
        if placed.to in NUMBERS and (MARK in placed.body or strangers or (HEARD in placed.body and " 1 = " in placed.body)):
            yield f"{placed.to} is texted {placed.body!r}"
    if walk.vendor.repeated:
        yield f"{walk.vendor.repeated} calls or texts were placed twice"
    for webhook, answer in walk.answers:
        callee = "ParentCallSid" in webhook.says or urlsplit(webhook.url).path.startswith("/twilio/page")
        if not callee and (MARK in answer or HEARD in answer):
            yield f"{webhook.url} is answered {answer!r}"
