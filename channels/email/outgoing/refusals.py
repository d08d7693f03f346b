"""What a relay's refusal is about: one mail, everybody at a domain, or all mail of ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Stage(Enum):
    """How far it had come. CONNECT ends with the greeting, EHLO, TLS and AUTH."""

    CONNECT = "connect"
    SENDER = "MAIL FROM"
    RECIPIENT = "RCPT TO"
    CONTENT = "DATA"


class About(Enum):
    MAIL = "this mail"
    DOMAIN = "the recipient's domain"
    RELAY = "all mail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    about: About
    permanent: bool


_STATUS = re.compile(r"\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})\b", re.ASCII)  # RFC 3463
_CLOSING = 421
_SIGN_IN = frozenset({530, 534, 535, 538})  # RFC 4954, 6
_TOO_LARGE = frozenset({"5.2.3", "5.3.4"})
_CONTENT = "5.6."  # it needs SMTPUTF8, or has a form that the relay does not take
_RELAY_IS_FULL = frozenset({"4.3.1", "4.3.2"})
_ONE_PERSON = frozenset({"4.1.1", "4.2.1", "4.2.2"})  # not 4.2.0: so greylisting calls itself
# What relays say to RCPT when they mean the client and not the recipient. They look alike for every mail: taken for a refusal
# of the recipient, one wrong line in the relay's configuration would bury everything that is due as dead letters.
_MEANS_US = (
    "relay access denied",  # Postfix, Exchange Online
    "relaying denied",  # sendmail
    "relay not permitted",  # Exim
    "unable to relay",  # Exchange
    "client host rejected",
    "client was not authenticated",
    "sender address rejected",
    "helo command rejected",
    "authentication required",
)


def refusal_of(stage: Stage, code: int, says: str) -> Refusal:
    """Of an answer with this code and text. Refused sign-ins, senders and clients are mended on our side and not by giving up
    each mail, so they pass for temporary however permanent they sound."""
    status = match[1] if (match := _STATUS.match(says)) else ""
    if code == _CLOSING or code in _SIGN_IN or stage is Stage.CONNECT:
        return Refusal(about=About.RELAY, permanent=False)
    if code >= 500:
        return _for_good(stage, code, status, says)
    if status in _RELAY_IS_FULL or stage is Stage.SENDER:
        return Refusal(about=About.RELAY, permanent=False)
    return Refusal(about=About.MAIL if status in _ONE_PERSON else About.DOMAIN, permanent=False)


def _for_good(stage: Stage, code: int, status: str, says: str) -> Refusal:
    about_us: Mapping[Stage, bool] = {
        Stage.SENDER: code != 552 and status not in _TOO_LARGE and not status.startswith(_CONTENT),
        Stage.RECIPIENT: any(words in says[:1000].lower() for words in _MEANS_US),
    }
    if about_us.get(stage, False):
        return Refusal(about=About.RELAY, permanent=False)
    return Refusal(about=About.MAIL, permanent=True)
