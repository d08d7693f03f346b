"""From a mail to a closed ticket, over real SMTP and real HTTP: tier 1, tier 2, answers, the final response, the link."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin

import httpx2
import pytest

from channels.api.bearer import new_token
from intake.domain.delivery import DeliveryState
from intake.domain.event import EventKind
from intake.domain.principal import Principal, Role
from intake.domain.story import TicketStory
from intake.domain.ticket import State
from intake.domain.token import Token
from storage.reader import SqlReader
from tests.harness.mail_sink import MailSink, Received
from tests.harness.patience import AT_MOST
from tests.serve.open_desk import OpenDesk, open_desk

ANN = "ann@customer.example"
INCIDENT = "Nobody at the plant can log in to the ERP. It shows a system error since 8:00."
REQUEST = "How do I change the delivery address of an order in the ERP?"
T = TypeVar("T")
PATIENCE = 15.0  # seconds


@dataclass
class Bench:
    """The desk, a sink for what it sends, and one HTTP client for everybody."""

    desk: OpenDesk
    sink: MailSink
    http: httpx2.AsyncClient

    def token(self, name: str, team: str) -> str:
        store = self.desk.parts.store
        with store.begin() as books:
            number = books.next_id()
            text, sha256 = new_token(number)
            who = Principal(name=name, role=Role.AGENT, teams=frozenset({team}))
            now = self.desk.parts.clock()
            books.tokens.add(Token(id=number, principal=who, secret_sha256=sha256, created_at=now, created_by="the test"))
        return text

    async def does(self, token: str, verb: str, body: Mapping[str, str] | None = None, number: int = 1001) -> None:
        answer = await self.http.post(
            f"/api/v1/tickets/HD-{number}/{verb}", json=dict(body or {}), headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 200, answer.text

    async def mail_to(self, address: str, *, about: str = "", after: int = 0) -> Received:
        """The first one to this address, later than the first `after`, whose body has `about`."""
        return await soon(lambda: self._found(address, about, after))

    async def _found(self, address: str, about: str, after: int) -> Received | None:
        return next((m for m in self.sink.received[after:] if address in m.rcpts and about in m.body), None)

    async def reaches(self, state: State, number: int = 1001) -> TicketStory:
        async def story() -> TicketStory | None:
            found = self.story(number)
            return found if found.line.ticket.state is state else None

        return await soon(story)

    def story(self, number: int = 1001) -> TicketStory:
        with self.desk.parts.store.reading() as connection:
            story = SqlReader(connection).story(number)
        assert story is not None
        return story


@asynccontextmanager
async def bench_in(folder: Path) -> AsyncIterator[Bench]:
    with MailSink() as sink:
        async with open_desk(folder / "data", smtp_relay=sink.url) as desk, client_of(desk) as http:
            yield Bench(desk, sink, http)


def client_of(desk: OpenDesk) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=f"http://{desk.doors.web}", timeout=AT_MOST)


async def soon(look: Callable[[], Awaitable[T | None]]) -> T:
    for _ in range(int(PATIENCE / 0.05)):
        if (found := await look()) is not None:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen in time")


def letter(text: str, *, subject: str = "ERP", name: str = "first", headers: str = "") -> bytes:
    return (
        f"From: Ann <{ANN}>\r\nTo: desk@localhost\r\nSubject: {subject}\r\nMessage-ID: <{name}@customer.example>\r\n"
        f"{headers}\r\n{text}\r\n"
    ).encode()


def answer_to(received: Received, text: str, name: str) -> tuple[bytes, str]:
    """Ann's mail client answers: the mail, and where it goes."""
    headers = f"In-Reply-To: <{received.message_id}>\r\n"
    to = str(received.mail["Reply-To"])
    return letter(text, subject=f"Re: {received.mail['Subject']}", name=name, headers=headers), to


def link(received: Received, ending: str = "") -> str:
    urls = re.findall(r"https?://\S+/t/\S+", received.body)
    return str(next(url for url in urls if url.endswith(ending)))


