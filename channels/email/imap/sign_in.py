"""Signing in to an IMAP server: by password, or by a token (XOAUTH2 of Google and Microsoft; OAUTHBEARER, RFC 7628)."""

import imaplib
import json
import re

from channels.email.imap.faults import SignInRefused, in_words
from channels.email.imap.oauth_tokens import TokenSource
from channels.email.imap.settings import ImapAccount
from channels.email.imap.wire import Wire

_PASSES_BY_ITSELF = re.compile(r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\b", re.IGNORECASE)  # RFC 5530
_OTHERWISE = "use imaps+oauth://, or at Google an app password"
_NO_RIGHT = (
    "is that the mailbox's address, is IMAP on for it, and may the application open it? Microsoft: IMAP.AccessAsApp with the"
    " administrator's consent, New-ServicePrincipal, Add-MailboxPermission"
)
_MICROSOFT_AND_GOOGLE = ("outlook.office365.com", "outlook.office.com", "imap.gmail.com")


def sign_in(wire: Wire, account: ImapAccount, tokens: TokenSource | None) -> None:
    """Raises SignInRefused, TokenUnavailable, OSError or IMAP4.error."""
    if tokens is None:
        _by_password(wire, account)
        return
    before = tokens.renewals
    refusal = _by_token(wire, account, tokens.token())
    if refusal and tokens.renewals == before:  # one of an hour ago may be dead before its time
        tokens.forget()
        refusal = _by_token(wire, account, tokens.token())
    if refusal:
        tokens.forget()
        raise SignInRefused(f"the server does not take the token for {account.username}: {refusal}", _NO_RIGHT)


def can_do(wire: Wire) -> None:
    """What the server can do is often more after the sign-in, and imaplib remembers what was said before."""
    _, said = wire.capability()
    wire.capabilities = tuple(bytes(said[-1] or b"").decode("ascii", "replace").upper().split())


def _by_password(wire: Wire, account: ImapAccount) -> None:
    password = account.password.get_secret_value()
    if "LOGINDISABLED" in wire.capabilities:
        raise SignInRefused("the server takes no passwords", _OTHERWISE)
    refusal = ""
    try:
        if (account.username + password).isascii():
            wire.login(_quoted(account.username), password)
        else:  # LOGIN has no words beyond ASCII
            said = f"\0{account.username}\0{password}".encode()
            wire.authenticate("PLAIN", lambda _: said)
    except imaplib.IMAP4.error as fault:
        refusal = _refusal(fault)
    if refusal:  # without its cause, which may hold what was sent
        mend = _OTHERWISE if account.host in _MICROSOFT_AND_GOOGLE else ""
        raise SignInRefused(f"the server refuses the sign-in of {account.username}: {refusal}", mend)


def _by_token(wire: Wire, account: ImapAccount, token: str) -> str:
    """Why the server will not have it; empty if we are in."""
    said = ""
    bearer = "AUTH=XOAUTH2" not in wire.capabilities and "AUTH=OAUTHBEARER" in wire.capabilities

    def answer(challenge: bytes) -> bytes:
        nonlocal said
        if challenge:
            said = _status(challenge)
            return b"\x01" if bearer else b""
        if bearer:
            name = account.username.replace("=", "=3D").replace(",", "=2C")
            return f"n,a={name},\x01host={account.host}\x01port={account.port}\x01auth=Bearer {token}\x01\x01".encode()
        return f"user={account.username}\x01auth=Bearer {token}\x01\x01".encode()

    try:
        wire.authenticate("OAUTHBEARER" if bearer else "XOAUTH2", answer)
    except imaplib.IMAP4.error as fault:
        return f"{_refusal(fault)}{f' ({said})' if said else ''}"
    except ValueError as fault:
        raise ConnectionError("the server answers the token with no base64") from fault
    return ""


def _refusal(fault: imaplib.IMAP4.error) -> str:
    """Raises `fault` again where the connection is gone or the server says that it is its own trouble."""
    says = fault.args[0] if fault.args else ""
    words = says.decode("utf-8", "replace") if isinstance(says, bytes) else str(says)
    if isinstance(fault, imaplib.IMAP4.abort) or _PASSES_BY_ITSELF.search(words):
        raise ConnectionError(in_words(fault)) from None
    return " ".join(words.split())[:200] or "it does not say why"


def _status(challenge: bytes) -> str:
    """What stands in the JSON with which a server says no."""
    try:
        said: object = json.loads(challenge)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    return ", ".join(f"{key} {said[key]}" for key in ("status", "scope") if isinstance(said.get(key), str))[:200]


def _quoted(word: str) -> str:
    """imaplib quotes the password and not the name."""
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
