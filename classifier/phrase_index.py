"""All phrases of a lexicon as one tree of words, walked once over a text."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, chain
from typing import NamedTuple, TypeAlias

from classifier.lexicon import CLASS_NAME, Lexicon, Rule
from classifier.vocabulary import Spelling, masked, stem, words

# A word, a pause, the end of a paragraph; in a group, so that `split` keeps it. Of plain letters a quarter faster.
TOKEN = re.compile(r"([^\W_]+(?:'[^\W_]+)?|[.!?;,:](?=\s|$)|\n\s*\n)")
ASCII_TOKEN = re.compile(r"([a-z0-9]+(?:'[a-z0-9]+)?|[.!?;,:](?=\s|$)|\n\s*\n)")
PAUSES = ",:"  # count as a word between; the rest ends a sentence
PIECE = re.compile(r"\{[^{}]*\}|[^{}\s]+")
MAX_FILLERS = 4  # in a row: keeps a text of nothing else from costing its square
REMEMBERED = 20_000  # spellings, a few MB
LATIN = "\u024f"  # the last letter of that script, but for rare ones


class End(NamedTuple):
    """A rule, where its last word stands in the tree. `name` is the same for rules that say the same: of these one hits."""

    rule: Rule
    gap: int
    name: int


@dataclass(slots=True, eq=False)
class Node:
    """`ends` are the rules that end here; `gap` is the widest of any rule below; `edges` are the words that lead on, once the
    tree is complete."""

    children: dict[str, "Node"] = field(default_factory=dict)
    ends: tuple[End, ...] = ()
    gap: int = 0
    edges: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Word:
    """What one written word means to the lexicon. `roots` are the phrases that may begin with it, `steps` the names under which
    one may go on with it; a `barrier` cannot be skipped, or "is not resolved" would read as "is resolved". `masked` is what the
    model weighs, "" for a pause; an `alien` begins with a letter of another script."""

    roots: Sequence[Node] = ()
    steps: Sequence[str] = ()
    masked: str = ""
    filler: bool = False
    barrier: bool = False
    foreign: bool = False
    alien: bool = False
    ends: bool = False


class Hit(NamedTuple):
    """A rule that matched: from word `first` to word `last`, characters `start` to `end` of the normalised text. A tuple:
    a text makes dozens, and a frozen dataclass costs four times as much to make."""

    rule: Rule
    first: int
    last: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text's hits, in the order of their first word; its words and pauses as written (`spoken`) and as the model knows them
    (`masked`), where each begins in the normalised text, and what is known of it. Plain lists side by side: a text has a
    hundred, and an object for each costs."""

    hits: Sequence[Hit]
    words: Sequence[Word]
    masked: Sequence[str]
    spoken: Sequence[str]
    starts: Sequence[int]


Matches: TypeAlias = dict[int, tuple[End, int]]  # that begin at one word: name -> what ends, and at which word


