"""An imported history: each matter once, however often it is imported."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from intake.domain.correction import JudgedText, Judgement, PastMatter, Taken
from intake.domain.label import Category, Kind, Level
from storage.lessons import SqlLessons
from storage.store import SqlStore
from tests.storage.examples import LATER, NOW

SLOW = Judgement(kind=Kind.INCIDENT, category=Category.PERFORMANCE_INTERFACE, impact=Level.MEDIUM, urgency=None)


def matter(number: int, text: str = "", judgement: Judgement = SLOW) -> PastMatter:
    name = f"INC{number:07}"
    judged = JudgedText(text=text or f"The report {number} is slow.", judgement=judgement)
    return PastMatter(key=hashlib.sha256(name.encode()).hexdigest(), name=name, judged=judged)


def taken(store: SqlStore, matters: Sequence[PastMatter]) -> Taken:
    with store.begin() as books:
        return books.history.take_in(matters, NOW)


def known(store: SqlStore, limit: int = 10_000) -> Sequence[JudgedText]:
    with store.reading() as connection:
        return SqlLessons(connection).history(limit)


def test_a_history_comes_back_as_it_was_imported_the_newest_last(store: SqlStore) -> None:
    matters = [matter(1), matter(2, judgement=Judgement(kind=Kind.NONE)), matter(3)]
    assert taken(store, matters) == Taken(added=3, changed=0, known=0)
    assert list(known(store)) == [each.judged for each in matters]
    assert list(known(store, 1)) == [matters[-1].judged]


def test_the_same_rows_again_add_nothing(store: SqlStore) -> None:
    matters = [matter(number) for number in range(1200)]
    assert taken(store, matters) == Taken(added=1200, changed=0, known=0)
    assert taken(store, [*matters, matter(1200)]) == Taken(added=1, changed=0, known=1200)
    assert len(known(store)) == 1201


def test_what_is_judged_otherwise_now_is_changed(store: SqlStore) -> None:
    taken(store, [matter(1), matter(2)])
    other = replace(SLOW, category=Category.UNAVAILABLE)
    assert taken(store, [matter(1, judgement=other), matter(2)]) == Taken(added=0, changed=1, known=1)
    assert [judged.judgement.category for judged in known(store)] == [Category.UNAVAILABLE, Category.PERFORMANCE_INTERFACE]


def test_an_import_that_breaks_off_leaves_nothing(store: SqlStore) -> None:
    try:
        with store.begin() as books:
            books.history.take_in([matter(1)], LATER)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert list(known(store)) == []


def test_a_history_can_be_forgotten(store: SqlStore) -> None:
    taken(store, [matter(1), matter(2)])
    with store.begin() as books:
        assert books.history.forget() == 2
    assert list(known(store)) == []
