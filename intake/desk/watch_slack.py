"""What is wrong with Slack now, in words for somebody who is tired."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from intake.desk.alarm import Alarm
from intake.desk.slack_health import ACCESS, CHANNELS, ENDED, SOCKET, THROTTLED, WAITING, SlackHealth
from intake.desk.watch_words import age
from intake.domain.watched import Watched

# Each replica with a socket that is up says so once a minute: the last sign is up to a minute old when all of them break.
SOCKET_SILENT = timedelta(minutes=3)
THROTTLED_FOR = timedelta(hours=1)  # after Slack said so last
_NAMED = 3
ASKED = frozenset({ACCESS, CHANNELS, WAITING, ENDED})  # alarms that end when Slack, asked again, says otherwise


def wrong_in_slack(health: SlackHealth, seen: Watched, begun: datetime, now: datetime) -> Iterator[Alarm]:
    """`begun` is since when a socket is awaited."""
    if health.socket_up is not None:
        sign = seen.signs.get(SOCKET)
        last = max(begun, sign.seen_at) if sign is not None else begun
        if now - last > SOCKET_SILENT:
            yield _socket(last, now, health.socket_why)
    if health.refused_since is not None:
        yield _access(health.refused_since, now, health.refusal)
    if health.channels:
        yield _channels(health.channels, health.asked_at or now)
    if health.waiting_since is not None:
        yield _waiting(health.waiting, health.waiting_since, now, health.waiting_for)
    if health.ended:
        yield _ended(health.ended, health.asked_at or now)
    throttled = seen.signs.get(THROTTLED)
    if throttled is not None and now - throttled.seen_at < THROTTLED_FOR:
        yield _throttled(throttled.seen_at, now)


def is_over_in_slack(name: str, since: datetime, health: SlackHealth, seen: Watched) -> bool:
    """Of an alarm that stands `since` then and is wrong no more."""
    if name == SOCKET:
        sign = seen.signs.get(SOCKET)
        return sign is not None and sign.seen_at > since
    if name in ASKED:
        return health.asked_at is not None and health.asked_at > since
    return True


def _socket(last: datetime, now: datetime, why: str) -> Alarm:
    because = f" Slack's last word was: {why}." if why else ""
    return Alarm(
        name=SOCKET,
        what=f"The socket to Slack has been down for {age(last, now)}.{because}",
        means="Nothing that people say, press or send off in Slack reaches the desk. Slack repeats messages for some minutes"
        " only; what came later is lost, and people see no answer. What the desk says still leaves.",
        remedy="Run `intake check`: it says what Slack answers. Is the app-level token (INTAKE_SLACK_APP_TOKEN) still there, is"
        " Socket Mode on in the app's settings, does a proxy or firewall cut off wss? The desk tries again by itself. Then look"
        " into the request channels for what was said meanwhile: the reaction :ticket: makes a ticket of it.",
        since=last,
    )


def _access(since: datetime, now: datetime, why: str) -> Alarm:
    return Alarm(
        name=ACCESS,
        what=f"Slack has refused us, or has not answered, for {age(since, now)}: {why}",
        means="Answers, cards and pages in Slack wait, in part or all of them. What people write there still becomes tickets.",
        remedy="`intake check` says what Slack answers, and `intake setup slack` what the app needs. Often the app was"
        " reinstalled (the bot's token is a new one then), or lacks a scope. What waits leaves by itself; until then answer by"
        " another channel what is urgent.",
        since=since,
    )


def _channels(channels: tuple[str, ...], since: datetime) -> Alarm:
    named = "; ".join(channels[:_NAMED])
    more = f"; and {len(channels) - _NAMED} more" if len(channels) > _NAMED else ""
    return Alarm(
        name=CHANNELS,
        what=f"No card may stand in {'this triage channel' if len(channels) == 1 else 'these triage channels'}: {named}{more}.",
        means="The team sees no new tickets in Slack. Their mail still comes, and no ticket is lost.",
        remedy="Make the channel private, take the other company out of it, or invite the desk (/invite @helpdesk); or name"
        " another channel in [[mirror]] in desk.toml. `intake check` looks again at once, the desk within five minutes.",
        since=since,
    )


def _waiting(waiting: int, since: datetime, now: datetime, why: str) -> Alarm:
    are = "delivery waits" if waiting == 1 else "deliveries wait"
    return Alarm(
        name=WAITING,
        what=f"{waiting} {are} in Slack because of us, the first for {age(since, now)}. {why}",
        means="Whoever is meant has no answer, no card or no page. It all waits, and leaves when the way is free.",
        remedy="`intake check` says what is missing; `intake setup slack` prints the manifest with all that the app needs."
        " After a change of scopes the app must be installed again. `intake outbox --state queued` shows what waits.",
        since=since,
    )


def _ended(ended: tuple[str, ...], since: datetime) -> Alarm:
    named = "; ".join(ended[:_NAMED])
    return Alarm(
        name=ENDED,
        what=f"The desk was taken out of Slack: {named}{f'; and {len(ended) - _NAMED} more' if len(ended) > _NAMED else ''}.",
        means="Nobody there can ask or be answered in Slack. What waits for them waits.",
        remedy="If that was not meant so: `intake setup slack` prints the link by which it is installed again. This alarm ends"
        " then, or after a day.",
        since=since,
    )


def _throttled(last: datetime, now: datetime) -> Alarm:
    return Alarm(
        name=THROTTLED,
        what=f"Slack holds back what it has for the desk: more than 30,000 events in an hour. It said so {age(last, now)} ago.",
        means="Some of what people said in Slack has not come, and may never come.",
        remedy="Is something flooding a channel that the desk is in (a bot, an import)? Take the desk out of that channel, or"
        " the flood. Then look into the request channels for what has no ticket: the reaction :ticket: makes one.",
        since=last,
    )
