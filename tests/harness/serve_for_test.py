"""`python -m tests.harness.serve_for_test`: the real desk from INTAKE_ settings, with the faults that a test asks for.

Production code knows nothing of them: it calls `passing` at each named step, and here that may be the last thing it does.
"""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from itertools import count

from channels.email.settings import EmailSettings
from channels.phone.settings import TwilioSettings
from channels.serve.compose import PARSERS, Settings
from channels.serve.main import serve
from channels.serve.settings import DeskSettings
from channels.serve.step import Passing, Step, pass_by
from channels.slack.settings import SlackSettings
from intake.domain.action import Action
from intake.domain.arrival import Arrival
from intake.domain.channel import Channel
from intake.domain.message import InboundMessage


def killed_at(step: Step, nth: int, after: Step | None) -> Passing:
    """Ends this process with SIGKILL when it comes by `step` for the nth time, not counting before it came by `after`.

    `next` on a counter is safe from any thread.
    """
    times = count(1)
    counting = threading.Event()
    if after is None:
        counting.set()

    def passing(here: Step) -> None:
        if here is after:
            counting.set()
        if here is step and counting.is_set() and next(times) == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    return passing


def plant_parser_bug(word: str) -> None:
    """From now on this process's mail parser trips over every mail that holds `word`."""
    real = PARSERS[Channel.EMAIL]

    def parse(arrival: Arrival) -> InboundMessage | Action:
        if word.encode() in arrival.raw:
            raise ZeroDivisionError(f"planted: the parser cannot read {word}")
        return real(arrival)

    assert isinstance(PARSERS, dict)  # to production it is a Mapping
    PARSERS[Channel.EMAIL] = parse


def _say(fact: str) -> None:
    sys.stdout.write(f"{fact}\n")
    sys.stdout.flush()


def main(words: Sequence[str] | None = None) -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--kill-at", type=Step)
    arguments.add_argument("--nth", type=int, default=1)
    arguments.add_argument("--after", type=Step)
    arguments.add_argument("--trip-over", default="")
    asked = arguments.parse_args(words)
    if asked.trip_over:
        plant_parser_bug(asked.trip_over)
    passing = killed_at(asked.kill_at, asked.nth, asked.after) if asked.kill_at else pass_by
    serve(Settings(desk=DeskSettings(), email=EmailSettings(), phone=TwilioSettings(), slack=SlackSettings()), _say, passing)


if __name__ == "__main__":
    main()
