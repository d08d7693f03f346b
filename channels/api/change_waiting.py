"""What a change waits for now, in words, and who can do it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from intake.desk.changes.approvers import SIDES, TITLES, Approvers, approved_by, approvers_looked_up
from intake.desk.changes.lacking import Lack, lacking, lacking_of_major
from intake.desk.changes.local_window import in_words
from intake.desk.changes.owners import agreed_by_one, owners_in, words_of_owners
from intake.desk.policy import Policy
from intake.desk.reading import Reader
from intake.domain.agreement import AgreementLine
from intake.domain.change import Change, ChangeKind, ChangeStory, Side, Stage
from intake.domain.label import Category


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """For what; `agreements` are those that are open."""

    story: ChangeStory
    approvers: Approvers
    agreements: Sequence[AgreementLine]
    must_agree: bool
    now: datetime
    today: date

    def __call__(self) -> Sequence[str]:
        """Nothing of one that has ended."""
        found = _FOR.get(self.change.stage)
        return found(self) if found is not None else ()

    @property
    def change(self) -> Change:
        return self.story.line.change

    @property
    def in_period(self) -> Sequence[AgreementLine]:
        """In which something can be reserved today."""
        return [line for line in self.agreements if line.agreement.ends >= self.today]

    def lacking(self) -> Sequence[Lack]:
        """Before approval is asked for."""
        it = self.story
        return [
            *lacking(self.change, can_reserve=bool(self.in_period)),
            *lacking_of_major(self.change, it.tasks, it.announcements, it.audience),
        ]

    def approval(self) -> Sequence[str]:
        """Of each side that has not decided, by name."""
        if self.change.is_approved:
            return ()
        if who := self.approvers.rejected_by():
            return (f"being backed out: {who} rejected it",)
        due = f", by {self.change.approve_by:%Y-%m-%d %H:%M} UTC" if self.change.approve_by else ""
        found = [f"approval by {TITLES[side]}{due}: {self._who(side)}" for side in SIDES if not approved_by(self.change, side)]
        if why := self.approvers.nobody_left():
            found.append(f"another approver: {why}")
        return found

    def consent(self) -> Sequence[str]:
        """Of a product owner, where desk.toml wants it."""
        owners = next((line.agreement.product_owners for line in self.agreements if self._is_its(line)), ())
        agreed = agreed_by_one(owners_in(owners), words_of_owners(self.change, self.story.decisions))
        return (f"the consent of a product owner: {' or '.join(owners)}",) if self.must_agree and owners and not agreed else ()

    def draft(self) -> Sequence[str]:
        ticket, it = self.story.line.ticket, self.change
        if ticket.category is Category.DEFECT_FIX and it.incident is None:
            return ("the incident that it mends", "being handed in")
        return ("being handed in",)

    def assessment(self) -> Sequence[str]:
        if self.change.kind is ChangeKind.STANDARD:
            return ("a window",)
        if self.change.kind is ChangeKind.EMERGENCY:
            return ("the work to begin: it is approved afterwards",)
        return [*([lack.what for lack in self.lacking()] or ("its approval to be asked for",)), *self.consent()]

    def approved(self) -> Sequence[str]:
        return [*self.approval(), *self.consent()] or ["a window"]

    def window(self) -> Sequence[str]:
        window = self.change.window
        if window is None or window.ends <= self.now:
            return ("another window: its own has passed",)
        if window.starts <= self.now:
            return (f"being begun, in its window: {in_words(window)}",)
        return (f"its window: {in_words(window)}",)

    def work(self) -> Sequence[str]:
        tasks = [f"task {task.position}: {task.title}" for task in self.story.tasks if task.is_open]
        return [*(tasks or ("the end of the work",)), *self.approval()]

    def review(self) -> Sequence[str]:
        return [*self.approval(), "being closed, after a look at what it did"]

    def _who(self, side: Side) -> str:
        names = [
            f"{elector.agent.name}{f' (for {elector.on_behalf_of})' if elector.on_behalf_of else ''}"
            for elector in self.approvers.of(side)
        ]
        return " or ".join(names) or "nobody may"

    def _is_its(self, line: AgreementLine) -> bool:
        return line.agreement.name == self.change.agreement


def waiting_of(story: ChangeStory, reader: Reader, policy: Policy, now: datetime) -> Waiting:
    return Waiting(
        story=story,
        approvers=approvers_looked_up(story, reader, policy, now),
        agreements=reader.agreements(),
        must_agree=policy.changes.product_owner_must_agree,
        now=now,
        today=now.astimezone(policy.calendar.zone).date(),
    )


_FOR: Mapping[Stage, Callable[[Waiting], Sequence[str]]] = {
    Stage.DRAFT: Waiting.draft,
    Stage.ASSESSMENT: Waiting.assessment,
    Stage.APPROVAL: Waiting.approved,
    Stage.SCHEDULED: Waiting.window,
    Stage.IMPLEMENTING: Waiting.work,
    Stage.REVIEW: Waiting.review,
}
