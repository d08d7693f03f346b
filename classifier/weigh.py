"""From the phrases found in a text to what they say: what counts, for which kind, how much, and why."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from classifier.lexicon import Axis, Cue, Effect, Grade, Phrase
from classifier.phrase_index import Hit, Reading
from intake.domain.label import KIND_OF, Category, Kind, Level

FADING = 0.5  # each further phrase for the same kind adds half of what the one before added
LEAD, LEAD_BONUS = 100, 1.25  # people say what it is about in the first line
SUPPOSED = 0.3  # what is left of a fault that is only asked about
SEVERAL = 3  # words of another language
ENOUGH = 0.8  # below this nobody should act on the words


class Vote(NamedTuple):
    """A phrase that counts, with the weight that its place and its neighbours leave it."""

    hit: Hit
    category: Category
    kind: Kind
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What the lexicon makes of a text. `kind` is None where its words do not speak clearly; `grades` are the hits for impact
    and urgency that are not denied; `foreign`: most words are of a language that it does not read."""

    kind: Kind | None
    kinds: Mapping[Kind, float]
    category: Category | None
    impact: Level
    urgency: Level
    votes: Sequence[Vote]
    grades: Sequence[Hit]
    why_impact: Hit | None
    why_urgency: Hit | None
    settled: Hit | None
    foreign: bool


def weigh(reading: Reading) -> Weighed:
    phrases = _uncovered([hit for hit in reading.hits if isinstance(hit.rule, Phrase)])
    said = _uncovered([hit for hit in reading.hits if isinstance(hit.rule, Cue)])
    cues = _by_effect(cue for cue in said if not _inside_any(cue, phrases))
    votes = _votes(phrases, cues, reading)
    kinds = _kind_scores(votes)
    foreign = _is_foreign(reading)
    best = max(kinds, key=lambda kind: kinds[kind], default=None)
    kind = best if best is not None and kinds[best] >= ENOUGH and not foreign else None
    category = _category(kind, votes) if kind else None
    denials = cues[Effect.NEGATE]
    grades = [hit for hit in reading.hits if isinstance(hit.rule, Grade) and not _affected(hit, denials, reading)]
    impact, why_impact = level(Axis.IMPACT, kind or Kind.INCIDENT, grades, Level.LOW)
    urgency, why_urgency = level(Axis.URGENCY, kind or Kind.INCIDENT, grades, usual_urgency(category, impact))
    settled = _settled(votes, _by_effect(said), reading)
    if settled is not None:
        urgency, why_urgency = Level.LOW, settled
    return Weighed(
        kind=kind,
        kinds=kinds,
        category=category,
        impact=impact,
        urgency=urgency,
        votes=votes,
        grades=grades,
        why_impact=why_impact,
        why_urgency=why_urgency,
        settled=settled,
        foreign=foreign,
    )


def _uncovered(hits: Iterable[Hit]) -> list[Hit]:
    """Without those that a longer one, no lighter, explains better: "cannot reset password" is no "reset password"."""
    kept: list[Hit] = []
    furthest = -1
    for hit in sorted(hits, key=lambda hit: (hit.first, -hit.last)):
        if hit.last > furthest:
            furthest = hit.last
        elif any(other.last >= hit.last and _longer(other, hit) and _weight(other) >= _weight(hit) for other in kept):
            continue
        kept.append(hit)
    return kept


def _longer(one: Hit, other: Hit) -> bool:
    return one.last - one.first > other.last - other.first


def _weight(hit: Hit) -> float:
    return 0.0 if isinstance(hit.rule, Cue) else hit.rule.weight


def _inside_any(hit: Hit, others: Iterable[Hit]) -> bool:
    return any(other.first <= hit.first and hit.last <= other.last for other in others)


def _by_effect(cues: Iterable[Hit]) -> Mapping[Effect, Sequence[Hit]]:
    found: dict[Effect, list[Hit]] = {effect: [] for effect in Effect}
    for cue in cues:
        if isinstance(cue.rule, Cue):
            found[cue.rule.effect].append(cue)
    return found


def _affected(hit: Hit, cues: Iterable[Hit], reading: Reading) -> bool:
    """Does one of these cues reach so far, within its sentence?"""
    for cue in cues:
        if (
            isinstance(cue.rule, Cue)
            and 0 < hit.first - cue.last <= cue.rule.reach
            and not any(word.ends for word in reading.words[cue.last : hit.first])
        ):
            return True
    return False


