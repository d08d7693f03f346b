"""Work agreements over HTTP: entered, amended, closed, read, and taken away as CSV."""

import csv
import io

import pytest

from channels.api.agreement_csv import cell
from intake.domain.channel import Channel
from intake.domain.principal import Role
from intake.domain.receipt import Outcome
from tests.api.api_at_work import ANN, ApiAtWork
from tests.api.changes_at_work import AGREEMENT, GRANTED, a_draft, agreement_body, asked, cleo, done, lee, opens_agreement

PATH = "/agreements/ACME%202026"


async def test_an_agreement_is_entered_by_a_lead(api: ApiAtWork) -> None:
    opened = await opens_agreement(api)
    assert opened.status == 201
    assert opened.headers["Location"].endswith(PATH)
    assert opened.at("agreement", "left") == GRANTED
    assert opened.at("receipt", "outcome") == "applied"
    read = await api.get(PATH, cleo(api))
    assert read.at("book", 0, "kind") == "granted"
    assert read.at("book", 0, "by") == "Lee"
    assert read.at("book", 0, "ledger") == opened.at("receipt", "id")


@pytest.mark.parametrize("role", [Role.AGENT, Role.AUDITOR, Role.REQUESTER])
async def test_nobody_but_leads_enters_one(api: ApiAtWork, role: Role) -> None:
    token = api.token(role, address=ANN if role is Role.REQUESTER else "")
    before = len(api.ledger())
    assert (await api.post("/agreements", token, agreement_body(api))).status == 403
    assert len(api.ledger()) == before


async def test_the_same_name_twice_is_a_conflict(api: ApiAtWork) -> None:
    await opens_agreement(api)
    again = await opens_agreement(api, party="Another")
    assert again.status == 409
    assert again.body["type"] == "/problems/conflict"


async def test_an_agreement_is_amended_by_its_name_in_the_path(api: ApiAtWork) -> None:
    await opens_agreement(api)
    amended = await api.post(f"{PATH}/amend_agreement", lee(api), {"more": 60, "reason": "They bought an hour"})
    assert (amended.status, amended.at("agreement", "left")) == (200, GRANTED + 60)
    receipt = amended.at("receipt", "id")
    assert isinstance(receipt, int)
    entry, raw = api.entry(receipt)
    assert (entry.channel, entry.outcome, entry.ticket) == (Channel.API, Outcome.APPLIED, None)
    assert entry.envelope["agreement"] == AGREEMENT
    assert raw == b'{"more": 60, "reason": "They bought an hour"}'


async def test_the_body_names_no_other_agreement_than_the_path(api: ApiAtWork) -> None:
    await opens_agreement(api)
    for name in (AGREEMENT, "another"):
        body = {"agreement": name, "more": 60, "reason": "x"}
        refused = await api.post(f"{PATH}/amend_agreement", lee(api), body)
        assert (refused.status, refused.at("errors", 0, "field")) == (422, "agreement")


async def test_the_same_key_amends_it_once(api: ApiAtWork) -> None:
    await opens_agreement(api)
    body = {"more": 60, "reason": "x"}
    for duplicate in (False, True):
        amended = await api.post(f"{PATH}/amend_agreement", lee(api), body, Idempotency_Key="k")
        assert amended.at("receipt", "duplicate") is duplicate
        assert amended.at("agreement", "left") == GRANTED + 60
    await opens_agreement(api, agreement="Other")
    reused = await api.post("/agreements/Other/amend_agreement", lee(api), body, Idempotency_Key="k")
    assert reused.body["type"] == "/problems/idempotency-key-reused"


async def test_what_is_still_reserved_keeps_it_open(api: ApiAtWork) -> None:
    await opens_agreement(api)
    ticket = await asked(api, hours=True)
    refused = await api.post(f"{PATH}/close_agreement", lee(api))
    assert refused.status == 409
    assert f"HD-{ticket}" in str(refused.body["detail"])
    await done(api, ticket, "withdraw_change", cleo(api), {"reason": "x"})
    closed = await api.post(f"{PATH}/close_agreement", lee(api))
    assert (closed.status, closed.at("agreement", "closed_at") is not None) == (200, True)
    assert (await api.get("/agreements", api.admin)).response.json() == []
    assert len((await api.get("/agreements?also_closed=true", api.admin)).response.json()) == 1


