"""A folder of templates as files: the words in it, by language."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TypeAlias

from intake.domain.errors import ConfigError

WORDS = "words.toml"
TEXT_AS_HTML = "_text.html"
ENDINGS = frozenset({".txt", ".html", ".toml"})
LARGEST = 256 * 1024  # bytes
MOST = 500
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`file` is its path for people."""

    text: str
    file: str


Sources: TypeAlias = Mapping[str, Source]


def read_folder(folder: Path, names: Collection[str]) -> Sources:
    """By name: `reply.txt`, `de/reply.txt`. Raises ConfigError for what cannot be read, and for names that nothing would use:
    a misspelt one would be taken for none."""
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder that can be read")
    faults: list[str] = []
    sources: dict[str, Source] = {}
    for path in _files(folder):
        name = path.relative_to(folder).as_posix()
        if not _is_known(path.name, names):
            faults.append(f"{path}: nothing is called so here{_did_you_mean(path.name, names)}")
        elif (text := _read(path, faults)) is not None:
            sources[name] = Source(text=text, file=str(path))
        if len(sources) > MOST:
            raise ConfigError(f"{folder} holds more than {MOST} templates: is it the right folder?")
    if faults:
        raise ConfigError("\n".join(faults))
    return sources


def _files(folder: Path) -> Iterator[Path]:
    """What is no template by its ending, and folders that are no language, may lie there too."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and _LANGUAGE.match(path.name):
            yield from (inner for inner in sorted(path.iterdir()) if inner.is_file() and inner.suffix in ENDINGS)
        elif path.is_file() and path.suffix in ENDINGS:
            yield path


def _read(path: Path, faults: list[str]) -> str | None:
    try:
        if path.stat().st_size > LARGEST:
            faults.append(f"{path}: larger than {LARGEST >> 10} kB")
            return None
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        faults.append(f"{path}:{fault.object[: fault.start].count(10) + 1}: not UTF-8 text")
    except OSError as fault:
        faults.append(f"{path}: cannot be read: {fault.strerror}")
    return None


def _is_known(file: str, names: Collection[str]) -> bool:
    stem, _, ending = file.rpartition(".")
    return file == WORDS or (ending in {"txt", "html"} and (stem in names or stem.startswith("_")))


def _did_you_mean(file: str, names: Collection[str]) -> str:
    known = [f"{name}.{ending}" for name in names for ending in ("txt", "html")] + [WORDS]
    likely = get_close_matches(file, known, n=1, cutoff=0.6)
    return f": did you mean {likely[0]}?" if likely else f"; there are {', '.join(known)}, and parts that begin with _"
