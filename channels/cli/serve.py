"""`intake serve`, as seen from the command line."""

import traceback

import channels.serve.structlog_alone  # noqa: F401 - before what logs
from channels.cli.settings import read_settings, unknown_keys
from channels.cli.terminal import complain, let_go_of_stdout, say
from channels.serve.main import serve
from intake.domain.errors import HelpdeskError


def open_desk() -> None:
    settings = read_settings()
    for sentence in unknown_keys():
        complain(f"warning: {sentence}")
    try:
        serve(settings, say=say_at_once)
    except HelpdeskError:
        raise
    except Exception:
        traceback.print_exc()  # it may not fail that way twice
        raise


def say_at_once(line: str) -> None:
    """A desk goes on when nobody reads what it prints."""
    try:
        say(line, at_once=True)
    except BrokenPipeError:
        let_go_of_stdout()
