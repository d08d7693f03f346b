"""Who looks at a form, a home or a button: their language, and whether they work at the desk."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from channels.slack.forms.form_words import Words, words_of
from channels.slack.json_value import Json
from channels.slack.reading.naming import address, person_in
from intake.desk.policy import Policy
from intake.desk.ports_of_chat import KnowsPeople
from intake.desk.reading import Library, Reader
from intake.domain.agent import Agent
from intake.domain.channel import Address
from intake.domain.errors import StoreUnavailable

T = TypeVar("T")


class KnowsStaff(Protocol):
    def agent(self, address: Address, knows: KnowsPeople) -> Agent | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Onlooker:
    """`agent` is None for whoever does not work at the desk; `unknown`: nobody has looked up who that is, so that they may."""

    address: Address
    words: Words
    agent: Agent | None = None
    unknown: bool = False


class Onlookers:
    """Asks the store, off the event loop."""

    def __init__(self, library: Library, policy: Policy, speaking: KnowsStaff) -> None:
        self._library = library
        self._language = policy.chat.language
        self._speaking = speaking

    @property
    def words(self) -> Words:
        """For whoever has no language, and while nobody can look who it is."""
        return words_of(self._language)

    def words_in(self, language: str) -> Words:
        return words_of(language, self._language)

    async def look(self, person: str, work: Callable[[Reader, Onlooker], T]) -> T:
        """`person` is a user's id. Raises StoreUnavailable."""
        return await asyncio.to_thread(self._look, person, work)

    async def words_for(self, person: str) -> Words:
        """Also while the store is away."""
        try:
            return await self.look(person, lambda _, onlooker: onlooker.words)
        except StoreUnavailable:
            return self.words

    def _look(self, person: str, work: Callable[[Reader, Onlooker], T]) -> T:
        with self._library.looking() as reader:
            return work(reader, self._onlooker(person, reader))

    def _onlooker(self, person: str, reader: Reader) -> Onlooker:
        who, known = address(person), reader.person(person)
        agent = self._speaking.agent(who, reader)
        return Onlooker(
            address=who,
            words=words_of(known.language if known is not None else "", self._language),
            agent=agent,
            unknown=agent is None and (known is None or known.looked_up_at is None),
        )


def person_of(payload: Json) -> str:
    """Of an interaction, a command or an event; empty where Slack names nobody."""
    return person_in(payload, "user", "id") or person_in(payload, "user_id") or person_in(payload, "event", "user")
