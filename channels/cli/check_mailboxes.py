"""Checks of the mailboxes that mail is fetched from."""

import ssl
from collections.abc import Iterator, Sequence

from channels.cli.finding import Finding, fault, ok, warning
from channels.cli.settings import env_key
from channels.email.imap.faults import IMAP_FAULTS, NoSuchFolder, SignInRefused, TokenUnavailable, in_words
from channels.email.imap.mailbox import ImapMailbox
from channels.email.imap.oauth_tokens import TokenSource
from channels.email.imap.settings import ImapAccount, imap_account_of
from channels.email.settings import EmailSettings

ABOUT = "mail fetched"
PATIENCE = 15.0  # seconds for each answer; somebody sits there and waits

_MENDS: Sequence[tuple[type[BaseException], str]] = (
    (SignInRefused, "correct the user and password in {key} (special characters as %40 and so on)"),
    (NoSuchFolder, "correct the folder behind the host in {key}, or make it"),
    (TokenUnavailable, "is token_url right, the endpoint up, a proxy or firewall between? The desk tries again by itself"),
    (ssl.SSLCertVerificationError, "use the name that its certificate bears in {key}; SSL_CERT_FILE names a private authority"),
    (ssl.SSLError, "port {port} does not speak TLS as it should: imaps is on 993"),
    (OSError, "is {host} right in {key}, is it up, a firewall between? The desk tries again by itself"),
)


def check_mailboxes(email: EmailSettings) -> Iterator[Finding]:
    """Looks, takes nothing and marks nothing. A refresh token may be exchanged, as the desk itself does."""
    for url in email.imap:
        account = imap_account_of(url.get_secret_value())
        where = f"{account.username} at {account.host}:{account.port}, {account.folder}"
        try:
            yield from _look(account, where, email)
        except IMAP_FAULTS as trouble:
            says = trouble.says if isinstance(trouble, SignInRefused) else in_words(trouble)
            yield fault(ABOUT, f"{where}: {says}", _mend(account, trouble))


def _look(account: ImapAccount, where: str, email: EmailSettings) -> Iterator[Finding]:
    tokens = TokenSource(account.oauth, account.name) if account.oauth is not None else None
    box = ImapMailbox(account, tokens, largest=0, patience=PATIENCE)
    try:
        how = f"signed in by OAuth, {account.oauth.flow}" if account.oauth is not None else "signed in"
        when = "at once" if box.announces else f"every {email.imap_poll_seconds} s (the server has no IDLE)"
        whose = f", for {account.address}" if account.address and account.address != account.username.lower() else ""
        yield ok(ABOUT, f"{where}{whose}: {how}, {len(box.unread())} unread; new mail is seen {when}")
    finally:
        box.close()
    if not account.authserv_ids:
        yield ok(ABOUT, f"{where}: without authserv_id= in its URL no mail proves its author")
    if tokens is not None and tokens.replaced_in_memory:
        says = f"{where}: the endpoint replaces refresh tokens; after a restart the desk would come with an old one"
        yield warning(ABOUT, says, "put the token into a file that the desk's user may write: refresh_token_file=/path")


def _mend(account: ImapAccount, trouble: BaseException) -> str:
    if isinstance(trouble, SignInRefused) and trouble.mend:
        return trouble.mend
    if isinstance(trouble, SignInRefused) and account.oauth is not None:
        return f"mend that with whoever runs the accounts, or correct {env_key('imap')}"
    mend = next((mend for kind, mend in _MENDS if isinstance(trouble, kind)), "look at the server's own log")
    return mend.format(key=env_key("imap"), host=account.host, port=account.port)
