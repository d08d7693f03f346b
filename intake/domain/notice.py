"""What the desk says by itself. Each channel puts it in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NoticeKind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"  # to the requester: number, label, what happens next
    ARRIVAL = "arrival"  # to a team: a ticket is now yours
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
