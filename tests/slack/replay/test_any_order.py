"""Anything in any order, in the workspace of docs/slack.md. INTAKE_TEST_SEQUENCES makes more walks by hand, INTAKE_TEST_SEED
others."""

import os
from random import Random

import pytest

from storage.store import SqlStore
from tests.slack.replay.play import a_play
from tests.slack.replay.walk import Walk
from tests.stores import store

__all__ = ["store"]

WALKS = int(os.environ.get("INTAKE_TEST_SEQUENCES", "2"))
SEED = int(os.environ.get("INTAKE_TEST_SEED", "7"))
STEPS = 30


@pytest.mark.parametrize("seed", range(SEED, SEED + WALKS))
async def test_whatever_happens_nobody_reads_what_is_not_for_them_and_nothing_is_lost(store: SqlStore, seed: int) -> None:
    replicas = 2 if store.engine.dialect.name == "postgresql" else 1
    async with a_play(store, replicas) as play:
        walk = Walk(play, Random(seed))
        try:
            await walk.goes(STEPS)
        except AssertionError as wrong:
            raise AssertionError(f"seed {seed}, after {walk.done}: {wrong}") from wrong
