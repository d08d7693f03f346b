"""Changes over HTTP: done as deeds of a ticket, looked at as lists, one by one and in a calendar."""

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.api.api_at_work import ANN, ApiAtWork, api_at_work
from tests.api.changes_at_work import (
    AGREEMENT,
    PLAN,
    a_draft,
    approved,
    asked,
    cleo,
    done,
    lee,
    lou,
    opens_agreement,
    scheduled,
)
from tests.desk.staff import policy_with_staff

OWNER = "olga@acme.example"


async def test_a_change_goes_its_way_from_the_request_to_its_end(api: ApiAtWork) -> None:
    await opens_agreement(api)
    ticket = await scheduled(api, hours=True)
    api.clock.advance(days=1, minutes=5)
    await done(api, ticket, "implement_change", cleo(api))
    booked = {"minutes": 90, "text": "Made it wider", "worked_on": api.clock().date().isoformat()}
    await done(api, ticket, "book_hours", cleo(api), booked)
    await done(api, ticket, "complete_change", cleo(api), {"text": "As planned"})
    end = {"close_code": "successful", "text": "Works", "final_response": "Your report is wider now."}
    closed = await done(api, ticket, "close_change", cleo(api), end)
    assert closed.at("change", "stage") == "closed"
    story = await api.get(f"/tickets/{ticket}", api.admin)
    assert story.at("change", "close_code") == "successful"
    assert (story.at("change", "reserved"), story.at("change", "spent")) == (0, 90)
    assert story.at("messages", -1, "body") == "Your report is wider now."


async def test_a_deed_about_a_change_answers_with_the_change(api: ApiAtWork) -> None:
    ticket = await a_draft(api)
    planned = await done(api, ticket, "plan_change", cleo(api), PLAN)
    assert planned.at("change", "number") == f"HD-{ticket}"
    assert planned.at("change", "services") == ["Reports", "Mail"]
    assert (await done(api, ticket, "take", cleo(api))).at("change", "stage") == "draft"


async def test_a_deed_on_a_ticket_without_a_change_has_none(api: ApiAtWork) -> None:
    assert (await done(api, await api.hears(), "take", api.admin)).body["change"] is None


async def test_what_the_process_forbids_says_what_to_do_instead(api: ApiAtWork) -> None:
    ticket = await a_draft(api)
    refused = await api.post(f"/tickets/{ticket}/request_approval", cleo(api))
    assert refused.status == 409
    assert "hand it in first (submit_change)" in str(refused.body["detail"])


async def test_nobody_approves_what_they_asked_for_themselves(api: ApiAtWork) -> None:
    ticket = await a_draft(api)
    await done(api, ticket, "plan_change", lee(api), PLAN)
    await done(api, ticket, "submit_change", lee(api))
    await done(api, ticket, "request_approval", lee(api))
    assert (await api.post(f"/tickets/{ticket}/approve_change", lee(api))).status == 403
    assert (await api.post(f"/tickets/{ticket}/approve_change", api.admin, {"side": "cio"})).status == 403


async def test_a_change_in_full_says_what_it_waits_for_and_whom(api: ApiAtWork) -> None:
    ticket = await a_draft(api)
    assert (await api.get(f"/changes/{ticket}", api.admin)).body["waits_for"] == ["being handed in"]
    await done(api, ticket, "submit_change", cleo(api))
    missing = (await api.get(f"/changes/{ticket}", api.admin)).body["waits_for"]
    assert missing == ["its risk", "the services that it touches", "a back-out plan"]
    await done(api, ticket, "plan_change", cleo(api), PLAN)
    await done(api, ticket, "request_approval", cleo(api))
    assert (await api.get(f"/changes/{ticket}", api.admin)).body["waits_for"] == [
        "approval by CIO: Lee",
        "approval by Process: Lou",
    ]
    await done(api, ticket, "approve_change", lou(api), {"comment": "We have waited for this"})
    full = await api.get(f"/changes/{ticket}", api.admin)
    assert full.body["waits_for"] == ["approval by CIO: Lee"]
    assert full.at("decisions", 0, "comment") == "We have waited for this"


