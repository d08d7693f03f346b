"""What the desk says by itself. Each channel puts it in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"  # to the requester: number, label, what happens next
    ARRIVAL = "arrival"  # to a team: a ticket is now yours; `by`, `why` and `tried` where somebody handed it over
    ADDITION = "addition"  # to whoever has the ticket: `by` said more (the message's id is `message`); `why`
    UNREACHED = "unreached"  # to whoever has the ticket: an answer did not arrive; `why`
    NOT_PASSED_ON = "not_passed_on"  # to one of the staff: their mail did not go to the requester; `why`; was it `unproven`?
    WATCHED = "watched"  # to staff who watch: `what` happened
    PAGE = "page"  # to whoever is on call: act now

    @property
    def public(self) -> bool:
        """May a requester see it?"""
        return self in _PUBLIC


_PUBLIC = frozenset({NoticeKind.ACKNOWLEDGEMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`fields` carries only what the ticket cannot tell at the time of sending."""

    kind: NoticeKind
    fields: Mapping[str, str] = field(default_factory=dict)
