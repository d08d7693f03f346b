"""What to type next about a change: the commands that its stage takes, with what they need."""

from collections.abc import Callable, Mapping, Sequence
from shlex import quote

from channels.api.change_waiting import Waiting
from intake.desk.changes.approvers import SIDES, approved_by
from intake.domain.agreement import AgreementLine
from intake.domain.change import Change, ChangeKind, ChangeStory, Stage
from intake.domain.deed import AddAudience, AddTask, EstimateChange, PlanAnnouncement
from intake.domain.label import Category
from intake.domain.ticket import spoken

Commands = Sequence[str]


def next_commands(story: ChangeStory, waiting: Waiting) -> Commands:
    """Most likely ones first; none of a change that has ended."""
    found = _NEXT.get(story.line.change.stage)
    return [f"intake change {command}" for command in found(story, waiting)] if found is not None else ()


def _draft(story: ChangeStory, _: Waiting) -> Commands:
    it, name = story.line.change, _name(story)
    if story.line.ticket.category is Category.DEFECT_FIX and it.incident is None:
        return (f"plan {name} --incident HD-…", f"submit {name}", _withdraw(name))
    return (f"plan {name} --risk … --service … --backout-plan …", f"submit {name}", _withdraw(name))


def _assessment(story: ChangeStory, waiting: Waiting) -> Commands:
    it, name = story.line.change, _name(story)
    if it.kind is ChangeKind.STANDARD:
        return (_schedule(name), f"plan {name} --kind normal --risk …", _withdraw(name))
    found = [f"plan {name} {' '.join(option)}" for option in (_plan_options(it),) if option]
    mends = {lack.mend for lack in waiting.lacking()}
    if EstimateChange in mends:
        found.append(f"estimate {name} --agreement {_only(waiting.in_period)} --hours 12h30m")
    if AddTask in mends:
        found.append(f"add-task {name} --title …")
    if PlanAnnouncement in mends:
        found.append(f"plan-announcement {name} --phase … --text …")
    if AddAudience in mends:
        found.append(f"add-audience {name} --address …")
    if it.kind is ChangeKind.EMERGENCY:
        found.insert(0, f"implement {name}")
    return [*found, f"request-approval {name}", _withdraw(name)]


def _approval(story: ChangeStory, _: Waiting) -> Commands:
    it, name = story.line.change, _name(story)
    begin = [f"implement {name}"] if it.kind is ChangeKind.EMERGENCY else []
    if it.is_approved:
        return [*begin, _schedule(name), f"rework {name} --reason …", _withdraw(name)]
    return [*begin, *_decide(it, name), f"rework {name} --reason …", _withdraw(name)]


def _scheduled(story: ChangeStory, waiting: Waiting) -> Commands:
    name, window = _name(story), story.line.change.window
    again = [_schedule(name), f"rework {name} --reason …", _withdraw(name)]
    passed = window is None or window.ends <= waiting.now
    return again if passed else [f"implement {name}", *again]


def _implementing(story: ChangeStory, waiting: Waiting) -> Commands:
    it, name = story.line.change, _name(story)
    tasks = [f"finish-task {name} --task {task.position}" for task in story.tasks if task.is_open]
    return [
        *tasks,
        *_book(it, waiting),
        f"complete {name} --text …",
        f"complete {name} --backed-out --text …",
        *_decide(it, name),
    ]


def _review(story: ChangeStory, waiting: Waiting) -> Commands:
    it, name = story.line.change, _name(story)
    code = "backed_out" if it.backed_out else "successful"
    return [*_decide(it, name), *_book(it, waiting), f"close {name} --close-code {code} --text … --final-response …"]


def _decide(it: Change, name: str) -> Commands:
    """While a side has not."""
    if it.is_approved:
        return ()
    sides = [side.value for side in SIDES if not approved_by(it, side)]
    return (*(f"approve {name} --as NAME --side {side}" for side in sides), f"reject {name} --as NAME --reason …")


def _plan_options(it: Change) -> Sequence[str]:
    wanted = {"--risk …": it.risk is None, "--service …": not it.services, "--backout-plan …": not it.backout_plan}
    return [option for option, is_missing in wanted.items() if is_missing]


def _schedule(name: str) -> str:
    return f"schedule {name} --starts 2026-12-08T22:00 --ends 2026-12-09T02:00 --time-zone Europe/Berlin"


def _book(it: Change, waiting: Waiting) -> Commands:
    """Nothing where there is no agreement to book it in."""
    if not it.agreement and not waiting.agreements:
        return ()
    option = "" if it.agreement else f" --agreement {_only(waiting.agreements)}"
    return (f"book {spoken(it.ticket)}{option} --hours 1h30m --text …",)


def _only(agreements: Sequence[AgreementLine]) -> str:
    """As it is typed, where there is no choice."""
    return quote(agreements[0].agreement.name) if len(agreements) == 1 else "…"


def _withdraw(name: str) -> str:
    return f"withdraw {name} --reason …"


def _name(story: ChangeStory) -> str:
    return spoken(story.line.change.ticket)


_NEXT: Mapping[Stage, Callable[[ChangeStory, Waiting], Commands]] = {
    Stage.DRAFT: _draft,
    Stage.ASSESSMENT: _assessment,
    Stage.APPROVAL: _approval,
    Stage.SCHEDULED: _scheduled,
    Stage.IMPLEMENTING: _implementing,
    Stage.REVIEW: _review,
}
