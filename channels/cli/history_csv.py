"""A labelled history as a file: an export of ServiceNow's incidents, requests and changes, or a table of texts and kinds."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TypeVar

from channels.cli.csv_text import Row, decoded, rows
from intake.desk.incoming import as_classified, clean
from intake.domain.correction import LONGEST_TEXT, JudgedText, Judgement, PastMatter
from intake.domain.errors import InvalidMessage, PolicyViolation
from intake.domain.label import Category, Kind, Level

Word = TypeVar("Word", bound=StrEnum)

MOST_ROWS = 50_000
LONGEST_NAME = 100
PRIORITY = "priority"
NEEDED = (
    "It needs text and kind; or, as ServiceNow exports them, short_description or description, with number or sys_class_name"
)
_LEVEL = re.compile(r"([1-5])(?:\s*-.*)?\Z", re.DOTALL)  # `1 - High`
_LEVELS = {"high": Level.HIGH, "medium": Level.MEDIUM, "low": Level.LOW}
_LETTERS = re.compile(r"[A-Za-z]{1,20}")
_BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHistory:
    """`twice` rows were about a matter that another row names as well: the last one counts. `other_categories` are those that
    are none of the desk's: their rows teach the kind alone."""

    encoding: str
    rows: int
    matters: Sequence[PastMatter]
    bad: Sequence[BadRow]
    unused_columns: Sequence[str]
    other_categories: Mapping[str, int]

    @property
    def twice(self) -> int:
        return self.rows - len(self.bad) - len(self.matters)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledRow:
    """`priority` is as it stands there: nothing learns from it."""

    line: int
    number: str
    judged: JudgedText
    priority: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledTable:
    """`rows` are read as they are asked for; `others` counts meanwhile the categories that are none of the desk's."""

    encoding: str
    rows: Iterator[LabelledRow | BadRow]
    unused_columns: Sequence[str]
    others: Counter[str]


@dataclass(slots=True)
class _Head:
    """Where each column stands; a column that is missing stands nowhere."""

    places: Mapping[str, int]
    width: int
    others: Counter[str] = field(default_factory=Counter)

    def cell(self, row: Row, name: str) -> str:
        place = self.places.get(name)
        return clean(row.cells[place]).strip() if place is not None else ""


def labelled_table(raw: bytes) -> LabelledTable:
    """Raises PolicyViolation that names what is wrong with the file as a whole, also while its rows are read."""
    text, encoding = decoded(raw)
    found = rows(text)
    first = next(found, None)
    if first is None:
        raise PolicyViolation("It is empty")
    if first.fault:
        raise PolicyViolation(f"line {first.line} {first.fault}")
    head, unused = _head(first)
    return LabelledTable(encoding=encoding, rows=_labelled_rows(found, head), unused_columns=unused, others=head.others)


def read_history(raw: bytes) -> ReadHistory:
    """Raises PolicyViolation that names what is wrong with the file as a whole."""
    table = labelled_table(raw)
    matters: dict[str, PastMatter] = {}
    bad: list[BadRow] = []
    count = 0
    for row in table.rows:
        count += 1
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            matter = _matter(row)
            matters.pop(matter.key, None)  # the last one counts, in its own place
            matters[matter.key] = matter
    if len(bad) * 2 > count:
        first_ones = "; ".join(f"line {row.line}: {row.reason}" for row in bad[:3])
        raise PolicyViolation(f"{len(bad)} of {count} rows cannot be read, so nothing was imported. {first_ones}")
    return ReadHistory(
        encoding=table.encoding,
        rows=count,
        matters=list(matters.values()),
        bad=bad,
        unused_columns=table.unused_columns,
        other_categories=dict(table.others.most_common()),
    )


def _labelled_rows(found: Iterator[Row], head: _Head) -> Iterator[LabelledRow | BadRow]:
    read = _simple if "text" in head.places else _exported
    for count, row in enumerate(found, start=1):
        if count > MOST_ROWS:
            raise PolicyViolation(f"It has more than {MOST_ROWS} rows: the newest of them are enough")
        try:
            yield _labelled(row, head, read)
        except InvalidMessage as fault:
            yield BadRow(line=row.line, reason=str(fault))


def _head(row: Row) -> tuple[_Head, Sequence[str]]:
    """And the columns that nothing is read from. Raises PolicyViolation for columns that nothing can be made of."""
    known = _words().columns
    places: dict[str, int] = {}
    unused = []
    for place, title in enumerate(row.cells):
        name = known.get(_word(title))
        if name is None or name in places:
            unused.append(clean(title).strip()[:LONGEST_NAME] or f"column {place + 1}")
            if _word(title) == PRIORITY:
                places.setdefault(PRIORITY, place)
        else:
            places[name] = place
    simple = {"text", "kind"} <= places.keys()
    exported = ("title" in places or "body" in places) and bool({"number", "class", "type"} & places.keys())
    if not simple and not exported:
        raise PolicyViolation(f"Its columns are {', '.join(cell.strip() for cell in row.cells)}. {NEEDED}"[:1000])
    if not simple:
        places.pop("text", None)
    if "class" in places and "type" in places:
        unused.append(clean(row.cells[places.pop("type")]).strip())
    return _Head(places, len(row.cells)), unused


