"""The description of the API is true: whatever is sent, over a real socket, is answered as it says."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from channels.api.bearer import new_token
from channels.serve.compose import Parts
from intake.domain.channel import Address, AddressKind
from intake.domain.principal import Principal, Role
from intake.domain.ticket_message import TicketMessage
from intake.domain.token import Token
from tests.serve.open_desk import OpenDesk, open_desk

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
ROLES = {
    "requester": Principal(
        name="ann", role=Role.REQUESTER, address=Address(kind=AddressKind.EMAIL, value="ann@customer.example")
    ),
    "agent": Principal(name="cleo", role=Role.AGENT, teams=frozenset({"cio"})),
    "lead": Principal(name="lee", role=Role.LEAD, teams=frozenset({"cio_leads"})),
    "admin": Principal(name="root", role=Role.ADMIN),
    "auditor": Principal(name="otto", role=Role.AUDITOR),
}
A_FEW = settings(
    max_examples=14,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
MAIL = b"From: ann@customer.example\r\nSubject: VPN %d\r\nMessage-ID: <%d@customer.example>\r\n\r\nThe VPN is down.\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    desk: OpenDesk
    tokens: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://{self.desk.doors.web}/api/v1"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A desk with its own event loop, beside the test."""
    folder = tmp_path_factory.mktemp("running")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("INTAKE_API_REQUESTS_PER_MINUTE", "1000000")
        opened: Future[Running] = Future()
        closing = threading.Event()
        thread = threading.Thread(target=lambda: asyncio.run(_run(folder, opened, closing)))
        thread.start()
        running = opened.result(timeout=30)
        try:
            plan(running)
            yield running
        finally:
            closing.set()
        thread.join(timeout=30)


async def _run(folder: Path, opened: "Future[Running]", closing: threading.Event) -> None:
    async with open_desk(folder) as desk:
        await desk.mails(*(MAIL % (number, number) for number in range(6)))
        opened.set_result(Running(desk=desk, tokens={name: make_token(desk.parts, who) for name, who in ROLES.items()}))
        await asyncio.to_thread(closing.wait)


def make_token(parts: Parts, principal: Principal) -> str:
    with parts.store.begin() as books:
        number = books.next_id()
        text, sha256 = new_token(number)
        token = Token(id=number, principal=principal, secret_sha256=sha256, created_at=parts.clock(), created_by="the test")
        books.tokens.add(token)
    return text


def ids(desk: OpenDesk) -> list[str]:
    """Of whatever there is: some fit a path, some do not."""
    with desk.parts.store.looking() as reader:
        ledger = [entry.id for entry in reader.ledger(limit=3)]
        outbox = [delivery.id for delivery in reader.outbox(limit=6)]
        contacts = [contact.id for contact in reader.contacts(limit=3)]
    messages = [message.id for line in desk.tickets() for message in _story(desk, line.ticket.number)]
    return [str(number) for number in (*messages, *ledger, *outbox, *contacts)]


def _story(desk: OpenDesk, number: int) -> Sequence[TicketMessage]:
    with desk.parts.store.looking() as reader:
        story = reader.story(number)
    return story.messages if story else ()


def plan(running: Running) -> None:
    """A change on HD-1001, and an agreement that it has hours of."""
    period = {"starts": "2020-01-01", "ends": "2999-12-31"}
    agreement = {"agreement": "ACME", "party": "ACME", "minutes": 600, "spenders": ["cio"], **period}
    for path, body in (
        ("/tickets/1001/relabel", {"kind": "enhancement", "category": "change_request"}),
        ("/agreements", agreement),
        ("/tickets/1001/plan_change", {"risk": "low", "services": ["VPN"], "backout_plan": "Back again."}),
        ("/tickets/1001/submit_change", {}),
    ):
        headers = {"Authorization": f"Bearer {running.tokens['admin']}", "Content-Type": "application/json"}
        assert requests.post(f"{running.url}{path}", data=json.dumps(body), headers=headers, timeout=30).ok


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_answer_is_as_the_description_says(running: Running, mode: GenerationMode) -> None:
    """To requests as described, and to those that are not, with tokens of every role."""
    schema = schemathesis.openapi.from_url(f"{running.url}/openapi.json")
    known = ids(running.desk)
    answered: Counter[int] = Counter()
    with requests.Session() as session:
        for found in schema.get_all_operations():
            assert isinstance(found, Ok)

            @A_FEW
            @given(case=found.ok().as_strategy(generation_mode=mode), data=st.data())
            def is_answered_as_described(case: schemathesis.Case, data: st.DataObject) -> None:  # type: ignore[type-arg]
                token = running.tokens[data.draw(st.sampled_from(["admin", *ROLES]))]
                if "number" in case.path_parameters:
                    case.path_parameters["number"] = data.draw(st.sampled_from(["HD-1001", "1002", "HD-1006", "HD-77"]))
                if "id" in case.path_parameters:
                    case.path_parameters["id"] = data.draw(st.sampled_from(known))
                if "name" in case.path_parameters:
                    case.path_parameters["name"] = data.draw(st.sampled_from(["ACME", "none", "a.csv"]))
                headers = {"Authorization": f"Bearer {token}"}
                answer = case.call_and_validate(session=session, headers=headers, checks=CHECKS)
                answered[answer.status_code] += 1

            is_answered_as_described()
    assert {200, 403, 404, 422} <= set(answered), answered
