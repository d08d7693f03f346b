"""Whole conversations in Slack, on both databases, judged by what docs/slack.md promises."""

import pytest

from storage.store import SqlStore
from tests.slack.replay.play import a_play
from tests.slack.replay.script import Script, Step, conversations
from tests.stores import store

__all__ = ["store"]

SCRIPTS = conversations()


@pytest.mark.parametrize("steps", [steps for _, steps in SCRIPTS], ids=[says.replace(" ", "-") for says, _ in SCRIPTS])
async def test_it_goes_as_it_is_written_and_nobody_reads_what_is_not_for_them(store: SqlStore, steps: list[Step]) -> None:
    async with a_play(store) as play:
        await Script(play).plays(steps)
