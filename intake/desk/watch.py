"""What is wrong with the desk now: silence where something should be heard, a gate that closed, input nobody could read."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from intake.desk import watch_words as words
from intake.desk.alarm import Alarm
from intake.desk.gate import Cap, cap_of
from intake.desk.policy import Policy
from intake.desk.silence import HOME
from intake.domain.held import HeldBack
from intake.domain.watched import Watched

DESK = "desk"  # some replica has looked at itself
GATE = "gate "  # before the cap
MAILBOX = "mailbox "  # before a mailbox's name, among the signs of life
TOLD_OF_QUARANTINE = "told quarantine"
QUARANTINE = "quarantine"
_LOOKS_MISSED = 3  # a mailbox that is rarely looked at may be silent for so many looks
_LONGEST = timedelta(days=30)  # of a silence that is counted day by day


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`mailboxes` are fetched from every `poll`; `canaries` are the desk's addresses that canaries fly home to. Before `since`,
    when this process began, nothing could be heard of."""

    policy: Policy
    since: datetime
    mailboxes: Collection[str] = ()
    poll: timedelta = timedelta(0)
    canaries: Collection[str] = ()
    failures: Mapping[str, str] = field(default_factory=dict)

    def wrong(self, seen: Watched, now: datetime) -> Sequence[Alarm]:
        return [
            *self._mailboxes(seen, now),
            *self._canaries(seen, now),
            *self._quiet(seen, now),
            *(words.stuck(stuck, now) for stuck in seen.stuck),
            *self._gate(seen),
            *([words.quarantine(QUARANTINE, seen, now)] if seen.quarantined else []),
        ]

    def _mailboxes(self, seen: Watched, now: datetime) -> Iterator[Alarm]:
        limit = self.policy.silence.mailbox
        for name in self.mailboxes if limit else ():
            last = self._last(seen, f"{MAILBOX}{name}")
            if now - last > max(limit, self.poll * _LOOKS_MISSED):
                yield words.mailbox(f"{MAILBOX}{name}", last, now, self.failures.get(name, ""))

    def _canaries(self, seen: Watched, now: datetime) -> Iterator[Alarm]:
        silence = self.policy.silence
        for address in self.canaries if silence.canary_every else ():
            last = self._last(seen, f"{HOME}{address}")
            if now - last > silence.canary_every + silence.canary_late:
                yield words.canary(f"{HOME}{address}", last, now)

    def _quiet(self, seen: Watched, now: datetime) -> Iterator[Alarm]:
        silence = self.policy.silence
        if not silence.quiet or seen.last_mail is None:
            return
        last = max(seen.last_mail, self.since)
        if working_time(last, now, self.policy) > silence.quiet:
            yield words.quiet("human mail", last, now, silence.quiet)

    def _gate(self, seen: Watched) -> Iterator[Alarm]:
        by_cap: dict[Cap, list[HeldBack]] = {}
        for held in seen.held:
            if (cap := cap_of(held.why)) is not None:
                by_cap.setdefault(cap, []).append(held)
        for cap, some in by_cap.items():
            yield words.gate(f"{GATE}{cap.value}", cap, some, self.policy.gate)

    def _last(self, seen: Watched, name: str) -> datetime:
        sign = seen.signs.get(name)
        return max(sign.seen_at, self.since) if sign is not None else self.since


def working_time(start: datetime, end: datetime, policy: Policy) -> timedelta:
    """How much of this lies between the hours at which mail is expected, on working days."""
    silence, calendar = policy.silence, policy.calendar
    total, day = timedelta(0), max(start, end - _LONGEST).astimezone(calendar.zone).date()
    while day <= end.astimezone(calendar.zone).date():
        if calendar.works_on(day):
            opens, closes = (
                datetime.combine(day, at, calendar.zone).astimezone(end.tzinfo)
                for at in (silence.expect_from, silence.expect_until)
            )
            total += max(timedelta(0), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total
