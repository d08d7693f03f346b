"""What installing stands on in these tests: a store's units of work, a clock that is set, keys."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from channels.slack.oauth.sealing import BotTokens, Sealing
from intake.desk.keys import KeyRing
from intake.desk.ports import UnitOfWork
from intake.domain.chat import Installation
from intake.domain.errors import StoreUnavailable
from storage.store import SqlStore
from tests.storage.chat_examples import AN_INSTALLATION, install

T = TypeVar("T")

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEYS = KeyRing((b"the first of the desk's keys",))
SEALING = Sealing(KEYS)
TOKENS = BotTokens(token="xoxe.xoxb-1-old", refresh="xoxe-1-old")
SEALED = replace(AN_INSTALLATION, sealed=SEALING.seal(TOKENS), installed_at=NOW)


class SetClock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **how_long: int) -> None:
        self.now += timedelta(**how_long)


@dataclass(slots=True, kw_only=True)
class Runs:
    """As the desk's writer runs a piece of work. `asked` counts; `away`: the store is gone."""

    store: SqlStore
    asked: int = 0
    away: bool = False

    async def __call__(self, work: Callable[[UnitOfWork], T], /) -> T:
        self.asked += 1
        if self.away:
            raise StoreUnavailable("the store is gone")
        with self.store.begin() as books:
            return work(books)

    def keeps(self, like: Installation = SEALED) -> Installation:
        with self.store.begin() as books:
            return install(books, like)

    def installations(self) -> list[Installation]:
        with self.store.looking() as reader:
            return list(reader.installations())
