"""What stands in a form of the ticket's page, checked before anybody takes it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl

from channels.portal.plain_text import plain_text
from intake.domain.deed_shape import LONGEST_LINE, LONGEST_TEXT
from intake.domain.errors import InvalidMessage
from intake.domain.label import Kind


class Verb(StrEnum):
    """What a form does; the last part of the address that it is sent to."""

    REPLY = "reply"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    REOPEN = "reopen"
    ANSWER = "answer"


class UnfitForm(InvalidMessage):
    """Its message is for whoever filled it in, and says what to mend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`once` comes from the page on which the form stood: the same form sent twice has the same one."""

    verb: Verb
    once: str
    text: str = ""
    kind: Kind | None = None


MOST_FIELDS = 10
LONGEST_ONCE = 64
MAY_BE_ASKED = (Kind.INCIDENT, Kind.SERVICE_REQUEST, Kind.ENHANCEMENT)
LONGEST: Mapping[Verb, int] = {Verb.REPLY: LONGEST_TEXT, Verb.DISPUTE: LONGEST_TEXT, Verb.REOPEN: LONGEST_LINE}
_NEEDS_TEXT: Mapping[Verb, str] = {
    Verb.REPLY: "Please write something before you send it.",
    Verb.REOPEN: "Please tell us what is still wrong, so that we know where to start.",
}


def read_fields(raw: bytes) -> dict[str, str]:
    """Any bytes: their fields, line ends as `\\n`, without control characters. Raises InvalidMessage for too many fields."""
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError as fault:
        raise InvalidMessage(f"A form of the ticket's page has no more than {MOST_FIELDS} fields") from fault
    return {name: plain_text(value) for name, value in pairs}


def form_of(verb: Verb, fields: Mapping[str, str]) -> Form:
    """Raises UnfitForm."""
    once, text = fields.get("once", ""), fields.get("text", "")
    if not fit_for_once(once):
        raise UnfitForm("The form was not complete. Please send it again.")
    most = LONGEST.get(verb, 0)
    if most and len(text) > most:
        raise UnfitForm(f"Your text has {len(text):,} characters, and {most:,} fit in here. Please shorten it.")
    if verb in _NEEDS_TEXT and not text.strip():
        raise UnfitForm(_NEEDS_TEXT[verb])
    kind = _kind(fields.get("kind", "")) if verb is Verb.ANSWER else None
    return Form(verb=verb, once=once, text=text if most else "", kind=kind)


def fit_for_once(text: str) -> bool:
    """1 to 64 of A-Z, a-z, 0-9, - and _."""
    return 0 < len(text) <= LONGEST_ONCE and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


def _kind(value: str) -> Kind:
    for kind in MAY_BE_ASKED:
        if value == kind.value:
            return kind
    raise UnfitForm("Please choose what fits best.")
