"""Checks of the mailboxes that mail is fetched from."""

from collections.abc import Iterator

from channels.cli.finding import Finding, fault, ok
from channels.cli.settings import env_key
from channels.email.imap_mailbox import IMAP_FAULTS, ImapMailbox
from channels.email.imap_settings import imap_account_of
from channels.email.settings import EmailSettings


def check_mailboxes(email: EmailSettings) -> Iterator[Finding]:
    """Looks, takes nothing and marks nothing."""
    for url in email.imap:
        account = imap_account_of(url.get_secret_value())
        where = f"{account.username} at {account.host}:{account.port}, {account.folder}"
        try:
            box = ImapMailbox(account, largest=0)
        except IMAP_FAULTS as trouble:
            mend = f"correct {env_key('imap')} (special characters as %40 and so on), or wait: the desk tries again by itself"
            yield fault("mail fetched", f"{where}: {str(trouble) or type(trouble).__name__}"[:300], mend)
            continue
        try:
            yield ok("mail fetched", f"{where}: {len(box.unread())} unread")
        finally:
            box.close()
