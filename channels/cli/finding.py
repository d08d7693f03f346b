"""One line of `intake check`: what was looked at, what was found, and the mend."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"  # the desk runs, but not as somebody probably wants it
    FAULT = "fault"  # the desk does not start, or loses a channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    verdict: Verdict
    about: str
    says: str
    mend: str = ""


def ok(about: str, says: str) -> Finding:
    return Finding(verdict=Verdict.OK, about=about, says=says)


def warning(about: str, says: str, mend: str) -> Finding:
    return Finding(verdict=Verdict.WARNING, about=about, says=says, mend=mend)


def fault(about: str, says: str, mend: str) -> Finding:
    return Finding(verdict=Verdict.FAULT, about=about, says=says, mend=mend)
