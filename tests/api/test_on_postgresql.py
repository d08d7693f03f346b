"""The same on a database server."""

from pathlib import Path

import pytest

from tests.api.api_at_work import ANN, EVE, api_at_work
from tests.api.changes_at_work import AGREEMENT, GRANTED, opens_agreement, scheduled

pytestmark = pytest.mark.postgres


async def test_a_ticket_is_opened_worked_on_and_looked_up(
    tmp_path: Path, pg_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with api_at_work(tmp_path, pg_database) as api:
        opened = await api.post("/tickets", api.of(ANN), {"text": "It is\0 down"}, Idempotency_Key="one")
        again = await api.post("/tickets", api.of(ANN), {"text": "It is\0 down"}, Idempotency_Key="one")
        assert [each.at("ticket", "number") for each in (opened, again)] == ["HD-1001", "HD-1001"]
        await api.post("/tickets", api.of(EVE), {"text": "It is up"})
        noted = await api.post(
            "/tickets/1001/note", api.admin, {"text": "a\0b"}, If_Match=f'"{opened.at("ticket", "revision")}"'
        )
        assert noted.status == 200
        assert (await api.post("/tickets/1001/take", api.admin, If_Match='"0"')).status == 409
        for path in ("/tickets/999999999999", "/contacts/9223372036854775807", "/ledger/9223372036854775807"):
            assert (await api.get(path, api.admin)).status == 404
        assert (await api.post("/tickets/1001/merge", api.admin, {"into": 9223372036854775807})).status == 404
        found = await api.get(f"/tickets?caller={ANN}&state=new&tier=1&limit=1", api.admin)
        assert found.at("items", 0, "number") == "HD-1001"
        page = await api.get("/tickets?limit=1", api.admin)
        assert (page.at("items", 0, "number"), page.body["next"]) == ("HD-1002", {"before": 1002})
        for path in ("/events", "/ledger", "/outbox", "/contacts"):
            assert (await api.get(path, api.admin)).at("items", 0)
        assert (await api.get("/tickets/1001", api.of(EVE))).status == 404


async def test_a_change_goes_its_way_and_its_hours_are_counted(
    tmp_path: Path, pg_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with api_at_work(tmp_path, pg_database) as api:
        assert (await opens_agreement(api)).status == 201
        ticket = await scheduled(api, hours=True)
        assert (await api.get(f"/changes/{ticket}", api.admin)).at("reserved") == 240
        for query, found in (
            (f"agreement={AGREEMENT}&stage=scheduled", 1),
            ("agreement=a%00b", 0),
            ("incident=999999999999", 0),
        ):
            listed = await api.get(f"/changes?{query}", api.admin)
            assert (listed.status, len(listed.body["items"])) == (200, found)  # type: ignore[arg-type]
        assert (await api.get("/changes/calendar", api.admin)).at(0, "ticket") == f"HD-{ticket}"
        assert (await api.get("/agreements/ACME%202026", api.admin)).at("left") == GRANTED - 240
        assert (await api.get("/agreements/ACME%202026.csv", api.admin)).response.text.count("\r\n") == 3
        for path in ("/agreements/%00", "/agreements/%00.csv", "/changes/9223372036854775807"):
            assert (await api.get(path, api.admin)).status == 404
        assert (await api.get(f"/tickets/{ticket}", api.of(ANN))).at("change", "stage") == "scheduled"