def _votes(phrases: Iterable[Hit], cues: Mapping[Effect, Sequence[Hit]], reading: Reading) -> list[Vote]:
    best: dict[str, Vote] = {}
    denials, guesses = cues[Effect.NEGATE], cues[Effect.HYPOTHETICAL]
    for hit in phrases:
        rule = hit.rule
        if not isinstance(rule, Phrase) or _affected(hit, denials, reading):
            continue
        weight, kind = rule.weight * (LEAD_BONUS if hit.start < LEAD else 1.0), KIND_OF[rule.category]
        if kind is Kind.INCIDENT and _affected(hit, guesses, reading):
            weight *= SUPPOSED
        if rule.text not in best or best[rule.text].weight < weight:
            best[rule.text] = Vote(hit, rule.category, kind, weight)
    return _apart(sorted(best.values(), key=lambda vote: -vote.weight))


def _apart(votes: Iterable[Vote]) -> list[Vote]:
    """Words speak once for a kind: of votes that share some, the heaviest."""
    kept: list[Vote] = []
    taken: dict[Kind, set[int]] = {kind: set() for kind in Kind}
    for vote in votes:
        places = range(vote.hit.first, vote.hit.last + 1)
        if taken[vote.kind].isdisjoint(places):
            taken[vote.kind].update(places)
            kept.append(vote)
    return kept


def _kind_scores(votes: Iterable[Vote]) -> dict[Kind, float]:
    """Votes come heaviest first."""
    scores: defaultdict[Kind, float] = defaultdict(float)
    share: defaultdict[Kind, float] = defaultdict(lambda: 1.0)
    for vote in votes:
        scores[vote.kind] += vote.weight * share[vote.kind]
        share[vote.kind] *= FADING
    return scores


def _category(kind: Kind, votes: Iterable[Vote]) -> Category:
    scores: defaultdict[Category, float] = defaultdict(float)
    share: defaultdict[Category, float] = defaultdict(lambda: 1.0)
    for vote in votes:
        if vote.kind is kind:
            scores[vote.category] += vote.weight * share[vote.category]
            share[vote.category] *= FADING
    return max(scores, key=lambda category: scores[category])


def _is_foreign(reading: Reading) -> bool:
    aliens = sum([word.alien for word in reading.words])
    if aliens and 2 * aliens > sum(spoken[0].isalpha() for spoken in reading.spoken):
        return True
    foreign = sum([word.foreign for word in reading.words])
    return foreign >= SEVERAL and foreign > sum(word.filler for word in reading.words)


def usual_urgency(category: Category | None, impact: Level) -> Level:
    """One person's task is hindered; a whole site's dead service means that work has stopped. The rest can wait."""
    if category is None or category.kind is not Kind.INCIDENT:
        return Level.LOW
    return Level.HIGH if category is Category.UNAVAILABLE and impact is Level.HIGH else Level.MEDIUM


def level(axis: Axis, kind: Kind, grades: Iterable[Hit], usual: Level) -> tuple[Level, Hit | None]:
    """The heaviest words decide; of equals, the worse."""
    best: tuple[float, int] | None = None
    found, why = usual, None
    for hit in grades:
        rule = hit.rule
        if isinstance(rule, Grade) and rule.axis is axis and kind in rule.kinds:
            rank = (rule.weight, -rule.level)
            if best is None or rank > best:
                best, found, why = rank, rule.level, hit
    return found, why


def _settled(votes: Iterable[Vote], cues: Mapping[Effect, Sequence[Hit]], reading: Reading) -> Hit | None:
    """The words that say it is over, unless they are denied or the trouble is told as a relapse after them."""
    faults = [vote.hit for vote in votes if vote.kind is Kind.INCIDENT]
    ended = [fault for fault in faults if _affected(fault, cues[Effect.ENDED], reading)]
    if ended:
        return ended[-1]
    doubts = [*cues[Effect.NEGATE], *cues[Effect.HYPOTHETICAL]]
    over = [cue for cue in cues[Effect.RESOLVED] if not _affected(cue, doubts, reading)]
    if not over:
        return None
    last = max(over, key=lambda cue: cue.first)
    relapse = any(fault.first > last.last and not _affected(fault, cues[Effect.PAST], reading) for fault in faults)
    return None if relapse else last
