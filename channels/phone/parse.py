"""The vendor's webhooks -> what callers and senders of texts say and do. Pure; each raises InvalidMessage and nothing else."""

import mimetypes
from collections.abc import Mapping

from channels.phone.call_parse import parse_step
from channels.phone.conference import parse_conference
from channels.phone.envelope import Webhook, webhook_of
from channels.phone.hearing import VOICE
from channels.phone.page_key import parse_page
from channels.phone.recording_parse import parse_recording
from channels.phone.reports import is_report, parse_report
from channels.phone.sender_number import sender_number
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.call import WITHHELD
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.deed import EndCall, NoteCall
from intake.domain.errors import InvalidMessage
from intake.domain.message import Consent, InboundMessage, ThreadKind, ThreadRef
from intake.domain.principal import Principal, Role
from intake.domain.remote_file import RemoteFile

SMS, STATUS, RECORDING, CONFERENCE = "/twilio/sms", "/twilio/status", "/twilio/recording", "/twilio/conference"
PAGE, PAGE_KEY = "/twilio/page", "/twilio/page/key"
ENDS = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
MOST_FILES = 10
# What the vendor takes for consent by itself, and people say for nothing else: YES, CANCEL, END and QUIT are words unless it
# says otherwise (OptOutType).
_CONSENT: Mapping[str, Consent] = {
    **dict.fromkeys(("stop", "stopall", "unsubscribe", "revoke", "optout"), Consent.STOP),
    **dict.fromkeys(("start", "unstop"), Consent.START),
    **dict.fromkeys(("help", "info"), Consent.HELP),
}


def parse_call(arrival: Arrival) -> InboundMessage | Action:
    """Of everything that has to do with a call: the caller's and the callees' side, its recording, its end, page calls."""
    webhook = webhook_of(arrival)
    try:
        if webhook.path == VOICE or webhook.path.startswith(f"{VOICE}/"):
            return parse_step(webhook)
        if webhook.path == RECORDING:
            return parse_recording(webhook)
        if webhook.path == CONFERENCE:
            return parse_conference(arrival, webhook.fields)
        if webhook.path in (PAGE, PAGE_KEY):
            return parse_page(arrival, webhook.fields)
        if webhook.path == STATUS:
            return parse_report(arrival, webhook.fields) if is_report(webhook.raw_query) else _end_of_call(webhook)
    except ValueError as fault:  # a deed that checks itself
        raise InvalidMessage(f"The webhook {webhook.path} says what cannot be: {fault}") from fault
    raise InvalidMessage(f"No answer of ours names {webhook.path[:80]!r}")


def parse_text(arrival: Arrival) -> InboundMessage | Action:
    webhook = webhook_of(arrival)
    if webhook.path == STATUS:
        return parse_report(arrival, webhook.fields)
    if webhook.path != SMS:
        raise InvalidMessage(f"No text comes to {webhook.path[:80]!r}")
    number, text, line = sender_number(webhook.text("From")), webhook.text("Body"), sender_number(webhook.text("To"))
    files, left_out = _files(webhook)
    notes = [] if number else [f"sent by {webhook.text('From')[:40] or 'nobody'}, which is no number that can be answered"]
    if left_out:
        notes.append(f"{left_out} of its files are left out: {MOST_FILES} are taken in")
    return InboundMessage(
        channel=Channel.SMS,
        external_id=webhook.sid("MessageSid" if "MessageSid" in webhook.fields else "SmsSid"),
        received_at=arrival.received_at,
        author=Address(kind=AddressKind.PHONE, value=number) if number else None,
        recipients=(Address(kind=AddressKind.PHONE, value=line),) if line else (),
        text=text,
        full_text=text,
        answerable=bool(number),
        consent=_consent(webhook.text("OptOutType"), text),
        remote=files,
        notes=tuple(notes),
    )


def _consent(vendor_says: str, text: str) -> Consent | None:
    for consent in Consent:
        if consent.value == vendor_says.lower():
            return consent
    return _CONSENT.get(text.lower())


def _files(webhook: Webhook) -> tuple[tuple[RemoteFile, ...], int]:
    """And how many are too many."""
    claimed = webhook.number("NumMedia")
    files = []
    for place in range(min(claimed, MOST_FILES)):
        url = webhook.text(f"MediaUrl{place}")
        kind = webhook.text(f"MediaContentType{place}").lower()[:100] or "application/octet-stream"
        if url:
            name = f"mms-{place + 1}{mimetypes.guess_extension(kind.partition(';')[0].strip()) or ''}"
            files.append(RemoteFile(url=url, content_type=kind, name=name))
    return tuple(files), max(0, claimed - MOST_FILES)


def _end_of_call(webhook: Webhook) -> Action:
    call, status = webhook.sid("CallSid"), webhook.text("CallStatus")[:40]
    if not status:
        raise InvalidMessage("This report names no delivery and no status of a call")
    number = sender_number(webhook.text("From"))
    ends = EndCall(call=call, outcome=status, seconds=webhook.number("CallDuration"))
    return Action(
        channel=Channel.PHONE,
        external_id=f"{call}/{status}",
        received_at=webhook.received_at,
        by=Principal(name=number or WITHHELD, role=Role.DEVICE),
        deed=ends if status in ENDS else NoteCall(call=call, text=f"the call is {status}"),
        thread=ThreadRef(channel=Channel.PHONE, kind=ThreadKind.CONVERSATION, value=call),
    )
