"""How much alike two reports are: what they are about and what kind of thing happened first, then their words."""

from enum import Enum
from math import sqrt

from rapidfuzz import process
from rapidfuzz.distance import OSA

from classifier.similarity.reading import Read
from classifier.similarity.sketch import WHOLE, Nature, Sketch, unpacked

ONE_WORD = 0.7  # two rare words with so many letters in common are one that somebody mistyped: two slips in seven letters
SAME_MATTER = 0.62  # what two failures of one subject have before any other word is compared
SAME_NAMELESS = 0.45  # the same, where the subject is only a rare word that both use
SAME_NAME = 0.05  # more, where both name the same service, and the same site or building
OTHER_MATTER = 0.5  # of their words' likeness is left
ENOUGH = 0.8 * WHOLE  # shared words of this weight make half as sure as a subject that both name
SAYS_SOMETHING = WHOLE // 2  # the heaviest word of a text that can be recognised
OUTAGES = (Nature.FAILS, Nature.SLOW)
OTHER_NAMES = 0.06  # less, where both also use rare words that the other does not


class Agreement(Enum):
    SAME = "same"
    OPEN = "open"  # one of them does not say
    DIFFERENT = "different"


def strangers(a: Sketch, b: Sketch) -> bool:
    """They name different services, sites or buildings."""
    return _apart(a.services, b.services) or _apart(a.sites, b.sites) or _other_places(a.places, b.places)


def likeness(read: Read, other: Sketch) -> float:
    """0 to 1, the same both ways. Texts that say nothing (no word, or only such as everybody uses) are like no other."""
    return 0.0 if strangers(read.sketch, other) else likeness_of_acquaintances(read, other)


def likeness_of_acquaintances(read: Read, other: Sketch) -> float:
    """Of two that are known to be no strangers."""
    own = read.sketch
    if not own.weights or not other.weights:
        return 0.0
    if own.said == other.said and own.terms == other.terms and own.nature is other.nature:
        return 1.0 if own.weights[0] >= SAYS_SOMETHING or own.services & other.services else 0.0
    about, natures = _about(own, other), _natures(own.nature, other.nature)
    shared = shared_weight(read, other)
    words = min(1.0, shared / sqrt(sum(own.weights) * sum(other.weights)))
    if about is Agreement.DIFFERENT or natures is Agreement.DIFFERENT:
        return OTHER_MATTER * words
    outages = natures is Agreement.SAME and own.nature in OUTAGES
    if about is Agreement.SAME:
        score = SAME_MATTER + (1 - SAME_MATTER) * words if outages else words * words
    else:
        score = max(words * shared / (shared + ENOUGH), _by_rare_words(own, other, shared) if outages else 0.0)
    met = _meet(own.services, other.services) + (_meet(own.sites, other.sites) or _meet(own.places, other.places))
    return min(1.0, score * (1 + SAME_NAME * met))


def _by_rare_words(own: Sketch, other: Sketch, shared: int) -> float:
    """Of two outages whose subject no table knows, by the words that only they use."""
    both, mistyped, others = _rare_words(own.rare.split(), other.rare.split())
    if not both and not mistyped:
        return 0.0
    less, more = sorted((sum(own.weights), sum(other.weights)))
    contained = min(1.0, (shared + mistyped * WHOLE) / (0.75 * less + 0.25 * more))
    return SAME_NAMELESS + (1 - SAME_NAMELESS) * contained - OTHER_NAMES * others


def _rare_words(one: list[str], other: list[str]) -> tuple[int, int, bool]:
    """How many rare words both use, how many but for slips of the keyboard, and whether each also has others of its own."""
    ours, theirs = sorted(set(one) - set(other)), sorted(set(other) - set(one))
    both, mistyped = len(set(one)) - len(ours), 0
    for word in ours:
        near = process.extractOne(word, theirs, scorer=OSA.normalized_similarity, score_cutoff=ONE_WORD)
        if near is not None:
            theirs.remove(near[0])
            mistyped += 1
    return both, mistyped, len(ours) > mistyped and bool(theirs)


def shared_weight(read: Read, other: Sketch) -> int:
    own = read.weights
    return sum(
        [min(weight, own[term]) for term, weight in zip(unpacked(other.terms), other.weights, strict=True) if term in own]
    )


def _meet(one: frozenset[str], other: frozenset[str]) -> bool:
    return not one.isdisjoint(other)


def _apart(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and one.isdisjoint(other)


def _other_places(one: frozenset[str], other: frozenset[str]) -> bool:
    """Building B and building C; not building B and hall 3."""
    if not _apart(one, other):
        return False
    kinds = {place.partition(" ")[0] for place in one}
    return any(place.partition(" ")[0] in kinds for place in other)


def _about(one: Sketch, other: Sketch) -> Agreement:
    if one.subjects and other.subjects:
        if one.subjects is other.subjects:
            return Agreement.SAME
        a, b = dict(one.subjects), dict(other.subjects)
        common = sum([min(a[name], b[name]) for name in a if name in b])
        return Agreement.SAME if common > min(sum(a.values()), sum(b.values())) / 2 else Agreement.DIFFERENT
    return Agreement.SAME if _meet(one.services, other.services) else Agreement.OPEN


def _natures(one: Nature, other: Nature) -> Agreement:
    if one is other:
        return Agreement.OPEN if one is Nature.UNCLEAR else Agreement.SAME
    if (one is Nature.UNCLEAR and other is Nature.FAILS) or (one is Nature.FAILS and other is Nature.UNCLEAR):
        return Agreement.OPEN
    return Agreement.DIFFERENT
