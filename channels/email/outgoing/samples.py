"""Trying every template before anybody needs it: each is written once for every case that it can meet."""

from collections.abc import Mapping
from functools import partial
from itertools import product

from channels.email.outgoing.change_samples import CHANGE_SAMPLES
from channels.email.outgoing.context import (
    Acknowledgement,
    Answer,
    Digest,
    News,
    NotPassedOn,
    Page,
    StormDissolved,
    StormKnown,
    StormUpdate,
    TeamLetter,
    Urgent,
)
from channels.email.outgoing.plain_words import in_brief
from channels.email.outgoing.sample_values import (
    DESK,
    LINK,
    NEXT,
    NOTES,
    PHONE,
    REQUESTER,
    SAID,
    STORM,
    YES_OR_NO,
    ticket,
)
from channels.email.outgoing.templates import NAMES, Make, TemplateFault, Templates
from channels.email.outgoing.words import Words
from intake.domain.errors import ConfigError

EVENTS = ("new", "escalated", "handed_over", "added", "held", "unreached", "due_soon", "overdue", "watched")
STORM_EVENTS = ("storm_proposed", "storm_formed", "storm_again", "storm_update_due")
CHANGE_EVENTS = ("approval_wanted", "approval_overdue", "change_news", "agreement_low", "response_proposed")


def demand_sound(templates: Templates) -> int:
    """How many templates there are in how many languages. Raises ConfigError that names each fault with its file and line."""
    faults: dict[str, None] = {}
    count = 0
    for language, name in product(templates.languages, NAMES):
        pair = templates.pair(name, language)
        count += pair.language == language
        for make in SAMPLES[name]:
            try:
                templates.written(pair, make)
            except TemplateFault as fault:
                faults[str(fault)] = None
    if faults:
        raise ConfigError("\n".join(faults))
    return count


def _news(words: Words, event: str, *, told: bool) -> News:
    return News(
        event=event,
        ticket=ticket(words),
        team="IT Support",
        by="Robin" if told else "",
        what="resolved" if told else "",
        why="needs a new driver\nand a cable" if told else "",
        why_in_short="needs a new driver and a cable" if told else "",
        tried="switched it off\nand on" if told else "",
        requester=REQUESTER if told else "",
        said=SAID if told else "",
        in_brief=in_brief(REQUESTER, SAID) if told else "",
        storm=STORM if event in STORM_EVENTS else "",
        agreement="ACME 2026" if told else "",
        fix="HD-1050" if told else "",
        text=SAID if told else "",
    )


def _acknowledgement(
    words: Words, *, unlabelled: bool, urgent: bool, paged: bool, full: bool, storm: str = "", change: bool = False
) -> Acknowledgement:
    return Acknowledgement(
        desk_name=DESK,
        ticket=ticket(words),
        subject="Printer on floor 3",
        unlabelled=unlabelled,
        urgent=urgent,
        paged=paged,
        phone=PHONE if full else "",
        page=LINK if full else "",
        storm=storm,
        change=change,
    )


def _storm_known(words: Words, *, full: bool, linked: bool) -> StormKnown:
    return StormKnown(
        desk_name=DESK,
        ticket=ticket(words),
        subject="Printer on floor 3",
        storm=STORM,
        text=SAID if full else "",
        next_update=NEXT if full else "",
        page=LINK if linked else "",
    )


def _storm_update(words: Words, *, full: bool, linked: bool) -> StormUpdate:
    return StormUpdate(
        desk_name=DESK,
        ticket=ticket(words),
        subject="Printer on floor 3",
        storm=STORM,
        text=SAID,
        next_update=NEXT if full else "",
        page=LINK if linked else "",
    )


def _storm_dissolved(words: Words, *, linked: bool) -> StormDissolved:
    return StormDissolved(
        desk_name=DESK,
        ticket=ticket(words),
        subject="Printer on floor 3",
        storm=STORM,
        page=LINK if linked else "",
    )


def _urgent(words: Words, *, linked: bool, called: bool) -> Urgent:
    return Urgent(
        desk_name=DESK,
        ticket=ticket(words),
        subject="Printer on floor 3",
        phone=PHONE if called else "",
        page=LINK if linked else "",
    )


