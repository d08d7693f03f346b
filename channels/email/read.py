"""Reads any bytes as a mail. It never fails: what cannot be understood is kept, with a note that says so."""

import re

from channels.email.machine_mail.alert import alert_of
from channels.email.machine_mail.bounce import Evidence
from channels.email.machine_mail.judge import Signs, judge
from channels.email.mail import Mail
from channels.email.reading.body import decode
from channels.email.reading.headers import Headers, decoded, read_headers
from channels.email.reading.mailbox import Mailbox
from channels.email.reading.mailbox_list import mailboxes
from channels.email.reading.read_content import Content
from channels.email.reading.read_parts import Part, Parts
from channels.email.reply_text.attached import attached_text
from channels.email.reply_text.split import reply_text
from intake.domain.message import Nature

MAX_REFERENCES = 200
MAX_RESULTS = 20

_IDS = re.compile(r"<[^<>\s]{1,900}>|[^<>\s,;]{1,900}")


def read(raw: bytes, *, null_path: bool = False) -> Mail:
    """`null_path`: the envelope's sender was empty, whatever the headers say."""
    try:
        return _read(raw, null_path)
    except MemoryError:
        raise
    except Exception as fault:  # a ticket with raw text is better than none; the raw mail is kept anyway
        text, _ = decode(raw[:65_536], "utf-8")
        note = f"reader-failed: {type(fault).__name__}"
        return Mail(nature=Nature.HUMAN, body=text, reply=text, full=text, answerable=False, notes=(note,))


def _read(raw: bytes, null_path: bool) -> Mail:
    parts = Parts(raw)
    top = parts.top()
    content = Content(parts)
    content.take(top)
    headers = top.headers
    body, html = content.body(), content.html()
    subject = decoded(headers.first("subject"))
    cut = reply_text(body, html, subject, html_first=not content.has_plain)
    boxes = {name: mailboxes(headers.first(name)) for name in _SENDING if name in headers}
    authors = [box for box in boxes.get("from", ()) if box.email]
    sender = next((box for box in authors if "@" in box.email), authors[0] if authors else None)
    path = _return_path(headers)
    verdict = judge(_signs(top, content, body, sender, "" if cut.forward else cut.reply, null_path or path == ""))
    if not body.strip() and content.returned and not verdict.bounce and (attached := attached_text(content.returned)):
        cut, body = attached, attached.full
    if sender is None:
        parts.note("no-sender")
    if not headers.first("message-id").strip():
        parts.note("no-message-id")
    return Mail(
        nature=verdict.nature,
        answerable=verdict.answerable and not null_path,
        bounce=verdict.bounce,
        alert=alert_of(subject, sender.email if sender else "", headers) if verdict.nature is Nature.ALERT else None,
        message_id=decoded(headers.first("message-id")).strip(),
        subject=subject,
        sender=sender,
        other_senders=tuple(box for name in _SENDING for box in boxes.get(name, ()) if box is not sender),
        to=_addresses(headers, "to"),
        cc=_addresses(headers, "cc"),
        reply_to=boxes.get("reply-to", ()),
        in_reply_to=decoded(headers.first("in-reply-to")).strip(),
        references=tuple(_IDS.findall(decoded(headers.first("references")))[-MAX_REFERENCES:]),
        date=decoded(headers.first("date")).strip(),
        body=body,
        html=html,
        reply=cut.reply,
        signature=cut.signature,
        quoted=cut.quoted,
        full=cut.full,
        cut_by=cut.cut_by,
        forward=cut.forward,
        attachments=tuple(content.files),
        loop_mark=decoded(headers.first("x-intake-loop")).strip(),
        return_path=path,
        returned_id=_message_id_of(content.returned) if verdict.bounce else "",
        authentication_results=_authentication_results(headers, boxes.get("from", ())),
        notes=tuple(parts.notes),
    )


_SENDING = ("from", "reply-to", "return-path", "sender")  # the order in which they may stand for the author


def _addresses(headers: Headers, name: str) -> tuple[Mailbox, ...]:
    return tuple(box for value in headers.all(name)[:20] for box in mailboxes(value))


def _authentication_results(headers: Headers, authors: tuple[Mailbox, ...]) -> tuple[str, ...]:
    alone = len(headers.all("from")) == 1 and len(authors) == 1
    return tuple(headers.all("authentication-results")[:MAX_RESULTS]) if alone else ()


def _return_path(headers: Headers) -> str | None:
    if "return-path" not in headers:
        return None
    path = headers.first("return-path").strip()
    return "" if path in {"", "<>"} else path.strip("<> ")


def _signs(top: Part, content: Content, body: str, sender: Mailbox | None, own_words: str, null_path: bool) -> Signs:
    headers = top.headers
    report = top.params.get("report-type", "").lower()
    ours = (headers.first(name) for name in ("from", "to", "reply-to", "sender", "delivered-to"))
    return Signs(
        headers=headers,
        subject=decoded(headers.first("subject")),
        sender=sender.email.lower() if sender else "",
        sender_text=decoded(headers.first("from")).lower(),
        null_path=null_path,
        kinds=frozenset(content.kinds),
        report=report,
        evidence=Evidence(
            status_parts=tuple(content.status_parts or _inner_reports(content.returned, report)),
            failed=headers.first("x-failed-recipients"),
            text=body,
            ours=" ".join(ours).lower(),
            domain=sender.email.rpartition("@")[2].lower() if sender else "",
        ),
        own_words=own_words,
    )


def _message_id_of(returned: bytes) -> str:
    headers, _ = read_headers(returned, 0, len(returned))
    return decoded(headers.first("message-id")).strip()


def _inner_reports(returned: bytes, report: str) -> list[bytes]:
    """Some gateways wrap a whole delivery report into another mail that claims to be one."""
    if report != "delivery-status" or not returned:
        return []
    parts = Parts(returned)
    inner = Content(parts)
    inner.take(parts.top())
    return inner.status_parts
