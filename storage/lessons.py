"""What there is to learn from: corrections, labels that stood, and an imported history."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, select, text
from sqlalchemy.engine import Connection

from intake.domain.correction import LONGEST_TEXT, Correction, JudgedText, Judgement
from intake.domain.label import Category, Kind
from intake.domain.principal import STAFF
from storage import schema
from storage.corrections import correction_of, judgement_of

_C, _H, _T, _M = schema.corrections, schema.history, schema.tickets, schema.messages
_STAFF = sorted(role.value for role in STAFF)
_LATER = schema.corrections.alias("later")
# Moments on one ticket are never the same, and only grow.
_IN_FORCE = and_(
    _C.c.withdrawn_at.is_(None),
    ~exists().where(_LATER.c.ticket == _C.c.ticket, _LATER.c.withdrawn_at.is_(None), _LATER.c.at > _C.c.at),
)


class SqlLessons:
    """Over a connection that may be read-only. The newest are taken, and the oldest of them comes first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def corrections(self, limit: int) -> Sequence[Correction]:
        """The last one of each ticket, without those that were withdrawn."""
        query = select(_C).where(_IN_FORCE).order_by(_C.c.at.desc(), _C.c.id.desc()).limit(limit)
        return [correction_of(row) for row in self._connection.execute(query).mappings()][::-1]

    def corrections_since(self, moment: datetime | None) -> int:
        """How many of the staff's, in force or not. Requesters may be anybody: their answers do not make it due."""
        query = select(func.count()).select_from(_C).where(_C.c.withdrawn_at.is_(None), _C.c.role.in_(_STAFF))
        if moment is not None:
            query = query.where(_C.c.at > moment)
        return int(self._connection.execute(query).scalar_one())

    def stood(self, limit: int, *, person: str) -> Sequence[tuple[int, JudgedText]]:
        """Tickets, by number, that people brought to an end under the label that the classifier had given them (not `person`):
        nobody corrected it. Of texts that are the same the newest counts."""
        ended = (
            select(_T.c.number, _T.c.kind, _T.c.category)
            .where(
                text("state in ('resolved', 'closed')"),
                _T.c.kind != Kind.NONE.value,
                _T.c.label_version != person,
                _T.c.final_response.is_not(None),
            )
            .order_by(_T.c.number.desc())
            .limit(limit)
            .subquery()
        )
        place = func.row_number().over(partition_by=_M.c.ticket, order_by=(_M.c.at, _M.c.id)).label("place")
        said = (
            select(_M.c.ticket, _as_classified().label("text"), place)
            .join(ended, ended.c.number == _M.c.ticket)
            .where(_M.c.direction == "in", _M.c.public)
            .subquery()
        )
        query = (
            select(ended.c.number, ended.c.kind, ended.c.category, said.c.text)
            .join(said, said.c.ticket == ended.c.number)
            .where(said.c.place == 1)
            .order_by(ended.c.number.desc())
        )
        newest: dict[str, tuple[int, JudgedText]] = {}
        for row in self._connection.execute(query):
            category = Category(row.category) if row.category is not None else None
            judged = JudgedText(text=row.text, judgement=Judgement(kind=Kind(row.kind), category=category))
            newest.setdefault(row.text, (row.number, judged))
        return [found for words, found in newest.items() if words.strip()][::-1]

    def history(self, limit: int) -> Sequence[JudgedText]:
        query = select(_H).order_by(_H.c.id.desc()).limit(limit)
        found = self._connection.execute(query).mappings()
        return [JudgedText(text=row["text"], judgement=judgement_of(row)) for row in found][::-1]

    def history_size(self) -> int:
        return int(self._connection.execute(select(func.count()).select_from(_H)).scalar_one())


def _as_classified() -> ColumnElement[str]:
    """As `classified_text` puts it together, no longer than is kept of it."""
    whole = case((_M.c.subject != "", _M.c.subject.concat("\n").concat(_M.c.body)), else_=_M.c.body)
    return func.substr(whole, 1, LONGEST_TEXT)
