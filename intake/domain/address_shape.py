"""What an address looks like, and the one way to write it: two spellings must not be two people."""

import re
from collections.abc import Mapping

from intake.domain.channel import Address, AddressKind

_SHAPES: Mapping[AddressKind, tuple[re.Pattern[str], str]] = {
    AddressKind.EMAIL: (re.compile(r"[^@\s<>,;:\"\0]{1,64}@[^@\s<>,;:\"\0]{1,255}\Z"), "ann@example.com"),
    AddressKind.PHONE: (re.compile(r"\+[1-9][0-9]{6,14}\Z", re.ASCII), "+4930123456 (E.164)"),
    AddressKind.SLACK: (re.compile(r"[A-Z0-9]{2,40}\Z"), "U0123456789"),
}


def address_of(kind: AddressKind, text: str, name: str = "") -> Address:
    """A lower-cased addr-spec, an E.164 number without blanks, a Slack user id. Raises ValueError that shows what such an
    address looks like."""
    value = "".join(text.split()) if kind is AddressKind.PHONE else text.strip()
    value = value.lower() if kind is AddressKind.EMAIL else value
    shape, example = _SHAPES[kind]
    if not shape.match(value):
        raise ValueError(f"{text[:100]!r} is no {kind.value} address such as {example}")
    return Address(kind=kind, value=value, name=name)


def address_in(text: str) -> Address:
    """Whatever kind it is by its looks. Raises ValueError."""
    if "@" in text:
        return address_of(AddressKind.EMAIL, text)
    return address_of(AddressKind.PHONE if text.strip().startswith("+") else AddressKind.SLACK, text)
