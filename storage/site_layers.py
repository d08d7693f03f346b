"""Layers of what was learnt here, as rows."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, delete, insert, select, text, update
from sqlalchemy.engine import Connection

from intake.domain.errors import Conflict
from intake.domain.site_layer import Figures, LayerState, SiteLayer
from storage.learning_tables import site_layers as rows

_ABOUT = select(*(column for column in rows.c if column.name != "content"))
_ALL = _ABOUT.order_by(rows.c.made_at.desc(), rows.c.version)
_ACTIVE = _ABOUT.where(text("state = 'active'"))
_CONTENT = select(rows.c.content).where(rows.c.version == bindparam("of_version"))
_PUT = (
    update(rows)
    .where(rows.c.version == bindparam("of_version"), rows.c.state == bindparam("from_state"))
    .values(state=bindparam("to_state"), state_since=bindparam("now"), state_by=bindparam("who"))
)
_REPLACED = delete(rows).where(rows.c.version == bindparam("of_version"))
_DROP = delete(rows).where(rows.c.version.in_(bindparam("versions", expanding=True)), text("state != 'active'"))


class SqlSiteLayers:
    """Over a connection that may be read-only, as far as it only looks."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Sequence[SiteLayer]:
        return [_layer(row) for row in self._connection.execute(_ALL).mappings()]

    def active(self) -> SiteLayer | None:
        row = self._connection.execute(_ACTIVE).mappings().one_or_none()
        return _layer(row) if row is not None else None

    def content(self, version: str) -> bytes | None:
        found = self._connection.execute(_CONTENT, {"of_version": version}).scalar()
        return bytes(found) if found is not None else None

    def keep(self, layer: SiteLayer, content: bytes) -> None:
        self._connection.execute(_REPLACED, {"of_version": layer.version})
        figures = layer.figures
        self._connection.execute(
            insert(rows).values(
                version=layer.version,
                based_on=layer.based_on,
                made_at=layer.made_at,
                made_by=layer.made_by,
                content=content,
                size=layer.size,
                learnt_from=figures.learnt_from,
                held_out=figures.held_out,
                before=figures.before,
                after=figures.after,
                gained=figures.gained,
                lost=figures.lost,
                state=layer.state.value,
                state_since=layer.state_since,
                state_by=layer.state_by,
            )
        )

    def put(self, version: str, state: LayerState, now: datetime, by: str, *, was: LayerState) -> None:
        known = {"of_version": version, "from_state": was.value, "to_state": state.value, "now": now, "who": by}
        if self._connection.execute(_PUT, known).rowcount != 1:
            raise Conflict(f"What was learnt as {version} is not {was.value} any more")

    def drop(self, versions: Collection[str]) -> None:
        if versions:
            self._connection.execute(_DROP, {"versions": list(versions)})


def _layer(row: RowMapping) -> SiteLayer:
    return SiteLayer(
        version=row["version"],
        based_on=row["based_on"],
        made_at=row["made_at"],
        made_by=row["made_by"],
        size=row["size"],
        figures=Figures(
            learnt_from=row["learnt_from"],
            held_out=row["held_out"],
            before=row["before"],
            after=row["after"],
            gained=row["gained"],
            lost=row["lost"],
        ),
        state=LayerState(row["state"]),
        state_since=row["state_since"],
        state_by=row["state_by"],
    )
