"""One mail, fully read: what `intake parse` shows and what a ticket is made of."""

from dataclasses import dataclass

from channels.email.machine_mail.alert import Alert
from channels.email.reading.mailbox import Forward, Mailbox
from intake.domain.message import Attachment, Bounce, Nature


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """No string here holds NUL or a lone surrogate, so any database takes them.

    `message_id`, `in_reply_to` and `references` stand as in their headers. `body` is the whole text, quotes included;
    `full` is the text that was cut into `reply`, `signature` and `quoted`, `cut_by` the rule that cut ("" where none did,
    `bare-…` where nothing stood above a forward and `reply` is what was forwarded).
    `reply` is only empty where the mail has no text at all. `answerable` is False where an automatic answer of ours would
    be wrong; that says nothing against a ticket. `loop_mark` is our own mark as found, unverified. `return_path` is None
    where the mail names none, "" for the null one. `returned_id` is the Message-ID of the mail that a bounce brings back.
    `authentication_results` are the fields of that name, the topmost first; none where the mail does not name exactly one
    author.
    `alert` says which object a monitor's mail is about; only where the nature is ALERT, and it names one.
    `notes` name every anomaly met on the way.
    """

    nature: Nature
    message_id: str = ""
    subject: str = ""
    sender: Mailbox | None = None
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    other_senders: tuple[Mailbox, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: str = ""
    body: str = ""
    html: str = ""
    reply: str = ""
    signature: str = ""
    quoted: str = ""
    full: str = ""
    cut_by: str = ""
    answerable: bool = True
    bounce: Bounce | None = None
    attachments: tuple[Attachment, ...] = ()
    forward: Forward | None = None
    loop_mark: str = ""
    return_path: str | None = None
    returned_id: str = ""
    authentication_results: tuple[str, ...] = ()
    alert: Alert | None = None
    notes: tuple[str, ...] = ()
