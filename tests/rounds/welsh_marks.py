"""Finds English on Welsh pages: a catalogue whose translations carry marks, and what a page says without one."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from babel import Locale
from babel.messages.catalog import Catalog

from api.pages import render, words

BEGIN, END = "\ue000", "\ue001"
NAME = re.compile(r"(%\(\w+\)s|%%)")
WORD = re.compile(r"[^\W\d_]{2,}")
READ_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title", "data-news", "data-refused", "data-dismiss", "data-waiting")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
NOT_READ = {"script", "style", "code", "pre"}

WELSH = Locale("cy")
DATES = {
    word
    for names in (WELSH.days["format"]["wide"], WELSH.days["format"]["abbreviated"], WELSH.months["format"]["wide"])
    for name in names.values()
    for word in WORD.findall(name)
}
SPANS = {"am", "pm", "awr", "oriau", "munud", "dydd", "diwrnod", "ddiwrnod", "wythnos", "mis", "fis", "blwyddyn", "yn", "ôl"}
"""What Babel says of lengths of time."""
ADDRESS = re.compile(r"https?://\S+")
UNMARKED = re.compile(f"{BEGIN}[^{END}]*{END}")
NAMES = {"English", "Cymraeg", "Smart", "Streets", "CSV", "JSON", "GeoJSON", "GPX", "ICS", "Markdown", "km", "mm", "kg", "mV"}
NAMES |= {"data.json (DCAT)", "The Things Stack", "PyVRP", "Algorithmic Transparency Recording Standard"}


def marked(text: str) -> str:
    """A translation with marks around all but the names to fill in: what is filled in must carry marks of its own, or be data."""
    return "".join(part if NAME.fullmatch(part) else f"{BEGIN}{part}{END}" for part in NAME.split(text) if part)


@contextmanager
def marks() -> Iterator[None]:
    """While this lasts, the pages speak marked Welsh."""
    plain = words.catalogue

    def catalogue(lang: str) -> Catalog:
        told = plain(lang)
        for message in told:
            if message.id:
                strings = message.string if isinstance(message.string, tuple) else (message.string,)
                texts = tuple(marked(text) for text in strings)
                message.string = texts if isinstance(message.string, tuple) else texts[0]
        return told

    def forget() -> None:
        words.translations.cache_clear()
        render.environment.cache_clear()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "catalogue", catalogue)
        forget()
        yield
    forget()


class Texts(HTMLParser):
    """The texts of a page that somebody reads in the page's language: not what is marked as English, nor code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._marks = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        silent = tag in NOT_READ or told.get("lang") == "en" or bool(self._open and self._open[-1][1])
        if not silent:
            self.found += [UNMARKED.sub(" ", told[name] or "") for name in READ_ATTRIBUTES if name in told]
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in (each for each, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """A translation may go on behind a link in its middle."""
        rest = ""
        for letter in data:
            self._marks += (letter == BEGIN) - (letter == END)
            rest += " " if self._marks or letter == END else letter
        if not (self._open and self._open[-1][1]):
            self.found.append(rest)


def english(html: str, data: Iterable[str]) -> set[str]:
    """The texts of a page that hold words which are neither marked, nor data, nor a date or a name."""
    texts = Texts()
    texts.feed(html)
    known = {word for text in (*data, *NAMES) for word in WORD.findall(text)} | DATES | SPANS
    return {" ".join(text.split()) for text in texts.found if set(WORD.findall(ADDRESS.sub(" ", text))) - known}
