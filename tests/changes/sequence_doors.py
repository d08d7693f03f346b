"""The doors through which random sequences reach the desk: the desk itself, the API, the command line."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields

import httpx2

from channels.api.bearer import new_token
from channels.api.behind import Behind
from channels.api.bodies import raw_of
from channels.api.listen import make_api
from channels.api.settings import ApiSettings
from channels.cli.main import main
from channels.serve.compose import PARSERS
from intake.desk.incoming import understand
from intake.desk.reading import Reader
from intake.domain import deed as d
from intake.domain.arrival import Arrival
from intake.domain.deed import AgreementDeed, Deed
from intake.domain.delivery import Delivery
from intake.domain.held import WhichHeld
from intake.domain.principal import Principal
from intake.domain.receipt import Receipt
from intake.domain.token import Token
from tests.changes.change_desk import ChangeDesk
from tests.changes.oracle_people import IN_DIRECTORY

STANDING_IN = {"Sam", "Sue", "Tom"}  # on certain days alone


class ApiDoor:
    """One application for all sequences, in front of whichever desk is `at` work."""

    def __init__(self, desk: ChangeDesk) -> None:
        self.at = desk
        self._tokens: dict[str, str] = {}
        self._runner = asyncio.Runner()
        behind = Behind(
            receive=self._receive,
            page_of=lambda _: None,
            library=self,
            office=NoOffice(),
            policy=desk.policy,
            clock=lambda: self.at.clock(),  # noqa: PLW0108 - of whichever desk it is then
        )
        transport = httpx2.ASGITransport(app=make_api(behind, ApiSettings(api_requests_per_minute=100_000)))
        self._client = httpx2.AsyncClient(transport=transport, base_url="http://desk.test")

    def begins_at(self, desk: ChangeDesk) -> None:
        self.at = desk
        self._tokens.clear()

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()

    @contextmanager
    def looking(self) -> Iterator[Reader]:
        with self.at.store.looking() as reader:
            yield reader

    def takes(self, by: Principal) -> bool:
        """There is one token of a name."""
        return IN_DIRECTORY.get(by.name, by) == by

    def does(self, deed: Deed | AgreementDeed, by: Principal, ticket: int | None) -> bool:
        """Whether it was done."""
        return self._runner.run(self._post(deed, by, ticket))

    async def _post(self, deed: Deed, by: Principal, ticket: int | None) -> bool:
        body = raw_of(deed)
        path = f"/tickets/{ticket}/{deed.verb}"
        if isinstance(deed, AgreementDeed):
            path = "/agreements" if isinstance(deed, d.OpenAgreement) else f"/agreements/{deed.agreement}/{deed.verb}"
            if not isinstance(deed, d.OpenAgreement):
                body = json.dumps({key: value for key, value in json.loads(body).items() if key != "agreement"}).encode()
        headers = {"Authorization": f"Bearer {self._token(by)}", "Content-Type": "application/json"}
        answer = await self._client.post(path, content=body, headers=headers)
        assert answer.status_code in {200, 201, 202, 403, 404, 409}, answer.text
        return answer.status_code < 202

    def _token(self, by: Principal) -> str:
        key = repr(by)
        if key not in self._tokens:
            with self.at.store.begin() as books:
                number = books.next_id()
                self._tokens[key], sha256 = new_token(number)
                books.tokens.add(
                    Token(id=number, principal=by, secret_sha256=sha256, created_at=self.at.clock(), created_by="the test")
                )
        return self._tokens[key]

    async def _receive(self, arrival: Arrival) -> Receipt:
        incoming = understand(arrival, PARSERS[arrival.channel], self.at.classifier)
        with self.at.store.begin() as books:
            return self.at.desk.receive(incoming, books)


class NoOffice:
    """Nobody asks for it here."""

    async def replay(self, id: int) -> Receipt:
        raise AssertionError(id)

    async def retry(self, id: int, by: str) -> Delivery:
        raise AssertionError(id)

    async def release(self, which: WhichHeld, most: int, by: str) -> int:
        raise AssertionError(which)

    async def give_up(self, id: int, why: str, by: str) -> Delivery:
        raise AssertionError(id)


@dataclass(frozen=True, slots=True)
class CommandLine:
    """Types what it can: people of the directory, and deeds for which the hour does not matter (its clock is the real one)."""

    def takes(self, deed: Deed, by: Principal) -> bool:
        return type(deed) in _COMMANDS and by.name not in STANDING_IN and IN_DIRECTORY.get(by.name) == by

    def does(self, deed: Deed, by: Principal, ticket: int) -> bool:
        given = _COMMANDS[type(deed)].split()
        for field in fields(deed):
            given += _option(field.name, getattr(deed, field.name))
        code = main([*given[:2], f"HD-{ticket}", *given[2:], "--as", by.name])
        assert code in {0, 1}, given
        return code == 0


def _option(name: str, value: object) -> list[str]:
    option = "--" + name.replace("_", "-")
    if name == "services" and isinstance(value, tuple):
        return [word for service in value for word in ("--service", service)]
    if value in {None, "", False}:
        return []
    return [option] if value is True else [option, str(value)]


_COMMANDS: Mapping[type[Deed], str] = {
    d.PlanChange: "change plan",
    d.SubmitChange: "change submit",
    d.ApproveChange: "change approve",
    d.RejectChange: "change reject",
    d.ReworkChange: "change rework",
    d.WithdrawChange: "change withdraw",
    d.CompleteChange: "change complete",
    d.CloseChange: "change close",
    d.AddTask: "change add-task",
    d.UseTemplate: "change use-template",
}
