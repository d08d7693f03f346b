"""Who may come in: nothing of a request is looked at before its token."""

import pytest

from channels.api.bearer import new_token, parse_bearer
from intake.domain.principal import Principal, Role
from tests.api.api_at_work import ANN, ApiAtWork

A_TOKEN, _ = new_token(7)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer hd_1"},
        {"Authorization": f"Basic {A_TOKEN}"},
        {"Authorization": f"Bearer {A_TOKEN}"},
        {"Authorization": f"Bearer {A_TOKEN}x"},
        {"Authorization": f"Bearer hd_99999999999999999999_{A_TOKEN[-43:]}"},
    ],
)
@pytest.mark.parametrize("path", ["/tickets", "/tickets/HD-1", "/me", "/nothing-of-that-name", "/"])
async def test_without_a_good_token_every_path_is_the_same(api: ApiAtWork, path: str, headers: dict[str, str]) -> None:
    refused = await api.send("GET", path, headers=headers)
    assert refused.status == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_body_is_not_read_before_the_token(api: ApiAtWork) -> None:
    refused = await api.send("POST", "/tickets", raw=b"{ this is no JSON")
    assert refused.status == 401


async def test_a_secret_of_another_token_opens_nothing(api: ApiAtWork) -> None:
    mine, theirs = api.admin, api.of(ANN)
    mixed = f"hd_{mine.split('_')[1]}_{theirs.split('_', 2)[2]}"
    assert (await api.get("/me", mine)).status == 200
    assert (await api.get("/me", mixed)).status == 401


async def test_a_revoked_token_opens_nothing_from_now_on(api: ApiAtWork) -> None:
    token = api.admin
    assert (await api.get("/me", token)).status == 200
    with api.parts.store.begin() as books:
        assert books.tokens.revoke(int(token.split("_")[1]), api.clock())
    refused = await api.get("/me", token)
    assert refused.status == 401
    assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]


async def test_two_authorization_headers_are_none(api: ApiAtWork) -> None:
    headers = [("Authorization", f"Bearer {api.admin}"), ("Authorization", f"Bearer {api.of(ANN)}")]
    assert (await api.client.get("/api/v1/me", headers=headers)).status_code == 401


async def test_the_description_is_open_to_everybody(api: ApiAtWork) -> None:
    answer = await api.send("GET", "/openapi.json")
    assert answer.status == 200
    assert answer.at("servers", 0, "url") == "/api/v1"


async def test_a_token_says_whose_it_is_and_never_its_hash(api: ApiAtWork) -> None:
    token = api.make_token(Principal(name="cleos script", role=Role.AGENT, teams=frozenset({"cio"})))
    me = await api.get("/me", token)
    assert (me.body["name"], me.body["role"], me.body["teams"]) == ("cleos script", "agent", ["cio"])
    assert "sha256" not in me.response.text
    assert token.split("_", 2)[2] not in me.response.text


def test_each_token_is_another_and_is_found_again_by_its_hash() -> None:
    text, sha256 = new_token(41)
    again = parse_bearer(f"bearer {text}")
    assert again is not None
    assert (again.id, again.secret_sha256) == (41, sha256)
    assert new_token(41)[0] != text
