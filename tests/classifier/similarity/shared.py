"""One compiled reader for all tests here, and short ways to say what resembles what."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from classifier.similarity.likeness import likeness
from classifier.similarity.reading import Reader
from classifier.similarity.window import RecentReports
from intake.desk.ports_of_storms import Likeness, Report
from tests.classifier.similarity.outage_reports import NOON, report

READER = Reader()
ALIKE = 0.6  # as shipped in desk.toml


def score(one: str, other: str) -> float:
    return likeness(READER.read(report(1, one)), READER.read(report(2, other)).sketch)


def remembering(*reports: Report | str) -> RecentReports:
    """Numbered from 1 where only their text is given."""
    window = RecentReports(READER)
    for ticket, each in enumerate(reports, start=1):
        window.remember(report(ticket, each) if isinstance(each, str) else each)
    return window


def found(
    window: RecentReports, text: str | Report, *, since: datetime = NOON, alike: float = ALIKE, most: int = 20
) -> list[int]:
    return [like.ticket for like in likes(window, text, since=since, alike=alike, most=most)]


def likes(
    window: RecentReports, text: str | Report, *, since: datetime = NOON, alike: float = ALIKE, most: int = 20
) -> Sequence[Likeness]:
    asked = report(999_999, text) if isinstance(text, str) else text
    return window.like(asked, since=since, alike=alike, most=most)


def minutes_ago(minutes: int) -> datetime:
    return NOON - timedelta(minutes=minutes)
