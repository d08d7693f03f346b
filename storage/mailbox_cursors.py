"""How far mailboxes were read, as rows."""

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from intake.domain.mailbox_cursor import MailboxCursor
from storage.schema import mailbox_cursors as rows


class SqlMailboxCursors:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, mailbox: str) -> MailboxCursor | None:
        row = self._connection.execute(select(rows).where(rows.c.mailbox == mailbox)).one_or_none()
        if row is None:
            return None
        return MailboxCursor(mailbox=row.mailbox, uid_validity=row.uid_validity, last_uid=row.last_uid, since=row.since)

    def save(self, cursor: MailboxCursor) -> None:
        values = {"uid_validity": cursor.uid_validity, "last_uid": cursor.last_uid, "since": cursor.since}
        found = self._connection.execute(update(rows).where(rows.c.mailbox == cursor.mailbox).values(values))
        if not found.rowcount:
            self._connection.execute(insert(rows).values(mailbox=cursor.mailbox, **values))
