"""How the desk gets a token for a mailbox: from whom, as whom, and by which of two flows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_MICROSOFT = ("outlook.office365.com", "outlook.office.com")
_GOOGLE = ("imap.gmail.com", "imap.googlemail.com")

KEYS = (
    "client_id",
    "client_secret",
    "client_secret_file",
    "refresh_token",
    "refresh_token_file",
    "tenant",
    "token_url",
    "scope",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """With a refresh token it acts for a person who once agreed (RFC 6749, 6); without one, for itself (4.4). A secret stands
    in the settings or in a file, which is read again each time."""

    token_url: str
    client_id: str
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None
    refresh_token: SecretStr | None = None
    refresh_token_file: Path | None = None
    scope: str = ""

    @property
    def refreshes(self) -> bool:
        return self.refresh_token is not None or self.refresh_token_file is not None

    @property
    def flow(self) -> str:
        return "refresh token" if self.refreshes else "client credentials"


def oauth_client_of(host: str, given: Mapping[str, str]) -> OAuthClient:
    """`given` has KEYS only, none of them empty. Raises ValueError that names what is missing, and no secret."""
    if "client_id" not in given:
        raise ValueError(f"the mailbox at {host} needs client_id=…")
    for inline in ("client_secret", "refresh_token"):
        if inline in given and f"{inline}_file" in given:
            raise ValueError(f"the mailbox at {host} has {inline} and {inline}_file: keep one")
    refreshes = "refresh_token" in given or "refresh_token_file" in given
    if not refreshes and "client_secret" not in given and "client_secret_file" not in given:
        raise ValueError(
            f"the mailbox at {host} needs client_secret=… (or client_secret_file=/path) to sign in for itself, or"
            " refresh_token_file=/path (or refresh_token=…) to sign in for somebody who agreed"
        )
    return OAuthClient(
        token_url=_token_url(host, given),
        client_id=given["client_id"],
        client_secret=_secret(given, "client_secret"),
        client_secret_file=_file(given, "client_secret_file"),
        refresh_token=_secret(given, "refresh_token"),
        refresh_token_file=_file(given, "refresh_token_file"),
        scope=given.get("scope", "") or _scope(host, given, refreshes=refreshes),
    )


def _token_url(host: str, given: Mapping[str, str]) -> str:
    if "token_url" in given:
        if "tenant" in given:
            raise ValueError(f"the mailbox at {host} has tenant and token_url: keep one")
        return _checked(given["token_url"])
    if host in _MICROSOFT:
        if "tenant" not in given or not all(part.isalnum() for part in given["tenant"].replace("-", ".").split(".")):
            raise ValueError(f"the mailbox at {host} needs tenant=… (the directory's id or domain)")
        return f"https://login.microsoftonline.com/{given['tenant']}/oauth2/v2.0/token"
    if "tenant" in given:
        raise ValueError(f"tenant is a word of Microsoft's, and {host} is not theirs: give token_url=… instead")
    if host in _GOOGLE:
        if "refresh_token" not in given and "refresh_token_file" not in given:
            raise ValueError("Gmail gives tokens for people only: set refresh_token_file=/path (or refresh_token=…)")
        return "https://oauth2.googleapis.com/token"
    raise ValueError(f"the mailbox at {host} needs token_url=https://… (only Microsoft's and Google's are known)")


def _scope(host: str, given: Mapping[str, str], *, refreshes: bool) -> str:
    """What the vendors ask for; Google and most others take a refresh without any."""
    if host not in _MICROSOFT or "token_url" in given:
        return ""
    if refreshes:
        return "https://outlook.office.com/IMAP.AccessAsUser.All offline_access"
    return "https://outlook.office365.com/.default"


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("token_url must look like https://login.example.com/token") from None
    if not parts.hostname or parts.scheme not in {"https", "http"} or parts.fragment or parts.username:
        raise ValueError("token_url must look like https://login.example.com/token")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(f"token_url sends secrets in the clear: use https:// for {parts.hostname}")
    return url


def _secret(given: Mapping[str, str], key: str) -> SecretStr | None:
    return SecretStr(given[key]) if key in given else None


def _file(given: Mapping[str, str], key: str) -> Path | None:
    if key in given and not given[key].startswith("/"):
        raise ValueError(f"{key} must be an absolute path")
    return Path(given[key]) if key in given else None
