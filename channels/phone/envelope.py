"""A webhook as the ledger keeps it: the body as it came, and beside it the address that was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl

from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.errors import InvalidMessage

MOST_FIELDS = 300  # the vendor adds some without notice; the largest known form has about 60
PATH, QUERY = "path", "query"
LANGUAGE, WHOM, LAST, TALKED = "language", "whom", "last", "talked"
YES = "yes"
LONGEST_SID = 64
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127), " ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """`path` begins below the public address (`/twilio/voice/what`); `fields` are those of the body, the first of each name.
    What the desk knew when it came: the `language` of the line, `whom` the call rang or who pressed a key, whether that was the
    `last` one, and whether they `talked` with the caller."""

    path: str
    query: Mapping[str, str]
    raw_query: str
    fields: Mapping[str, str]
    received_at: datetime
    language: str = ""
    whom: str = ""
    last: bool = False
    talked: bool = False

    def text(self, name: str) -> str:
        """Without control characters but the ends of lines; empty where there is none."""
        return self.fields.get(name, "").replace("\r\n", "\n").translate(_CONTROL).strip()

    def sid(self, name: str) -> str:
        """What the vendor calls something. Raises InvalidMessage where that is missing or no name."""
        sid = self.fields.get(name, "")
        if not sid or len(sid) > LONGEST_SID or not (sid.isascii() and sid.isalnum()):
            raise InvalidMessage(f"The webhook {self.path} brings no {name}: {sid[:LONGEST_SID]!r}")
        return sid

    def number(self, name: str) -> int:
        """A whole number of at most nine digits; 0 where there is none."""
        digits = self.fields.get(name, "").strip()
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else 0


def arrival_of(
    channel: Channel, raw: bytes, *, path: str, query: str, received_at: datetime, beside: Mapping[str, str] | None = None
) -> Arrival:
    return Arrival(channel=channel, received_at=received_at, raw=raw, envelope={PATH: path, QUERY: query, **(beside or {})})


def webhook_of(arrival: Arrival) -> Webhook:
    """Any bytes. Raises InvalidMessage."""
    said = arrival.envelope
    if PATH not in said:
        raise InvalidMessage("The envelope of a webhook names its path")
    raw_query = said.get(QUERY, "")
    return Webhook(
        path=said[PATH],
        query=_first_of_each(raw_query),
        raw_query=raw_query,
        fields=_first_of_each(arrival.raw.decode("utf-8", "replace")),
        received_at=arrival.received_at,
        language=said.get(LANGUAGE, ""),
        whom=said.get(WHOM, ""),
        last=said.get(LAST) == YES,
        talked=said.get(TALKED) == YES,
    )


def pairs_of(form: str) -> list[tuple[str, str]]:
    """Blanks and repetitions are kept: the vendor signs them. Raises InvalidMessage for too many."""
    try:
        return parse_qsl(form, keep_blank_values=True, errors="replace", max_num_fields=MOST_FIELDS)
    except ValueError as fault:
        raise InvalidMessage(f"A webhook has no more than {MOST_FIELDS} fields") from fault


def _first_of_each(form: str) -> Mapping[str, str]:
    return dict(reversed(pairs_of(form)))
