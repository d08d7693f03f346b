"""What a site's own names say about impact: a critical service that fails, a whole site that is hit, somebody important."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from intake.desk.names_in_text import Found, NamesInText
from intake.desk.policy import Policy
from intake.desk.policy_file.site import CriticalService, Site
from intake.desk.sentences import Sentence, sentences
from intake.domain.channel import Address, AddressKind
from intake.domain.label import Category, Evidence, Kind, Label, Level

POLICY = "policy"
VIP_LIST = "VIP list"  # for the desk's own people: requesters never see evidence
LEXICON = "lexicon"
MOST_REASONS = 3
MOST_NAMES = 50  # looked at in one text

Named: TypeAlias = Found[CriticalService | Site]


@dataclass(frozen=True, kw_only=True)
class Raiser:
    """Stands between the classifier and the matrix. It only ever raises, and what people decide comes after it."""

    policy: Policy

    def by_words(self, label: Label, text: str) -> Label:
        """`text` is what was classified: the label's evidence quotes it, and so does what is added."""
        nothing_to_raise = label.kind is not Kind.INCIDENT or label.impact is Level.HIGH or not self.policy.site.names
        if nothing_to_raise or _is_over(label):
            return label
        named = self._names.find(text)[:MOST_NAMES]
        if not named:
            return label
        matter = _Matter(label=label, text=text)
        raising = [one for one in named if one.what.impact < label.impact and matter.is_hit(one)]
        impact = min((one.what.impact for one in raising), default=label.impact)
        first = {one.what.name: one for one in reversed(raising) if one.what.impact is impact}
        reasons = [_names_it(one, text) for one in sorted(first.values(), key=lambda one: one.start)]
        if not reasons:
            return label
        # What is named so is needed: it hinders at least, unless its author says that it can wait.
        urgency = min(label.urgency, Level.MEDIUM)
        return replace(label, impact=impact, urgency=urgency, evidence=(*label.evidence, *reasons[:MOST_REASONS]))

    def by_caller(self, label: Label, addresses: Sequence[Address]) -> Label:
        """`addresses` are whoever asks. What is over is over, and no request comes to wake anybody."""
        impact = min(self._standings(addresses), default=Level.LOW)
        if label.kind not in {Kind.INCIDENT, Kind.SERVICE_REQUEST} or impact >= label.impact or _is_over(label):
            return label
        if label.kind is Kind.SERVICE_REQUEST and self.policy.wakes(label.kind, self.policy.priority(impact, label.urgency)):
            return label
        reason = Evidence(source=POLICY, says=f"impact={impact.value}", text=VIP_LIST)
        return replace(label, impact=impact, evidence=(*label.evidence, reason))

    def _standings(self, addresses: Sequence[Address]) -> Iterator[Level]:
        vips = self.policy.site.vips
        for address in addresses:
            if address.kind is AddressKind.EMAIL:
                mail = address.value.lower()
                for name in (mail, "@" + mail.rpartition("@")[2]):
                    if name in vips:
                        yield vips[name]

    @cached_property
    def _names(self) -> NamesInText[CriticalService | Site]:
        return NamesInText(self.policy.site.names)


def _is_over(label: Label) -> bool:
    """The author says that it works again, or can wait."""
    return label.urgency is Level.LOW and any(one.source == LEXICON and one.says == "urgency=3" for one in label.evidence)


def _names_it(named: Named, text: str) -> Evidence:
    says = f"impact={named.what.impact.value}"
    return Evidence(source=POLICY, says=says, text=text[named.start : named.end], start=named.start, end=named.end)


class _Matter:
    """An incident, in whose text names were found."""

    def __init__(self, *, label: Label, text: str) -> None:
        self._label = label
        self._sentences = sentences(text)
        self._faults = [
            (one.start, one.end)
            for one in label.evidence
            if one.says in _FAULTS and 0 <= one.start < one.end
        ]  # fmt: skip
        self._telling = [one for one in self._sentences if any(one.holds(start) for start, _ in self._faults)]
        self._only_one = any(one.says_only_one for one in self._sentences)

    def is_hit(self, named: Named) -> bool:
        where = next((one for one in self._sentences if one.holds(named.start)), None)
        if where is None or self._only_one:
            return False
        match named.what:
            case CriticalService() as service:
                return self._label.category in service.categories and self._fails(named, where)
            case Site():
                return self._is_there(where)

    def _fails(self, named: Named, where: Sentence) -> bool:
        """It is the service that fails, in production, and not for one person alone."""
        clause = where.clause(named.start)
        near = clause.around(named.start, named.end)
        if (
            near.is_about_a_thing
            or (clause.is_about_a_thing and not where.speaks_of_many)
            or near.is_about_a_test
            or clause.says_well_after(named.end)
            or where.names_a_part(named.end)
        ):
            return False
        fault = any(clause.holds(start) or clause.holds(end - 1) for start, end in self._faults)
        if not fault and not (where.is_title and where.is_bare(named.start, named.end) and self._telling):
            return False
        if where.speaks_of_many or (not fault and any(one.speaks_of_many for one in self._telling)):
            return True
        if clause.speaks_of_one or (not fault and any(one.speaks_of_one for one in self._telling)):
            return False
        return self._label.category is Category.UNAVAILABLE or self._label.impact < Level.LOW

    def _is_there(self, where: Sentence) -> bool:
        """Something happens there that is more than one person's or one thing's."""
        if where not in self._telling and not where.is_title:
            return False
        told = [where, *(self._telling if where.is_title else [])]
        whole = any(one.speaks_of_the_whole for one in told)
        if any(one.is_about_a_thing for one in told) and not whole:
            return False
        if any(one.speaks_of_one for one in told) and not any(one.speaks_of_many for one in told):
            return False
        return whole or self._label.impact < Level.LOW or self._label.category is Category.UNAVAILABLE


_FAULTS = frozenset(f"category={category.value}" for category in Category if category.kind is Kind.INCIDENT)
