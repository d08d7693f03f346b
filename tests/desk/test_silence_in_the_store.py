"""What the desk learns of itself from its store, once for all replicas; and what desk.toml may say of silence."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from intake.desk.policy_file.whole import parse_policy, read_policy
from intake.domain.channel import Channel
from intake.domain.errors import ConfigError
from intake.domain.message import Nature
from intake.domain.watched import Watched
from storage.store import SqlStore
from storage.watching import look
from tests.desk.at_the_desk import ANN, MONDAY, AtTheDesk, mail
from tests.desk.test_policy_file import SHIPPED, line_of

POLICY = read_policy(None)


def looked_at(desk: AtTheDesk) -> Watched:
    now = desk.clock()
    with desk.store.reading() as connection:
        return look(
            connection,
            now=now,
            held_since=now - timedelta(hours=1),
            stuck_since=now - timedelta(minutes=15),
            channels=[Channel.EMAIL],
            told_of_quarantine="told",
        )


def test_the_outbox_is_stuck_when_something_was_tried_and_nothing_left(at_the_desk: AtTheDesk) -> None:
    at_the_desk.hears(mail())
    at_the_desk.clock.advance(seconds=6)
    at_the_desk.fails_to_send(Channel.EMAIL, permanent=False)
    assert looked_at(at_the_desk).stuck == []
    at_the_desk.clock.advance(minutes=16)
    (stuck,) = looked_at(at_the_desk).stuck
    assert (stuck.channel, stuck.waiting, stuck.since) == (Channel.EMAIL, 2, MONDAY)
    assert "550" in stuck.error


def test_the_outbox_is_not_stuck_while_others_get_their_mail(at_the_desk: AtTheDesk) -> None:
    at_the_desk.hears(mail())
    at_the_desk.fails_to_send(Channel.EMAIL, permanent=False)
    at_the_desk.clock.advance(minutes=14)
    at_the_desk.hears(mail(author=replace(ANN, value="bob@customer.example")))
    at_the_desk.sends(Channel.EMAIL)
    at_the_desk.clock.advance(minutes=2)
    assert looked_at(at_the_desk).stuck == []


def test_what_is_tried_anew_by_hand_does_not_end_the_alarm(at_the_desk: AtTheDesk) -> None:
    number = at_the_desk.hears(mail()).ticket
    at_the_desk.clock.advance(minutes=16)
    at_the_desk.fails_to_send(Channel.EMAIL, permanent=False)
    with at_the_desk.store.begin() as books:
        books.signs.fell_silent("alarm outbox email", at_the_desk.clock())
    at_the_desk.clock.advance(minutes=20)
    with at_the_desk.store.begin() as books:
        for delivery in at_the_desk.story(number).deliveries:
            books.outbox.save(replace(delivery, created_at=at_the_desk.clock(), due_at=at_the_desk.clock()))
    assert (looked_at(at_the_desk).stuck, looked_at(at_the_desk).unmoved) == ([], [Channel.EMAIL])
    at_the_desk.sends(Channel.EMAIL)
    assert looked_at(at_the_desk).unmoved == []


@pytest.mark.parametrize("senders", [(), (Channel.SLACK,)])
def test_what_waits_for_nobody_is_not_stuck(at_the_desk: AtTheDesk, senders: tuple[Channel, ...]) -> None:
    at_the_desk.senders = senders
    at_the_desk.hears(mail())
    at_the_desk.clock.advance(hours=5)
    assert looked_at(at_the_desk).stuck == []


def test_a_delivery_loop_that_takes_nothing_is_stuck_as_well(at_the_desk: AtTheDesk) -> None:
    at_the_desk.hears(mail())
    at_the_desk.clock.advance(minutes=16)
    assert [stuck.waiting for stuck in looked_at(at_the_desk).stuck] == [2]


def test_quarantine_is_counted_whole_and_since_it_was_told(at_the_desk: AtTheDesk) -> None:
    def quarantine() -> None:
        broken = replace(at_the_desk.understood(mail()), fault="ValueError: planted")
        with at_the_desk.store.begin() as books:
            at_the_desk.desk.receive(broken, books)

    quarantine()
    before = looked_at(at_the_desk)
    assert (before.quarantined, before.newly_quarantined, before.oldest_quarantined) == (1, 1, MONDAY)
    with at_the_desk.store.begin() as books:
        books.signs.saw("told", MONDAY)
    after = looked_at(at_the_desk)
    assert (after.quarantined, after.newly_quarantined) == (1, 0)


def test_the_last_mail_from_people_is_no_machines(at_the_desk: AtTheDesk) -> None:
    assert looked_at(at_the_desk).last_mail is None
    at_the_desk.hears(mail())
    later = MONDAY + timedelta(hours=2)
    at_the_desk.hears(mail(nature=Nature.OUT_OF_OFFICE, received_at=later))
    at_the_desk.hears(mail(channel=Channel.PHONE, received_at=later))
    assert looked_at(at_the_desk).last_mail == MONDAY


def test_an_alarm_is_given_once_and_ended_once(store: SqlStore) -> None:
    later = MONDAY + timedelta(hours=1)
    with store.begin() as books:
        assert books.signs.fell_silent("alarm x", MONDAY)
        assert not books.signs.fell_silent("alarm x", later)
    with store.begin() as books:
        assert not books.signs.fell_silent("alarm x", later)
        before = books.signs.saw("alarm x", later)
        assert before is not None
        assert before.silent_since == MONDAY
        again = books.signs.saw("alarm x", later)
        assert again is not None
        assert again.silent_since is None
        assert books.signs.fell_silent("alarm x", later)


def test_a_turn_is_taken_once_in_so_long(store: SqlStore) -> None:
    def takes(at: datetime) -> bool:
        with store.begin() as books:
            return books.signs.take_turn("canary left", at, timedelta(minutes=5))

    assert [takes(MONDAY + timedelta(minutes=minute)) for minute in (0, 0, 4, 5, 6, 10)] == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]


def test_a_site_without_the_section_is_watched_as_shipped() -> None:
    head, _, rest = SHIPPED.partition("[silence]\n")
    assert parse_policy(head + rest[rest.index("\n# ──") :], "desk.toml").silence == POLICY.silence


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("mailbox_minutes = 15", "mailbox_minutes = -1", "mailbox_minutes must be a whole number from 0 (off) to"),
        ("canary_minutes = 0", "canary_minutes = '5'", "canary_minutes must be a whole number from 0 (off) to"),
        ("quiet_hours = 0", "quiet_hours = true", "quiet_hours must be a whole number from 0 (off) to"),
        ('expect_mail_from = "09:00"', 'expect_mail_from = "nine"', 'expect_mail_from must be a time of day such as "09:00"'),
        ('expect_mail_until = "17:00"', 'expect_mail_until = "08:00"', "expect_mail_until must be later in the day"),
        ("most_mails_per_hour = 12", "most_mails_per_hour = 0", "most_mails_per_hour must be a whole number from 1 to 1000"),
        ("mailbox_minutes = 15", "mailbox_minuets = 15", "unknown key 'mailbox_minuets' in [silence]"),
    ],
)
def test_what_nobody_can_mean_is_named_with_its_line(old: str, new: str, fault: str) -> None:
    text = SHIPPED.replace(old, new)
    with pytest.raises(ConfigError) as caught:
        parse_policy(text, "desk.toml")
    assert f"desk.toml:{line_of(text, new)}: {fault}" in str(caught.value)
