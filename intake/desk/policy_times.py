"""How long and how much in desk.toml: pages, the outbound gate, the outbox, final responses, the calendar, links."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from intake.desk.calendar import MONDAY_FIRST, Calendar
from intake.desk.policy import DeliveryPolicy, FinalPolicy, GatePolicy, PagePolicy
from intake.desk.policy_table import PolicyTable
from intake.domain.label import Priority

MOST_DAYS = 3_650


def read_page(table: PolicyTable) -> PagePolicy:
    section = table.section("page", ("priorities", "climb_after_minutes"))
    priorities = section.get("priorities")
    if not isinstance(priorities, list) or not all(cell in list(Priority) for cell in priorities):
        table.fault('priorities must be a list such as ["P1", "P2"]', "page", "priorities")
        priorities = []
    return PagePolicy(
        priorities=frozenset(Priority(cell) for cell in priorities),
        climb_after=timedelta(minutes=table.count("page", section, "climb_after_minutes")),
    )


def read_gate(table: PolicyTable) -> GatePolicy:
    keys = ("window_minutes", "per_recipient_and_ticket", "per_recipient", "per_instance_per_minute")
    later = {"pages_per_recipient": 20, "digest_lines_per_recipient": 1_000, "per_instance": 5_000}  # may be missing
    section = table.section("gate", (*keys, *later))
    window, on_ticket, recipient, minute = (table.count("gate", section, key) for key in keys)
    pages, lines, instance = (table.count("gate", section, key, default=default) for key, default in later.items())
    return GatePolicy(
        window=timedelta(minutes=window),
        per_recipient_and_ticket=on_ticket,
        per_recipient=recipient,
        pages_per_recipient=pages,
        digest_lines_per_recipient=lines,
        per_instance=instance,
        per_instance_per_minute=minute,
    )


def read_delivery(table: PolicyTable) -> DeliveryPolicy:
    keys = ("first_retry_seconds", "longest_retry_minutes", "give_up_after_hours", "digest_seconds", "lease_seconds")
    section = table.section("delivery", keys)
    first, longest, give_up, digest, lease = (table.count("delivery", section, key) for key in keys)
    return DeliveryPolicy(
        first_retry=timedelta(seconds=first),
        longest_retry=timedelta(minutes=longest),
        give_up_after=timedelta(hours=give_up),
        digest=timedelta(seconds=digest),
        lease=timedelta(seconds=lease),
    )


# What follows came after the first release: a site's desk.toml that does not have it yet means the shipped values.


def read_final(table: PolicyTable) -> FinalPolicy:
    name = "final_response"
    keys = ("bounce_window_seconds", "close_after_working_days", "reopen_window_days")
    section = table.section(name, keys, may_be_absent=True)
    return FinalPolicy(
        bounce_window=timedelta(seconds=table.count(name, section, keys[0], default=600)),
        close_after_working_days=table.count(name, section, keys[1], default=5, most=MOST_DAYS),
        reopen_window=timedelta(days=table.count(name, section, keys[2], default=30, most=MOST_DAYS)),
    )


def read_links_last(table: PolicyTable) -> timedelta:
    section = table.section("portal", ("links_last_days",), may_be_absent=True)
    return timedelta(days=table.count("portal", section, "links_last_days", default=90, most=MOST_DAYS))


def read_calendar(table: PolicyTable) -> Calendar:
    section = table.section("calendar", ("time_zone", "working_days", "holidays"), may_be_absent=True)
    days = table.words("calendar", section, "working_days", default=MONDAY_FIRST[:5])
    for day in days:
        if day not in MONDAY_FIRST:
            table.fault(f"{day!r} is not a day; known are {', '.join(MONDAY_FIRST)}", "calendar", "working_days")
    return Calendar(
        zone=_zone(table, section.get("time_zone", "UTC")),
        weekdays=frozenset(number for number, day in enumerate(MONDAY_FIRST) if day in days),
        holidays=_holidays(table, section.get("holidays", [])),
    )


def _zone(table: PolicyTable, name: object) -> ZoneInfo:
    try:
        if isinstance(name, str) and name.strip():
            return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError, a path outside a ValueError
        pass
    table.fault(f"{name!r} is not a time zone such as Europe/Berlin or UTC", "calendar", "time_zone")
    return ZoneInfo("UTC")


def _holidays(table: PolicyTable, given: object) -> frozenset[date]:
    if not isinstance(given, list):
        table.fault("holidays must be a list such as [2026-12-25, 2026-12-26]", "calendar", "holidays")
        return frozenset()
    days = set()
    for one in given:
        if (day := _day(one)) is None:
            table.fault(f"{str(one)!r} is not a day such as 2026-12-25", "calendar", "holidays")
        else:
            days.add(day)
    return frozenset(days)


def _day(given: object) -> date | None:
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None
