"""Letting out what the outbound gate holds, by the API."""

from dataclasses import replace

import pytest

from intake.domain.delivery import DeliveryState
from intake.domain.principal import Role
from tests.api.api_at_work import ApiAtWork

WHY = "outbound gate: 30 to this recipient within 60 minutes (per_recipient)"


async def some_held(api: ApiAtWork, how_many: int) -> list[int]:
    """Their ids; all to the same address, each on a ticket of its own."""
    tickets = [await api.hears() for _ in range(how_many)]
    with api.parts.store.begin() as books:
        with api.parts.store.looking() as reader:
            found = [reader.outbox(ticket=ticket, limit=9)[-1] for ticket in tickets]
        for delivery in found:
            books.outbox.save(replace(delivery, state=DeliveryState.HELD, error=WHY))
    return [delivery.id for delivery in found]


def states(api: ApiAtWork, ids: list[int]) -> list[DeliveryState]:
    with api.parts.store.looking() as reader:
        found = [reader.delivery(id) for id in ids]  # noqa: A001 - the outbox's own word
    return [delivery.state for delivery in found if delivery is not None]


async def test_all_that_has_something_in_common_is_let_out_in_portions(api: ApiAtWork) -> None:
    ids = await some_held(api, 3)
    assert (await api.post("/outbox/release", api.admin)).body == {"released": 0, "more": False}, "nothing was asked for"
    assert (await api.post("/outbox/release?address=bob@x.example", api.admin)).body == {"released": 0, "more": False}
    first = await api.post("/outbox/release?because=per_recipient&channel=email&limit=2", api.token(Role.ADMIN, name="Lea"))
    assert (first.status, first.body) == (200, {"released": 2, "more": True})
    rest = await api.post("/outbox/release?everything=true", api.admin)
    assert rest.body == {"released": 1, "more": False}
    assert states(api, ids) == [DeliveryState.QUEUED] * 3
    timeline = await api.get("/events?kind=delivery_retried", api.admin)
    assert timeline.at("items", 0, "actor") == "Lea"


@pytest.mark.parametrize(
    "misspelt", ["to=ann@customer.example", "because=per_rcpt", "channel=pigeon", "ticket=7x", "limit=501"]
)
async def test_a_misspelt_filter_lets_nothing_out(api: ApiAtWork, misspelt: str) -> None:
    ids = await some_held(api, 1)
    assert (await api.post(f"/outbox/release?{misspelt}&everything=true", api.admin)).status in {404, 422}
    assert states(api, ids) == [DeliveryState.HELD]


async def test_only_who_may_work_the_outbox_may_let_something_out(api: ApiAtWork) -> None:
    ids = await some_held(api, 1)
    assert (await api.post("/outbox/release?everything=true", api.token(Role.AUDITOR))).status == 403
    assert states(api, ids) == [DeliveryState.HELD]
