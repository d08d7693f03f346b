"""What people said a message was: corrections of labels, labels that stood, and a history from elsewhere. It is learnt from."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.label import Category, Kind, Level
from intake.domain.principal import Role

LONGEST_TEXT = 4_000  # characters that are kept of a classified text: no more are read


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a message is. What nobody judged is None."""

    kind: Kind
    category: Category | None = None
    impact: Level | None = None
    urgency: Level | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedText:
    text: str
    judgement: Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A person's word on a label: `event` on the ticket's timeline is the same. `before` is the label that the correction met;
    but of impact and urgency, what an earlier correction in force had set and this one left, is as it was before that: the
    last correction tells both. `label_version` names what had given the label (`person` where it was corrected before). `text`
    is the classified text as far as it is kept, empty where the ticket has none. What was undone is `withdrawn_at`."""

    id: int
    ticket: int
    event: int
    at: datetime
    by: str
    role: Role
    before: Judgement
    after: Judgement
    label_version: str
    text: str
    withdrawn_at: datetime | None = None

    @property
    def teaches(self) -> JudgedText | None:
        """None where there is nothing to learn. Impact and urgency count where somebody changed them: what was left as it was
        nobody need have looked at."""
        if self.after.kind is Kind.NONE or not self.text.strip():
            return None
        return JudgedText(
            text=self.text,
            judgement=Judgement(
                kind=self.after.kind,
                category=self.after.category,
                impact=self.after.impact if self.after.impact is not self.before.impact else None,
                urgency=self.after.urgency if self.after.urgency is not self.before.urgency else None,
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PastMatter:
    """A row of an imported history. The same `key` is the same matter when it is imported again; `name` is its number
    elsewhere, or empty."""

    key: str
    name: str
    judged: JudgedText


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an import."""

    added: int
    changed: int
    known: int
