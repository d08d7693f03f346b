"""The HTML of a mail, read again from its raw bytes and made safe to look at, with its own pictures in it."""

from base64 import b64encode
from collections.abc import Iterable, Mapping

from channels.email.read import read
from channels.email.reading.safe_html import safe_html
from intake.domain.message import Attachment

MAX_PICTURE = 512 * 1024  # bytes of one
MAX_PICTURES = 2 * 1024 * 1024  # of all together

_SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})  # never SVG, which is a program


def safe_page(raw: bytes) -> str | None:
    """None where the mail has no HTML. Any bytes are read."""
    mail = read(raw)
    return safe_html(mail.html, _pictures(mail.attachments)) if mail.html.strip() else None


def _pictures(files: Iterable[Attachment]) -> Mapping[str, str]:
    """By Content-ID, as addresses that hold the picture itself: the page may fetch nothing."""
    room = MAX_PICTURES
    pictures: dict[str, str] = {}
    for file in files:
        kind = "image/jpeg" if file.content_type == "image/jpg" else file.content_type
        if file.content_id and kind in _SHOWN and file.size <= min(MAX_PICTURE, room):
            room -= file.size
            pictures.setdefault(file.content_id, f"data:{kind};base64,{b64encode(file.content).decode('ascii')}")
    return pictures
