"""Logging: for people on a terminal, JSON anywhere else. Never bodies; addresses shortened."""

import io
import logging
import re
import sys
from contextlib import suppress
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

# One list for good: a logger that has been used once keeps it, also when logging is set up again.
_PROCESSORS: list[structlog.typing.Processor] = []
# What drives a terminal, or makes text read as what it is not; a traceback keeps its lines.
_DRIVES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_ADDRESS = re.compile(r"([^\s@<>,;:\"']{1,64})@([^\s@<>,;:\"']{1,255})")


class _Stderr(io.TextIOBase):
    """Whatever stderr is at the moment. A log that nobody reads any more (a broken pipe, a full disk) is no reason to
    refuse mail that is already kept."""

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            return sys.stderr.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def set_up_logging(level: str) -> None:
    """Everything goes to stderr; stdout belongs to what a command prints."""
    numeric = logging.getLevelNamesMapping()[level.upper()]
    on_terminal = sys.stderr.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
        disarm,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if on_terminal else structlog.processors.JSONRenderer()
    )
    _PROCESSORS[:] = [*shared, renderer]
    structlog.configure(
        processors=_PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(numeric),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _Stderr())),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(_Stderr())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *shared, renderer]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # aiosmtpd logs every command line, addresses and all.
    logging.getLogger("mail.log").setLevel(logging.ERROR)


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """`ann.smith@example.com` becomes `a…@example.com`, wherever it stands."""
    for key, value in event.items():
        if isinstance(value, str) and "@" in value:
            event[key] = _ADDRESS.sub(lambda match: f"{match[1][0]}…@{match[2]}", value)
    return event


def disarm(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Control characters become `\\x1b`: whoever looks at the log of a desk on their terminal obeys no stranger's request."""
    for key, value in event.items():
        if isinstance(value, str) and _DRIVES.search(value):
            event[key] = _DRIVES.sub(lambda match: match[0].encode("unicode_escape").decode(), value)
    return event
