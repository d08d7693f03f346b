"""The body of a form, as it came over the wire, up to a limit."""

from fastapi import Request

MOST_BYTES = 640 * 1024  # 50,000 characters, each at most four bytes of three characters when a form encodes them
FORM_TYPE = "application/x-www-form-urlencoded"


class TooLarge(Exception):
    """More than fits."""


def is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM_TYPE


async def read_body(request: Request) -> bytes:
    """Raises TooLarge as soon as that is known: what a client claims is believed only where it is too much."""
    claimed = request.headers.get("content-length", "")
    if claimed.isascii() and claimed.isdigit() and (len(claimed) > 12 or int(claimed) > MOST_BYTES):
        raise TooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise TooLarge
    return bytes(body)
