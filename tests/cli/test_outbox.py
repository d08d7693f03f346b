"""`intake outbox`, and its two ways to interfere by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from channels.serve.compose import utc_now
from intake.desk.dispatch import Dispatcher
from intake.domain.channel import Channel
from intake.domain.delivery import DeliveryState
from tests.cli.at_the_prompt import Desk, Prompt, mail

S = DeliveryState
IN_HAND = {S.QUEUED, S.NO_RELAY, S.HELD, S.FAILED}


@pytest.fixture
def acknowledgement(desk: Desk, intake: Prompt) -> int:
    """The id of an acknowledgement that has no relay to leave by."""
    desk.receives(mail())
    found = next(item for item in intake("outbox", "--json").records if item["notice"] == "acknowledgement")
    assert isinstance(found["id"], int)
    return found["id"]


def test_the_outbox_lists_what_is_to_be_sent(intake: Prompt, acknowledgement: int) -> None:
    records = intake("outbox", "--json", "--state", "no-relay").records
    mine = next(item for item in records if item["id"] == acknowledgement)
    assert (
        mine.items()
        >= {
            "channel": "email",
            "address": "ann@customer.example",
            "state": "no relay",
            "attempts": 0,
            "ticket": "HD-1001",
        }.items()
    )
    assert "INTAKE_SMTP_RELAY" in intake("outbox").out
    assert intake("outbox", "--json", "--state", "sent").out == ""
    assert intake("outbox", "--state", "lost").code == 2


@pytest.mark.parametrize("state", S)
def test_only_what_is_in_our_hand_can_be_tried_again(desk: Desk, intake: Prompt, acknowledgement: int, state: S) -> None:
    desk.puts(acknowledgement, state, "550 no such user")
    ran = intake("outbox", "retry", str(acknowledgement), "--json")
    assert ran.code == (0 if state in IN_HAND else 1)
    after = next(item for item in intake("outbox", "--json").records if item["id"] == acknowledgement)
    assert after["state"] == ("queued" if state in IN_HAND else state.value)
    assert (after["error"] == "") is (state in IN_HAND)


@pytest.mark.parametrize("state", S)
def test_only_what_is_in_our_hand_can_be_given_up(desk: Desk, intake: Prompt, acknowledgement: int, state: S) -> None:
    desk.puts(acknowledgement, state)
    ran = intake("outbox", "give-up", str(acknowledgement), "--reason", "she called", "--json")
    assert ran.code == (0 if state in IN_HAND else 1)
    if state in IN_HAND:
        assert (ran.record["state"], ran.record["error"]) == ("canceled", "given up by hand: she called")
    else:
        assert "error" in ran.record
        assert str(acknowledgement) in ran.err


def test_the_ticket_tells_who_interfered_and_how(desk: Desk, intake: Prompt, acknowledgement: int) -> None:
    desk.puts(acknowledgement, S.FAILED, "550 no such user")
    intake("outbox", "retry", str(acknowledgement))
    intake("outbox", "give-up", str(acknowledgement), "--reason", "she called")
    events = intake("ticket", "1001", "--json").record["events"]
    assert isinstance(events, list)
    retried, given_up = events[-2:]
    assert (retried["kind"], given_up["kind"]) == ("delivery_retried", "delivery_given_up")
    assert "550 no such user" in retried["reason"]
    assert "she called" in given_up["reason"]
    assert retried["actor"].endswith("(command line)")


def test_a_dead_letter_of_last_month_gets_its_new_try(
    make_desk: Callable[[], Desk], intake: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTAKE_SMTP_RELAY", "smtp://127.0.0.1:1")
    desk = make_desk()
    desk.receives(mail())
    delivery = next(item for item in intake("outbox", "--json").records if item["notice"] == "acknowledgement")
    with desk.store.begin() as books:
        found = books.outbox.get(int(str(delivery["id"])))
        assert found is not None
        old = found.created_at - timedelta(days=30)
        books.outbox.save(replace(found, state=S.FAILED, created_at=old, due_at=old, error="timeout"))
    assert intake("outbox", "retry", str(delivery["id"])).code == 0
    dispatcher = Dispatcher(policy=desk.policy, replies=desk.replies, replica="one", random=Random())
    with desk.store.begin() as books:
        claimed = dispatcher.claim([Channel.EMAIL], 10, books, utc_now())
    assert found.id in {item.id for outbound in claimed for item in outbound.deliveries}


def test_an_unknown_delivery_does_not_keep_the_others_from_running(intake: Prompt, acknowledgement: int) -> None:
    ran = intake("outbox", "retry", "9999", str(acknowledgement), "--json")
    assert ran.code == 1
    unknown, queued = ran.records
    assert "no delivery 9999" in str(unknown["error"])
    assert queued["state"] == "queued"


def test_without_a_relay_a_retry_says_that_it_will_wait(intake: Prompt, acknowledgement: int) -> None:
    assert "INTAKE_SMTP_RELAY" in intake("outbox", "retry", str(acknowledgement)).err


def test_what_the_gate_holds_is_let_out_by_number_or_by_what_it_has_in_common(desk: Desk, intake: Prompt) -> None:
    for number in range(4):
        desk.receives(mail(name=f"{number}@customer.example"))
    ids = [int(str(item["id"])) for item in intake("outbox", "--json").records if item["notice"] == "acknowledgement"]
    why = "outbound gate: 30 to this recipient within 60 minutes (per_recipient)"
    for id in ids:  # noqa: A001 - the outbox's own word
        desk.puts(id, S.HELD, why)
    assert "intake outbox release" in intake("outbox").out
    assert intake("outbox", "release").code == 2
    assert intake("outbox", "release", "--because", "nothing").code == 1
    assert "Nothing like that" in intake("outbox", "release", "--to", "bob@customer.example").out
    first = intake("outbox", "release", str(ids[0]), "--json")
    assert (first.code, first.record["state"]) == (0, "queued")
    assert [item["id"] for item in intake("outbox", "release", "--ticket", "HD-1002", "--json").records] == [ids[-2]]
    rest = intake("outbox", "release", "--because", "per_recipient", "--to", "ann@customer.example", "--channel", "email")
    assert "2 let out" in rest.out
    assert intake("outbox", "--state", "held", "--json").out == ""
    assert "Nothing like that" in intake("outbox", "release", "--all").out
