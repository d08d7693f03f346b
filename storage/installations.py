"""Where the desk is installed, and installations that somebody has begun."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import RowMapping, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from intake.domain.chat import Installation
from storage import chat_tables

_T, _S = chat_tables.chat_installations, chat_tables.chat_states
FORGOTTEN_AFTER = timedelta(days=1)  # what was begun and not finished
# A workspace's id is given once in the world; which enterprise it belongs to need not be known.
_IN_WORKSPACE = (_T.c.workspace == bindparam("of_workspace"), _T.c.workspace != "")
_IN_ENTERPRISE = (_T.c.workspace == "", _T.c.enterprise == bindparam("of_enterprise"))
_LIVING = select(_T).where(_T.c.ended_at.is_(None)).order_by(_T.c.installed_at.desc(), _T.c.id.desc())
_OF_WORKSPACE = _LIVING.where(*_IN_WORKSPACE).limit(1)
_OF_ENTERPRISE = _LIVING.where(*_IN_ENTERPRISE).limit(1)
_ALL = select(_T).order_by(_T.c.installed_at.desc(), _T.c.id.desc())
_KEPT = [column.name for column in _T.c if column.name not in {"id", "enterprise", "workspace"}]
_SAVE = update(_T).where(_T.c.id == bindparam("of_id")).values({name: bindparam(f"new_{name}") for name in _KEPT})
# Tokens that are void are not kept.
_ENDED = {"ended_at": bindparam("at"), "ended_because": bindparam("why"), "sealed": ""}
_END_WORKSPACE = update(_T).where(*_IN_WORKSPACE, _T.c.ended_at.is_(None)).values(_ENDED)
_END_ENTERPRISE = update(_T).where(*_IN_ENTERPRISE, _T.c.ended_at.is_(None)).values(_ENDED)
_CONSUME = delete(_S).where(_S.c.state == bindparam("of_state"), _S.c.until > bindparam("now"))
_FORGET = delete(_S).where(_S.c.until <= bindparam("long_ago"))
_Row = Mapping[str, str | int | datetime | None]


class SqlInstallations:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, installation: Installation) -> None:
        insert = sqlite.insert(_T) if self._connection.dialect.name == "sqlite" else postgresql.insert(_T)
        newest = {name: insert.excluded[name] for name in _KEPT}
        again = insert.on_conflict_do_update(index_elements=["workspace", "enterprise"], set_=newest)
        self._connection.execute(again, _row_of(installation))

    def of(self, enterprise: str, workspace: str) -> Installation | None:
        query, named = (_OF_WORKSPACE, {"of_workspace": workspace}) if workspace else (_OF_ENTERPRISE, {})
        row = self._connection.execute(query, named or {"of_enterprise": enterprise}).mappings().first()
        if row is None and workspace and enterprise:
            row = self._connection.execute(_OF_ENTERPRISE, {"of_enterprise": enterprise}).mappings().first()
        return installation_of(row) if row else None

    def living(self) -> Sequence[Installation]:
        return [installation_of(row) for row in self._connection.execute(_LIVING).mappings()]

    def save(self, installation: Installation) -> None:
        row = _row_of(installation)
        self._connection.execute(_SAVE, {"of_id": installation.id, **{f"new_{name}": row[name] for name in _KEPT}})

    def end(self, enterprise: str, workspace: str, why: str, at: datetime) -> bool:
        if workspace:
            ending = self._connection.execute(_END_WORKSPACE, {"of_workspace": workspace, "at": at, "why": why})
        else:
            ending = self._connection.execute(_END_ENTERPRISE, {"of_enterprise": enterprise, "at": at, "why": why})
        return ending.rowcount > 0

    def begin(self, state: str, until: datetime) -> None:
        self._connection.execute(_FORGET, {"long_ago": until - FORGOTTEN_AFTER})
        self._connection.execute(_S.insert(), {"state": state, "until": until})

    def consume(self, state: str, now: datetime) -> bool:
        return self._connection.execute(_CONSUME, {"of_state": state, "now": now}).rowcount == 1


def all_installations(connection: Connection) -> Sequence[Installation]:
    """Those that ended as well; the newest first."""
    return [installation_of(row) for row in connection.execute(_ALL).mappings()]


def installation_of(row: RowMapping) -> Installation:
    return Installation(
        id=row["id"],
        enterprise=row["enterprise"],
        workspace=row["workspace"],
        name=row["name"],
        bot_user=row["bot_user"],
        bot=row["bot"],
        scopes=tuple(json.loads(row["scopes"])),
        sealed=row["sealed"],
        installed_by=row["installed_by"],
        installed_at=row["installed_at"],
        expires_at=row["expires_at"],
        ended_at=row["ended_at"],
        ended_because=row["ended_because"],
    )


def _row_of(installation: Installation) -> _Row:
    return {
        "id": installation.id,
        "enterprise": installation.enterprise,
        "workspace": installation.workspace,
        "name": installation.name,
        "bot_user": installation.bot_user,
        "bot": installation.bot,
        "scopes": json.dumps(installation.scopes),
        "sealed": installation.sealed,
        "installed_by": installation.installed_by,
        "installed_at": installation.installed_at,
        "expires_at": installation.expires_at,
        "ended_at": installation.ended_at,
        "ended_because": installation.ended_because,
    }
