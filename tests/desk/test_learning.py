"""What was learnt is used only if it wins; older layers are kept, and there is a way back."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from intake.desk.learning import KEPT, REJECTED_KEPT, keep_fitted, roll_back
from intake.domain.errors import Conflict, NotFound, PolicyViolation
from intake.domain.site_layer import Figures, FittedLayer, LayerState, SiteLayer
from storage.site_layers import SqlSiteLayers
from storage.store import SqlStore
from tests.desk.at_the_desk import MONDAY

FIGURES = Figures(learnt_from=80, held_out=20, before=0.61, after=0.74, gained=4, lost=1)
SAME = "as it was"


def fitted(number: int, *, better: bool = True, based_on: str = "desk-1") -> FittedLayer:
    content = f"layer {number}".encode()
    return FittedLayer(version=f"site-{number}", based_on=based_on, content=content, figures=FIGURES, better=better)


def kept(store: SqlStore, layer: FittedLayer, instead_of: str | None = SAME, *, minutes: int | None = None) -> SiteLayer:
    """Made at that many minutes after Monday morning; unset: when its number says."""
    at = MONDAY + timedelta(minutes=minutes if minutes is not None else int(layer.version.partition("-")[2]))
    before = active(store) if instead_of == SAME else instead_of
    with store.begin() as books:
        return keep_fitted(layer, before, books, read_at=at, now=at, by="desk")


def back(store: SqlStore, to: str = "", *, minutes: int = 500, shipped: str = "desk-1") -> str | None:
    with store.begin() as books:
        layer = roll_back(to, books, shipped=shipped, now=MONDAY + timedelta(minutes=minutes), by="root")
    return layer.version if layer else None


def layers(store: SqlStore) -> Sequence[SiteLayer]:
    with store.reading() as connection:
        return SqlSiteLayers(connection).all()


def active(store: SqlStore) -> str | None:
    return next((layer.version for layer in layers(store) if layer.state is LayerState.ACTIVE), None)


def test_a_layer_comes_back_as_it_was_kept(store: SqlStore) -> None:
    layer = kept(store, fitted(1))
    assert layers(store) == [layer]
    assert (layer.state, layer.size, layer.figures, layer.made_by) == (LayerState.ACTIVE, 7, FIGURES, "desk")
    with store.reading() as connection:
        assert SqlSiteLayers(connection).content("site-1") == b"layer 1"
        assert SqlSiteLayers(connection).content("site-2") is None


def test_a_layer_that_wins_follows_the_one_that_was_active(store: SqlStore) -> None:
    kept(store, fitted(1))
    kept(store, fitted(2))
    assert [(layer.version, layer.state) for layer in layers(store)] == [
        ("site-2", LayerState.ACTIVE),
        ("site-1", LayerState.RETIRED),
    ]


def test_a_layer_that_does_not_win_is_kept_and_changes_nothing(store: SqlStore) -> None:
    kept(store, fitted(1))
    assert kept(store, fitted(2, better=False)).state is LayerState.REJECTED
    assert active(store) == "site-1"


def test_what_was_compared_with_another_layer_is_not_kept(store: SqlStore) -> None:
    kept(store, fitted(1))
    back(store, "none")
    with pytest.raises(Conflict):
        kept(store, fitted(2), instead_of="site-1")
    assert [layer.version for layer in layers(store)] == ["site-1"]
    assert active(store) is None


def test_the_same_layer_once_more_stays_active_as_freshly_made(store: SqlStore) -> None:
    kept(store, fitted(1))
    kept(store, fitted(1, better=False), minutes=30)
    (layer,) = layers(store)
    assert (layer.state, layer.made_at, layer.state_since) == (
        LayerState.ACTIVE,
        MONDAY + timedelta(minutes=30),
        MONDAY + timedelta(minutes=1),
    )


def test_the_last_twenty_are_kept_and_the_active_one_is_among_them(store: SqlStore) -> None:
    for number in range(1, KEPT + 5):
        kept(store, fitted(number))
    back(store, "site-5")
    kept(store, fitted(KEPT + 5), minutes=900)
    back(store, "site-6", minutes=901)
    kept(store, fitted(KEPT + 6, better=False), minutes=902)
    found = [layer.version for layer in layers(store)]
    assert len(found) == KEPT
    assert found[0] == f"site-{KEPT + 6}"
    assert active(store) == "site-6"


def test_however_many_did_not_win_the_way_back_stays(store: SqlStore) -> None:
    kept(store, fitted(1))
    kept(store, fitted(2))
    for number in range(3, KEPT + 10):
        kept(store, fitted(number, better=False))
    assert [layer.state for layer in layers(store)].count(LayerState.REJECTED) == REJECTED_KEPT
    assert back(store) == "site-1"


def test_rolling_back_passes_over_what_was_learnt_over_another_shipped_model(store: SqlStore) -> None:
    kept(store, fitted(1, based_on="desk-2"))
    kept(store, fitted(2))
    kept(store, fitted(3, based_on="desk-2"))
    with pytest.raises(PolicyViolation, match="site-2 was learnt over desk-1, and the shipped model is desk-2"):
        back(store, "site-2", shipped="desk-2")
    assert back(store, shipped="desk-2") == "site-1"


def test_rolling_back_goes_to_what_was_in_use_before_and_then_further(store: SqlStore) -> None:
    for number in (1, 2, 3):
        kept(store, fitted(number))
    assert back(store, minutes=501) == "site-2"
    assert back(store, minutes=502) == "site-1"
    assert back(store, minutes=503) is None
    with pytest.raises(PolicyViolation, match="there is nothing before it"):
        back(store)
    assert {layer.state for layer in layers(store)} == {LayerState.RETIRED}


def test_rolling_back_to_a_version_or_to_none(store: SqlStore) -> None:
    for number in (1, 2, 3):
        kept(store, fitted(number))
    assert back(store, "site-1") == "site-1"
    assert back(store, "site-3") == "site-3", "and forward again"
    assert back(store, "site-3") == "site-3", "twice does no harm"
    assert back(store, "none") is None
    (first, *_) = [layer for layer in layers(store) if layer.version == "site-3"]
    assert (first.state, first.state_by) == (LayerState.RETIRED, "root")


def test_a_layer_that_never_won_is_not_rolled_back_to(store: SqlStore) -> None:
    kept(store, fitted(1))
    kept(store, fitted(2, better=False))
    with pytest.raises(PolicyViolation, match="never in use"):
        back(store, "site-2")
    with pytest.raises(NotFound, match="site-9"):
        back(store, "site-9")
    assert active(store) == "site-1"


@pytest.mark.postgres
def test_of_two_replicas_that_promote_at_once_one_wins_and_the_other_hears(pg_database: str) -> None:
    stores = [SqlStore(pg_database), SqlStore(pg_database)]
    start = Barrier(2)

    def promote(place: int) -> bool:
        start.wait()
        try:
            kept(stores[place], fitted(place + 1), instead_of=None)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        won = list(threads.map(promote, range(2)))
    assert sorted(won) == [False, True]
    assert [layer.state for layer in layers(stores[0])] == [LayerState.ACTIVE]
    for store in stores:
        store.close()


@pytest.mark.postgres
@pytest.mark.parametrize("to", [LayerState.RETIRED, LayerState.ACTIVE])
def test_who_decides_on_what_another_replica_has_changed_meanwhile_hears_of_it(pg_database: str, to: LayerState) -> None:
    store = SqlStore(pg_database)
    kept(store, fitted(1))
    with pytest.raises(Conflict), store.begin() as books:
        seen = books.layers.active()
        assert seen is not None
        back(store, "none")
        books.layers.put(seen.version, to, MONDAY, "desk", was=LayerState.ACTIVE)
    assert active(store) is None
    store.close()
