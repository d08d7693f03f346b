"""How a ticket's label, a change and a day are put into words, in one language: `words.toml` beside the templates."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, IntEnum
from typing import TypeVar

from channels.email.outgoing.context import TicketInWords
from channels.email.outgoing.plain_words import one_line
from channels.email.outgoing.window_in_words import MomentInWords, WindowInWords
from intake.desk.changes.window_told import at_place, zone_name
from intake.desk.policy import Policy
from intake.domain.change import ChangeKind, Risk, Side, Window
from intake.domain.errors import ConfigError
from intake.domain.label import Category, Kind, Level, Priority
from intake.domain.ticket import Ticket, spoken

_Key = TypeVar("_Key", bound=Enum)
_SECTIONS = {"kind", "category", "impact", "urgency", "priority", "change", "risk", "side", "weekday", "month"}


class Weekday(IntEnum):
    """ISO 8601's numbers."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7


class Month(IntEnum):
    JANUARY = 1
    FEBRUARY = 2
    MARCH = 3
    APRIL = 4
    MAY = 5
    JUNE = 6
    JULY = 7
    AUGUST = 8
    SEPTEMBER = 9
    OCTOBER = 10
    NOVEMBER = 11
    DECEMBER = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    kind: Mapping[Kind, str]
    category: Mapping[Category, str]
    impact: Mapping[Level, str]
    urgency: Mapping[Level, str]
    priority: Mapping[Priority, str]
    change: Mapping[ChangeKind, str]
    risk: Mapping[Risk, str]
    side: Mapping[Side, str]
    weekday: Mapping[Weekday, str]
    month: Mapping[Month, str]

    def moment(self, at: datetime) -> MomentInWords:
        """`at` is local time, with its zone."""
        return MomentInWords(
            weekday=self.weekday[Weekday(at.isoweekday())],
            day=at.day,
            month=self.month[Month(at.month)],
            year=at.year,
            clock=f"{at:%H:%M}",
            zone=zone_name(at),
        )

    def window(self, window: Window | None) -> WindowInWords | None:
        if window is None:
            return None
        local = at_place(window)
        starts, ends = self.moment(local.starts), self.moment(local.ends)
        return WindowInWords(
            starts=starts,
            ends=ends,
            place=one_line(local.place),
            same_day=local.starts.date() == local.ends.date(),
            same_zone=starts.zone == ends.zone,
        )

    def ticket(self, ticket: Ticket, policy: Policy) -> TicketInWords:
        category = f" ({self.category[ticket.category]})" if ticket.category else ""
        impact, urgency = self.impact[ticket.impact], self.urgency[ticket.urgency]
        return TicketInWords(
            number=spoken(ticket.number),
            short_description=one_line(ticket.short_description),
            label=self.kind[ticket.kind] + category,
            priority=ticket.priority.value,
            priority_in_words=f"{self.priority[ticket.priority]}: {impact}, {urgency}",
            impact=impact,
            urgency=urgency,
            assignment_group=one_line(policy.team(ticket.assignment_group).title),
            opened_at=ticket.opened_at,
        )


def read_words(text: str, name: str, otherwise: Words | None = None) -> Words:
    """What it does not say is said as `otherwise`. Raises ConfigError that names each fault; `name` is the file's."""
    try:
        table: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"{name}: {fault}") from None
    faults = [f"{name}: [{section}] is not known here" for section in table.keys() - _SECTIONS]
    words = Words(
        kind=_section(Kind, "kind", table, name, otherwise.kind if otherwise else {}, faults),
        category=_section(Category, "category", table, name, otherwise.category if otherwise else {}, faults),
        impact=_section(Level, "impact", table, name, otherwise.impact if otherwise else {}, faults),
        urgency=_section(Level, "urgency", table, name, otherwise.urgency if otherwise else {}, faults),
        priority=_section(Priority, "priority", table, name, otherwise.priority if otherwise else {}, faults),
        change=_section(ChangeKind, "change", table, name, otherwise.change if otherwise else {}, faults),
        risk=_section(Risk, "risk", table, name, otherwise.risk if otherwise else {}, faults),
        side=_section(Side, "side", table, name, otherwise.side if otherwise else {}, faults),
        weekday=_section(Weekday, "weekday", table, name, otherwise.weekday if otherwise else {}, faults),
        month=_section(Month, "month", table, name, otherwise.month if otherwise else {}, faults),
    )
    if faults:
        raise ConfigError("\n".join(sorted(faults)))
    return words


def _section(
    kind: type[_Key],
    section: str,
    table: Mapping[str, object],
    name: str,
    otherwise: Mapping[_Key, str],
    faults: list[str],
) -> Mapping[_Key, str]:
    found = dict(otherwise)
    keys = {str(key.value): key for key in kind}
    rows = table.get(section, {})
    if not isinstance(rows, dict):
        faults.append(f"{name}: [{section}] must be a section")
        return found
    for key, says in rows.items():
        if key not in keys:
            faults.append(f"{name}: {section}.{key} is not known here; there are {', '.join(keys)}")
        elif not isinstance(says, str) or not says.strip():
            faults.append(f"{name}: {section}.{key} must be words in quotes")
        else:
            found[keys[key]] = one_line(says)
    faults.extend(f"{name}: {section}.{key} is missing" for key in keys if keys[key] not in found)
    return found
