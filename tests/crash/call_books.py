"""A call against its books: what must stand there whatever befell the desk meanwhile. After docs/phone.md."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qs, urlencode

from intake.domain.channel import Channel
from intake.domain.event import EventKind
from intake.domain.label import Priority
from intake.domain.page import Paging, RunState
from intake.domain.receipt import LedgerEntry, Outcome
from intake.domain.story import TicketStory
from storage.reader import SqlReader
from storage.store import SqlStore
from tests.crash.outside_calls import DOWN, LEFT, OutsideCall, Webhook
from tests.harness.patience import wait_until

EVERYTHING = 1_000_000


def whats_wrong(store_url: str, calls: Sequence[OutsideCall], *, in_order: bool = True) -> list[str]:
    """One line for each fault. To be asked when the spool is empty; waits until the ladders of calls that nobody took climb.

    Not `in_order`: several spools were booked beside each other, so that the desk may have heard of a call's end before it
    heard who took it. Then somebody may have been paged; nobody is any more."""
    store = SqlStore(store_url)
    try:
        wait_until(lambda: _all_climb(store, calls), "who was not reached by call is paged")
        with store.looking() as reader:
            ledger = reader.ledger(limit=EVERYTHING)
            raw = {entry.id: parse_qs(reader.raw(entry).decode()) for entry in ledger if entry.channel is Channel.PHONE}
            opened = Counter(entry.ticket for entry in ledger if entry.outcome is Outcome.OPENED)
            faults = [f"quarantined: {entry.external_id}" for entry in ledger if entry.outcome is Outcome.QUARANTINED]
            faults += [f"HD-{ticket} was opened {times} times" for ticket, times in opened.items() if times != 1]
            if len(opened) != len(calls) or len(reader.tickets(limit=EVERYTHING)) != len(calls):
                faults.append(f"{len(calls)} calls opened {sorted(map(str, opened))}")
            for call in calls:
                of_it = [one for one in ledger if one.id in raw and call.caller.sid in _calls_of(raw[one.id])]
                faults += [
                    f"{call.name}: {fault}" for fault in (*_ledger(of_it, call), *_books(reader, call, in_order=in_order))
                ]
            return faults
    finally:
        store.close()


def _all_climb(store: SqlStore, calls: Sequence[OutsideCall]) -> bool:
    with store.looking() as reader:
        known = [reader.call(call.caller.sid) for call in calls if not call.taken]
        return all(call is None or any(paging.pages for paging in reader.pagings(call.ticket)) for call in known)


def _calls_of(form: dict[str, list[str]]) -> set[str]:
    return {*form.get("CallSid", []), *form.get("ParentCallSid", [])}


def _ledger(entries: Sequence[LedgerEntry], call: OutsideCall) -> Iterable[str]:
    """Each webhook once: the begin as it came or as a later step told it again, a recording by its step or its report."""
    rest = Counter(entry.sha256 for entry in entries)
    begins = 0
    recordings: dict[str, list[Webhook]] = {}
    for webhook in call.sent:
        says = webhook.says
        if "RecordingSid" in says:
            recordings.setdefault(says["RecordingSid"], []).append(webhook)
        elif webhook.url.endswith("/twilio/voice"):
            begins += 1
        elif not rest[sha(webhook)]:
            yield f"{webhook.url} {says} is not in the ledger"
        else:
            rest[sha(webhook)] -= 1
    for sid, several in recordings.items():
        booked = [webhook for webhook in several if rest[sha(webhook)]]
        rest.subtract(sha(webhook) for webhook in booked)
        if len(booked) != 1:
            yield f"the recording {sid} is booked {len(booked)} times"
    if begins != 1 or rest.total() != 1:
        yield f"{begins} begins were sent, and {rest.total()} inputs of the ledger are none of the other webhooks"


def sha(webhook: Webhook) -> str:
    return hashlib.sha256(urlencode(webhook.form).encode()).hexdigest()


def _books(reader: SqlReader, call: OutsideCall, *, in_order: bool) -> Iterable[str]:
    known = reader.call(call.caller.sid)
    if known is None:
        yield "the desk does not know it"
        return
    story = reader.story(known.ticket)
    assert story is not None
    ticket = story.line.ticket
    if ticket.priority is not Priority.P1:
        yield f"it is {ticket.priority.value}"
    if story.line.caller != call.caller.number:
        yield f"its caller is {story.line.caller!r}"
    if not known.said or known.ended_at is None:
        yield f"said {known.said}, ended {known.ended_at}"
    if (known.connected_to != "") is not call.taken:
        yield f"connected to {known.connected_to!r}"
    yield from _timeline(story, call)
    yield from _ladder(story.pagings, call, in_order=in_order)


def _timeline(story: TicketStory, call: OutsideCall) -> Iterable[str]:
    kinds = Counter(event.kind for event in story.events)
    keys = sum(1 for webhook in call.sent if webhook.says.get("Digits") == "1" and "ParentCallSid" not in webhook.says)
    said = [message.body.strip() for message in story.messages]
    wanted = {
        EventKind.CALL_BEGAN: 1,
        EventKind.CALL_ENDED: 1,
        EventKind.KEY_PRESSED: keys,
        EventKind.CALL_TAKEN: int(call.taken),
        EventKind.PEOPLE_TRIED: len(call.caller.rang),
        EventKind.RECORDED: int(not call.taken),
    }
    for kind, times in wanted.items():
        if kinds[kind] != times:
            yield f"{kinds[kind]} times {kind.value} on the timeline, not {times}"
    if call.kind != "by keys" and said.count(DOWN) != 1:
        yield f"the words of the caller are {said}"
    order = [event.kind for event in story.events if event.kind in (EventKind.CALL_BEGAN, EventKind.CALL_ENDED)]
    if order[:1] != [EventKind.CALL_BEGAN]:
        yield "it ended before it began"
    if any(LEFT in text for text in said):
        yield "somebody has heard what nobody listened to"


def _ladder(pagings: Sequence[Paging], call: OutsideCall, *, in_order: bool) -> Iterable[str]:
    states, pages = [paging.run.state for paging in pagings], [page for paging in pagings for page in paging.pages]
    twice = Counter((page.run, page.step, page.repetition, page.channel, page.address) for page in pages)
    if any(times > 1 for times in twice.values()):
        yield "somebody was paged twice for one step"
    if call.taken and not in_order and any(paging.run.is_open for paging in pagings):
        yield f"taken, and its ladder is {states}"
    if call.taken and in_order and (states != [RunState.ACKNOWLEDGED] or pages):
        yield f"taken, but its ladder is {states} with {len(pages)} pages"
    if call.taken and any(not paging.run.ended_by for paging in pagings):
        yield "acknowledged by nobody"
    if not call.taken and (states != [RunState.RUNNING] or not pages):
        yield f"not taken, and its ladder is {states} with {len(pages)} pages"
