"""Clocks over HTTP."""

from datetime import timedelta

from intake.domain.principal import Role
from tests.api.api_at_work import ANN, ApiAtWork
from tests.desk.at_the_desk import BURNING, MONDAY


async def test_the_queue_names_what_is_due_first_and_how_long_there_is(api: ApiAtWork) -> None:
    await api.hears()
    api.classifier.label = BURNING
    await api.hears()
    api.clock.now = MONDAY + timedelta(minutes=5)
    found = await api.get("/queue", api.admin)
    assert [found.at(0, "number"), found.at(1, "number")] == ["HD-1002", "HD-1001"]
    assert (found.at(0, "minutes_left"), found.at(0, "clocks", 0, "state")) == (10, "running")
    api.clock.now = MONDAY + timedelta(minutes=20)
    late = await api.get("/queue?limit=1", api.admin)
    assert (late.at(0, "minutes_left"), late.at(0, "clocks", 0, "state")) == (-5, "breached")


async def test_mine_is_what_is_assigned_to_whom_the_token_speaks_for(api: ApiAtWork) -> None:
    await api.hears()
    await api.hears()
    robin = api.token(Role.AGENT, name="Robin")
    assert (await api.post("/tickets/HD-1001/take", robin)).status == 200
    assert (await api.get("/queue?mine=true", robin)).at(0, "number") == "HD-1001"
    assert (await api.get("/queue?assigned_to=-", robin)).at(0, "number") == "HD-1002"
    assert (await api.get("/queue?team=process", robin)).response.json() == []
    assert (await api.get("/queue?tam=process", robin)).status == 422


async def test_a_ticket_tells_its_clocks_to_the_desks_people_alone(api: ApiAtWork) -> None:
    await api.hears()
    api.clock.now = MONDAY + timedelta(hours=2)
    told = await api.get("/tickets/HD-1001/sla", api.admin)
    assert (told.at("clocks", 0, "clock"), told.at("clocks", 0, "elapsed_seconds")) == ("response", 7200.0)
    assert told.at("clocks", 0, "stretches", 0, "counts") is True
    assert (await api.get("/tickets/HD-1001/sla", api.of(ANN))).status == 403
    assert (await api.get("/tickets/HD-9/sla", api.admin)).status == 404
