"""How far the desk has read a mailbox that it fetches its mail from."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxCursor:
    """Mails up to `last_uid` were taken in; UIDs mean nothing under another `uid_validity` (RFC 9051, 2.3.1.1). `since` is when
    the desk saw the mailbox first: older mail was there before it."""

    mailbox: str
    uid_validity: int
    last_uid: int
    since: datetime