def _labelled(row: Row, head: _Head, read: Callable[[Row, _Head], JudgedText]) -> LabelledRow:
    if row.fault:
        raise InvalidMessage(row.fault)
    if len(row.cells) != head.width:
        raise InvalidMessage(f"has {len(row.cells)} cells, and the head has {head.width}")
    judged = read(row, head)
    number, priority = head.cell(row, "number")[:LONGEST_NAME], head.cell(row, PRIORITY)
    return LabelledRow(line=row.line, number=number, judged=judged, priority=priority)


def _matter(row: LabelledRow) -> PastMatter:
    key = f"number {row.number.casefold()}" if row.number else f"text {row.judged.text}"
    return PastMatter(key=sha256(key.encode()).hexdigest(), name=row.number, judged=row.judged)


def _simple(row: Row, head: _Head) -> JudgedText:
    kind = _one_of(Kind, head.cell(row, "kind"), "kind")
    given = head.cell(row, "category")
    category = _one_of(Category, given, "category") if given else None
    if category is not None and category.kind is not kind:
        raise InvalidMessage(f"category {category.value} belongs to {category.kind.value}, and the kind is {kind.value}")
    return _judged(head.cell(row, "text"), kind, category, row, head)


def _exported(row: Row, head: _Head) -> JudgedText:
    kind, category = _kind_of(row, head)
    given = [called for column in ("subcategory", "category") if (called := head.cell(row, column))]
    fitting = [meant for called in given if (meant := _category(called)) is not None and meant.kind is kind]
    if given and not fitting:
        head.others[given[0][:LONGEST_NAME]] += 1
    category = fitting[0] if fitting else category
    return _judged(as_classified(head.cell(row, "title"), head.cell(row, "body")), kind, category, row, head)


def _category(given: str) -> Category | None:
    word = _word(given)
    meant = _words().categories.get(word, word)
    return Category(meant) if meant in list(Category) else None


def _kind_of(row: Row, head: _Head) -> tuple[Kind, Category | None]:
    given, number = head.cell(row, "class") or head.cell(row, "type"), head.cell(row, "number")
    meant = _words().classes.get(_word(given))
    if meant is None and not head.cell(row, "class"):
        begins = _LETTERS.match(number)
        meant = _words().prefixes.get(begins[0].upper()) if begins else None
    if meant is None:
        what = f"class {given[:LONGEST_NAME]!r}" if given else f"number {number[:LONGEST_NAME]!r}"
        raise InvalidMessage(f"{what} is no incident, request or change")
    if meant in list(Category):
        return Category(meant).kind, Category(meant)
    return Kind(meant), None


def _judged(text: str, kind: Kind, category: Category | None, row: Row, head: _Head) -> JudgedText:
    text = text.strip()
    if not text:
        raise InvalidMessage("has no text")
    judgement = Judgement(
        kind=kind,
        category=category,
        impact=_level(head.cell(row, "impact"), "impact"),
        urgency=_level(head.cell(row, "urgency"), "urgency"),
    )
    return JudgedText(text=text[:LONGEST_TEXT], judgement=judgement)


def _level(given: str, name: str) -> Level | None:
    """Of five levels those below the third are the third. Empty is judged by nobody."""
    if not given:
        return None
    if (match := _LEVEL.match(given)) is not None:
        return Level(min(int(match[1]), Level.LOW))
    if (level := _LEVELS.get(given.casefold())) is not None:
        return level
    raise InvalidMessage(f"{name} {given[:LONGEST_NAME]!r} is none of 1, 2, 3")


def _one_of(words: type[Word], given: str, name: str) -> Word:
    try:
        return words(_word(given))
    except ValueError as fault:
        raise InvalidMessage(f"{name} {given[:LONGEST_NAME]!r} is none of {', '.join(words)}") from fault


def _word(text: str) -> str:
    return _BETWEEN.sub("_", text.casefold()).strip("_")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """history_words.toml; `columns` from what they are called to what they are."""

    columns: Mapping[str, str]
    classes: Mapping[str, str]
    prefixes: Mapping[str, str]
    categories: Mapping[str, str]


@cache
def _words() -> _Words:
    read = tomllib.loads(resources.files("channels.cli").joinpath("history_words.toml").read_text("utf-8"))
    columns = {called: name for name, names in read["columns"].items() for called in names}
    return _Words(columns=columns, classes=read["classes"], prefixes=read["prefixes"], categories=read["categories"])
