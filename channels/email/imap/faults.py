"""What goes wrong with a mailbox: what passes by itself, and what a person must mend."""

import imaplib

from imap_tools.errors import ImapToolsError


class SignInRefused(Exception):
    """Neither waiting nor trying again helps: a password, a secret, a token or a right has to be mended. `mend` says how, where
    that is known."""

    def __init__(self, says: str, mend: str = "") -> None:
        super().__init__(f"{says} ({mend})" if mend else says)
        self.says = says
        self.mend = mend


class NoSuchFolder(Exception):
    """The server is there and lets us in, but has no such folder."""


class TokenUnavailable(ConnectionError):
    """The token endpoint is down, busy, or says what nobody understands: later."""


IMAP_FAULTS = (OSError, imaplib.IMAP4.error, ImapToolsError, SignInRefused, NoSuchFolder)


def in_words(fault: BaseException) -> str:
    """One line; never empty."""
    says = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
    return " ".join(says.split())[:300] or type(fault).__name__
