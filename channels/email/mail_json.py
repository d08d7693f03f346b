"""A read mail as JSON: what `intake parse` prints."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from channels.email.machine_mail.alert import Alert
from channels.email.mail import Mail
from channels.email.reading.mailbox import Forward, Mailbox
from intake.domain.message import Attachment, Bounce

Json: TypeAlias = "str | int | bool | Mapping[str, Json] | Sequence[Json] | None"


def as_json(mail: Mail, file: str) -> Mapping[str, Json]:
    """`file` is the name it was read from. Ids come without their angle brackets where they are a single id."""
    return {
        "file": file,
        "message_id": _id(mail.message_id),
        "subject": mail.subject,
        "from": _mailbox(mail.sender) if mail.sender else None,
        "to": [_mailbox(box) for box in mail.to],
        "cc": [_mailbox(box) for box in mail.cc],
        "reply_to": [_mailbox(box) for box in mail.reply_to],
        "in_reply_to": _id(mail.in_reply_to),
        "references": [_id(reference) for reference in mail.references],
        "body": mail.body,
        "reply": mail.reply,
        "signature": mail.signature,
        "quoted": mail.quoted,
        "full": mail.full,
        "cut_by": mail.cut_by,
        "nature": mail.nature.value,
        "bounce": _bounce(mail.bounce) if mail.bounce else None,
        "alert": _alert(mail.alert) if mail.alert else None,
        "attachments": [_attachment(file) for file in mail.attachments],
        "forward": _forward(mail.forward) if mail.forward else None,
        "notes": list(mail.notes),
    }


def _id(value: str) -> str:
    inner = value[1:-1]
    return inner if value.startswith("<") and value.endswith(">") and not set(inner) & set("<> ") else value


def _mailbox(box: Mailbox) -> Mapping[str, Json]:
    return {"email": box.email, "name": box.name}


def _bounce(bounce: Bounce) -> Mapping[str, Json]:
    return {"recipients": list(bounce.recipients), "temporary": bounce.temporary, "status": bounce.status}


def _alert(alert: Alert) -> Mapping[str, Json]:
    return {"fingerprint": alert.fingerprint, "recovery": alert.recovery}


def _attachment(file: Attachment) -> Mapping[str, Json]:
    return {
        "name": file.name,
        "size": file.size,
        "sha256": file.sha256,
        "content_type": file.content_type,
        "inline": file.inline,
    }


def _forward(forward: Forward) -> Mapping[str, Json]:
    return {
        "from": _mailbox(forward.sender) if forward.sender else None,
        "subject": forward.subject,
        "body": forward.text,
    }
