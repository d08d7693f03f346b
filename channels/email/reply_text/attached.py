"""A mail passed on as a file: where nothing else was written, that mail is what there is to read."""

from dataclasses import replace

from channels.email.reading.headers import decoded
from channels.email.reading.mailbox import Forward
from channels.email.reading.mailbox_list import mailboxes
from channels.email.reading.read_content import Content
from channels.email.reading.read_parts import Parts
from channels.email.reply_text.split import ReplyText, reply_text


def attached_text(raw: bytes) -> ReplyText | None:
    """What the mail in `raw` says, told apart as any other and marked as forwarded; None where it says nothing."""
    parts = Parts(raw)
    top = parts.top()
    content = Content(parts)
    content.take(top)
    body = content.body()
    if not body.strip():
        return None
    subject = decoded(top.headers.first("subject"))
    found = reply_text(body, content.html(), subject, html_first=not content.has_plain)
    sender = next((box for box in mailboxes(top.headers.first("from")) if box.email), None)
    return replace(found, cut_by="bare-attached", forward=Forward(sender=sender, subject=subject, text=body))
