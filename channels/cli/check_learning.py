"""Is what was learnt here in use?"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from channels.cli.finding import Finding, fault, ok, warning
from channels.cli.store import store_file, writing
from channels.serve.learning import is_outdated
from channels.serve.settings import DeskSettings
from channels.serve.site_classifier import Layered
from classifier.classify import TextClassifier
from intake.desk.learning import last_in_use
from intake.desk.policy_file.whole import read_policy
from intake.domain.errors import ConfigError, HelpdeskError
from intake.domain.site_layer import LayerState, SiteLayer
from storage.lessons import SqlLessons
from storage.site_layers import SqlSiteLayers
from storage.store import SqlStore

ABOUT = "learning"


def check_learning(desk: DeskSettings) -> Iterator[Finding]:
    """A store that is not there yet, is of another version or does not answer, is told elsewhere."""
    file = store_file(desk)
    if file is not None and not file.is_file():
        return
    try:
        shipped = TextClassifier()
    except ConfigError as trouble:
        yield fault(ABOUT, str(trouble), "without it nothing is labelled, and the desk does not start")
        return
    try:
        with writing(desk) as store:
            yield from _look(store, shipped, desk.policy)
    except HelpdeskError:
        return


def _look(store: SqlStore, shipped: Layered, policy: Path | None) -> Iterator[Finding]:
    with store.reading() as connection:
        kept = SqlSiteLayers(connection)
        layers = kept.all()
        active = next((layer for layer in layers if layer.state is LayerState.ACTIVE), None)
        content = kept.content(active.version) if active else None
        new = SqlLessons(connection).corrections_since(layers[0].made_at if layers else None)
    if active is None or content is None:
        yield ok(ABOUT, f"the shipped model alone, {shipped.version}; {_since(layers, new, policy)}")
    elif active.based_on != shipped.version:
        yield _of_another_model(active, layers, shipped.version, policy)
    elif trouble := _damage(shipped, content):
        yield fault(ABOUT, f"{active.version} cannot be used: {trouble}", "`intake learn --roll-back`, or `intake learn`")
    else:
        yield ok(ABOUT, f"{active.version} over {shipped.version}; {_since(layers, new, policy)}")


def _of_another_model(active: SiteLayer, layers: Sequence[SiteLayer], shipped: str, policy: Path | None) -> Finding:
    says = f"{active.version} was learnt over {active.based_on} and is not used: the shipped model is {shipped}"
    if (good := last_in_use(layers, shipped)) is not None:
        return warning(
            ABOUT, f"{says}, though {good.version} was learnt over that", f"`intake learn --roll-back {good.version}`"
        )
    if not is_outdated(layers, shipped):
        return ok(ABOUT, f"{says}, and what was learnt over that did not win")
    by_itself = "; a running desk does so by itself" if _learns_by_itself(policy) else ""
    return warning(ABOUT, says, f"`intake learn` learns anew{by_itself}")


def _damage(shipped: Layered, content: bytes) -> str:
    try:
        shipped.with_layer(content)
    except ConfigError as trouble:
        return str(trouble)
    return ""


def _since(layers: Sequence[SiteLayer], new: int, policy: Path | None) -> str:
    corrections = f"{new} correction{'' if new == 1 else 's'}{' since it learnt last' if layers else ''}"
    return corrections if _learns_by_itself(policy) else f"{corrections}; it does not learn by itself ([learning] in desk.toml)"


def _learns_by_itself(policy: Path | None) -> bool:
    try:
        return read_policy(policy).learning.enabled
    except ConfigError:
        return False  # said already
