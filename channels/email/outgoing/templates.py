"""The words of outgoing mail: templates shipped with the desk, and those that an administrator puts in their place.

A mail is a pair, `NAME.txt` (its first line is `Subject: …`) and `NAME.html`. Of a language `de` those in the folder `de` are
taken first, the administrator's before the shipped ones. Where only the text was changed, the HTML says the same words.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from shlex import quote

import structlog
from jinja2 import FunctionLoader, StrictUndefined, TemplateNotFound, TemplateRuntimeError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from channels.email.outgoing.context import CONTEXTS, Context, News, TicketInWords
from channels.email.outgoing.html import clock, counted, lines, linked, mailto
from channels.email.outgoing.plain_words import one_line
from channels.email.outgoing.templates_folder import TEXT_AS_HTML, WORDS, Source, Sources, read_folder
from channels.email.outgoing.window_in_words import WindowInWords
from channels.email.outgoing.words import Words, read_words
from intake.domain.errors import ConfigError

ENGLISH = "en"
SUBJECT = "Subject:"
NAMES = tuple(context.template for context in CONTEXTS)

Make = Callable[[Words], Context]

_VALUES = {kind.__name__: (name, kind) for name, kind in (("ticket", TicketInWords), ("news", News), ("window", WindowInWords))}
_MISSING = re.compile(r"'[\w.]{1,200}\.(\w{1,50}) object' has no attribute '(\w{1,200})'\Z")  # as Jinja says it

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """`text` is the mail; `html` says the same for who wants it set."""

    language: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Where one mail's words stand in one language."""

    language: str
    text: str
    html: str


class TemplateFault(Exception):
    """Its message names the file and the line."""


class Templates:
    """`site` are the administrator's files, by their path below the folder. Raises ConfigError that lists every fault."""

    def __init__(self, shipped: Sources, site: Sources | None = None) -> None:
        self._site = site or {}
        self._shipped = shipped
        self._environments = (_environment({**shipped, **self._site}), _environment(shipped))
        self._words = self._read_words()

    @property
    def languages(self) -> Sequence[str]:
        return sorted({ENGLISH, *(name.partition("/")[0] for name in (*self._shipped, *self._site) if "/" in name)})

    @property
    def own(self) -> int:
        """How many files are the administrator's."""
        return len(self._site)

    def letter(self, name: str, language: str, make: Make) -> Letter:
        """`make` gives what the template is told, in the words of the language that it turns out to be written in. A template
        of the administrator's that fails is named in the log, and the shipped one is taken."""
        pair = self.pair(name, language)
        try:
            return self.written(pair, make)
        except TemplateFault as fault:
            if not self._site:
                raise
            log.warning("template.failed", why=str(fault), instead="the shipped one")
            return self._write(_pair(name, language, self._shipped, {}), make, own=False)

    def written(self, pair: Pair, make: Make) -> Letter:
        """As it stands, with no way out. Raises TemplateFault."""
        return self._write(pair, make, own=True)

    def pair(self, name: str, language: str) -> Pair:
        return _pair(name, language, self._shipped, self._site)

    def _write(self, pair: Pair, make: Make, *, own: bool) -> Letter:
        environment = self._environments[0 if own else 1]
        context = {**make(self._words_of(pair.language)).names, "language": pair.language}
        try:
            subject, text = _parted(environment.get_template(pair.text).render(context))
            more = {"mail_subject": subject, "mail_text": text}
            html = environment.get_template(pair.html).render({**context, **more})
        except Exception as fault:  # whatever an expression of somebody's can raise
            raise TemplateFault(f"{self._where(fault, pair)}: {_says(fault)}") from fault
        return Letter(language=pair.language, subject=subject, text=text, html=html)

    def _read_words(self) -> Mapping[str, Words]:
        faults: list[str] = []
        words = {ENGLISH: read_words(self._shipped[WORDS].text, self._shipped[WORDS].file)}
        for sources in (self._shipped, self._site):
            for name in sorted(name for name in sources if name.rpartition("/")[2] == WORDS):
                language = name.rpartition("/")[0] or ENGLISH
                try:
                    words[language] = read_words(sources[name].text, sources[name].file, words.get(language, words[ENGLISH]))
                except ConfigError as fault:
                    faults.append(str(fault))
        if faults:
            raise ConfigError("\n".join(faults))
        return words

    def _words_of(self, language: str) -> Words:
        return next(words for tag in (*_chain(language), ENGLISH) if (words := self._words.get(tag)) is not None)

    def _where(self, fault: Exception, pair: Pair) -> str:
        """`FILE:LINE`: the innermost place in a template."""
        files = {source.file for source in (*self._shipped.values(), *self._site.values())}
        place = {**self._shipped, **self._site}[pair.text].file
        if isinstance(fault, TemplateSyntaxError):
            return f"{fault.filename or place}:{fault.lineno}"
        step = fault.__traceback__
        while step is not None:
            if step.tb_frame.f_code.co_filename in files:
                place = f"{step.tb_frame.f_code.co_filename}:{step.tb_lineno}"
            step = step.tb_next
        return place if ":" in place else f"{place}:1"


