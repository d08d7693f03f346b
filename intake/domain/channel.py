"""The doors of the desk, and the addresses that people have behind them."""

from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    EMAIL = "email"
    SLACK = "slack"
    PHONE = "phone"
    SMS = "sms"
    FORM = "form"
    API = "api"
    CLI = "cli"
    SERVICENOW = "servicenow"


class AddressKind(StrEnum):
    """What an address is made of; several channels may share one kind (a phone number takes calls and SMS)."""

    EMAIL = "email"
    PHONE = "phone"
    SLACK = "slack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody can be reached: a lower-cased addr-spec, an E.164 number, a Slack user id.

    `name` is the display name it came with, never part of its identity.
    """

    kind: AddressKind
    value: str
    name: str = ""
