"""How often each thing was taken for which: the table that most measures are read off."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`counts[true][said]`, both in the order of `names`."""

    names: Sequence[str]
    counts: Sequence[Sequence[int]]

    @property
    def total(self) -> int:
        return sum(map(sum, self.counts))

    @property
    def accuracy(self) -> float | None:
        return _share(sum(row[place] for place, row in enumerate(self.counts)), self.total)

    def support(self, name: str) -> int:
        """How many it truly was."""
        return sum(self.counts[self.names.index(name)])

    def said(self, name: str) -> int:
        place = self.names.index(name)
        return sum(row[place] for row in self.counts)

    def scores(self, among: Sequence[str]) -> tuple[float | None, float | None, float | None]:
        """Precision, recall and F1 of these names taken as one; None where there is nothing to divide by."""
        places = [self.names.index(name) for name in among]
        hits = sum(self.counts[true][said] for true in places for said in places)
        told, came = sum(map(self.said, among)), sum(map(self.support, among))
        return _share(hits, told), _share(hits, came), _share(2 * hits, told + came)

    def macro_f1(self, among: Sequence[str] | None = None) -> float | None:
        """The mean over those that came; of all names, or of some."""
        found = [self.scores([name])[2] or 0.0 for name in among or self.names if self.support(name)]
        return sum(found) / len(found) if found else None

    @property
    def weighted_kappa(self) -> float | None:
        """Cohen's, with quadratic weights: agreement beyond chance, where being far off counts more. 1 is perfect, 0 is chance;
        None where only one name occurs."""
        size = len(self.names)
        rows = [sum(row) for row in self.counts]
        columns = [sum(row[place] for row in self.counts) for place in range(size)]
        seen = expected = 0.0
        for true in range(size):
            for said in range(size):
                weight = (true - said) ** 2
                seen += weight * self.counts[true][said]
                expected += weight * rows[true] * columns[said]
        return 1 - seen * self.total / expected if expected else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
