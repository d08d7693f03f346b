"""What counts as silence, what breaks it, and which words are found for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intake.desk.calendar import Calendar
from intake.desk.gate import Cap, reason
from intake.desk.policy import Policy
from intake.desk.policy_file.whole import read_policy
from intake.desk.silence import HOME
from intake.desk.watch import AWAITED, HUMAN_MAIL, MAILBOX, Watch, working_time
from intake.desk.watch import DESK as THE_DESK
from intake.desk.watch_words import age
from intake.domain.channel import Channel
from intake.domain.held import HeldBack
from intake.domain.sign_of_life import SignOfLife
from intake.domain.watched import Stuck, Watched
from tests.desk.at_the_desk import MONDAY

POLICY = read_policy(None)
BOX = "help@imap.example/INBOX"
DESK = "desk@localhost"


def policy_with(**silence: timedelta) -> Policy:
    return replace(POLICY, silence=replace(POLICY.silence, **silence))  # type: ignore[arg-type] # spans, all of them


def seen_at(name: str, at: datetime) -> Watched:
    return Watched(signs={name: SignOfLife(name=name, seen_at=at)})


def names(watch: Watch, seen: Watched, now: datetime) -> list[str]:
    return [alarm.name for alarm in watch.wrong(seen, now)]


@pytest.mark.parametrize(
    ("last", "poll", "alarm"),
    [
        (timedelta(minutes=14), 60, False),
        (timedelta(minutes=16), 60, True),
        (timedelta(minutes=16), 900, False),  # it is looked at every quarter of an hour
        (timedelta(minutes=46), 900, True),
    ],
)
def test_a_mailbox_is_silent_when_it_was_not_looked_at_for_long(last: timedelta, poll: int, *, alarm: bool) -> None:
    watch = Watch(policy=POLICY, since=MONDAY - timedelta(days=9), mailboxes=[BOX], poll=timedelta(seconds=poll))
    assert names(watch, seen_at(f"{MAILBOX}{BOX}", MONDAY - last), MONDAY) == ([f"mailbox {BOX}"] if alarm else [])


def test_before_the_desk_began_nothing_could_be_heard_of() -> None:
    seen = seen_at(f"{MAILBOX}{BOX}", MONDAY - timedelta(days=3))
    watch = Watch(policy=POLICY, since=MONDAY, mailboxes=[BOX])
    assert names(watch, seen, MONDAY + timedelta(minutes=15)) == []
    assert names(watch, seen, MONDAY + timedelta(minutes=16)) == [f"mailbox {BOX}"]
    assert names(watch, Watched(), MONDAY + timedelta(minutes=16)) == [f"mailbox {BOX}"], "nor was it ever looked at"


def store_with(**seen: timedelta) -> Watched:
    """Signs of life by what they are of, and how long before Monday they were seen."""
    names = {"box": f"{MAILBOX}{BOX}", "awaited": f"{AWAITED}{MAILBOX}{BOX}", "desk": THE_DESK}
    return Watched(signs={names[key]: SignOfLife(name=names[key], seen_at=MONDAY - ago) for key, ago in seen.items()})


@pytest.mark.parametrize(
    ("store", "anew"),
    [
        (Watched(), True),  # a new desk
        (store_with(box=timedelta(minutes=9), desk=timedelta(minutes=1)), True),  # a new watch on an old desk
        (store_with(box=timedelta(minutes=9), awaited=timedelta(hours=9), desk=timedelta(minutes=9)), True),
        (store_with(box=timedelta(minutes=9), awaited=timedelta(minutes=8), desk=timedelta(minutes=1)), False),  # again
        (store_with(awaited=timedelta(minutes=8), desk=timedelta(minutes=8)), False),  # never heard of since
        (store_with(awaited=timedelta(hours=8), desk=timedelta(hours=7)), True),  # switched off over night
    ],
)
def test_only_the_first_start_after_a_sign_of_life_puts_an_alarm_off(store: Watched, *, anew: bool) -> None:
    watch = Watch(policy=policy_with(outbox=timedelta(0)), since=MONDAY, mailboxes=[BOX])
    assert watch.awaited_anew(store, []) == ([f"mailbox {BOX}"] if anew else [])


def test_a_desk_that_starts_again_and_again_gives_the_alarm_all_the_same() -> None:
    store = store_with(box=timedelta(minutes=25), awaited=timedelta(minutes=16), desk=timedelta(minutes=1))
    assert names(Watch(policy=POLICY, since=MONDAY, mailboxes=[BOX]), store, MONDAY) == [f"mailbox {BOX}"]


def test_an_outbox_is_awaited_anew_unless_it_was_stuck_before() -> None:
    stuck = Stuck(channel=Channel.EMAIL, waiting=3, since=MONDAY, error="")
    marks = {name: SignOfLife(name=name, seen_at=MONDAY) for name in (f"{AWAITED}outbox email", THE_DESK)}
    watch = Watch(policy=POLICY, since=MONDAY, channels=[Channel.EMAIL])
    assert watch.awaited_anew(Watched(signs=marks), []) == ["outbox email"]
    assert watch.awaited_anew(Watched(signs=marks, stuck=[stuck]), []) == []
    assert watch.awaited_anew(Watched(signs=marks, stuck=[stuck]), [Channel.EMAIL]) == ["outbox email"]


RAISED = MONDAY - timedelta(hours=1)
BEFORE, AFTER = RAISED - timedelta(minutes=1), RAISED + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("alarm", "silent", "over"),
    [
        (f"mailbox {BOX}", seen_at(f"mailbox {BOX}", BEFORE), seen_at(f"mailbox {BOX}", AFTER)),
        (f"mailbox {BOX}", Watched(), seen_at(f"mailbox {BOX}", AFTER)),
        (f"canary {DESK}", seen_at(f"canary {DESK}", BEFORE), seen_at(f"canary {DESK}", AFTER)),
        (HUMAN_MAIL, Watched(), Watched(last_mail=AFTER)),
        (HUMAN_MAIL, Watched(last_mail=BEFORE), Watched(last_mail=AFTER)),
        ("outbox email", Watched(unmoved=[Channel.EMAIL]), Watched(unmoved=[Channel.SLACK])),
        (
            "outbox email",
            Watched(stuck=[Stuck(channel=Channel.EMAIL, waiting=1, since=BEFORE, error="")]),
            Watched(stuck=[Stuck(channel=Channel.SLACK, waiting=1, since=BEFORE, error="")]),
        ),
    ],
)
def test_an_alarm_ends_by_a_sign_of_life_and_not_because_a_process_began(alarm: str, silent: Watched, over: Watched) -> None:
    watch = Watch(
        policy=policy_with(quiet=timedelta(hours=4), canary_every=timedelta(minutes=15)),
        since=MONDAY,
        mailboxes=[BOX],
        canaries=[DESK],
        channels=[Channel.EMAIL, Channel.SLACK],
    )
    assert alarm not in names(watch, silent, MONDAY), "it begins with patience"
    assert not watch.is_over(alarm, RAISED, silent, MONDAY)
    assert watch.is_over(alarm, RAISED, over, MONDAY)


@pytest.mark.parametrize("alarm", ["gate per_recipient", "quarantine"])
def test_what_the_store_counts_is_over_when_there_is_none_left(alarm: str) -> None:
    assert Watch(policy=POLICY, since=MONDAY).is_over(alarm, RAISED, Watched(), MONDAY)


def test_what_nothing_watches_any_more_ends_once_no_other_replica_can_still_watch_it() -> None:
    watch = Watch(policy=POLICY, since=MONDAY)
    assert not watch.is_over(f"mailbox {BOX}", RAISED, Watched(), MONDAY + timedelta(minutes=10))
    assert watch.is_over(f"mailbox {BOX}", RAISED, Watched(), MONDAY + timedelta(minutes=16))


def test_the_alarm_says_what_the_last_try_said() -> None:
    watch = Watch(policy=POLICY, since=MONDAY - timedelta(hours=1), mailboxes=[BOX], failures={BOX: "AUTHENTICATIONFAILED"})
    (alarm,) = watch.wrong(Watched(), MONDAY)
    assert alarm.what.endswith("has not been looked at for 60 minutes. The last try said: AUTHENTICATIONFAILED")
    assert alarm.since == MONDAY - timedelta(hours=1)


@pytest.mark.parametrize(("minutes", "alarm"), [(24, False), (26, True)])
def test_a_canary_is_missed_when_the_next_one_would_be_late(minutes: int, *, alarm: bool) -> None:
    policy = policy_with(canary_every=timedelta(minutes=15), canary_late=timedelta(minutes=10))
    watch = Watch(policy=policy, since=MONDAY - timedelta(days=1), canaries=[DESK])
    seen = seen_at(f"{HOME}{DESK}", MONDAY - timedelta(minutes=minutes))
    assert names(watch, seen, MONDAY) == ([f"canary {DESK}"] if alarm else [])


def test_zero_switches_a_watch_off() -> None:
    none = timedelta(0)
    watch = Watch(
        policy=policy_with(mailbox=none, canary_every=none, quiet=none), since=MONDAY, mailboxes=[BOX], canaries=[DESK]
    )
    assert watch.wrong(Watched(last_mail=MONDAY), MONDAY + timedelta(days=365)) == []


@pytest.mark.parametrize(
    ("last", "now", "hours"),
    [
        ("2026-11-20 10:00", "2026-11-20 12:30", 2.5),
        ("2026-11-20 16:00", "2026-11-23 10:00", 2),  # Friday to Monday, and the zone is an hour ahead
        ("2026-11-21 06:00", "2026-11-22 20:00", 0),  # a weekend
        ("2026-11-23 20:00", "2026-11-24 06:00", 0),  # a night
        ("2026-12-24 09:00", "2026-12-28 07:30", 7),  # Christmas Day is none
        ("2026-03-27 15:00", "2026-03-30 08:00", 2),  # the clocks change in between
        ("2025-01-01 09:00", "2026-11-23 12:00", 164),  # no longer than thirty days
    ],
)
def test_quiet_is_counted_in_working_hours(last: str, now: str, hours: float) -> None:
    calendar = Calendar(
        zone=ZoneInfo("Europe/Berlin"), weekdays=frozenset(range(5)), holidays={datetime(2026, 12, 25, tzinfo=UTC).date()}
    )
    policy = replace(POLICY, calendar=calendar)
    start, end = (datetime.fromisoformat(at).replace(tzinfo=UTC) for at in (last, now))
    assert working_time(start, end, policy) / timedelta(hours=1) == hours


def test_no_mail_from_people_in_working_hours_is_told_where_it_is_asked_for() -> None:
    watch = Watch(policy=policy_with(quiet=timedelta(hours=4)), since=MONDAY - timedelta(days=9))
    assert names(watch, Watched(last_mail=MONDAY), MONDAY + timedelta(hours=4)) == []
    assert names(watch, Watched(last_mail=MONDAY), MONDAY + timedelta(hours=5)) == ["human mail"]
    assert names(watch, Watched(), MONDAY + timedelta(hours=5)) == [], "a desk that never got one is a new one"


def test_a_gate_is_told_by_its_cap_with_whom_it_hit_and_how_often() -> None:
    why = reason(Cap.RECIPIENT, POLICY.gate)
    held = [
        HeldBack(why=why, channel="email", address=f"a{number}@x.example", how_many=10 - number, last=MONDAY)
        for number in range(7)
    ]
    elsewhere = HeldBack(why="no words of ours", channel="email", address="b@x.example", how_many=1, last=MONDAY)
    (alarm,) = Watch(policy=POLICY, since=MONDAY).wrong(Watched(held=[*held, elsewhere]), MONDAY)
    assert alarm.name == "gate per_recipient"
    assert "per_recipient = 30 was reached within 60 minutes. Held so far: 49, to a0@x.example by email (10), a1@" in alarm.what
    assert alarm.what.endswith("and 2 other addresses.")
    assert "intake outbox release --because per_recipient" in alarm.remedy


@pytest.mark.parametrize("cap", Cap)
def test_every_cap_has_words_of_its_own(cap: Cap) -> None:
    held = HeldBack(why=reason(cap, POLICY.gate), channel="email", address="a@x.example", how_many=1, last=MONDAY)
    (alarm,) = Watch(policy=POLICY, since=MONDAY).wrong(Watched(held=[held]), MONDAY)
    assert alarm.name == f"gate {cap.value}"
    assert alarm.means


def test_all_that_is_wrong_is_told_each_by_its_name() -> None:
    stuck = Stuck(channel=Channel.SLACK, waiting=3, since=MONDAY, error="invalid_auth")
    seen = Watched(stuck=[stuck], quarantined=4, newly_quarantined=1)
    alarms = Watch(policy=POLICY, since=MONDAY).wrong(seen, MONDAY + timedelta(minutes=20))
    assert [alarm.name for alarm in alarms] == ["outbox slack", "quarantine"]
    assert "3 deliveries have waited, the first for 20 minutes. The last answer was: invalid_auth" in alarms[0].what
    assert "4 inputs are in quarantine, 1 of them new" in alarms[1].what


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "0 seconds"), (119, "119 seconds"), (3_700, "61 minutes"), (8_000, "2 hours"), (300_000, "3 days")],
)
def test_an_age_is_said_as_people_say_it(seconds: int, said: str) -> None:
    assert age(MONDAY - timedelta(seconds=seconds), MONDAY) == said