def _answer(words: Words, *, resolves: bool, linked: bool, full: bool) -> Answer:
    return Answer(
        desk_name=DESK,
        ticket=ticket(words),
        subject="Printer on floor 3" if full else "",
        text="Please switch it off and on again: https://example.com/how\n\nRobin",
        author="Robin" if full else "",
        files=("guide.pdf", "form.docx") if full else (),
        resolves=resolves,
        page=LINK if linked else "",
        yes=f"{LINK}/yes" if linked else "",
        no=f"{LINK}/no" if linked else "",
        reopen_days=30 if full else 1,
        close_after_working_days=5 if full else 1,
    )


def _letter(words: Words, *, event: str, told: bool, final: bool, staff: bool) -> TeamLetter:
    return TeamLetter(
        desk_name=DESK,
        ticket=ticket(words),
        news=_news(words, event, told=told),
        final_response=final,
        staff_may_answer=staff,
        note_address=NOTES if told else "",
    )


def _digest(words: Words, *, all_new: bool, one: bool, staff: bool, told: bool) -> Digest:
    return Digest(
        desk_name=DESK,
        news=tuple(_news(words, event, told=told) for event in (("new", "new") if all_new else (*EVENTS, *CHANGE_EVENTS))),
        teams="IT Support, CIO team",
        count=1 if one else 2,
        all_new=all_new,
        one_ticket=one,
        staff_may_answer=staff,
        note_address=NOTES if told else "",
    )


def _page(words: Words, *, staff: bool, told: bool, linked: bool) -> Page:
    return Page(
        desk_name=DESK,
        ticket=ticket(words),
        step=2,
        link=LINK if linked else "",
        requester=REQUESTER if told else "",
        said=SAID if told else "",
        staff_may_answer=staff,
        note_address=NOTES if told else "",
    )


def _not_passed_on(words: Words, *, staff: bool, told: bool) -> NotPassedOn:
    return NotPassedOn(
        desk_name=DESK,
        ticket=ticket(words),
        why="it still quotes what the desk told you" if told else "",
        staff_may_answer=staff,
        note_address=NOTES if told else "",
    )


SAMPLES: Mapping[str, tuple[Make, ...]] = {
    Acknowledgement.template: tuple(
        partial(_acknowledgement, unlabelled=unlabelled, urgent=urgent, paged=paged, full=full, storm=storm, change=change)
        for unlabelled, urgent, paged, full, change in product(YES_OR_NO, repeat=5)
        for storm in ("", STORM)
    ),
    StormKnown.template: tuple(
        partial(_storm_known, full=full, linked=linked) for full, linked in product(YES_OR_NO, repeat=2)
    ),
    StormUpdate.template: tuple(
        partial(_storm_update, full=full, linked=linked) for full, linked in product(YES_OR_NO, repeat=2)
    ),
    StormDissolved.template: tuple(partial(_storm_dissolved, linked=linked) for linked in YES_OR_NO),
    Urgent.template: tuple(partial(_urgent, linked=linked, called=called) for linked, called in product(YES_OR_NO, repeat=2)),
    Answer.template: tuple(
        partial(_answer, resolves=resolves, linked=linked, full=full) for resolves, linked, full in product(YES_OR_NO, repeat=3)
    ),
    TeamLetter.template: tuple(
        partial(_letter, event=event, told=told, final=final, staff=staff)
        for event, told, final, staff in product((*EVENTS, *STORM_EVENTS, *CHANGE_EVENTS), YES_OR_NO, YES_OR_NO, YES_OR_NO)
    ),
    Digest.template: tuple(
        partial(_digest, all_new=all_new, one=one, staff=staff, told=told)
        for all_new, one, staff, told in product(YES_OR_NO, repeat=4)
    ),
    Page.template: tuple(
        partial(_page, staff=staff, told=told, linked=linked) for staff, told, linked in product(YES_OR_NO, repeat=3)
    ),
    NotPassedOn.template: tuple(
        partial(_not_passed_on, staff=staff, told=told) for staff, told in product(YES_OR_NO, repeat=2)
    ),
    **CHANGE_SAMPLES,
}
