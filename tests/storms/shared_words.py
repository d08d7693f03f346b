"""A likeness that a test can see through: how many of their words two reports share."""

import re
from collections.abc import Sequence
from datetime import datetime

from intake.desk.ports_of_storms import Likeness, Report


class SharedWords:
    """Fits the port. Reports that name different services or sites are not alike."""

    def __init__(self) -> None:
        self._reports: dict[int, tuple[Report, frozenset[str]]] = {}

    def remember(self, report: Report) -> None:
        self._reports[report.ticket] = (report, _words(report.text))

    def own_words(self, text: str) -> str:
        return text.partition("\n-- \n")[0]

    def forget(self, ticket: int) -> None:
        self._reports.pop(ticket, None)

    def forget_before(self, moment: datetime) -> None:
        for ticket in [ticket for ticket, (report, _) in self._reports.items() if report.at < moment]:
            del self._reports[ticket]

    def like(self, report: Report, *, since: datetime, alike: float, most: int) -> Sequence[Likeness]:
        mine, found = _words(report.text), []
        for ticket, (other, theirs) in self._reports.items():
            if ticket == report.ticket or other.at < since or _differ(report, other):
                continue
            score = len(mine & theirs) / max(1, len(mine | theirs))
            if score >= alike:
                found.append(
                    Likeness(
                        ticket=ticket, score=score, shared=tuple(sorted(mine & theirs, key=lambda word: (-len(word), word)))
                    )
                )
        return sorted(found, key=lambda one: (-one.score, one.ticket))[:most]


def _differ(one: Report, other: Report) -> bool:
    return any(
        mine and theirs and not mine & theirs for mine, theirs in ((one.services, other.services), (one.sites, other.sites))
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]{3,}", text.lower()))
