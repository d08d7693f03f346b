"""Is it about something that the desk knows? Asked before what people say among themselves would be kept."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from channels.slack.json_value import Json, flag, inside, text
from channels.slack.reading.naming import message_name, person_in, room_of, stamp_of
from intake.desk.reading import Library, Reader
from intake.domain.chat import Person
from intake.domain.errors import InvalidMessage, StoreUnavailable

READERS = 2  # threads
MOST_WAITING = 200
SECONDS = 0.7  # Slack waits three in all, and the store has two of them for what is kept


class Known:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._waiting = 0
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="slack-known")

    async def knows(self, payload: Json) -> bool:
        """Of an event: the message that it changes is on a ticket; the profile of somebody who was looked up is another one
        now. Raises StoreUnavailable."""
        event = inside(payload, "event")
        if text(event, "type") == "user_change":
            return await self._ask(lambda reader: _is_news(reader, event))
        try:
            name = message_name(room_of(event, "channel"), _stamp(event))
        except InvalidMessage:
            return True  # nobody can tell: it is kept
        return await self._ask(lambda reader: reader.chat_message(name))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, question: Callable[[Reader], bool]) -> bool:
        def ask() -> bool:
            with self._library.looking() as reader:
                return question(reader)

        if self._waiting >= MOST_WAITING:
            raise StoreUnavailable("Too many wait for the store")
        self._waiting += 1
        try:
            async with asyncio.timeout(SECONDS):
                return await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except TimeoutError as late:
            raise StoreUnavailable(f"The store has not answered within {SECONDS} s") from late
        finally:
            self._waiting -= 1


def _stamp(event: Json) -> str:
    return stamp_of(event, "deleted_ts") if "deleted_ts" in event else stamp_of(event, "message", "ts")


def _is_news(reader: Reader, event: Json) -> bool:
    """Slack tells of each new status line; what the desk knows of somebody changes once a year."""
    person = reader.person(person_in(event, "user", "id"))
    return person is not None and (person.looked_up_at is None or _differs(person, inside(event, "user")))


def _differs(person: Person, user: Json) -> bool:
    profile = inside(user, "profile")
    names = {text(profile, "display_name"), text(profile, "real_name"), text(user, "real_name"), text(user, "name")}
    return (
        flag(user, "deleted") != person.deactivated
        or flag(user, "is_restricted") != person.guest
        or (person.name != "" and person.name not in names)
        or (not person.stranger and text(profile, "email").lower() not in ("", person.mail))
        or text(user, "tz") not in ("", person.time_zone)
    )
