"""Message-IDs in headers as they are.

Python's own folding writes a name that is longer than a line, as Exchange Online's are, as an encoded word; nobody finds the
conversation again by that (RFC 5322, 3.6.4; RFC 2047, 5).
"""

import re
from collections.abc import Sequence
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy

MOST_NAMES = 20
_NAME = re.compile(r"[!-;=?-~]{1,900}\Z", re.ASCII)  # a line has 998 octets at most


class _Unbroken(UnstructuredHeader, BaseHeader):
    """Folds between words only."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: " + f"{policy.linesep} ".join(str(self).split()) + policy.linesep


def blank_mail() -> EmailMessage:
    registry = HeaderRegistry()
    for name in ("in-reply-to", "references", "x-intake-loop"):
        registry.map_to_type(name, _Unbroken)
    return EmailMessage(policy=EmailPolicy(header_factory=registry))


def point_at(mail: EmailMessage, names: Sequence[str]) -> None:
    """Say what it answers, the first one above all. A name that could not stand in a header is left out."""
    usable = [f"<{name}>" for name in names if _NAME.match(name)][:MOST_NAMES]
    if usable:
        mail["In-Reply-To"] = usable[0]
        mail["References"] = " ".join(usable)