@cache
def shipped() -> Templates:
    return Templates(_shipped_files())


def templates_of(folder: Path | None) -> Templates:
    """With those in `folder` in the place of the shipped ones. Raises ConfigError; only `demand_sound` tries them."""
    return shipped() if folder is None else Templates(_shipped_files(), read_folder(folder, NAMES))


@cache
def _shipped_files() -> Sources:
    return read_folder(Path(str(resources.files("channels.email.outgoing").joinpath("templates"))), NAMES)


class _Environment(ImmutableSandboxedEnvironment):
    """A template names another one as it is seen from its own language."""

    known: Collection[str] = ()

    def join_path(self, template: str, parent: str) -> str:
        """What a text says is not escaped, and would not be for being taken into HTML."""
        if template.rpartition(".")[2] != parent.rpartition(".")[2]:
            raise TemplateRuntimeError(f"{parent} cannot take anything from {template}: text goes with text, HTML with HTML")
        beside = f"{parent.rpartition('/')[0]}/{template}"
        return beside if "/" in parent and beside in self.known else template


def _environment(sources: Sources) -> _Environment:
    def load(name: str) -> tuple[str, str, None] | None:
        source: Source | None = sources.get(name)
        return (source.text, source.file, None) if source else None

    environment = _Environment(
        loader=FunctionLoader(load),
        autoescape=lambda name: name is None or not name.endswith(".txt"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    shown = {"counted": counted, "clock": clock, "lines": lines, "linked": linked, "mailto": mailto}
    environment.filters |= {**shown, "argument": quote}
    environment.known = frozenset(sources)
    return environment


def _pair(name: str, language: str, shipped: Sources, site: Sources) -> Pair:
    for tag in (*_chain(language), ""):
        stem = f"{tag}/{name}" if tag else name
        text, html = f"{stem}.txt", f"{stem}.html"
        if text in site:
            return Pair(language=tag or ENGLISH, text=text, html=html if html in site else TEXT_AS_HTML)
        if text in shipped:
            return Pair(language=tag or ENGLISH, text=text, html=html)
    raise TemplateFault(f"there is no template {name!r}")


def _chain(language: str) -> Sequence[str]:
    """`pt-BR`, then `pt`."""
    return [language, language.partition("-")[0]] if "-" in language else [language] if language else []


def _parted(text: str) -> tuple[str, str]:
    """Subject and body."""
    first, _, rest = text.partition("\n")
    if not first.startswith(SUBJECT):
        raise ValueError(f"its first line must be {SUBJECT} …")
    subject = one_line(first.removeprefix(SUBJECT))
    return subject, rest.removeprefix("\n").rstrip("\n") + "\n"


def _says(fault: Exception) -> str:
    if isinstance(fault, TemplateNotFound):
        return f"there is no template {fault.name!r}"
    says = str(fault) or type(fault).__name__
    if (missing := _MISSING.match(says)) and missing[1] in _VALUES:
        name, kind = _VALUES[missing[1]]
        return f"{name} has no {missing[2]!r}; it has: {', '.join(field.name for field in fields(kind))}"
    return says
