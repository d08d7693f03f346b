"""What becomes of a fitted layer: it is used only if it wins, older ones are kept, and there is a way back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.desk.ports import UnitOfWork
from intake.domain.errors import Conflict, NotFound, PolicyViolation
from intake.domain.site_layer import FittedLayer, LayerState, SiteLayer

KEPT = 20  # layers, whatever became of them
REJECTED_KEPT = 5  # of them: more would push out those that there is a way back to
SHIPPED = "none"  # what people call the shipped model alone


def keep_fitted(
    fitted: FittedLayer, instead_of: str | None, books: UnitOfWork, *, read_at: datetime, now: datetime, by: str
) -> SiteLayer:
    """`instead_of` is the version that was active when the examples were read, at `read_at`. Raises Conflict if that has
    changed since: the comparison was with something else.
    A layer that is the active one over again stays so, as freshly made."""
    active = books.layers.active()
    if (active.version if active else None) != instead_of:
        raise Conflict("Another layer was put in use, or taken out of use, meanwhile: learn anew")
    if active is not None and (active.version, active.based_on) == (fitted.version, fitted.based_on):
        # As it is: nobody may have taken it out of use meanwhile.
        books.layers.put(active.version, active.state, active.state_since, active.state_by, was=LayerState.ACTIVE)
        again = replace(active, made_at=read_at, figures=fitted.figures)
        books.layers.keep(again, fitted.content)
        return again
    if fitted.better and active is not None:
        books.layers.put(active.version, LayerState.RETIRED, now, by, was=LayerState.ACTIVE)
    layer = SiteLayer(
        version=fitted.version,
        based_on=fitted.based_on,
        made_at=read_at,
        made_by=by,
        size=len(fitted.content),
        figures=fitted.figures,
        state=LayerState.ACTIVE if fitted.better else LayerState.REJECTED,
        state_since=now,
        state_by=by,
    )
    books.layers.keep(layer, fitted.content)
    books.layers.drop(_too_many(books.layers.all()))
    return layer


def roll_back(to: str, books: UnitOfWork, *, shipped: str, now: datetime, by: str) -> SiteLayer | None:
    """`to` names a version, or `none` for the shipped model alone; empty is the one that was in use before. `shipped` is the
    version of the shipped model. What is in use now. Raises NotFound, PolicyViolation for a layer that never won or belongs to
    another shipped model, and Conflict where somebody else put a layer in or out of use meanwhile."""
    layers = books.layers.all()
    active = next((layer for layer in layers if layer.state is LayerState.ACTIVE), None)
    target = _named(to, layers) if to and to != SHIPPED else None if to == SHIPPED else _one_before(active, layers, shipped)
    if target is not None and target.based_on != shipped:
        raise PolicyViolation(
            f"{target.version} was learnt over {target.based_on}, and the shipped model is {shipped}: it would not be used"
        )
    if target is active:
        return active
    if target is not None and target.state is LayerState.REJECTED:
        raise PolicyViolation(f"{target.version} was never in use: it did not win when it was made")
    if active is not None:
        books.layers.put(active.version, LayerState.RETIRED, now, by, was=LayerState.ACTIVE)
    if target is not None:
        books.layers.put(target.version, LayerState.ACTIVE, now, by, was=LayerState.RETIRED)
    return books.layers.active()


def _named(version: str, layers: Sequence[SiteLayer]) -> SiteLayer:
    for layer in layers:
        if layer.version == version:
            return layer
    raise NotFound(f"There is no layer {version!r}: `intake learn --versions` lists them")


def _one_before(active: SiteLayer | None, layers: Sequence[SiteLayer], shipped: str) -> SiteLayer | None:
    """Of those over the shipped model that were made before the active one, and were in use, the last that went out of use;
    None is the shipped model alone."""
    if active is None:
        raise PolicyViolation("The shipped model alone is in use: there is nothing before it. Name a version to use that")
    return last_in_use([layer for layer in layers if layer.made_at < active.made_at], shipped)


def last_in_use(layers: Sequence[SiteLayer], shipped: str) -> SiteLayer | None:
    """Of those over this shipped model, the one that went out of use last."""
    retired = [layer for layer in layers if layer.state is LayerState.RETIRED and layer.based_on == shipped]
    return max(retired, key=lambda layer: layer.state_since, default=None)


def _too_many(layers: Sequence[SiteLayer]) -> Sequence[str]:
    """The oldest beyond the numbers that are kept; never the one in use."""
    of = {state: [layer.version for layer in layers if layer.state is state] for state in LayerState}
    rejected, retired = of[LayerState.REJECTED], of[LayerState.RETIRED]
    room = KEPT - len(of[LayerState.ACTIVE]) - min(len(rejected), REJECTED_KEPT)
    return [*rejected[REJECTED_KEPT:], *retired[room:]]
