"""What the desk tells its own people: one thing as a letter, several at once as a digest with a line for each."""

from collections.abc import Mapping
from dataclasses import dataclass

from channels.email.letterhead import Letterhead
from channels.email.plain_words import (
    IMPACTS,
    URGENCIES,
    counted,
    one_line,
    plain_label,
    plain_line,
    written,
)
from intake.desk.outbound import Outbound
from intake.desk.policy import Policy
from intake.domain.notice import NoticeKind
from intake.domain.ticket import Ticket, spoken


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """`team` is whose ticket it was when this was queued: it may have moved on since."""

    ticket: Ticket
    kind: NoticeKind
    fields: Mapping[str, str]
    team: str

    @property
    def by(self) -> str:
        return one_line(self.fields.get("by", ""))

    @property
    def is_new(self) -> bool:
        return self.kind is NoticeKind.ARRIVAL and not self.by

    def headline(self) -> str:
        match self.kind:
            case NoticeKind.ARRIVAL:
                return f"{self._how_it_came()} {self.team}"
            case NoticeKind.ADDITION:
                return f"{self.by or 'Somebody'} {'wants to add something' if self.fields.get('held') else 'said more'}"
            case NoticeKind.UNREACHED:
                return "An answer did not arrive"
            case _:
                return one_line(self.fields.get("what", "")) or "Something happened"

    def _how_it_came(self) -> str:
        if self.is_new:
            return "New for"
        return "Escalated to" if self.fields.get("escalation") else "Handed over to"

    def remark(self) -> str:
        """The same as one half of a digest's line."""
        why = one_line(self.fields.get("why", ""))
        if self.is_new:
            return "new"
        if self.kind is NoticeKind.ARRIVAL:
            return f"from {self.by}: {why}" if why else f"from {self.by}"
        if self.kind is NoticeKind.UNREACHED and why:
            return f"an answer did not arrive: {why}"
        if self.kind is NoticeKind.WATCHED and self.by:
            return f"{self.headline()}, by {self.by}"
        return self.headline()


def team_mail(outbound: Outbound, letterhead: Letterhead) -> tuple[str, str]:
    """Subject and body."""
    news = [
        News(ticket=ticket, kind=notice.kind, fields=notice.fields, team=_title(notice.fields, ticket, letterhead.policy))
        for delivery, ticket in zip(outbound.deliveries, outbound.tickets, strict=True)
        if (notice := delivery.notice) is not None
    ]
    return _letter(news[0]) if len(news) == 1 else _digest(news)


def _title(fields: Mapping[str, str], ticket: Ticket, policy: Policy) -> str:
    name = fields.get("team") or ticket.assignment_group
    return one_line(policy.team(name).title)


def _digest(news: list[News]) -> tuple[str, str]:
    teams = ", ".join(dict.fromkeys(one.team for one in news))
    numbers = {one.ticket.number for one in news}
    new = all(one.is_new for one in news)
    if len(numbers) == 1:
        subject = f"For {teams}: {plain_line(news[0].ticket)}"
    else:
        subject = f"{len(numbers)} new tickets for {teams}" if new else f"{counted(len(numbers), 'ticket')} for {teams}"
    lines = [f"  {plain_line(one.ticket)}" + ("" if new else f"  ({one.remark()})") for one in news]
    return subject, "\n".join([f"New for {teams}:" if new else f"For {teams}:", "", *lines, ""])


def _letter(news: News) -> tuple[str, str]:
    ticket = news.ticket
    lines = [f"{news.headline()}:", "", f"  {plain_line(ticket)}"]
    if not news.is_new:
        lines.append(f"  {plain_label(ticket)}; {IMPACTS[ticket.impact]}, {URGENCIES[ticket.urgency]}")
        lines += _details(news)
    lines += [*_what_to_do(news), ""]
    return f"{news.headline()}: {plain_line(ticket)}", "\n".join(lines)


def _details(news: News) -> list[str]:
    """Who, why, and what was tried, where it is said."""
    said = {title: written(news.fields.get(key, "")) for key, title in (("by", "By"), ("why", "Why"), ("tried", "Tried"))}
    if news.kind is NoticeKind.ADDITION:
        said["By"] = ""  # the headline says so
    found = [f"  {title + ':':7}{text}".replace("\n", "\n" + " " * 9) for title, text in said.items() if text]
    return ["", *found] if found else []


def _what_to_do(news: News) -> list[str]:
    number = spoken(news.ticket.number)
    if news.kind is NoticeKind.ADDITION and news.fields.get("held"):
        return ["", "They take no part in the ticket: it waits until one of you accepts or rejects it."]
    if news.kind is not NoticeKind.UNREACHED:
        return []
    lines = ["", "What you can do", "  Answer by another channel, or at another address of the requester."]
    if news.ticket.final_response is not None:
        lines += [
            "  Where there is none, confirm that the final response could not be delivered:",
            f"    intake confirm-undeliverable {number} --reason …",
        ]
    return lines
