"""A ticket's number in JSON."""

from typing import Annotated, TypeAlias

from pydantic import WithJsonSchema

Number: TypeAlias = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^HD-[0-9]+$", "examples": ["HD-1042"]})]
