"""All phrases of a lexicon as one tree of words, walked once over a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from classifier.lexicon import CLASS_NAME, Lexicon, Rule
from classifier.vocabulary import Spelling, stem, words

TOKEN = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[.!?;,:](?=\s|$)|\n\s*\n")
PAUSES = ",:"  # count as a word between; the rest ends a sentence
PIECE = re.compile(r"\{[^{}]*\}|[^{}\s]+")
MAX_FILLERS = 4  # in a row: keeps a text of nothing else from costing its square
REMEMBERED = 20_000  # spellings, a few MB


@dataclass(slots=True)
class Node:
    """`rules` end here, each with the gap it allows; `gap` is the widest of any rule below."""

    children: dict[str, "Node"] = field(default_factory=dict)
    rules: list[tuple[int, Rule]] = field(default_factory=list)
    gap: int = 0
    edges: frozenset[str] = frozenset()  # of `children`, once the tree is complete


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What one written word means to the lexicon. `roots` are the phrases that may begin with it; a `barrier` cannot be
    skipped, or "is not resolved" would read as "is resolved"."""

    ids: tuple[str, ...]
    roots: tuple[Node, ...]
    filler: bool = False
    barrier: bool = False
    foreign: bool = False
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
    """A text's hits, in the order of their first word; its words and pauses as written (`spoken`), where each begins in the
    normalised text, and what is known of it. Plain lists side by side: a text has a hundred, and an object for each costs."""

    hits: tuple[Hit, ...]
    words: tuple[Word, ...]
    spoken: Sequence[str]
    starts: Sequence[int]


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
        for rule in lexicon.rules:
            self._plant(rule)
        self._fillers = lexicon.fillers
        self._barriers = lexicon.barriers
        self._foreign = lexicon.foreign
        self._known = self._edges() | self._classes_of.keys()
        ordinary = lexicon.ordinary | lexicon.fillers | lexicon.foreign
        self._ordinary = frozenset(map(stem, ordinary)) | ordinary
        self._spelling = Spelling(self._known | _spoken(lexicon))
        self._word = lru_cache(maxsize=REMEMBERED)(self._look_up)

    def read(self, text: str) -> Reading:
        tokens = list(TOKEN.finditer(text))
        look_up = self._word
        spoken = [token.group() for token in tokens]
        found = [look_up(token) for token in spoken]
        ends: list[tuple[Rule, int, int]] = []
        said = set(chain.from_iterable(word.ids for word in found))
        for place, word in enumerate(found):
            for node in word.roots:
                if node.rules or not node.edges.isdisjoint(said):  # most phrases cannot go on with any word of this text
                    _follow(node, found, place, place, 0, ends)
        hits = {}
        for rule, first, last in ends:
            key = (rule.text, type(rule), first)
            if key not in hits:
                hits[key] = Hit(rule=rule, first=first, last=last, start=tokens[first].start(), end=tokens[last].end())
        return Reading(
            hits=tuple(hits.values()),
            words=tuple(found),
            spoken=spoken,
            starts=[token.start() for token in tokens],
        )

    def _plant(self, rule: Rule) -> None:
        """Hang the rule into the tree, once for each way to say it."""
        nodes = [self._root]
        for piece in PIECE.findall(rule.text):
            name = CLASS_NAME.fullmatch(piece)
            ways = self._alternatives[name[1]] if name else [_stems(piece)]
            nodes = [self._branch(node, way, rule.gap) for node in nodes for way in ways]
        for node in nodes:
            node.rules.append((rule.gap, rule))

    @staticmethod
    def _branch(node: Node, way: tuple[str, ...], gap: int) -> Node:
        for step in way:
            node.gap = max(node.gap, gap)
            child = node.children.get(step)
            if child is None:
                child = node.children[step] = Node()
            node = child
        return node

    def _edges(self) -> set[str]:
        """Every word that some phrase goes on with. Completes the nodes."""
        found: set[str] = set()
        waiting = [self._root]
        while waiting:
            node = waiting.pop()
            if node.children:
                node.edges = frozenset(node.children)
                found.update(node.children)
                waiting.extend(node.children.values())
        return {edge for edge in found if not edge.startswith("{")}

    def _look_up(self, token: str) -> Word:
        if not token[0].isalnum():
            return Word(ids=(), roots=(), ends=token not in PAUSES)
        filler, key = token in self._fillers or token.isdigit(), stem(token)
        if key not in self._known and not filler and token not in self._ordinary and key not in self._ordinary:
            key = stem(self._spelling.correct(token) or token)
        ids = tuple(chain([key], self._classes_of.get(key, ())))
        roots = tuple(self._root.children[key] for key in ids if key in self._root.children)
        return Word(ids=ids, roots=roots, filler=filler, barrier=token in self._barriers, foreign=token in self._foreign)


def _follow(node: Node, found: list[Word], first: int, last: int, skipped: int, ends: list[tuple[Rule, int, int]]) -> None:
    for gap, rule in node.rules:
        if skipped <= gap:
            ends.append((rule, first, last))
    if not node.children:
        return
    for place in range(last + 1, min(last + 2 + node.gap + MAX_FILLERS, len(found))):
        word = found[place]
        if word.ends:
            return
        for key in word.ids:
            if (child := node.children.get(key)) is not None:
                _follow(child, found, first, place, skipped, ends)
        if word.barrier:
            return
        if not word.filler:
            skipped += 1
            if skipped > node.gap:
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
