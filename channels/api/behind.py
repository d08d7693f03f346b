"""What stands behind the API: the one way in, what can be looked up, and the back office."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Request

from intake.desk.policy import Policy
from intake.desk.ports import Clock
from intake.desk.reading import Library
from intake.domain.arrival import Arrival
from intake.domain.delivery import Delivery
from intake.domain.held import WhichHeld
from intake.domain.receipt import Receipt


class BackOffice(Protocol):
    """What is done to the desk's own books, not to a ticket. Each raises NotFound, or StoreUnavailable."""

    async def replay(self, id: int) -> Receipt:
        """Run a quarantined input again; anything else keeps its receipt."""
        ...

    async def retry(self, id: int, by: str) -> Delivery:
        """Raises PolicyViolation where there is nothing to try again."""
        ...

    async def release(self, which: WhichHeld, most: int, by: str) -> int:
        """Let out what the gate holds, at most so many; how many there were."""
        ...

    async def give_up(self, id: int, why: str, by: str) -> Delivery:
        """Raises PolicyViolation where it is too late."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """`receive` raises StoreUnavailable, and nothing else. `page_of` makes a mail's bytes a page that is safe to look at, None
    where it has no HTML; it takes any bytes."""

    receive: Callable[[Arrival], Awaitable[Receipt]]
    page_of: Callable[[bytes], str | None]
    library: Library
    office: BackOffice
    policy: Policy
    clock: Clock


async def _behind(request: Request) -> Behind:
    found: object = request.app.state.behind
    assert isinstance(found, Behind)
    return found


Desk = Annotated[Behind, Depends(_behind)]
