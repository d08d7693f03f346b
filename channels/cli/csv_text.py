"""A CSV file as rows with their lines: in the encodings and with the separators that exports have."""

import csv
import io
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.domain.errors import PolicyViolation

MOST_BYTES = 64 << 20
SEPARATORS = ",;\t|"
_NAMES_ITS_SEPARATOR = re.compile(r"sep=([,;\t|])\r?\n?")  # as Excel writes it
_SAMPLE = 4096  # bytes
_OFTEN = 0.3  # of every second byte: that many zeros are no text of single bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`line` is where it begins, from 1. With a `fault` it has no cells."""

    line: int
    cells: Sequence[str]
    fault: str = ""


def decoded(raw: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding: UTF-8 or UTF-16, with or without a mark at the start, else Windows-1252. Raises
    PolicyViolation for what is none of them."""
    encoding = _encoding_of(raw)
    try:
        return raw.decode(encoding), encoding.removesuffix("-sig")
    except UnicodeDecodeError as fault:
        if encoding != "utf-8":
            raise PolicyViolation(_no_text(fault, encoding)) from fault
    try:
        return raw.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as fault:
        raise PolicyViolation(_no_text(fault, "utf-8, utf-16 or cp1252")) from fault


def rows(text: str) -> Iterator[Row]:
    """Empty ones are left out. Raises PolicyViolation for a quote that is never closed: what lies behind it cannot be told."""
    csv.field_size_limit(MOST_BYTES)
    lines = io.StringIO(text, newline="")
    begin = 1
    if _NAMES_ITS_SEPARATOR.match(lines.readline()) is None:
        lines.seek(0)
    else:
        begin = 2
    reader = csv.reader(lines, delimiter=_separator(text), strict=True)
    before = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as fault:
            if "unexpected end" in str(fault):
                raise PolicyViolation(f"line {before + begin}: a quote is opened there and never closed") from fault
            yield Row(line=before + begin, cells=(), fault=f"is no CSV: {fault}")
        else:
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield Row(line=before + begin, cells=cells)
        before = reader.line_num


def _encoding_of(raw: bytes) -> str:
    if raw.startswith(BOM_UTF8):
        return "utf-8-sig"
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    sample = raw[: _SAMPLE - len(raw[:_SAMPLE]) % 2]
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > half * _OFTEN:
        return "utf-16-le"
    return "utf-16-be" if sample[::2].count(0) > half * _OFTEN else "utf-8"


def _separator(text: str) -> str:
    """What stands most often between the names of the columns; the first of `SEPARATORS` where there is nothing."""
    if (named := _NAMES_ITS_SEPARATOR.match(text)) is not None:
        return named[1]
    head = re.sub(r'"[^"\n]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(SEPARATORS, key=head.count)


def _no_text(fault: UnicodeDecodeError, encoding: str) -> str:
    return f"byte {fault.start} is no text in {encoding}: save the file as UTF-8"
