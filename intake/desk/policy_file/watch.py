"""Silence in desk.toml: how long nothing may be heard of what ought to be heard of, until somebody is told."""

from dataclasses import dataclass
from datetime import time, timedelta

from intake.desk.policy_file.table import LARGEST, PolicyTable, Row

_NAME = "silence"
_DEFAULTS = {
    "mailbox_minutes": 15,
    "outbox_minutes": 15,
    "canary_minutes": 0,
    "canary_late_minutes": 10,
    "quiet_hours": 0,
}
_OFTEN = 12  # alarm mails an hour


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencePolicy:
    """Zero switches a watch off. `quiet` is how long no human mail may come, counted between `expect_from` and `expect_until`
    on working days, in the calendar's zone. A canary leaves every `canary_every` and must be home `canary_late` after it."""

    mailbox: timedelta
    outbox: timedelta
    canary_every: timedelta
    canary_late: timedelta
    quiet: timedelta
    expect_from: time
    expect_until: time
    most_mails_per_hour: int


def read_silence(table: PolicyTable) -> SilencePolicy:
    keys = (*_DEFAULTS, "expect_mail_from", "expect_mail_until", "most_mails_per_hour")
    section = table.section(_NAME, keys, may_be_absent=True)
    number = {key: _number_or_off(table, section, key, default) for key, default in _DEFAULTS.items()}
    begins = _time_of_day(table, section, "expect_mail_from", "09:00")
    ends = _time_of_day(table, section, "expect_mail_until", "17:00")
    if begins >= ends:
        table.fault("expect_mail_until must be later in the day than expect_mail_from", _NAME, "expect_mail_until")
    return SilencePolicy(
        mailbox=timedelta(minutes=number["mailbox_minutes"]),
        outbox=timedelta(minutes=number["outbox_minutes"]),
        canary_every=timedelta(minutes=number["canary_minutes"]),
        canary_late=timedelta(minutes=number["canary_late_minutes"]),
        quiet=timedelta(hours=number["quiet_hours"]),
        expect_from=begins,
        expect_until=ends,
        most_mails_per_hour=table.count(_NAME, section, "most_mails_per_hour", default=_OFTEN, most=1_000),
    )


def _number_or_off(table: PolicyTable, section: Row, key: str, default: int) -> int:
    number = section.get(key, default)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= LARGEST:
        table.fault(f"{key} must be a whole number from 0 (off) to {LARGEST}", _NAME, key)
        return default
    return number


def _time_of_day(table: PolicyTable, section: Row, key: str, default: str) -> time:
    given = section.get(key, default)
    try:
        if isinstance(given, str):
            given = time.fromisoformat(given.strip())
        if isinstance(given, time) and given.tzinfo is None:
            return given
    except ValueError:
        pass
    table.fault(f'{key} must be a time of day such as "09:00"', _NAME, key)
    return time.fromisoformat(default)
