"""The phone, as desk.toml has it: `[phone]`, and `[[line]]` for each number that speaks another language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from intake.desk.policy_file.table import LARGEST, PolicyTable, Row

_NAME, _LINE = "phone", "line"
_PER_HOUR = ("calls_per_number_per_hour", "texts_per_number_per_hour")
_KEYS = ("company", "connect", "ring_seconds", "open_after_silence_minutes", *_PER_HOUR)
_TOGETHER, _IN_ORDER = "together", "in_order"
_LONGEST_NAME = 80  # characters: it is spoken before anything else
_NUMBER = re.compile(r"\+[1-9][0-9]{7,14}\Z", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}\Z", re.ASCII)
_VOICE = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,79}\Z", re.ASCII)
_DEFAULT = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One of the desk's numbers, E.164. `language` is a BCP 47 tag, `voice` the vendor's name of one, or empty."""

    number: str
    language: str = _DEFAULT
    voice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePolicy:
    """`together`: several people of one step are rung at once. `ring` is how long an attempt rings; `silence` how long a call
    without a word leaves its ticket open."""

    company: str = ""
    together: bool = True
    ring: timedelta = timedelta(seconds=20)
    silence: timedelta = timedelta(minutes=10)
    calls_per_hour: int = 30
    texts_per_hour: int = 30
    lines: Mapping[str, Line] = field(default_factory=dict)

    def line(self, number: str) -> Line:
        return self.lines.get(number) or Line(number=number)


def read_phone(table: PolicyTable) -> PhonePolicy:
    section = table.section(_NAME, _KEYS, may_be_absent=True)
    connect = section.get("connect", _TOGETHER)
    if connect not in (_TOGETHER, _IN_ORDER):
        table.fault(f'connect must be "{_TOGETHER}" or "{_IN_ORDER}"', _NAME, "connect")
    calls, texts = (_number(table, section, key, 30, least=1, most=LARGEST) for key in _PER_HOUR)
    silence = _number(table, section, "open_after_silence_minutes", 10, least=1, most=24 * 60)
    return PhonePolicy(
        company=_company(table, section),
        together=connect != _IN_ORDER,
        ring=timedelta(seconds=_number(table, section, "ring_seconds", 20, least=5, most=60)),
        silence=timedelta(minutes=silence),
        calls_per_hour=calls,
        texts_per_hour=texts,
        lines=_lines(table),
    )


def _company(table: PolicyTable, section: Row) -> str:
    company = section.get("company", "")
    if not isinstance(company, str) or len(company) > _LONGEST_NAME or not company.isprintable():
        table.fault(f"company must be a name of at most {_LONGEST_NAME} characters, as the greeting says it", _NAME, "company")
        return ""
    return company.strip()


def _lines(table: PolicyTable) -> dict[str, Line]:
    lines: dict[str, Line] = {}
    for index, row in enumerate(table.rows(_LINE, ("number", "language", "voice"))):
        number = table.word(_LINE, row, "number", index)
        language = table.word(_LINE, row, "language", index, default=_DEFAULT)
        voice = table.word(_LINE, row, "voice", index, default="")
        if number and not _NUMBER.match(number):
            table.fault(f"{number!r} is not a phone number such as +4930901820 (E.164)", _LINE, "number", index)
        if number in lines:
            table.fault(f"the line {number} is there twice", _LINE, "number", index)
        if not _LANGUAGE.match(language):
            table.fault(f"{language!r} is not a language such as de-DE", _LINE, "language", index)
        if voice and not _VOICE.match(voice):
            table.fault(f"{voice!r} is not the vendor's name of a voice, such as Polly.Vicki", _LINE, "voice", index)
        lines[number] = Line(number=number, language=language, voice=voice)
    return lines


def _number(table: PolicyTable, section: Row, key: str, default: int, *, least: int, most: int) -> int:
    number = section.get(key, default)
    if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
        table.fault(f"{key} must be a whole number from {least} to {most}", _NAME, key)
        return default
    return number
