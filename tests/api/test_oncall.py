"""Who is on call by the API, and a ticket's pages."""

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.api.api_at_work import ANN, ApiAtWork, api_at_work
from tests.desk.at_the_desk import BURNING
from tests.desk.on_call import policy_on_call


async def test_it_says_who_is_on_call_at_a_moment_who_next_and_who_was_paged(tmp_path: Path, sqlite_template: Path) -> None:
    shutil.copy(sqlite_template, tmp_path / "desk.db")
    async with api_at_work(tmp_path, f"sqlite:///{tmp_path / 'desk.db'}", policy=policy_on_call()) as api:
        answer = await api.get(f"/oncall?at={quote('2026-11-23T03:00+01:00')}", api.admin)
        assert [one["agent"] for one in answer.response.json()] == ["Ben", "Cleo"]
        assert answer.response.json()[1]["next"] == {"agent": "Kim", "at": "2026-11-23T08:00:00.000000Z"}
        api.classifier.label = BURNING
        story = await api.get(f"/tickets/{await api.hears()}", api.admin)
        assert (story.at("pagings", 0, "state"), story.at("pagings", 0, "ladder")) == ("running", "urgent")
        assert story.at("pagings", 0, "pages", 0, "address") == "ben@desk.example"


async def test_without_rotations_the_list_is_empty(api: ApiAtWork) -> None:
    answer = await api.get("/oncall", api.admin)
    assert (answer.status, answer.response.json()) == (200, [])


@pytest.mark.parametrize("at", ["now", "2026-11-23T09:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_what_is_no_moment_is_refused(api: ApiAtWork, at: str) -> None:
    assert (await api.get(f"/oncall?at={quote(at)}", api.admin)).status == 422


async def test_a_requester_does_not_learn_who_is_on_call(api: ApiAtWork) -> None:
    assert (await api.get("/oncall", api.of(ANN))).status == 403
