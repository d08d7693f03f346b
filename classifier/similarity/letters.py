"""Letters as likeness sees them: no accents, no case."""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_UNMARKED = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
REMEMBERED = 20_000  # words


@lru_cache(maxsize=REMEMBERED)
def plain(word: str) -> str:
    """Of a word in lower case. Apostrophes go too: they wander when people type ("doens't")."""
    word = word.removesuffix("'s").replace("'", "")
    if word.isascii():
        return word
    folded = unicodedata.normalize("NFKD", word.translate(_UNMARKED))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
