"""Writes common_words.toml: how rare words are in what people write to help desks, counted in the classifier's corpus.
`python -m classifier.similarity.counting`
"""

import json
import math
import textwrap
from collections import Counter, defaultdict
from pathlib import Path

from classifier.normalise import normalise
from classifier.similarity.common_words import LEVELS, SHIPPED
from classifier.similarity.letters import WORD, plain

CORPUS = Path(__file__).parent.parent / "corpus"
FEWEST = 3  # messages; what is rarer is as rare as what is not listed


def main() -> None:
    texts = [
        str(json.loads(line)["text"])
        for file in sorted(CORPUS.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    seen = Counter(word for text in texts for word in {plain(word) for word in WORD.findall(normalise(text).text)})
    often, rare = math.log(len(texts) / 10), math.log(FEWEST)
    levels: defaultdict[int, list[str]] = defaultdict(list)
    for word, count in sorted(seen.items()):
        if count >= FEWEST and word.isalpha() and len(word) > 1:
            share = (often - math.log(count)) / (often - rare)
            levels[max(0, min(LEVELS - 1, math.ceil(share * (LEVELS - 1))))].append(word)
    lines = [f"# Made by counting.py from {len(texts)} messages. 0: says nothing; {LEVELS}, which is not listed: says most."]
    for level, words in sorted(levels.items()):
        body = textwrap.fill(" ".join(words), 126, break_long_words=False)
        lines.append(f'{"level_" + str(level)} = """\n{body}\n"""')
    SHIPPED.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
