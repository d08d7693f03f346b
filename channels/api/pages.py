"""Lists that are read page by page: the next page begins where this one ended, whatever came in meanwhile."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from channels.api.bodies import LARGEST_NUMBER

Item = TypeVar("Item")
Row = TypeVar("Row")


class Before(TypedDict):
    before: int


class After(TypedDict):
    after: int


class Page(TypedDict, Generic[Item]):
    """Newest first. `next` is what to ask for the page after this one; `null` at the end."""

    items: list[Item]
    next: Before | None


class Onward(TypedDict, Generic[Item]):
    """Oldest first. `next` is what to ask for whatever comes after; `null` where nothing was found."""

    items: list[Item]
    next: After | None


class Paged(BaseModel):
    """Which page. A misspelt filter is refused: it would let everything through."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    limit: int = Field(default=50, ge=1, le=200, description="At most so many.")
    before: int | None = Field(default=None, ge=1, le=LARGEST_NUMBER, description="From `next` of the page before.")


def page(rows: Sequence[Row], limit: int, key: Callable[[Row], int], shape: Callable[[Row], Item]) -> Page[Item]:
    """`rows` were asked for with one more than `limit`: that one says whether there is a next page."""
    shown = rows[:limit]
    return {"items": [shape(row) for row in shown], "next": {"before": key(shown[-1])} if len(rows) > limit else None}
