"""`intake learn`: learns from corrections, shows what was learnt before, and goes back to it."""

from collections.abc import Sequence
from datetime import UTC, datetime

from channels.api.shapes import json_line
from channels.cli import learning_shapes as shapes
from channels.cli.classifier_in_use import shipped_version
from channels.cli.settings import read_desk_settings
from channels.cli.store import writing
from channels.cli.terminal import Column, complain, in_one_line, say, show_table, utc_minute
from channels.cli.who import administrator
from channels.serve.learning import Lessons, keep, lessons
from channels.serve.study import Study, study
from intake.desk.learning import SHIPPED, roll_back
from intake.domain.errors import Conflict, PolicyViolation
from intake.domain.site_layer import LayerState, SiteLayer
from storage.site_layers import SqlSiteLayers

OVERTAKEN = "Another layer was put in use, or taken out of use, meanwhile; nothing changed. Run it again"
COLUMNS = (
    Column(title="version"),
    Column(title="state"),
    Column(title="made (UTC)"),
    Column(title="texts", counts=True),
    Column(title="held out", counts=True),
    Column(title="shipped", counts=True),
    Column(title="with it", counts=True),
    Column(title="since (UTC)", spare=True),
    Column(title="by", gives=True, spare=True),
    Column(title="based on", gives=True, spare=True),
)


def learn_now(*, as_json: bool, fit: Study = study) -> None:
    """Raises PolicyViolation where there is too little to learn from, or another layer was put in use meanwhile."""
    shipped = shipped_version()
    with writing(read_desk_settings()) as store:
        learnt = lessons(store, datetime.now(UTC))
        try:
            fitted = fit(learnt.texts)
        except PolicyViolation as refusal:
            raise PolicyViolation(f"{refusal} (there is: {learnt.in_words}). Nothing changes") from refusal
        try:
            with store.begin() as books:
                layer = keep(fitted, learnt, books, now=datetime.now(UTC), by=administrator())
        except Conflict as fault:
            raise PolicyViolation(OVERTAKEN) from fault
    if as_json:
        say(json_line(shapes.layer(layer, shipped)))
    else:
        for line in _outcome(layer, learnt):
            say(in_one_line(line))


def show_versions(*, as_json: bool) -> None:
    """The newest first."""
    shipped = shipped_version()
    with writing(read_desk_settings()) as store, store.reading() as connection:
        layers = SqlSiteLayers(connection).all()
    if as_json:
        for layer in layers:
            say(json_line(shapes.layer(layer, shipped)))
        return
    if not layers:
        say(f"Nothing was learnt yet: the shipped model ({shipped}) works alone. `intake learn` learns from corrections.")
        return
    show_table(COLUMNS, [_row(layer) for layer in layers])
    say(_in_use(next((layer for layer in layers if layer.state is LayerState.ACTIVE), None), shipped))


def go_back(version: str, *, as_json: bool) -> None:
    """To the layer that was in use before where `version` is empty. Raises NotFound, PolicyViolation."""
    shipped = shipped_version()
    with writing(read_desk_settings()) as store:
        try:
            with store.begin() as books:
                layer = roll_back(version, books, shipped=shipped, now=datetime.now(UTC), by=administrator())
        except Conflict as fault:
            raise PolicyViolation(OVERTAKEN) from fault
    if as_json:
        say(json_line(shapes.in_use(layer, shipped)))
        return
    say(_in_use(layer, shipped))
    complain("A running desk does so within a minute. Tickets keep their labels. The desk goes on learning by itself")
    complain("after further corrections; `enabled = false` under [learning] in desk.toml ends that.")


def _outcome(layer: SiteLayer, learnt: Lessons) -> Sequence[str]:
    figures = layer.figures
    return (
        f"Learnt from {learnt.in_words}; tried on {figures.held_out} that had been held back.",
        f"The right kind, as macro-F1 (1 is perfect): {figures.before:.3f} by the shipped model alone, {figures.after:.3f} with"
        f" what was learnt: {figures.gained} that were wrong are right, {figures.lost} that were right are wrong.",
        f"It is better: {layer.version} is in use from now on. A running desk takes it up within a minute."
        if layer.state is LayerState.ACTIVE
        else f"It is not better, so nothing changes ({layer.version} is kept as rejected).",
    )


def _in_use(active: SiteLayer | None, shipped: str) -> str:
    if active is None:
        return f"In use: the shipped model alone ({shipped}, {SHIPPED!r} for --roll-back)."
    if not shapes.is_in_use(active, shipped):
        return (
            f"{active.version} was learnt over {active.based_on}, and the shipped model is {shipped}: it is not used."
            " `intake learn` learns anew."
        )
    return f"In use: {active.version} over the shipped model ({shipped})."


def _row(layer: SiteLayer) -> Sequence[str]:
    figures = layer.figures
    return (
        layer.version,
        layer.state.value,
        utc_minute(layer.made_at),
        str(figures.learnt_from),
        str(figures.held_out),
        f"{figures.before:.3f}",
        f"{figures.after:.3f}",
        utc_minute(layer.state_since),
        layer.state_by,
        layer.based_on,
    )
