"""Every sentence that a person sees is complete in French, Dutch and German (rule 12).

Refused: a sentence of the code that a catalogue does not have (stale), one that
only the catalogue has (obsolete), an untranslated or fuzzy one, a translation
that loses or invents a placeholder, French without its narrow space, and a word
in a template that goes around the catalogues.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from tools.messages import LANGUAGES, Key, Message, catalogue_path, messages
from tools.sources import ROOT, Finding, files, report

PLACEHOLDER = re.compile(r"%\(\w+\)[\d.]*[sdf]|%[sd]|\{\w*\}")
NO_NARROW_SPACE = re.compile(
    r"[^\s\d/:;?!.…»«(\u202f][;?!]|[^\s\d/:\u202f]:(?=\s|$)|[ \u00a0][:;?!](?=\s|$)"
)
TAGS = re.compile(
    r"{%\s*block \w+\s*%}[a-z-]+{%\s*endblock.*?%}"  # a word for a style, not for people
    r"|{#.*?#}|{%-?\s*comment.*?endcomment\s*%}|{%\s*blocktrans.*?endblocktrans\w*\s*%}"
    r"|{%\s*verbatim.*?endverbatim\s*%}|{%.*?%}|{{.*?}}|<!--.*?-->"
    r"|<(script|style|svg|code|kbd)\b.*?</\1>|<(\w+)[^>]*\stranslate=.no.[^>]*>.*?</\2>",
    re.DOTALL | re.IGNORECASE,
)
SPEAKING = re.compile(
    r"""\s(?:title|alt|placeholder|aria-label|aria-description|label)=(["'])(.*?)\1"""
)
NAMES = re.compile(r"\bVitrine\b")
WORD = re.compile(r"[^\W\d_]{2,}")


def check_catalogue(
    catalogue: polib.POFile, *, path: str, said: dict[Key, Message], language: str
) -> Iterator[Finding]:
    """What is wrong in one catalogue, against what the code says."""
    had = {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}
    for key in said.keys() - had:
        yield Finding(path, 0, f"stale, {key[1]!r} is missing: run `tools.translations extract`")
    for entry in catalogue:
        if entry.obsolete or (entry.msgctxt or "", entry.msgid) not in said:
            yield Finding(path, entry.linenum or 0, f"obsolete: {entry.msgid!r}")
        elif entry.fuzzy:
            yield Finding(path, entry.linenum or 0, f"fuzzy: {entry.msgid!r}")
        elif not entry.translated():
            yield Finding(path, entry.linenum or 0, f"untranslated: {entry.msgid!r}")
        else:
            yield from check_entry(entry, path=path, language=language)


def check_entry(entry: polib.POEntry, *, path: str, language: str) -> Iterator[Finding]:
    """What is wrong in a translation."""
    asked = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
    for text in entry.msgstr_plural.values() or [entry.msgstr]:
        given = set(PLACEHOLDER.findall(text))
        is_singular = bool(entry.msgid_plural) and text == entry.msgstr_plural.get(0)
        if given - asked or (asked - given and not is_singular):
            yield Finding(path, entry.linenum or 0, f"placeholders differ: {text!r}")
        if language == "fr" and NO_NARROW_SPACE.search(text):
            yield Finding(path, entry.linenum or 0, f"no narrow space before : ; ? or !: {text!r}")
        if text[:1].isspace() != entry.msgid[:1].isspace():
            yield Finding(path, entry.linenum or 0, f"begins with a blank, or should: {text!r}")


def check_template(text: str, *, path: str) -> Iterator[Finding]:
    """Each word in a template that no catalogue can translate."""
    # Blanks in place of what is removed keep the line numbers.
    plain = TAGS.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    bare = re.sub(r"<[^>]*>", lambda match: re.sub(r"[^\n]", " ", match[0]), plain)
    for number, line in enumerate(bare.splitlines(), start=1):
        if WORD.search(NAMES.sub("", line)):
            yield Finding(path, number, f"not translatable: {line.strip()!r}")
    for match in SPEAKING.finditer(plain):
        if WORD.search(match[2]):
            line_number = plain.count("\n", 0, match.start()) + 1
            yield Finding(path, line_number, f"not translatable: {match[0].strip()!r}")


def everything(root: Path = ROOT) -> Iterator[Finding]:
    """What the command reports."""
    said = messages(root)
    for language in LANGUAGES:
        path = catalogue_path(language, root=root)
        name = path.relative_to(root).as_posix()
        if not path.exists():
            yield Finding(name, 0, "there is no such catalogue")
            continue
        catalogue = polib.pofile(str(path))
        yield from check_catalogue(catalogue, path=name, said=said, language=language)
    for template in files("vitrine", ending=".html", root=root):
        yield from check_template(template.read_text(), path=template.relative_to(root).as_posix())


if __name__ == "__main__":
    sys.exit(report(everything()))
