"""From a mail as it arrived to the message that the desk understands."""

import re
from collections.abc import Iterator
from hashlib import sha256

from channels.email.mail import Mail
from channels.email.read import read
from channels.email.reading.authentication import is_authentic, trusted_names
from channels.email.reading.body import clean
from channels.email.reading.mailbox import Mailbox
from intake.domain.arrival import Arrival
from intake.domain.channel import Address, AddressKind, Channel
from intake.domain.errors import InvalidMessage
from intake.domain.message import InboundMessage, Nature, PassedOn, ThreadKind, ThreadRef

MAX_REFS = 50
MAX_RECIPIENTS = 1_000

_TAG = re.compile(r"(?<![A-Za-z0-9])(HD-[0-9]{1,12})(?![A-Za-z0-9])", re.IGNORECASE)
_BLANK_LINE = re.compile(rb"\r?\n\r?\n|\r\r")
_SPACE = re.compile(r"\s")


def parse(arrival: Arrival) -> InboundMessage:
    """`envelope` may hold `mail_from`, `rcpt_to` (comma separated), `peer` and `authserv_id`: the servers whose word
    on the author is taken. An empty `mail_from` is the null path: such mail is machine mail whatever its headers say.
    Raises InvalidMessage only where there is not a single byte."""
    if not arrival.raw.strip():
        raise InvalidMessage("the mail is empty: ask its sender to send it again")
    mail_from = arrival.envelope.get("mail_from")
    null_path = mail_from is not None and mail_from.strip() in {"", "<>"}
    mail = read(arrival.raw, null_path=null_path)
    recipients = tuple(_recipients(mail, arrival.envelope.get("rcpt_to", "")))
    trusted = trusted_names(arrival.envelope.get("authserv_id", ""))
    over = mail.alert is not None and mail.alert.recovery
    names = (*_known_as(mail), *(() if over else _alarm(mail)))  # the next alarm is another matter
    return InboundMessage(
        channel=Channel.EMAIL,
        external_id=_external_id(mail, arrival.raw),
        received_at=arrival.received_at,
        author=_author(mail, mail_from or ""),
        recipients=recipients,
        subject=mail.subject,
        text=_text(mail),
        full_text=mail.body,
        nature=mail.nature,
        answerable=mail.answerable and mail.nature is Nature.HUMAN,
        answers=(*_answers(mail, recipients), *_alarm(mail)),
        known_as=names,
        attachments=mail.attachments,
        bounce=mail.bounce,
        loop_mark=mail.loop_mark,
        blind=tuple(_blind(mail, recipients)),
        authentic=is_authentic(mail.authentication_results, _domain(mail.sender), trusted),
        passed_on=_passed_on(mail),
        recovery=over,
        notes=mail.notes,
    )


def _address(box: Mailbox) -> Address | None:
    value = clean(box.email).strip("<> '\"").lower()
    local, _, domain = value.rpartition("@")
    if not local or not domain or _SPACE.search(value) or len(value) > 320:
        return None
    return Address(kind=AddressKind.EMAIL, value=value, name=box.name)


def _author(mail: Mail, mail_from: str) -> Address | None:
    """From, else Reply-To, Return-Path, the envelope's sender, Sender: the first that can be written to."""
    candidates = [*(box for box in (mail.sender,) if box), *mail.other_senders, Mailbox(email=mail_from)]
    return next((address for box in candidates if (address := _address(box))), None)


def _recipients(mail: Mail, rcpt_to: str) -> Iterator[Address]:
    envelope = (Mailbox(email=address.strip()) for address in rcpt_to.split(",")[:MAX_RECIPIENTS])
    seen: set[str] = set()
    for box in (*mail.to, *mail.cc, *envelope):
        address = _address(box)
        if address and address.value not in seen and len(seen) < MAX_RECIPIENTS:
            seen.add(address.value)
            yield address


def _external_id(mail: Mail, raw: bytes) -> str:
    blank = _BLANK_LINE.search(raw)
    body = raw[blank.end() :] if blank else b""
    if mail.message_id:
        return f"{_id(mail.message_id)[:500]}#{sha256(body).hexdigest()[:16]}"
    sender = mail.sender.email if mail.sender else ""
    whole = "\0".join((sender, mail.date, mail.subject)).encode("utf-8", "replace")
    return f"hash:{sha256(whole + bytes(1) + (body or raw)).hexdigest()}"


def _text(mail: Mail) -> str:
    """For a help desk the forwarded message is the matter itself."""
    if mail.forward is None:
        return mail.reply
    if mail.cut_by.startswith("bare-"):
        return mail.forward.text.strip() or mail.reply
    return f"{mail.reply}\n\n{mail.forward.text}".strip()


def _id(text: str) -> str:
    return clean(text).strip().removeprefix("<").removesuffix(">").strip()


def _answers(mail: Mail, recipients: tuple[Address, ...]) -> Iterator[ThreadRef]:
    """What it points at, the most trustworthy first."""
    yield from (ref for ref, _ in _tagged(recipients))
    pointed = (*mail.in_reply_to.split(), *reversed(mail.references), *mail.returned_id.split())
    ids = dict.fromkeys(_id(value) for value in pointed)
    named = [value for value in ids if value and "@" in value] or [value for value in ids if value]
    for value in named[:MAX_REFS]:
        yield ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value=value[:900])
    for tag in dict.fromkeys(found[1].upper() for found in _TAG.finditer(mail.subject[:1_000])):
        yield ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.SUBJECT_TAG, value=tag)


def _blind(mail: Mail, recipients: tuple[Address, ...]) -> Iterator[ThreadRef]:
    """Signed addresses that stand in no header: anybody can send an old mail of somebody's there."""
    written = {box.email.lower() for box in (*mail.to, *mail.cc)}
    for ref, address in _tagged(recipients):
        if address.value not in written:
            yield ref


def _tagged(recipients: tuple[Address, ...]) -> Iterator[tuple[ThreadRef, Address]]:
    for address in recipients:
        local, _, _ = address.value.rpartition("@")
        _, plus, token = local.partition("+")
        if plus and token:
            yield ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.REPLY_ADDRESS, value=token.casefold()), address


def _alarm(mail: Mail) -> tuple[ThreadRef, ...]:
    """A monitor speaks of the same thing again under the same name: the alarm, its repeat, its end."""
    if mail.alert is None:
        return ()
    return (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.CONVERSATION, value=f"alert:{mail.alert.fingerprint}"),)


def _passed_on(mail: Mail) -> PassedOn | None:
    if mail.forward is None or mail.forward.sender is None or (author := _address(mail.forward.sender)) is None:
        return None
    remark = "" if mail.cut_by.startswith("bare-") else mail.reply
    return PassedOn(author=author, subject=mail.forward.subject, text=mail.forward.text.strip(), remark=remark)


def _domain(sender: Mailbox | None) -> str:
    """Of a From that could be the author's address; what stands in for one proves nothing."""
    address = _address(sender) if sender else None
    return address.value.rpartition("@")[2] if address else ""


def _known_as(mail: Mail) -> tuple[ThreadRef, ...]:
    own = _id(mail.message_id)
    return (ThreadRef(channel=Channel.EMAIL, kind=ThreadKind.MESSAGE_ID, value=own[:900]),) if own else ()
