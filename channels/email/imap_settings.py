"""A mailbox that mail is fetched from, as one URL."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PORTS = {"imaps": 993, "imap": 143}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    host: str
    port: int
    tls: bool
    username: str
    password: str = field(repr=False)
    folder: str

    @property
    def name(self) -> str:
        """For people, the log and the books; it holds no secret."""
        return f"{self.username}@{self.host}/{self.folder}"


def imap_account_of(url: str) -> ImapAccount:
    """Raises ValueError that says what a mailbox looks like, and does not repeat the password."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ValueError(_LOOKS) from None
    if parts.scheme not in PORTS or not parts.hostname or not parts.username or not parts.password:
        raise ValueError(_LOOKS)
    if parts.scheme == "imap" and parts.hostname not in LOOPBACK:
        raise ValueError(f"imap:// sends the password in the clear: use imaps:// for {parts.hostname}")
    return ImapAccount(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        tls=parts.scheme == "imaps",
        username=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


_LOOKS = "each must look like imaps://user:password@host/INBOX (write @ as %40, a comma as %2C, and so on)"
