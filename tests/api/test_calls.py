"""Phone calls by the API."""

from dataclasses import replace

from tests.api.api_at_work import ANN, ApiAtWork
from tests.storage.call_examples import A_CALL, LINE, MINUTE, ring
from tests.storage.call_examples import ANN as HER_NUMBER
from tests.storage.examples import NOW


async def test_nobody_has_called_yet(api: ApiAtWork) -> None:
    answer = await api.get("/calls", api.admin)
    assert (answer.status, answer.response.json()) == (200, {"items": [], "next": None})


async def test_calls_are_told_page_by_page_the_newest_first(api: ApiAtWork) -> None:
    with api.parts.store.begin() as books:
        late = ring(books, "CA1", replace(A_CALL, began_at=NOW + MINUTE, caller=""))
        ring(books, "CA2", replace(A_CALL, said=True, connected_to="Robin", ended_at=NOW + MINUTE))
    first = (await api.get("/calls?limit=1", api.admin)).response.json()
    assert [(one["name"], one["caller"], one["ended_at"], one["connected_to"]) for one in first["items"]] == [
        ("CA1", None, None, None)
    ]
    assert first["next"] == {"before": late.id}
    (earlier,) = (await api.get(f"/calls?before={late.id}", api.admin)).response.json()["items"]
    assert (earlier["name"], earlier["caller"], earlier["line"], earlier["said"]) == ("CA2", HER_NUMBER, LINE, True)
    assert (earlier["connected_to"], earlier["ticket"][:3]) == ("Robin", "HD-")


async def test_a_requester_does_not_learn_who_calls(api: ApiAtWork) -> None:
    assert (await api.get("/calls", api.of(ANN))).status == 403
