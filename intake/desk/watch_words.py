"""The desk's alarms in plain words, for somebody who is tired."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from intake.desk.alarm import Alarm
from intake.desk.gate import Cap, minutes, most
from intake.desk.phone_health import FailedWebhooks
from intake.desk.policy import GatePolicy
from intake.domain.change import NotApproved
from intake.domain.channel import Channel
from intake.domain.held import HeldBack
from intake.domain.page import Unanswered
from intake.domain.ticket import spoken
from intake.domain.watched import Stuck, Watched

_NAMED = 5  # recipients that an alarm names
_MEANS: Mapping[Cap, str] = {
    Cap.ON_TICKET: "Something keeps changing a ticket and the desk keeps telling the same person: often two machines that"
    " answer each other.",
    Cap.RECIPIENT: "A single address gets very much from the desk: often an automatic answerer whose mail looks human. Answers"
    " that your people write to it are held as well.",
    Cap.PAGES: "More wakes the same people than anybody can take in. Further pages to them are held, so an urgent ticket may"
    " have woken nobody.",
    Cap.LINES: "So many tickets come in that the team's mails no longer list them all. No ticket is lost.",
    Cap.INSTANCE: "Far more people than usual are being answered: a real outage, or a flood of forged mail that the desk would"
    " answer to strangers. Acknowledgements are held; pages and answers that people write still leave.",
}
_ASKS = {**dict.fromkeys((Channel.PHONE, Channel.SMS), "asks the phone's vendor"), Channel.SLACK: "asks Slack"}


def age(since: datetime, now: datetime) -> str:
    """`3 days`, `2 hours`, `17 minutes`, `40 seconds`."""
    seconds = max(0, int((now - since).total_seconds()))
    for size, word in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}s"
    return f"{seconds} seconds"


def mailbox(name: str, last: datetime, now: datetime, failure: str) -> Alarm:
    because = f" The last try said: {failure}" if failure else ""
    return Alarm(
        name=name,
        what=f"The {name} has not been looked at for {age(last, now)}.{because}",
        means="Mail in it waits there. Nothing is lost, but nobody gets a ticket or an answer.",
        remedy="Run `intake check`: it signs in to the mailbox and says what is wrong. Often the password or token has expired,"
        " or the server is down. The desk tries again by itself.",
        since=last,
    )


def canary(name: str, last: datetime, now: datetime) -> Alarm:
    return Alarm(
        name=name,
        what=f"The mail that the desk writes to itself ({name}) has not come home for {age(last, now)}.",
        means="Mail does not leave, or mail to the desk does not come in, though each part may look well by itself.",
        remedy="Write a mail to the desk yourself and look where it stays: your mail server's queue and spam folder, its"
        " forwarding to the desk, then `intake outbox --state queued` and `intake check` for the way out.",
        since=last,
    )


def quiet(name: str, last: datetime, now: datetime, limit: timedelta) -> Alarm:
    hours = int(limit.total_seconds() // 3600)
    return Alarm(
        name=name,
        what=f"No human mail has come for more than {hours} working hours; the last came {age(last, now)} ago.",
        means="That may be a quiet day. It may also be that mail to the desk goes somewhere else.",
        remedy="Write a mail to the desk. If it makes no ticket, look at your mail server's queue and at the forwarding to the"
        " desk. `intake ledger` lists what came in.",
        since=last,
    )


def stuck(name: str, stuck: Stuck, now: datetime) -> Alarm:
    error = f" The last answer was: {stuck.error}" if stuck.error else ""
    are = "delivery has" if stuck.waiting == 1 else "deliveries have"
    return Alarm(
        name=name,
        what=f"Nothing leaves by {stuck.channel.value}: {stuck.waiting} {are} waited, the first for"
        f" {age(stuck.since, now)}.{error}",
        means="Nobody is answered and nobody is paged that way. It all waits, and leaves when the way is free.",
        remedy=f"Run `intake check`: it {_ASKS.get(stuck.channel, 'greets the relay')} and says what is wrong. `intake outbox"
        " --state queued` shows what waits.",
        since=stuck.since,
    )


def gate(name: str, cap: Cap, held: Sequence[HeldBack], policy: GatePolicy) -> Alarm:
    count = sum(some.how_many for some in held)
    to = Counter({(some.channel, some.address): 0 for some in held})
    for some in held:
        to[some.channel, some.address] += some.how_many
    named = ", ".join(f"{address} by {channel} ({number})" for (channel, address), number in to.most_common(_NAMED))
    others = f", and {len(to) - _NAMED} other addresses" if len(to) > _NAMED else ""
    return Alarm(
        name=name,
        what=f"The outbound gate is closed: {cap.value} = {most(cap, policy)} was reached within {minutes(policy.window)}."
        f" Held so far: {count}, to {named}{others}.",
        means=_MEANS[cap],
        remedy="Look first: `intake outbox --state held`. If it is a loop, leave them held, or give them up. If people"
        f" should have them: `intake outbox release --because {cap.value}`. The cap stands in desk.toml under [gate].",
        since=min(some.last for some in held),
    )


def webhooks(name: str, failed: Sequence[FailedWebhooks], now: datetime) -> Alarm:
    since, times = min(one.first for one in failed), sum(one.count for one in failed)
    named = ", ".join(f"{one.code} at {one.path} ({one.count})" for one in failed[:_NAMED])
    return Alarm(
        name=name,
        what=f"The phone's vendor could not use our answers to {times} {'request' if times == 1 else 'requests'}, the first"
        f" {age(since, now)} ago: {named}.",
        means="Whoever called then heard the fallback at the vendor, which rings on-call and takes a message there, and has no"
        " ticket. A text may be lost.",
        remedy="Is the desk open, and does INTAKE_PUBLIC_URL lead to it from outside (name, certificate, proxy)? `intake check`"
        " asks the vendor; its error log names each call. Open tickets by hand for those; listen to what the fallback took.",
        since=since,
    )


def account(name: str, since: datetime, now: datetime, why: str) -> Alarm:
    return Alarm(
        name=name,
        what=f"The phone's vendor has refused us, or has not answered, for {age(since, now)}: {why}",
        means="Nobody is called or texted: pages by phone and SMS wait. A closed account takes no calls either.",
        remedy="`intake check` says what the vendor answers. Often the token was changed (INTAKE_TWILIO_AUTH_TOKEN), or the"
        " account has no money left. What waits leaves by itself; until then call who is on call: `intake oncall`.",
        since=since,
    )


def unanswered(name: str, page: Unanswered, now: datetime) -> Alarm:
    number = spoken(page.ticket)
    sent = f"{page.pages} pages were sent" if page.pages != 1 else "one page was sent"
    tried = f"{sent}, and nobody has acknowledged any" if page.pages else "nobody on its ladder has an address"
    return Alarm(
        name=name,
        what=f"{number} ({page.priority.value}) wakes nobody: {tried}. Its ladder came to its end {age(page.since, now)} ago.",
        means="Whoever reported it was told that people are being woken. Nobody is, and no more pages will be sent.",
        remedy=f"Call somebody yourself: `intake oncall` says who it is. Then `intake take {number}`, or `intake"
        f" acknowledge-page {number}`; that ends this alarm.",
        since=page.since,
    )


def unapproved(name: str, change: NotApproved, now: datetime) -> Alarm:
    number = spoken(change.ticket)
    return Alarm(
        name=name,
        what=f"The emergency change {number} was carried out, and should have been approved {age(change.approve_by, now)} ago.",
        means="Something runs in production that CIO and Process have not both agreed to. Whoever may approve it was asked"
        " again and again.",
        remedy=f"`intake change show {number}` says who has not decided. They approve it (`intake change approve {number}`), or"
        " reject it; then it is to be backed out and closed as backed out. Either ends this alarm.",
        since=change.approve_by,
    )


def quarantine(name: str, seen: Watched, now: datetime) -> Alarm:
    new = f", {seen.newly_quarantined} of them new" if seen.newly_quarantined else ""
    are = "input is" if seen.quarantined == 1 else "inputs are"
    return Alarm(
        name=name,
        what=f"{seen.quarantined} {are} in quarantine{new}: the desk could not read them.",
        means="They are kept, and whoever sent them was told that they arrived; but no ticket was made.",
        remedy="`intake ledger --outcome quarantined` lists them, `intake ledger ID` shows the fault. After an upgrade that"
        " mends it: `intake replay --all`. Until then open tickets for what is urgent by hand.",
        since=seen.oldest_quarantined or now,
    )


def blind(name: str, since: datetime, now: datetime, why: str) -> Alarm:
    return Alarm(
        name=name,
        what=f"The store has not answered for {age(since, now)}: {why}",
        means="Mail that comes in is told to try again and waits with whoever sends it, for some days. Nothing leaves.",
        remedy="Look whether the disk is full (`df -h`), or whether the database server runs and lets the desk in; `intake"
        " check` says what it finds. The desk goes on by itself when the store is back.",
        since=since,
    )