async def test_an_overdraft_is_refused_and_says_what_is_left(api: ApiAtWork) -> None:
    await opens_agreement(api, minutes=100)
    estimate = {"agreement": AGREEMENT, "minutes": 101}
    refused = await api.post(f"/tickets/{await a_draft(api)}/estimate_change", cleo(api), estimate)
    assert refused.status == 409
    assert "1 h 40 min" in str(refused.body["detail"])


@pytest.mark.parametrize("path", ["/agreements/none", "/agreements/none.csv", f"/agreements/{'x' * 300}", "/agreements/%00"])
async def test_there_is_no_such_agreement(api: ApiAtWork, path: str) -> None:
    assert (await api.get(path, api.admin)).status == 404


async def test_nobody_amends_what_is_not_there(api: ApiAtWork) -> None:
    assert (await api.post("/agreements/none/amend_agreement", lee(api), {"more": 5, "reason": "x"})).status == 404


FAULTS = [
    ({"minutes": 0}, "minutes must be"),
    ({"spenders": []}, "at least one"),
    ({"starts": "2026-12-31", "ends": "2026-01-01"}, "before starts"),
    ({"agreement": "a/b"}, "without /"),
    ({"agreement": "x" * 61}, "at most 60"),
    ({"agreement": "ACME.csv"}, "not end with .csv"),
    ({"agreement": " ACME 2026"}, "without blanks around it"),
    ({"agreement": ".."}, "must be a name"),
    ({"carry_over": -1}, ""),
    ({"starts": "2026-02-30"}, "date"),
    ({"partty": "x"}, "nexpected"),
]


@pytest.mark.parametrize(("wrong", "says"), FAULTS)
async def test_an_agreement_that_cannot_be_meant_is_refused(api: ApiAtWork, wrong: dict[str, object], says: str) -> None:
    refused = await api.post("/agreements", lee(api), agreement_body(api, **wrong))
    assert refused.status == 422
    assert says in str(refused.body["errors"])


async def test_the_book_is_csv_that_no_spreadsheet_calculates(api: ApiAtWork) -> None:
    await opens_agreement(api, agreement="=1+1")
    assert "'=1+1,1," in (await api.get("/agreements/%3D1+1.csv", api.admin)).response.text
    await opens_agreement(api)
    await api.post(f"{PATH}/amend_agreement", lee(api), {"more": 60, "reason": '=HYPERLINK("http://x","y"), "z"\nnext'})
    await api.post(f"{PATH}/amend_agreement", lee(api), {"fewer": 30, "reason": "Grüße"})
    answer = await api.get(f"{PATH}.csv", api.admin)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''ACME%202026.csv"
    text = answer.response.content.decode("utf-8")
    assert text.count("\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["kind"], row["minutes"], row["left"]) for row in rows] == [
        ("granted", "600", "600"),
        ("amended", "60", "660"),
        ("amended", "-30", "630"),
    ]
    assert rows[1]["text"].startswith('\'=HYPERLINK("http://x","y"), "z"\nnext')
    assert rows[2]["text"].startswith("Grüße")


CELLS = [
    ("plain", "plain"),
    ("", ""),
    ("=1+1", "'=1+1"),
    ("+49 30", "'+49 30"),
    ("-1", "'-1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("  =1", "'  =1"),
    ("\t=1", "' =1"),
    ("\r\n=1", "'\n=1"),
    ("\uff1d1", "'\uff1d1"),
    ("a=b", "a=b"),
    ("a\x1b[31mb\x9bc\u2028d", "a[31mbcd"),
    ("\x00=1", "'=1"),
]


@pytest.mark.parametrize(("text", "written"), CELLS)
def test_a_cell_is_quoted_where_it_would_be_calculated(text: str, written: str) -> None:
    assert cell(text) == written