class PhraseIndex:
    """Compiled once; reading is pure but for a bounded memory of spellings, which is safe from any thread."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._root = Node()
        self._classes_of: dict[str, list[str]] = {}
        self._alternatives = {name: _alternatives(name, members) for name, members in lexicon.classes.items()}
        for name, members in lexicon.classes.items():
            for member in members:
                if len(pieces := words(member)) == 1:
                    self._classes_of.setdefault(stem(pieces[0]), []).append(f"{{{name}}}")
        self._names: dict[tuple[str, type[Rule]], int] = {}
        for rule in lexicon.rules:
            self._plant(rule)
        nodes: dict[object, Node] = {}
        self._root = _folded(self._root, nodes)
        self._steps = frozenset(chain.from_iterable(node.edges for node in nodes.values() if node is not self._root))
        self._fillers = lexicon.fillers
        self._barriers = lexicon.barriers
        self._foreign = lexicon.foreign
        self._known = self._root.edges | self._steps | self._classes_of.keys()
        ordinary = lexicon.ordinary | lexicon.fillers | lexicon.foreign
        self._ordinary = frozenset(map(stem, ordinary)) | ordinary
        self._spelling = Spelling(self._known | _spoken(lexicon))
        self._word = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def read(self, text: str) -> Reading:
        """Of a text in lower case."""
        pieces = (ASCII_TOKEN if text.isascii() else TOKEN).split(text)  # by turns what stands between and a token
        places = list(accumulate(map(len, pieces)))
        spoken, starts, stops = pieces[1::2], places[:-1:2], places[1::2]
        found = list(map(self._word, spoken))
        hits = [
            Hit(end.rule, first, last, starts[first], stops[last])
            for first, matches in _matches(found)
            for end, last in matches.values()
        ]
        return Reading(hits=hits, words=found, masked=[word.masked for word in found], spoken=spoken, starts=starts)

    def _plant(self, rule: Rule) -> None:
        """Hang the rule into the tree, once for each way to say it."""
        nodes = [self._root]
        for piece in PIECE.findall(rule.text):
            name = CLASS_NAME.fullmatch(piece)
            ways = self._alternatives[name[1]] if name else [_stems(piece)]
            nodes = [self._branch(node, way, rule.gap) for node in nodes for way in ways]
        end = End(rule, rule.gap, self._names.setdefault((rule.text, type(rule)), len(self._names)))
        for node in nodes:
            node.ends += (end,)

    @staticmethod
    def _branch(node: Node, way: tuple[str, ...], gap: int) -> Node:
        for step in way:
            node.gap = max(node.gap, gap)
            child = node.children.get(step)
            if child is None:
                child = node.children[step] = Node()
            node = child
        return node

    def _look_up(self, token: str) -> Word:
        if not token[0].isalnum():
            return Word(ends=token not in PAUSES)
        filler, key = token in self._fillers or token.isdigit(), stem(token)
        if key not in self._known and not filler and token not in self._ordinary and key not in self._ordinary:
            key = stem(self._spelling.correct(token) or token)
        names = [key, *self._classes_of.get(key, ())]
        return Word(
            roots=tuple(self._root.children[name] for name in names if name in self._root.children),
            steps=tuple(name for name in names if name in self._steps),
            masked=masked(token),
            filler=filler,
            barrier=token in self._barriers,
            foreign=token in self._foreign,
            alien=token[0].isalpha() and token[0] > LATIN,
        )


def _folded(node: Node, known: dict[object, Node]) -> Node:
    """The same tree, in which branches that are alike are one: a quarter of the nodes."""
    children = {step: _folded(child, known) for step, child in node.children.items()}
    key = (node.gap, *map(id, node.ends), frozenset(children.items()))
    if (same := known.get(key)) is None:
        same = known[key] = Node(children, node.ends, node.gap, frozenset(children))
    return same


def _matches(found: Sequence[Word]) -> Iterator[tuple[int, Matches]]:
    """What begins at which word, in their order."""
    backwards: list[tuple[int, Matches]] = []
    ahead: set[str] = set()  # what is said between here and the end of the sentence: most phrases cannot go on with any of it
    for place in range(len(found) - 1, -1, -1):
        word = found[place]
        if word.roots:
            matches: Matches = {}
            for node in word.roots:
                for end in node.ends:
                    matches.setdefault(end.name, (end, place))
                if not node.edges.isdisjoint(ahead):
                    _follow(node, found, place, 0, ahead, matches)
            if matches:
                backwards.append((place, matches))
        if word.steps:
            ahead.update(word.steps)
        elif word.ends:
            ahead.clear()
    return reversed(backwards)


def _follow(node: Node, found: Sequence[Word], last: int, skipped: int, ahead: Set[str], matches: Matches) -> None:
    children, gap = node.children, node.gap
    for place in range(last + 1, min(last + 2 + gap + MAX_FILLERS, len(found))):
        word = found[place]
        for step in word.steps:
            if (child := children.get(step)) is not None:
                for end in child.ends:
                    if skipped <= end.gap:
                        matches.setdefault(end.name, (end, place))
                if child.children and not child.edges.isdisjoint(ahead):
                    _follow(child, found, place, skipped, ahead, matches)
        if word.barrier or word.ends:
            return
        if not word.filler:
            skipped += 1
            if skipped > gap:
                return


@lru_cache(maxsize=REMEMBERED)
def _stems(piece: str) -> tuple[str, ...]:
    return tuple(map(stem, words(piece)))


def _spoken(lexicon: Lexicon) -> set[str]:
    """The words of the lexicon as it writes them: a slip is nearer to `expired` than to its stem."""
    texts = chain((CLASS_NAME.sub(" ", rule.text) for rule in lexicon.rules), *lexicon.classes.values())
    return set(chain.from_iterable(words(text) for text in texts))


def _alternatives(name: str, members: tuple[str, ...]) -> list[tuple[str, ...]]:
    """One edge for all single words of a class, and a path for each member of several words."""
    spoken = [tuple(map(stem, words(member))) for member in members]
    return [(f"{{{name}}}",), *(way for way in spoken if len(way) > 1)]