@pytest.mark.parametrize(("text", "team", "kind"), [(INCIDENT, "cio", "incident"), (REQUEST, "process", "service_request")])
async def test_a_ticket_from_the_first_mail_to_the_last_click(tmp_path: Path, text: str, team: str, kind: str) -> None:
    async with bench_in(tmp_path) as bench:
        await work_it_through(bench, text, team, kind)


async def work_it_through(bench: Bench, text: str, team: str, kind: str) -> None:
    ben, tier_two = bench.token("Ben", "support"), bench.token("Cleo", team)
    await bench.desk.mails(letter(text), sender=ANN)
    acknowledgement = await bench.mail_to(ANN, about="HD-1001")
    page = await bench.http.get(link(acknowledgement))
    assert page.status_code == 200
    assert bench.story().line.ticket.kind.value == kind

    await bench.does(ben, "take")
    await bench.does(ben, "note", {"text": "Same as last week?"})
    await bench.does(ben, "escalate", {"reason": "beyond us", "tried": "asked the obvious"})
    handed = await bench.mail_to(f"{team}@localhost", about="asked the obvious")
    assert "Ben" in handed.body
    await bench.does(tier_two, "take")
    await bench.does(tier_two, "reply", {"text": "Which site are you at?"})
    asked = await bench.mail_to(ANN, about="Which site")
    assert asked.mail["In-Reply-To"] == "<first@customer.example>"
    mail, to = answer_to(asked, "At the plant in Ulm.", "second")
    await bench.desk.mails(mail, sender=ANN, to=to)
    await soon(lambda: heard(bench, "Ulm"))

    await bench.does(tier_two, "resolve", {"text": "The directory was down. It is up again."})
    final = await bench.mail_to(ANN, about="up again")
    assert final.mail["In-Reply-To"] == "<second@customer.example>"
    await confirm(bench, final)
    story = await bench.reaches(State.CLOSED)
    assert [event.actor for event in story.events if event.kind is EventKind.CLOSED] == [ANN]
    assert not any("Same as last week" in mail.body for mail in bench.sink.received)


async def heard(bench: Bench, what: str) -> bool | None:
    return any(what in message.body for message in bench.story().messages) or None


async def confirm(bench: Bench, final: Received) -> None:
    """Looking changes nothing; the form on the page does."""
    before = len(bench.desk.ledger())
    page = await bench.http.get(link(final, "/yes"))
    assert page.status_code == 200
    assert len(bench.desk.ledger()) == before
    action = re.search(r'action="([^"]*/confirm)"', page.text)
    assert action is not None
    form = page.text[action.start() : page.text.index("</form>", action.start())]
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    done = await bench.http.post(urljoin(str(page.url), action[1]), data=fields)
    assert done.status_code == 303, done.text


async def test_a_final_response_that_comes_back_returns_to_the_agent_with_the_reason(tmp_path: Path) -> None:
    async with bench_in(tmp_path) as bench:
        ben = bench.token("Ben", "support")
        await bench.desk.mails(letter(INCIDENT), sender=ANN)
        await bench.mail_to(ANN, about="HD-1001")
        await bench.does(ben, "take")
        await bench.does(ben, "resolve", {"text": "The plug was loose."})
        final = await bench.mail_to(ANN, about="The plug was loose")
        await bench.reaches(State.RESOLVED)  # nothing came back within the second that this desk waits
        report = (
            "From: MAILER-DAEMON@relay.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nNobody by that name.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"
            f"Final-Recipient: rfc822; {ANN}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
        )
        await bench.desk.mails(report.encode(), sender="<>", to=final.mail_from)
        story = await bench.reaches(State.IN_PROGRESS)
        assert [d.state for d in story.deliveries if d.reply is not None] == [DeliveryState.FAILED]
        reasons = " / ".join(event.reason for event in story.events)
        assert "the final response did not arrive: bounced 5.1.1" in reasons
        assert f"{ANN} cannot be reached" in (await bench.mail_to("support@localhost", about="cannot be reached")).body
        await bench.does(ben, "confirm_undeliverable", {"reason": "they have left"})
        await bench.reaches(State.RESOLVED)
