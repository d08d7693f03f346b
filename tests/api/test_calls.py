"""Phone calls by the API."""

from tests.api.api_at_work import ANN, ApiAtWork


async def test_nobody_has_called_yet(api: ApiAtWork) -> None:
    answer = await api.get("/calls", api.admin)
    assert (answer.status, answer.response.json()) == (200, {"items": [], "next": None})


async def test_a_requester_does_not_learn_who_calls(api: ApiAtWork) -> None:
    assert (await api.get("/calls", api.of(ANN))).status == 403
