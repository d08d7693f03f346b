"""A mailbox that mail is fetched from, as one URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from pydantic import SecretStr

from channels.email.imap.oauth_settings import KEYS as OAUTH_KEYS
from channels.email.imap.oauth_settings import LOOPBACK, OAuthClient, oauth_client_of

PORTS = {"imaps": 993, "imap": 143}
OAUTH = "+oauth"
_KEYS = ("address", "authserv_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """Signs in with `password` or by `oauth`. `address` is the desk's address that this mailbox is for, lower case; empty
    where nobody said. `authserv_ids` are those whose Authentication-Results this mailbox's mail may be believed by."""

    host: str
    port: int
    tls: bool
    username: str
    password: SecretStr = field(default_factory=lambda: SecretStr(""))
    oauth: OAuthClient | None = None
    folder: str = "INBOX"
    address: str = ""
    authserv_ids: Sequence[str] = ()

    @property
    def name(self) -> str:
        """For people, the log and the books; it holds no secret."""
        return f"{self.username}@{self.host}/{self.folder}"


def imap_account_of(url: str) -> ImapAccount:
    """Raises ValueError that says what a mailbox looks like or what it lacks, and repeats no secret."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ValueError(_LOOKS) from None
    scheme, by_oauth = parts.scheme.removesuffix(OAUTH), parts.scheme.endswith(OAUTH)
    if scheme not in PORTS or not parts.hostname or not parts.username or parts.fragment:
        raise ValueError(_LOOKS)
    if bool(parts.password) == by_oauth:
        raise ValueError(_LOOKS)
    if scheme == "imap" and parts.hostname not in LOOPBACK:
        raise ValueError(f"imap:// sends the password in the clear: use imaps:// for {parts.hostname}")
    given = _given(parts, known=(*_KEYS, *OAUTH_KEYS) if by_oauth else _KEYS)
    username, password = unquote(parts.username), unquote(parts.password or "")
    if not (username + password).isprintable():
        raise ValueError("the user or password has control characters")
    return ImapAccount(
        host=parts.hostname,
        port=port or PORTS[scheme],
        tls=scheme == "imaps",
        username=username,
        password=SecretStr(password),
        oauth=oauth_client_of(parts.hostname, given) if by_oauth else None,
        folder=unquote(parts.path.strip("/")) or "INBOX",
        address=(given.get("address") or (username if "@" in username else "")).lower(),
        authserv_ids=demand_ids(ids_of(given.get("authserv_id", ""))),
    )


def ids_of(written: str) -> tuple[str, ...]:
    """Authentication-service identifiers, separated by commas; compared without regard to case (RFC 8601, 2.5)."""
    return tuple(part.strip().lower() for part in written.split(",") if part.strip())


def demand_ids(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Raises ValueError for what can be no name of a server."""
    for name in ids:
        if len(name) > 255 or not name.isprintable() or any(mark in name for mark in ' ;="()'):
            raise ValueError(f"{name[:60]!r} is no name of a mail server such as mx.example.com")
    return ids


def demand_that_all_belong(accounts: Sequence[ImapAccount], addresses: Sequence[str]) -> None:
    """`addresses` are the desk's own: mail to any other is not for it, and answers would come from elsewhere. Raises
    ValueError."""
    names = [account.name for account in accounts]
    if len(set(names)) < len(names):
        raise ValueError("names one mailbox twice")
    if missing := sorted({account.address for account in accounts if account.address} - set(addresses)):
        raise ValueError(
            f"mail for {', '.join(missing)} is fetched, so add {'it' if len(missing) == 1 else 'them'} to INTAKE_MAIL_ADDRESS"
            " (or say which of its addresses a mailbox is for: …/INBOX?address=desk%40example.com)"
        )


def _given(parts: SplitResult, known: Sequence[str]) -> Mapping[str, str]:
    """Not by parse_qsl, which makes a space of a plus sign: secrets have those."""
    given: dict[str, str] = {}
    for pair in filter(None, parts.query.split("&")):
        key, _, value = pair.partition("=")
        if key not in known:
            oauth = f", with imaps{OAUTH}:// also {', '.join(OAUTH_KEYS)}" if OAUTH_KEYS[0] not in known else ""
            raise ValueError(f"{key[:40]!r} is not known behind the folder: there are {', '.join(known)}{oauth}")
        if key in given or not value:
            raise ValueError(f"{key} behind the folder needs one value (write & as %26)")
        given[key] = unquote(value).strip()
    return given


_LOOKS = (
    f"each must look like imaps://user:password@host/INBOX or imaps{OAUTH}://user@host/INBOX?client_id=…"
    " (write @ as %40, a comma as %2C, # as %23, / as %2F, ? as %3F)"
)