async def test_an_approval_may_be_bound_to_the_round_that_was_looked_at(api: ApiAtWork) -> None:
    ticket = await asked(api)
    await done(api, ticket, "rework_change", lou(api), {"reason": "more of it", "round": 1})
    await done(api, ticket, "request_approval", cleo(api))
    for verb, body in (("approve_change", {}), ("reject_change", {"reason": "x"}), ("rework_change", {"reason": "x"})):
        refused = await api.post(f"/tickets/{ticket}/{verb}", lee(api), {**body, "round": 1})
        assert (refused.status, "is in round 2 of its approval" in str(refused.body["detail"])) == (409, True)
    assert (await done(api, ticket, "approve_change", lee(api), {"round": 2})).at("change", "cio_approved_by") == "Lee"


async def test_a_change_in_full_names_what_else_is_in_its_window(api: ApiAtWork) -> None:
    first, second = await scheduled(api), await scheduled(api)
    full = await api.get(f"/changes/HD-{second}", api.admin)
    assert full.at("conflicts", 0, "ticket") == f"HD-{first}"
    assert full.at("conflicts", 0, "services") == ["Reports", "Mail"]
    assert full.at("window", "time_zone") == "Europe/Berlin"


async def test_a_window_may_be_given_as_local_time(api: ApiAtWork) -> None:
    ticket = await approved(api)
    year = api.clock().year + 1
    window = {"starts": f"{year}-07-01T22:00", "ends": f"{year}-07-02T02:00:00", "time_zone": "Europe/Berlin"}
    answer = await done(api, ticket, "schedule_change", cleo(api), window)
    assert answer.at("change", "window", "starts") == f"{year}-07-01T20:00:00.000000Z"


async def test_changes_are_found_by_what_they_are(api: ApiAtWork) -> None:
    await opens_agreement(api)
    draft, waits = await a_draft(api), await asked(api, hours=True)

    async def found(query: str) -> list[object]:
        items = (await api.get(f"/changes?{query}", api.admin)).body["items"]
        assert isinstance(items, list)
        return [item["number"] for item in items]

    assert await found("") == [f"HD-{waits}", f"HD-{draft}"]
    assert await found("stage=draft") == [f"HD-{draft}"]
    assert await found("stage=draft&stage=approval&kind=normal") == [f"HD-{waits}", f"HD-{draft}"]
    assert await found(f"agreement={AGREEMENT}") == [f"HD-{waits}"]
    assert await found("agreement=%00") == []
    assert await found("incident=HD-77") == []
    assert await found(f"before={waits}") == [f"HD-{draft}"]


@pytest.mark.parametrize("query", ["stage=done", "stag=draft", "kind=large", "limit=0"])
async def test_a_filter_that_nobody_knows_is_refused(api: ApiAtWork, query: str) -> None:
    assert (await api.get(f"/changes?{query}", api.admin)).status == 422


async def test_there_is_no_change_where_a_ticket_carries_none(api: ApiAtWork) -> None:
    ticket = await api.hears()
    for name in (str(ticket), "HD-77", "nonsense"):
        assert (await api.get(f"/changes/{name}", api.admin)).status == 404


async def test_the_calendar_has_what_overlaps_its_period(api: ApiAtWork) -> None:
    soon, late = await scheduled(api, days=1), await scheduled(api, days=40)
    usual = (await api.get("/changes/calendar", api.admin)).response.json()
    assert [entry["ticket"] for entry in usual] == [f"HD-{soon}"]
    since, until = (f"{api.clock() + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (39, 41))
    there = (await api.get(f"/changes/calendar?from={since}&until={until}", api.admin)).response.json()
    assert [entry["ticket"] for entry in there] == [f"HD-{late}"]


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
        "from=2026-01-01T00:00:00Z&until=2028-01-01T00:00:00Z",
        "from=2026-01-01T00:00:00",
        "from=0001-01-01T00:00:00Z",
        "until=9999-12-31T23:59:59Z",
    ],
)
async def test_a_period_that_is_none_is_refused(api: ApiAtWork, query: str) -> None:
    assert (await api.get(f"/changes/calendar?{query}", api.admin)).status == 422


async def test_an_incident_shows_its_fix_and_what_that_proposes(api: ApiAtWork) -> None:
    incident = await api.hears("The report is empty.")
    await done(api, incident, "relabel", api.admin, {"kind": "incident", "category": "data_problem"})
    opened = await done(api, incident, "open_fix", api.admin, {"text": "Count the rows again"})
    fixes = (await api.get(f"/tickets/{incident}", api.admin)).body["fixes"]
    assert isinstance(fixes, list)
    (fix,) = fixes
    assert fix["incident"] == f"HD-{incident}"
    assert str(fix["number"]) in str(opened.at("receipt", "reason"))
    assert (await api.get(f"/tickets/{incident}", api.admin)).body["proposed_response"] is None


