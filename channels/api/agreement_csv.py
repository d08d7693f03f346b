"""An agreement's book, and the hours of several, as CSV (RFC 4180, UTF-8, with a header): for spreadsheets, which must not be
talked into calculating what somebody wrote."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from channels.api.moment_record import in_json
from intake.domain.agreement import AgreementStory, Balance, Entry, OfChange
from intake.domain.ticket import spoken

BOOK = (
    *("agreement", "sequence", "at", "kind", "minutes", "by", "ticket", "worked_on", "text"),
    *("from_reserved", "given_back", "granted", "overdraft", "reserved", "spent", "left"),
)
BY_CHANGE = ("agreement", "party", "starts", "ends", "ticket", "reserved", "spent", "overdraft")

# What a spreadsheet takes for a formula, its full-width forms included; blanks before it do not stop all of them.
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def cell(text: str) -> str:
    """Quoted with an apostrophe where it would be calculated."""
    safe = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return f"'{safe}" if _FORMULA.match(safe) else safe


def book(story: AgreementStory) -> str:
    """A line for each line of the book."""
    return _written(BOOK, (_entry(entry) for entry in story.entries))


def by_change(stories: Iterable[AgreementStory]) -> str:
    """A line for each change of each agreement."""
    return _written(BY_CHANGE, (_of_change(story, of) for story in stories for of in story.by_change))


def _written(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def _entry(of: Entry) -> Sequence[str | int]:
    return (
        cell(of.agreement),
        of.sequence,
        in_json(of.at),
        of.kind.value,
        of.minutes,
        cell(of.by),
        spoken(of.ticket) if of.ticket is not None else "",
        of.worked_on.isoformat() if of.worked_on else "",
        cell(of.text),
        of.from_reserved,
        of.given_back,
        *_balance(of.after),
    )


def _of_change(story: AgreementStory, of: OfChange) -> Sequence[str | int]:
    it = story.line.agreement
    known = (cell(it.name), cell(it.party), it.starts.isoformat(), it.ends.isoformat())
    return (*known, spoken(of.ticket), of.reserved, of.spent, of.overdraft)


def _balance(of: Balance) -> Sequence[int]:
    return of.granted, of.overdraft, of.reserved, of.spent, of.left
