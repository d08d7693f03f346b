"""A file that goes out with an answer, as a deed carries it."""

import re
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from intake.domain.message import Attachment

MOST_FILES = 20
MOST_BYTES = 15 * 1024 * 1024  # of all files of one answer; base64 makes 20 MB of it, and mail systems take 25
LONGEST_NAME = 255
ANY_TYPE = "application/octet-stream"
TYPE_PATTERN = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"  # RFC 6838, 4.2
BASE64_PATTERN = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
_TYPE = re.compile(rf"{TYPE_PATTERN}\Z", re.ASCII)
_SEPARATORS = re.compile(r"[/\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """`content` is base64 (RFC 4648, section 4): a deed lies in the ledger as text. `content_type` has no parameters."""

    name: str
    content_type: str = ANY_TYPE
    content: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.name) > LONGEST_NAME:
            raise ValueError(f"name has {len(self.name)} characters; {LONGEST_NAME} are allowed")
        if not _TYPE.match(self.content_type):
            raise ValueError("content_type must look like application/pdf")
        try:
            b64decode(self.content, validate=True)
        except ValueError:
            raise ValueError("content must be base64 (RFC 4648, section 4)") from None

    @property
    def size(self) -> int:
        """In bytes, decoded."""
        return len(self.content) // 4 * 3 - self.content[-2:].count("=")

    @property
    def as_attachment(self) -> Attachment:
        """Under a name that is safe on every disk: no folders, nothing that cannot be seen."""
        content = b64decode(self.content)
        return Attachment(
            name=safe_name(self.name),
            content_type=self.content_type.lower(),
            size=len(content),
            sha256=sha256(content).hexdigest(),
            inline=False,
            content=content,
        )


def safe_name(name: str) -> str:
    """The last part of a path; without control characters and those that turn the reading direction round."""
    last = _SEPARATORS.split(name)[-1]
    return "".join(c if c.isprintable() else " " for c in last).strip(" .")[:LONGEST_NAME] or "file"


def demand_bounded(files: Sequence[AttachedFile]) -> None:
    """Raises ValueError."""
    if len(files) > MOST_FILES:
        raise ValueError(f"files are {len(files)}; {MOST_FILES} are allowed")
    if (size := sum(file.size for file in files)) > MOST_BYTES:
        raise ValueError(f"files have {size} bytes together; {MOST_BYTES} are allowed")