async def test_a_requester_withdraws_their_own_change(api: ApiAtWork) -> None:
    ticket = await a_draft(api)
    answer = await done(api, ticket, "withdraw_change", api.of(ANN), {"reason": "No longer needed"})
    assert set(answer.body) == {"receipt", "ticket"}
    story = await api.get(f"/tickets/{ticket}", api.of(ANN))
    assert story.body["change"] == {"stage": "not to be done", "window": None}


FAULTS = [
    ("plan_change", {}, "", "is needed"),
    ("plan_change", {"services": ["a", " "]}, "", "each has 1 to"),
    ("plan_change", {"services": "Reports"}, "services", ""),
    ("plan_change", {"services": ["x"] * 51}, "", "50 are allowed"),
    ("plan_change", {"kind": "standard"}, "", "template"),
    ("estimate_change", {"agreement": "x", "minutes": -1}, "", ""),
    ("estimate_change", {"agreement": "x", "minutes": 1.5}, "minutes", ""),
    ("estimate_change", {"agreement": "x", "minutes": True}, "minutes", "integer"),
    ("book_hours", {"minutes": 10, "text": "x", "worked_on": "yesterday"}, "worked_on", "date"),
    ("book_hours", {"minutes": 10, "text": "x", "worked_on": "2026-01-01T00:00:00"}, "worked_on", "date"),
    ("schedule_change", {"starts": "tonight", "ends": "2026-01-01T00:00"}, "starts", "datetime"),
    ("schedule_change", {"starts": "0001-01-01T00:00+14:00", "ends": "2026-01-01T00:00"}, "", "beyond all calendars"),
    ("approve_change", {"side": "product_owner"}, "", "by the link"),
]


@pytest.mark.parametrize(("verb", "body", "field", "says"), FAULTS)
async def test_a_body_that_cannot_be_meant_is_told_field_by_field(
    api: ApiAtWork, verb: str, body: object, field: str, says: str
) -> None:
    refused = await api.post(f"/tickets/{await a_draft(api)}/{verb}", api.admin, body)
    assert refused.status == 422
    assert refused.at("errors", 0, "field") == field
    assert says in str(refused.at("errors", 0, "says"))


async def test_a_yes_of_an_earlier_round_does_not_hide_that_another_is_waited_for(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    policy = policy_with_staff()
    policy = replace(policy, changes=replace(policy.changes, product_owner_must_agree=True))
    wanted = f"the consent of a product owner: {OWNER}"
    async with api_at_work(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", policy=policy) as api:
        await opens_agreement(api, product_owners=[OWNER])
        ticket = await asked(api, hours=True)
        assert wanted in str((await api.get(f"/changes/{ticket}", api.admin)).body["waits_for"])
        await done(api, ticket, "consent_to_change", api.of(OWNER))
        assert wanted not in str((await api.get(f"/changes/{ticket}", api.admin)).body["waits_for"])
        await done(api, ticket, "rework_change", lou(api), {"reason": "more of it"})
        await done(api, ticket, "request_approval", cleo(api))
        assert wanted in str((await api.get(f"/changes/{ticket}", api.admin)).body["waits_for"])


async def test_a_fault_of_a_query_says_what_is_wrong_and_nothing_of_how_it_was_found(api: ApiAtWork) -> None:
    refused = await api.get("/changes/calendar?from=9999-01-01T00:00:00Z", api.admin)
    assert refused.body["errors"] == [{"field": "from", "says": "must lie between 1970 and 9000"}]


async def test_whoever_looked_before_approval_was_asked_for_has_not_seen_that(api: ApiAtWork) -> None:
    ticket = await a_draft(api)
    await done(api, ticket, "plan_change", cleo(api), PLAN)
    await done(api, ticket, "submit_change", cleo(api))
    before = (await api.get(f"/tickets/{ticket}", api.admin)).headers["etag"]
    await done(api, ticket, "request_approval", cleo(api))
    assert (await api.get(f"/tickets/{ticket}", api.admin)).headers["etag"] != before
    assert (await api.post(f"/tickets/{ticket}/approve_change", lee(api), {}, If_Match=before)).status == 409
