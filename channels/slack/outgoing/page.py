"""A page in Slack: somebody on call is needed now, and hears whether their answer counted."""

from channels.slack.blocks.parts import actions, button, context, section
from channels.slack.blocks.post import Post, post
from channels.slack.blocks.text import cut_markup, escaped, one_line, quoted
from channels.slack.outgoing.card import SIGN, author_of
from channels.slack.presses import Press, Pressed
from channels.slack.words.phrases import Phrases
from intake.desk.outbound import Outbound
from intake.domain.notice import Notice
from intake.domain.page import PageAnswered
from intake.domain.ticket import spoken


def page(outbound: Outbound, notice: Notice, phrases: Phrases) -> Post:
    """To whoever is on call: one button, and what they need to know before they press it."""
    words, ticket = phrases.news, outbound.ticket
    headline = words.page.format(priority=ticket.priority.value, number=spoken(ticket.number))
    lines = [f"{SIGN[ticket.priority]} *{headline}*", escaped(one_line(ticket.short_description))]
    blocks = [section("\n".join(lines))]
    asked = outbound.asked
    if asked is not None and asked.body.strip():
        blocks.append(section(quoted(asked.body, 600)))
    who = author_of(asked, "") if asked is not None else ""
    small = [words.page_asked.format(who=escaped(who))] if who else []
    if step := notice.fields.get("step", ""):
        small.append(words.page_step.format(step=escaped(one_line(step, 10))))
    blocks += [context(*small)] if small else []
    pressed = Pressed(ticket=ticket.number, seen=ticket.revision, more=str(outbound.delivery.id))
    blocks.append(actions(button(Press.ACKNOWLEDGE_PAGE, words.take, pressed, "primary")))
    return post(f"{headline}: {escaped(one_line(ticket.short_description))}", blocks)


def page_answered(outbound: Outbound, notice: Notice, phrases: Phrases) -> Post:
    words, by = phrases.news, one_line(notice.fields.get("by", ""), 80)
    phrase = {
        PageAnswered.TAKEN: words.taken,
        PageAnswered.PASSED: words.passed,
        PageAnswered.OVER: words.over_by if by else words.over,
    }[PageAnswered(notice.fields.get("what", PageAnswered.OVER))]
    says = cut_markup(phrase.format(number=spoken(outbound.ticket.number), by=escaped(by)), 1_000)
    return post(says, [section(says)])
