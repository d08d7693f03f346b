"""What templates of outgoing mail can do to a value. What comes from people is escaped before anything else happens to it."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

from markupsafe import Markup, escape

# Ends before what usually closes the sentence or the bracket that it stands in. Each character is looked at once.
# Characters that cannot be seen, or that turn the reading direction round, end an address.
_URL = re.compile(r"https?://[^\s<>\"'\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]{1,2000}", re.IGNORECASE)
_CLOSING = ".,;:!?)]}*_"
MOST_LINKS = 200


def counted(number: int, one: str, many: str) -> str:
    """`1 day`, `2 days`."""
    return f"{number} {one if number == 1 else many}"


def clock(at: datetime) -> str:
    return f"{at.astimezone(UTC):%H:%M} UTC"


def mailto(address: str) -> str:
    """A link that writes there (RFC 6068)."""
    return f"mailto:{quote(address, safe='@')}"


def lines(text: str) -> Markup:
    """Its line breaks and indents stay."""
    return Markup("<br>\n").join(_indented(line) for line in text.split("\n"))


def linked(text: str) -> Markup:
    """Paragraphs; the web addresses in them lead where they say, and nowhere else."""
    paragraphs = [paragraph for paragraph in text.split("\n\n") if paragraph.strip()]
    left = MOST_LINKS
    done: list[Markup] = []
    for paragraph in paragraphs:
        rows = []
        for line in paragraph.strip("\n").split("\n"):
            row, used = _with_links(line, left)
            left -= used
            rows.append(row)
        done.append(Markup('<p dir="auto">{}</p>').format(Markup("<br>\n").join(rows)))
    return Markup("\n").join(done)


def _with_links(line: str, most: int) -> tuple[Markup, int]:
    parts: list[Markup] = []
    end = used = 0
    for match in _URL.finditer(line):
        if used >= most:
            break
        url = _without_closing(match[0])
        parts.append(_indented(line[end : match.start()]))
        parts.append(Markup('<a href="{url}">{url}</a>').format(url=url))
        end = match.start() + len(url)
        used += 1
    parts.append(_indented(line[end:]))
    return Markup("").join(parts), used


def _without_closing(url: str) -> str:
    """A bracket that was opened inside it belongs to it."""
    unopened = url.count(")") - url.count("(")
    end = len(url)
    while url[end - 1] in _CLOSING and not (url[end - 1] == ")" and unopened <= 0):
        unopened -= url[end - 1] == ")"
        end -= 1
    return url[:end]


def _indented(line: str) -> Markup:
    """Browsers fold spaces: every second one is made to stay."""
    return escape(line.replace("\t", "    ")).replace("  ", Markup("&nbsp; "))
