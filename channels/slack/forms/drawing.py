"""What somebody sees who opens a form: the form itself, as far as they may see it, or a word why not."""

from dataclasses import replace

from channels.slack.forms.every_form import FORMS
from channels.slack.forms.filled import NOTHING, Filled
from channels.slack.forms.new_request import draws as draws_new_request
from channels.slack.forms.private import Private
from channels.slack.forms.sheet import Sheet
from channels.slack.forms.views import form_view, instead
from channels.slack.json_value import Json
from channels.slack.onlooker import Onlooker
from channels.slack.presses import Press
from intake.desk.reading import Reader


def drawn(
    press: Press,
    private: Private,
    reader: Reader,
    onlooker: Onlooker,
    *,
    filled: Filled = NOTHING,
    above: str = "",
    phone: str = "",
) -> Json:
    """With the ticket's revision as it is now. Nothing of a ticket is shown but to the desk's own people; whoever nobody has
    looked up yet gets the empty form, and the desk decides when it is sent off."""
    words = onlooker.words
    private = replace(private, language=words.language)
    form = FORMS.get(press)
    if form is None:
        sheet = Sheet(press=press, words=words, private=private, filled=filled, phone=phone)
        return form_view(sheet, draws_new_request(sheet), above)
    if form.staff and onlooker.agent is None and not onlooker.unknown:
        return instead(press, words, words.said.staff_only)
    story = reader.story(private.ticket)
    if story is None:
        return instead(press, words, words.said.not_there)
    sheet = Sheet(
        press=press,
        words=words,
        private=replace(private, seen=story.line.ticket.revision),
        story=story if form.staff and onlooker.agent is not None else None,
        filled=filled,
    )
    return form_view(sheet, form.draws(sheet), above)
