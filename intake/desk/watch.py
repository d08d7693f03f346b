"""What is wrong with the desk now: silence where something should be heard, a gate that closed, input nobody could read."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from intake.desk import watch_words as words
from intake.desk.alarm import Alarm, outbox_alarm
from intake.desk.gate import Cap, cap_of
from intake.desk.phone_health import ACCOUNT, WEBHOOKS, PhoneHealth
from intake.desk.policy import Policy
from intake.desk.silence import HOME
from intake.desk.slack_health import SOCKET, THROTTLED, SlackHealth
from intake.desk.watch_slack import ASKED, is_over_in_slack, wrong_in_slack
from intake.domain.channel import Channel
from intake.domain.held import HeldBack
from intake.domain.sign_of_life import SignOfLife
from intake.domain.ticket import spoken
from intake.domain.watched import Watched

DESK = "desk"  # some replica has looked at itself
GATE = "gate "  # before the cap
PAGES = "pages "  # before the ticket on which nobody has answered any
APPROVAL = "approval "  # before the ticket of an emergency change that is past its deadline
MAILBOX = "mailbox "  # before a mailbox's name, among the signs of life
HUMAN_MAIL = "human mail"
AWAITED = "awaited "  # before what is awaited, among the signs of life: from when on silence counts
TOLD_OF_QUARANTINE = "told quarantine"
QUARANTINE = "quarantine"
_LOOKS_MISSED = 3  # a mailbox that is rarely looked at may be silent for so many looks
_LONGEST = timedelta(days=30)  # of a silence that is counted day by day
_SWITCHED_OFF = timedelta(hours=6)  # who was away for so long does not crash in a loop
_OF_SLACK = ASKED | {SOCKET, THROTTLED}
_ROLLOUT = timedelta(minutes=15)  # so long another replica may still have the settings of before


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`mailboxes` are fetched from every `poll`; `canaries` are the desk's addresses that canaries fly home to; by `channels`
    something leaves. At `since` this process began; from then on a thing is awaited of which nobody has written down more.
    `phone` is what its vendor said last, where there is a phone; `slack` how Slack is, where it is configured."""

    policy: Policy
    since: datetime
    mailboxes: Collection[str] = ()
    poll: timedelta = timedelta(0)
    canaries: Collection[str] = ()
    channels: Collection[Channel] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    phone: Callable[[], PhoneHealth] | None = None
    slack: Callable[[], SlackHealth] | None = None

    def wrong(self, seen: Watched, now: datetime) -> Sequence[Alarm]:
        return [
            *self._mailboxes(seen, now),
            *self._canaries(seen, now),
            *self._quiet(seen, now),
            *self._stuck(seen, now),
            *self._gate(seen),
            *self._phone(now),
            *self._slack(seen, now),
            *(words.unanswered(f"{PAGES}{spoken(one.ticket)}", one, now) for one in seen.unanswered),
            *(words.unapproved(f"{APPROVAL}{spoken(one.ticket)}", one, now) for one in seen.unapproved),
            *([words.quarantine(QUARANTINE, seen, now)] if seen.quarantined else []),
        ]

    def awaited_anew(self, seen: Watched, left: Collection[Channel]) -> Sequence[str]:
        """For which names the silence counts from this process's start on, because nobody could hear of them before. Only the
        first start after a sign of life may say so: a desk that starts again and again would never give the alarm.

        `seen` is the store as it was found, `left` the channels by which something has left since they were awaited."""
        desk = seen.signs.get(DESK)
        if desk is None or self.since - desk.seen_at > _SWITCHED_OFF:
            return self._awaited()
        return [name for name in self._awaited() if self._was_heard_since(seen.signs.get(f"{AWAITED}{name}"), name, seen, left)]

    def is_over(self, name: str, since: datetime, seen: Watched, now: datetime) -> bool:
        """Of an alarm that stands `since` then and is wrong no more. That this process could not have heard of it yet ends
        nothing: it takes a sign of life that is younger than the alarm. What the store itself says (nothing waits, nothing was
        held, nothing is in quarantine) is such a sign."""
        if not self.watches(name):
            return now - self.since > _ROLLOUT
        if name in (WEBHOOKS, ACCOUNT):
            asked = self.phone().asked_at if self.phone is not None else None
            return asked is not None and asked > since
        if name in _OF_SLACK:
            return is_over_in_slack(name, since, self.slack() if self.slack is not None else SlackHealth(), seen)
        if name.startswith((MAILBOX, HOME)) or name == HUMAN_MAIL:
            heard = _heard(name, seen)
            return heard is not None and heard > since
        stuck = {some.channel for some in seen.stuck}
        return name not in {outbox_alarm(channel) for channel in (*stuck, *seen.unmoved)}

    def watches(self, name: str) -> bool:
        if name in (WEBHOOKS, ACCOUNT):
            return self.phone is not None
        if name in _OF_SLACK:
            return self.slack is not None
        return name in self._awaited() or name.startswith((GATE, PAGES, APPROVAL)) or name == QUARANTINE

    def begun(self, name: str, seen: Watched) -> datetime:
        """Since when it is awaited."""
        mark = seen.signs.get(f"{AWAITED}{name}")
        return mark.seen_at if mark is not None else self.since

    def _awaited(self) -> Sequence[str]:
        silence = self.policy.silence
        return [
            *(f"{MAILBOX}{name}" for name in self.mailboxes if silence.mailbox),
            *(f"{HOME}{address}" for address in self.canaries if silence.canary_every),
            *([HUMAN_MAIL] if silence.quiet else []),
            *(outbox_alarm(channel) for channel in self.channels if silence.outbox),
            *([SOCKET] if self.slack is not None and self.slack().socket_up is not None else []),
        ]

    def _was_heard_since(self, mark: SignOfLife | None, name: str, seen: Watched, left: Collection[Channel]) -> bool:
        if mark is None:
            return True
        for channel in self.channels:
            if name == outbox_alarm(channel):
                return channel in left or channel not in {some.channel for some in seen.stuck}
        heard = _heard(name, seen)
        return heard is not None and heard > mark.seen_at

    def _mailboxes(self, seen: Watched, now: datetime) -> Iterator[Alarm]:
        limit = max(self.policy.silence.mailbox, self.poll * _LOOKS_MISSED)
        for box in self.mailboxes if self.policy.silence.mailbox else ():
            name = f"{MAILBOX}{box}"
            if now - self._counted_from(name, seen) > limit:
                yield words.mailbox(name, self._last(name, seen), now, self.failures.get(box, ""))

    def _canaries(self, seen: Watched, now: datetime) -> Iterator[Alarm]:
        silence = self.policy.silence
        for address in self.canaries if silence.canary_every else ():
            name = f"{HOME}{address}"
            if now - self._counted_from(name, seen) > silence.canary_every + silence.canary_late:
                yield words.canary(name, self._last(name, seen), now)

    def _quiet(self, seen: Watched, now: datetime) -> Iterator[Alarm]:
        limit = self.policy.silence.quiet
        if not limit or seen.last_mail is None:
            return
        if working_time(self._counted_from(HUMAN_MAIL, seen), now, self.policy) > limit:
            yield words.quiet(HUMAN_MAIL, seen.last_mail, now, limit)

    def _stuck(self, seen: Watched, now: datetime) -> Iterator[Alarm]:
        """What lay there when the desk began gets its time to leave."""
        for stuck in seen.stuck:
            name = outbox_alarm(stuck.channel)
            if now - self.begun(name, seen) >= self.policy.silence.outbox:
                yield words.stuck(name, stuck, now)

    def _gate(self, seen: Watched) -> Iterator[Alarm]:
        by_cap: dict[Cap, list[HeldBack]] = {}
        for held in seen.held:
            if (cap := cap_of(held.why)) is not None:
                by_cap.setdefault(cap, []).append(held)
        for cap, some in by_cap.items():
            yield words.gate(f"{GATE}{cap.value}", cap, some, self.policy.gate)

    def _phone(self, now: datetime) -> Iterator[Alarm]:
        health = self.phone() if self.phone is not None else PhoneHealth()
        if health.failed:
            yield words.webhooks(WEBHOOKS, health.failed, now)
        if health.refused_since is not None:
            yield words.account(ACCOUNT, health.refused_since, now, health.refusal)

    def _slack(self, seen: Watched, now: datetime) -> Sequence[Alarm]:
        return list(wrong_in_slack(self.slack(), seen, self.begun(SOCKET, seen), now)) if self.slack is not None else ()

    def _counted_from(self, name: str, seen: Watched) -> datetime:
        begun, heard = self.begun(name, seen), _heard(name, seen)
        return max(begun, heard) if heard is not None else begun

    def _last(self, name: str, seen: Watched) -> datetime:
        return _heard(name, seen) or self.begun(name, seen)


def _heard(name: str, seen: Watched) -> datetime | None:
    if name == HUMAN_MAIL:
        return seen.last_mail
    sign = seen.signs.get(name)
    return sign.seen_at if sign is not None else None


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
