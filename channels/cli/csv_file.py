"""The bytes of a CSV file that somebody names on the command line, up to a limit."""

import stat
import sys
from pathlib import Path

from channels.cli.csv_text import MOST_BYTES
from intake.domain.errors import NotFound, PolicyViolation

STDIN = "-"


def csv_content(file: Path) -> bytes:
    """Raises NotFound for what cannot be opened, PolicyViolation for what is too large."""
    try:
        if str(file) == STDIN:
            raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        elif not (stat.S_ISREG(mode := file.stat().st_mode) or stat.S_ISFIFO(mode)):
            raise NotFound(f"{file} is no file")
        else:
            with file.open("rb") as opened:
                raw = opened.read(MOST_BYTES + 1)
    except OSError as fault:
        raise NotFound(f"{file} cannot be read: {fault.strerror}") from fault
    if len(raw) > MOST_BYTES:
        raise PolicyViolation(f"{file} is larger than {MOST_BYTES >> 20} MB: export fewer columns, or the newest rows")
    return raw
