"""What is too large, too often, of another type or misspelt; and a store that is away."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.api.door import Rate
from channels.serve.body_limit import MEGABYTE
from intake.domain.principal import Role
from tests.api.api_at_work import ANN, ApiAtWork, api_at_work


async def in_pieces(size: int, opening: bytes = b"") -> AsyncIterator[bytes]:
    """A body that does not say how long it will be."""
    yield opening
    for _ in range(size // 65536 + 1):
        yield b" " * 65536


async def test_a_body_that_is_announced_too_large_is_refused(api: ApiAtWork) -> None:
    ticket = await api.hears()
    refused = await api.send("POST", f"/tickets/{ticket}/note", api.admin, raw=b" " * (MEGABYTE + 1))
    assert refused.status == 413


@pytest.mark.parametrize("path", ["/tickets/1001/note", "/tickets", "/outbox/1/give-up"])
async def test_a_body_that_comes_in_pieces_is_refused_when_it_has_become_too_large(api: ApiAtWork, path: str) -> None:
    await api.hears()
    headers = {"Authorization": f"Bearer {api.admin}", "Content-Type": "application/json"}
    answer = await api.client.post(f"/api/v1{path}", content=in_pieces(MEGABYTE), headers=headers)
    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert len(api.ledger()) == 1


async def test_a_stranger_is_turned_away_before_a_large_body_is_read(api: ApiAtWork) -> None:
    read: list[bytes] = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            read.append(b" ")
            yield b" " * 65536

    answer = await api.client.post("/api/v1/tickets", content=endless())
    assert answer.status_code == 401
    assert len(read) < 3


async def test_the_largest_text_fits(api: ApiAtWork) -> None:
    ticket = await api.hears()
    assert (await api.post(f"/tickets/{ticket}/note", api.admin, {"text": "ß" * 50_000})).status == 200
    too_long = await api.post(f"/tickets/{ticket}/note", api.admin, {"text": "ß" * 50_001})
    assert (too_long.status, "50000 are allowed" in str(too_long.at("errors", 0, "says"))) == (422, True)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""])
async def test_a_body_that_is_no_json_is_refused_by_its_type(api: ApiAtWork, kind: str) -> None:
    ticket = await api.hears()
    headers = {"Content-Type": kind}
    refused = await api.send("POST", f"/tickets/{ticket}/note", api.admin, raw=b'{"text": "x"}', headers=headers)
    assert refused.status == 415


async def test_a_charset_beside_the_type_does_no_harm(api: ApiAtWork) -> None:
    ticket = await api.hears()
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert (await api.send("POST", f"/tickets/{ticket}/take", api.admin, raw=b"{}", headers=headers)).status == 200


async def test_another_method_is_405_and_another_path_404(api: ApiAtWork) -> None:
    wrong = await api.send("DELETE", "/tickets", api.admin)
    assert (wrong.status, "GET" in wrong.headers["Allow"]) == (405, True)
    for path in ("/nothing", "/tickets/", "/tickets/HD-1/report_delivery", "/tickets/HD-1/press_key"):
        assert (await api.post(path, api.admin)).status == 404


async def test_permission_comes_before_the_body(api: ApiAtWork) -> None:
    refused = await api.send(
        "POST", "/tickets/HD-1/note", api.token(Role.AUDITOR), raw=b"no json", headers={"Content-Type": "x"}
    )
    assert refused.status == 403


async def test_one_token_that_asks_too_often_waits_and_another_does_not(
    tmp_path: Path, api: ApiAtWork, sqlite_template: Path
) -> None:
    async with api_at_work(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", per_minute=3) as slow:
        assert [(await slow.get("/me", slow.of(ANN))).status for _ in range(4)] == [200, 200, 200, 429]
        refused = await slow.get("/me", slow.of(ANN))
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        assert (await slow.get("/me", slow.token(Role.LEAD))).status == 200


def test_each_token_has_its_own_minute() -> None:
    rate = Rate(2)
    assert [rate.allow(1), rate.allow(1), rate.allow(2)] == [0, 0, 0]
    assert 1 <= rate.allow(1) <= 60


async def test_a_store_that_is_away_says_when_to_try_again(api: ApiAtWork, tmp_path: Path) -> None:
    token = api.admin
    ticket = await api.hears()
    for name in ("desk.db", "desk.db-wal", "desk.db-shm"):
        (tmp_path / name).rename(tmp_path / f"{name}.away")
    for answer in (await api.get("/tickets", token), await api.post(f"/tickets/{ticket}/take", token)):
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "sqlite" not in answer.response.text.lower()
    for name in ("desk.db", "desk.db-wal", "desk.db-shm"):
        (tmp_path / f"{name}.away").rename(tmp_path / name)
    assert (await api.get("/tickets", token)).status == 200
