"""Messages of which somebody said what they are, read from a CSV to be measured on: all rows, or none and a reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from channels.cli.csv_file import csv_content
from channels.cli.history_csv import BadRow, LabelledRow, labelled_table
from classifier.evaluation_case import Judged, PriorityOf
from classifier.labelled import LabelledText
from intake.domain.errors import InvalidMessage, PolicyViolation
from intake.domain.label import Priority

MOST_NAMED = 10  # faults in one complaint
NOT_MISSED = {"id", "priority"}  # columns that history_csv calls unused, and nobody need hear of
_PRIORITY = re.compile(r"[Pp]?([1-5])(?:\s*-.*)?\Z", re.DOTALL)  # `P2`, `2 - High`


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFile:
    """`notes` are for people: what was left out of it, and why."""

    name: str
    messages: Sequence[Judged]
    raw: bytes
    notes: Sequence[str]


def labelled_file(file: Path, priority: PriorityOf) -> LabelledFile:
    """Raises PolicyViolation that names each wrong line, NotFound for what cannot be opened."""
    raw = csv_content(file)
    try:
        return _read(str(file), raw, priority)
    except PolicyViolation as fault:
        raise PolicyViolation(f"{file}: {fault}") from fault


def _read(name: str, raw: bytes, priority: PriorityOf) -> LabelledFile:
    table = labelled_table(raw)
    messages, bad = [], []
    named = made = other = 0
    for row in table.rows:
        try:
            if isinstance(row, BadRow):
                raise InvalidMessage(row.reason)
            said, meant = _said(row), _meant(row, priority)
        except InvalidMessage as fault:
            bad.append(f"line {row.line}: {fault}")
            continue
        named += said is not None
        made += said is None and meant is not None
        other += None not in {said, meant} and said is not meant
        messages.append(Judged(labelled=_labelled(row), priority=said or meant))
    if bad:
        more = f"; and {len(bad) - MOST_NAMED} more" if len(bad) > MOST_NAMED else ""
        raise PolicyViolation(
            f"{len(bad)} of {len(bad) + len(messages)} rows cannot be read, so nothing was measured. "
            f"{'; '.join(bad[:MOST_NAMED])}{more}"
        )
    if not messages:
        raise PolicyViolation("it has no rows below its head")
    notes = [
        *_notes_on_priority(len(messages), named, made, other),
        *_notes_on_columns([column for column in table.unused_columns if column.casefold() not in NOT_MISSED], table.others),
    ]
    return LabelledFile(name=name, messages=messages, raw=raw, notes=notes)


def _said(row: LabelledRow) -> Priority | None:
    if not row.priority:
        return None
    if (found := _PRIORITY.match(row.priority)) is None:
        raise InvalidMessage(f"priority {row.priority[:40]!r} is none of {', '.join(Priority)}")
    return Priority(f"P{min(int(found[1]), len(Priority))}")


def _meant(row: LabelledRow, priority: PriorityOf) -> Priority | None:
    """By the matrix."""
    judgement = row.judged.judgement
    if judgement.impact is None or judgement.urgency is None:
        return None
    return priority(judgement.impact, judgement.urgency)


def _labelled(row: LabelledRow) -> LabelledText:
    of = row.judged.judgement
    return LabelledText(text=row.judged.text, kind=of.kind, category=of.category, impact=of.impact, urgency=of.urgency)


def _notes_on_priority(count: int, named: int, made: int, other: int) -> list[str]:
    notes = []
    if made:
        notes.append(f"The priority of {made} rows follows from their impact and urgency by the matrix of desk.toml.")
    if other:
        notes.append(
            f"{other} rows name another priority than the matrix of desk.toml makes of their impact and urgency:"
            " the one they name counts."
        )
    if missing := count - named - made:
        notes.append(
            f"{missing} rows have neither a priority nor impact and urgency: they are left out of what is said of P1 and P2."
        )
    return notes


def _notes_on_columns(unused: Sequence[str], others: dict[str, int]) -> list[str]:
    notes = []
    if unused:
        notes.append(f"Columns that nothing was read from: {', '.join(unused[:MOST_NAMED])}.")
    if others:
        known = ", ".join(f"{name} ({count})" for name, count in islice(others.items(), MOST_NAMED))
        notes.append(f"None of the desk's categories, so only the kind counts there: {known}.")
    return notes
