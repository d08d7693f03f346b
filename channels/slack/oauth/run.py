"""How this room reads and writes rows: in one transaction of the desk's writer."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from intake.desk.ports import UnitOfWork

T = TypeVar("T")


class Run(Protocol):
    """The work may be run twice. Raises StoreUnavailable, and what the work raises."""

    def __call__(self, work: Callable[[UnitOfWork], T], /) -> Awaitable[T]: ...
