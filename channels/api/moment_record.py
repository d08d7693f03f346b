"""A moment in JSON."""

from datetime import UTC, datetime
from typing import Annotated, TypeAlias

from pydantic import WithJsonSchema

Moment: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]


def in_json(at: datetime) -> str:
    """ISO 8601 in UTC, always with microseconds, so that the strings sort."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z"
