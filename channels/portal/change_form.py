"""What stands in a form of a change's page, checked before anybody takes it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from channels.portal.form import UnfitForm, fit_for_once
from intake.domain.deed_shape import LONGEST_LINE, LONGEST_TEXT


class ChangeVerb(StrEnum):
    """What a form does; the last part of the address that it is sent to."""

    APPROVE = "approve"
    REJECT = "reject"
    REWORK = "rework"
    CONSENT = "consent"
    DECLINE = "decline"
    ADD = "add"


OF_APPROVERS = frozenset({ChangeVerb.APPROVE, ChangeVerb.REJECT, ChangeVerb.REWORK})
OF_OWNERS = frozenset({ChangeVerb.CONSENT, ChangeVerb.DECLINE, ChangeVerb.ADD})
LONGEST_OF: Mapping[ChangeVerb, int] = {
    **dict.fromkeys(ChangeVerb, LONGEST_LINE),
    ChangeVerb.ADD: LONGEST_TEXT,
}
_NEEDS_TEXT: Mapping[ChangeVerb, str] = {
    ChangeVerb.REJECT: "Please say why: the reason reaches whoever asked for it.",
    ChangeVerb.REWORK: "Please say what is to be looked at once more.",
    ChangeVerb.DECLINE: "Please say why: the reason reaches whoever asked for it.",
    ChangeVerb.ADD: "Please write something before you send it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeForm:
    """`once` is the same where the same form is sent twice. A decision needs none: a link decides once."""

    verb: ChangeVerb
    text: str = ""
    once: str = ""


def change_form_of(verb: ChangeVerb, fields: Mapping[str, str]) -> ChangeForm:
    """Raises UnfitForm."""
    text, once = fields.get("text", ""), fields.get("once", "")
    most = LONGEST_OF[verb]
    if len(text) > most:
        raise UnfitForm(f"Your text has {len(text):,} characters, and {most:,} fit in here. Please shorten it.")
    if verb in _NEEDS_TEXT and not text.strip():
        raise UnfitForm(_NEEDS_TEXT[verb])
    if verb is ChangeVerb.ADD and not fit_for_once(once):
        raise UnfitForm("The form was not complete. Please send it again.")
    return ChangeForm(verb=verb, text=text, once=once if verb is ChangeVerb.ADD else "")
