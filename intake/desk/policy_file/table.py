"""Reading the tables of desk.toml: faults are collected with their lines instead of stopping at the first."""

import re
from collections.abc import Collection, Mapping

from intake.domain.errors import ConfigError

LARGEST = 1_000_000

Row = Mapping[str, object]


class PolicyTable:
    """The parsed file and what is wrong with it. What cannot be read comes back as a stand-in, and a fault is noted."""

    def __init__(self, text: str, name: str, table: Row) -> None:
        self._lines = text.splitlines()
        self._name = name
        self._table = table
        self._faults: list[tuple[int, str]] = []

    def demand_no_faults(self) -> None:
        """Raises ConfigError that lists every fault with its line."""
        if self._faults:
            raise ConfigError("\n".join(f"{self._name}:{line}: {what}" for line, what in sorted(self._faults)))

    def demand_known(self, sections: Collection[str]) -> None:
        for section in self._table.keys() - set(sections):
            self.fault(f"unknown section [{section}]; known are {', '.join(sorted(sections))}", section)

    def has(self, name: str) -> bool:
        return name in self._table

    def section(self, name: str, known: Collection[str], *, may_be_absent: bool = False) -> Row:
        section = self._table.get(name, {} if may_be_absent else None)
        if not isinstance(section, dict):
            self.fault(f"the section [{name}] is missing", name)
            return {}
        for key in section.keys() - set(known):
            self.fault(f"unknown key {key!r} in [{name}]", name, key)
        return section

    def rows(self, name: str, known: Collection[str]) -> list[Row]:
        rows = self._table.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.fault(f"[[{name}]] needs two brackets: there can be several", name)
            return []
        for index, row in enumerate(rows):
            for key in row.keys() - set(known):
                self.fault(f"unknown key {key!r} in [[{name}]]", name, key, index)
        return rows

    def word(self, section: str, row: Row, key: str, index: int, default: str | None = None) -> str:
        word = row.get(key, default)
        if not isinstance(word, str) or (not word.strip() and default is None):
            self.fault(f'[[{section}]] needs {key} = "…"', section, key, index)
            return ""
        return word.strip()

    def words(self, section: str, row: Row, key: str, index: int = 0, default: tuple[str, ...] = ()) -> list[str]:
        """At least one."""
        words = row.get(key, list(default))
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            self.fault(f'{key} must be a list of at least one, such as ["…"]', section, key, index)
            return []
        return [word.strip() for word in words]

    def count(self, section: str, row: Row, key: str, *, default: int | None = None, most: int = LARGEST) -> int:
        number = row.get(key, default)
        if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= most:
            self.fault(f"{key} must be a whole number from 1 to {most}", section, key)
            return 1
        return number

    def fault(self, what: str, section: str, key: str = "", index: int = 0) -> None:
        self._faults.append((self._line(section, key, index), what))

    def _line(self, section: str, key: str, index: int) -> int:
        """Where a key stands: tomllib does not say, so the file is read once more. The section's line if the key is missing."""
        heads = [n for n, line in enumerate(self._lines) if re.match(rf"\s*\[\[?\s*{re.escape(section)}\s*\]", line)]
        if not heads:
            return 1
        start = heads[min(index, len(heads) - 1)]
        for number in range(start + 1, len(self._lines)):
            if re.match(r"\s*\[", self._lines[number]):
                break
            if key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", self._lines[number]):
                return number + 1
        return start + 1
