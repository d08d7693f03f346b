"""Handing mail to a relay: connections that stay open, and whom to leave alone for how long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from channels.email.outgoing.refusals import About, Stage, refusal_of
from channels.email.send import MailSender
from channels.email.settings import relay_of
from intake.desk.outbound import Outbound
from intake.domain.errors import DeliveryError
from intake.domain.notice import NoticeKind
from tests.desk.dice import FixedRandom
from tests.email.outgoing import ANN, PLAIN, TICKET, notices, reply
from tests.mta.picky_sink import FULL_MAILBOX, GREYLISTED, NO_RELAYING, NO_SUCH_USER, PickySink

BOB = "bob@customer.example"  # at Ann's domain
ZOE = "zoe@elsewhere.example"
FIRST = PLAIN.policy.delivery.first_retry.total_seconds()
LONGEST = PLAIN.policy.delivery.longest_retry.total_seconds()


@dataclass
class Desk:
    """A sender, the relay that it speaks to, and a clock under control."""

    sink: PickySink
    sender: MailSender
    now: list[float] = field(default_factory=lambda: [1_000.0])

    async def says(self, outbound: Outbound) -> DeliveryError:
        with pytest.raises(DeliveryError) as caught:
            await self.sender.send(outbound)
        return caught.value

    def later(self, seconds: float) -> None:
        self.now[0] += seconds


@asynccontextmanager
async def at_work() -> AsyncIterator[Desk]:
    sink = PickySink()
    with sink:
        now = [1_000.0]
        sender = MailSender(relay_of(sink.url), PLAIN, clock=lambda: now[0], random=FixedRandom())
        try:
            yield Desk(sink, sender, now)
        finally:
            await sender.close()


def to(address: str) -> Outbound:
    return reply(address=address)


def a_page(address: str) -> Outbound:
    return notices((TICKET, NoticeKind.PAGE, {"step": "1"}), address=address)


async def test_many_mails_leave_by_one_connection() -> None:
    async with at_work() as desk:
        for address in (ANN, BOB, ZOE, ANN):
            await desk.sender.send(to(address))
        assert len(desk.sink.sessions) == 1
        assert len(desk.sink.received) == 4


async def test_a_refused_mail_does_not_spoil_the_connection_for_the_next() -> None:
    async with at_work() as desk:
        desk.sink.refusals[ANN] = NO_SUCH_USER
        assert (await desk.says(to(ANN))).permanent
        await desk.sender.send(to(BOB))
        assert [mail.rcpts for mail in desk.sink.received] == [(BOB,)]
        assert len(desk.sink.sessions) == 1


async def test_a_relay_that_hung_up_meanwhile_is_called_again() -> None:
    async with at_work() as desk:
        await desk.sender.send(to(ANN))
        desk.sink.hang_up()
        await desk.sender.send(to(BOB))
        assert len(desk.sink.received) == 2
        assert len(desk.sink.sessions) == 2


async def test_a_domain_that_says_later_is_left_alone_while_others_are_served() -> None:
    async with at_work() as desk:
        desk.sink.refusals["@customer.example"] = GREYLISTED
        first = await desk.says(to(ANN))
        assert not first.permanent
        assert first.tried
        second = await desk.says(to(BOB))
        assert not second.tried
        assert "450 4.2.0 Greylisted" in str(second)
        await desk.sender.send(to(ZOE))
        assert desk.sink.asked == [ANN, ZOE]
        desk.later(FIRST + 1)
        desk.sink.refusals.clear()
        await desk.sender.send(to(BOB))
        await desk.sender.send(to(ANN))
        assert len(desk.sink.received) == 3


async def test_who_was_refused_comes_after_those_who_only_waited() -> None:
    """Else one mail that is never taken would hold up its whole domain for ever."""
    async with at_work() as desk:
        desk.sink.refusals[ANN] = GREYLISTED
        refused, waiting = await desk.says(to(ANN)), await desk.says(to(BOB))
        assert refused.retry_after is not None
        assert waiting.retry_after is not None
        assert FIRST <= waiting.retry_after < refused.retry_after
        desk.later(waiting.retry_after)
        await desk.sender.send(to(BOB))
        assert (await desk.says(to(ANN))).tried  # at once: the domain has shown that it takes mail


async def test_the_wait_doubles_up_to_the_longest_and_starts_anew_after_a_success() -> None:
    async with at_work() as desk:
        desk.sink.refusals["@customer.example"] = GREYLISTED
        waits = []
        for _ in range(10):
            assert (await desk.says(to(ANN))).tried
            left = (await desk.says(to(BOB))).retry_after
            assert left is not None
            waits.append(left)
            desk.later(left)
        assert waits == [min(FIRST * 2**step, LONGEST) for step in range(10)]
        desk.sink.refusals.clear()
        await desk.sender.send(to(ANN))
        desk.sink.refusals["@customer.example"] = GREYLISTED
        await desk.says(to(ANN))
        assert (await desk.says(to(BOB))).retry_after == FIRST


async def test_a_domain_that_was_quiet_for_long_starts_anew_too() -> None:
    async with at_work() as desk:
        desk.sink.refusals["@customer.example"] = GREYLISTED
        for _ in range(3):
            await desk.says(to(ANN))
            desk.later(FIRST * 4)
        desk.later(LONGEST * 2)
        await desk.says(to(ANN))
        assert (await desk.says(to(BOB))).retry_after == FIRST


async def test_one_persons_full_mailbox_holds_up_nobody_else() -> None:
    async with at_work() as desk:
        desk.sink.refusals[ANN] = FULL_MAILBOX
        assert not (await desk.says(to(ANN))).permanent
        await desk.sender.send(to(BOB))


async def test_who_must_be_woken_is_tried_whoever_said_later() -> None:
    async with at_work() as desk:
        desk.sink.refusals[ANN] = GREYLISTED
        await desk.says(to(ANN))
        await desk.sender.send(a_page(BOB))
        desk.sink.refused_sender = "451 4.3.2 Not now"
        await desk.says(to(ZOE))
        assert not (await desk.says(to(ZOE))).tried
        assert (await desk.says(a_page(ZOE))).tried
        desk.sink.refused_sender = ""
        await desk.sender.send(a_page(ZOE))


async def test_a_relay_that_takes_nothing_now_is_left_alone_by_all() -> None:
    async with at_work() as desk:
        desk.sink.refused_sender = "452 4.3.1 Insufficient system storage"
        assert (await desk.says(to(ANN))).tried
        assert not (await desk.says(to(ZOE))).tried
        desk.sink.refused_sender = ""
        desk.later(FIRST)
        await desk.sender.send(to(ZOE))
        await desk.sender.send(to(ANN))


@pytest.mark.parametrize("refusal", ["550 5.7.1 Sender not allowed", "530 5.7.0 Authentication required"])
async def test_a_relay_that_refuses_the_desk_itself_buries_no_mail_and_is_loud(refusal: str) -> None:
    async with at_work() as desk:
        desk.sink.refused_sender = refusal
        with capture_logs() as logs:
            assert not (await desk.says(to(ANN))).permanent
        assert [(entry["log_level"], entry["event"]) for entry in logs] == [("error", "relay.refuses_us")]
        assert refusal.partition(" ")[2] in logs[0]["why"]


async def test_relaying_denied_is_no_word_about_the_recipient() -> None:
    async with at_work() as desk:
        desk.sink.refusals[ANN] = NO_RELAYING
        assert not (await desk.says(to(ANN))).permanent
        assert not (await desk.says(to(ZOE))).tried


async def test_a_relay_that_greets_with_a_refusal_or_not_at_all_buries_no_mail() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"554 5.7.1 No SMTP service for you\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    desk = MailSender(relay_of(f"smtp://127.0.0.1:{port}"), PLAIN)
    with capture_logs() as logs, pytest.raises(DeliveryError, match=r"554 5\.7\.1") as caught:
        await desk.send(to(ANN))
    assert not caught.value.permanent
    assert logs[0]["log_level"] == "error"
    server.close()
    await server.wait_closed()
    silent = MailSender(relay_of(f"smtp://127.0.0.1:{port}"), PLAIN)
    with pytest.raises(DeliveryError, match="does not answer") as caught:
        await silent.send(to(ANN))
    assert not caught.value.permanent


S, A = Stage, About
ANSWERS = [
    (S.CONNECT, 421, "4.7.0 Too many", A.RELAY, False),
    (S.CONNECT, 535, "5.7.8 Bad credentials", A.RELAY, False),
    (S.CONNECT, 554, "Go away", A.RELAY, False),
    (S.SENDER, 451, "4.3.0 Later", A.RELAY, False),
    (S.SENDER, 550, "5.7.1 Not allowed to send as this", A.RELAY, False),
    (S.SENDER, 552, "5.3.4 Message too big for system", A.MAIL, True),
    (S.SENDER, 550, "5.6.7 SMTPUTF8 is needed", A.MAIL, True),
    (S.RECIPIENT, 550, "5.1.1 No such user", A.MAIL, True),
    (S.RECIPIENT, 550, "5.7.1 Members only", A.MAIL, True),
    (S.RECIPIENT, 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain", A.RELAY, False),
    (S.RECIPIENT, 554, "5.7.1 <x>: Client host rejected: Access denied", A.RELAY, False),
    (S.RECIPIENT, 530, "Must authenticate first", A.RELAY, False),
    (S.RECIPIENT, 450, "4.2.0 Greylisted", A.DOMAIN, False),
    (S.RECIPIENT, 451, "Try again", A.DOMAIN, False),
    (S.RECIPIENT, 452, "4.2.2 Over quota", A.MAIL, False),
    (S.RECIPIENT, 452, "4.3.1 Insufficient storage", A.RELAY, False),
    (S.RECIPIENT, 421, "4.7.0 Closing", A.RELAY, False),
    (S.CONTENT, 451, "4.7.1 Come again", A.DOMAIN, False),
    (S.CONTENT, 451, "4.3.2 Not accepting", A.RELAY, False),
    (S.CONTENT, 554, "5.7.1 Looks like spam", A.MAIL, True),
    (S.CONTENT, 552, "5.3.4 Too big", A.MAIL, True),
]


@pytest.mark.parametrize(("stage", "code", "says", "about", "permanent"), ANSWERS)
def test_what_an_answer_is_about(stage: Stage, code: int, says: str, about: About, permanent: bool) -> None:
    refusal = refusal_of(stage, code, says)
    assert (refusal.about, refusal.permanent) == (about, permanent)


async def test_an_address_of_any_script_leaves_as_it_is_where_the_relay_takes_it() -> None:
    async with at_work() as desk:
        await desk.sender.send(to("jörg@größe.example"))
        assert desk.sink.received[0].rcpts == ("jörg@größe.example",)
        assert "To: jörg@größe.example".encode() in desk.sink.raw[0]
        assert "SMTPUTF8" in desk.sink.options[0]


async def test_mail_for_plain_addresses_is_plain_ascii_whatever_is_in_it() -> None:
    """So that nothing on the way has a reason to rewrite it."""
    async with at_work() as desk:
        await desk.sender.send(reply("Größe\N{PRINTER}\n.\n..\nFrom here\n" + "x" * 3_000, resolves=True))
        raw = desk.sink.raw[0]
        assert raw.isascii()
        assert max(map(len, raw.split(b"\r\n"))) <= 998
        assert b"\n" not in raw.replace(b"\r\n", b"")
        assert not any("SMTPUTF8" in option for option in desk.sink.options[0])


async def test_the_name_that_it_was_sent_by_is_its_message_id() -> None:
    async with at_work() as desk:
        ref = await desk.sender.send(to(ANN))
        assert ref.value == desk.sink.received[0].message_id


def test_the_policy_in_these_tests_has_room_to_double() -> None:
    assert timedelta(seconds=FIRST * 8) < timedelta(seconds=LONGEST)
    assert replace(PLAIN.policy.delivery, first_retry=timedelta(seconds=1)).first_retry.total_seconds() == 1
