"""Files with an answer over HTTP: taken, kept, given back; and what is too much."""

import json
from base64 import b64encode

import pytest

from intake.domain.attached_file import MOST_BYTES
from intake.domain.receipt import Outcome
from tests.api.api_at_work import ANN, ApiAtWork

PDF = {"name": "Größe.pdf", "content_type": "application/pdf", "content": b64encode(b"%PDF\x00").decode()}


@pytest.mark.parametrize("verb", ["reply", "resolve"])
async def test_a_file_goes_with_the_answer_and_can_be_fetched(api: ApiAtWork, verb: str) -> None:
    ticket = await api.hears()
    done = await api.post(f"/tickets/{ticket}/{verb}", api.admin, {"text": "See there.", "files": [PDF]})
    assert done.status == 200
    story = await api.get(f"/tickets/{ticket}", api.of(ANN))
    assert story.at("messages", 1, "attachments") == [
        {"position": 0, "name": "Größe.pdf", "content_type": "application/pdf", "size": 5}
    ]
    message = story.at("messages", 1, "id")
    fetched = await api.client.get(
        f"/api/v1/tickets/{ticket}/messages/{message}/attachments/0", headers={"Authorization": f"Bearer {api.of(ANN)}"}
    )
    assert fetched.content == b"%PDF\x00"
    assert "attachment;" in fetched.headers["Content-Disposition"]


async def test_the_ledger_keeps_it_as_it_came_and_can_run_it_again(api: ApiAtWork) -> None:
    ticket = await api.hears()
    raw = json.dumps({"text": "See there.", "files": [PDF]}).encode()
    done = await api.send("POST", f"/tickets/{ticket}/reply", api.admin, raw=raw)
    receipt = done.at("receipt", "id")
    assert isinstance(receipt, int)
    entry, kept = api.entry(receipt)
    assert kept == raw
    assert entry.outcome is Outcome.APPLIED


async def test_the_largest_files_fit_and_more_do_not(api: ApiAtWork) -> None:
    ticket = await api.hears()
    whole = {"name": "a", "content_type": "application/zip", "content": b64encode(bytes(MOST_BYTES)).decode()}
    assert (await api.post(f"/tickets/{ticket}/reply", api.admin, {"text": "x", "files": [whole]})).status == 200
    more = await api.post(f"/tickets/{ticket}/reply", api.admin, {"text": "x", "files": [whole, PDF]})
    assert (more.status, "bytes together" in str(more.body)) == (422, True)
    far_more = await api.send("POST", f"/tickets/{ticket}/reply", api.admin, raw=b" " * (MOST_BYTES * 3 // 2))
    assert far_more.status == 413
    elsewhere = await api.send("POST", f"/tickets/{ticket}/note", api.admin, raw=b" " * (2 * 1024 * 1024))
    assert elsewhere.status == 413


@pytest.mark.parametrize(
    ("file", "field"),
    [
        ({"name": "a"}, "files.0.content"),
        ({**PDF, "content": "not base64"}, "files.0"),
        ({**PDF, "content_type": "nonsense"}, "files.0"),
        ({**PDF, "size": 3}, "files.0.size"),
        ("a.pdf", "files.0"),
    ],
)
async def test_a_wrong_file_is_refused_by_its_field_and_not_repeated(api: ApiAtWork, file: object, field: str) -> None:
    ticket = await api.hears()
    refused = await api.send(
        "POST", f"/tickets/{ticket}/reply", api.admin, raw=json.dumps({"text": "x", "files": [file]}).encode()
    )
    assert (refused.status, refused.at("errors", 0, "field")) == (422, field)
    assert "not base64" not in str(refused.body)


async def test_a_hostile_name_is_kept_as_a_harmless_one(api: ApiAtWork) -> None:
    ticket = await api.hears()
    await api.post(
        f"/tickets/{ticket}/reply", api.admin, {"text": "x", "files": [{**PDF, "name": "../\u202eetc\u0000/x\r\ny"}]}
    )
    story = await api.get(f"/tickets/{ticket}", api.admin)
    assert story.at("messages", 1, "attachments", 0, "name") == "x  y"


async def test_a_requester_cannot_send_files_in_the_desks_name(api: ApiAtWork) -> None:
    ticket = await api.hears()
    assert (await api.post(f"/tickets/{ticket}/reply", api.of(ANN), {"text": "x", "files": [PDF]})).status == 403
