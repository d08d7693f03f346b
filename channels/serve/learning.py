"""Learning from people: what there is to learn from, and what became of it. The fitting itself is done elsewhere."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from operator import itemgetter

from intake.desk.labelling import PERSON
from intake.desk.learning import keep_fitted
from intake.desk.ports import UnitOfWork
from intake.domain.correction import JudgedText
from intake.domain.site_layer import FittedLayer, LayerState, SiteLayer
from storage.lessons import SqlLessons
from storage.site_layers import SqlSiteLayers
from storage.store import SqlStore

MOST = 10_000  # texts that are learnt from
MOST_CHARACTERS = 10_000_000  # of all of them together


class _Sort(Enum):
    CORRECTED = auto()
    STOOD = auto()
    IMPORTED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What there is to learn from, the newest last, and how many of each sort; which layer was active when it was read."""

    texts: Sequence[JudgedText]
    corrected: int
    stood: int
    imported: int
    active: str | None
    read_at: datetime

    @property
    def in_words(self) -> str:
        counted = (
            (self.corrected, "correction", "corrections"),
            (self.stood, "label that stood", "labels that stood"),
            (self.imported, "imported text", "imported texts"),
        )
        return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in counted if count) or "nothing"


def lessons(store: SqlStore, now: datetime, most_characters: int = MOST_CHARACTERS) -> Lessons:
    """The newest corrections first of all; what is left is shared by the labels that stood and the history. Corrections alone
    would only show where the classifier was wrong, and a layer that spoils the rest would seem to win. Of these the newest that
    fit into `most_characters`."""
    with store.reading() as connection:
        known = SqlLessons(connection)
        corrected = [(found.ticket, judged) for found in known.corrections(MOST) if (judged := found.teaches) is not None]
        left = MOST - len(corrected)
        imported = known.history(left)
        stood = known.stood(max(left - len(imported), left // 2), person=PERSON)
        imported = imported[max(0, len(imported) + len(stood) - left) :]
        active = SqlSiteLayers(connection).active()
    of_tickets = sorted(
        [
            *((number, _Sort.STOOD, judged) for number, judged in stood),
            *((n, _Sort.CORRECTED, judged) for n, judged in corrected),
        ],
        key=itemgetter(0),
    )
    whole = [*((_Sort.IMPORTED, judged) for judged in imported), *((sort, judged) for _, sort, judged in of_tickets)]
    kept = _newest_that_fit(whole, most_characters)
    count = Counter(sort for sort, _ in kept)
    return Lessons(
        texts=[judged for _, judged in kept],
        corrected=count[_Sort.CORRECTED],
        stood=count[_Sort.STOOD],
        imported=count[_Sort.IMPORTED],
        active=active.version if active else None,
        read_at=now,
    )


def _newest_that_fit(texts: Sequence[tuple[_Sort, JudgedText]], most_characters: int) -> Sequence[tuple[_Sort, JudgedText]]:
    first, left = len(texts), most_characters
    while first and len(texts[first - 1][1].text) <= left:
        first -= 1
        left -= len(texts[first][1].text)
    return texts[first:]


def keep(fitted: FittedLayer, learnt: Lessons, books: UnitOfWork, *, now: datetime, by: str) -> SiteLayer:
    """Raises Conflict where another layer was put in use meanwhile."""
    return keep_fitted(fitted, learnt.active, books, read_at=learnt.read_at, now=now, by=by)


def is_due(store: SqlStore, shipped_version: str, after: int) -> str:
    """Why it is time to learn, in words; empty if it is not."""
    with store.reading() as connection:
        layers = SqlSiteLayers(connection).all()
        new = SqlLessons(connection).corrections_since(max((layer.made_at for layer in layers), default=None))
    if is_outdated(layers, shipped_version):
        return "the shipped model has changed"
    return f"{new} new corrections" if new >= after else ""


def is_outdated(layers: Sequence[SiteLayer], shipped_version: str) -> bool:
    """Is a layer of another shipped model active, and none was tried on this one yet? Replicas of two versions, which run
    beside each other during an upgrade, so learn once each."""
    active = any(layer.state is LayerState.ACTIVE and layer.based_on != shipped_version for layer in layers)
    return active and all(layer.based_on != shipped_version for layer in layers)
