"""The catalogues of French, Dutch and German, without the gettext programs.

    python -m tools.translations extract   bring the catalogues in line with the code
    python -m tools.translations report    what is still to do, per language

`extract` adds what is new as untranslated, updates the places, and removes what
the code no longer says: nothing obsolete is kept, git remembers it. It guesses
no translation, so that there is nothing fuzzy.
"""

import sys
from pathlib import Path

import polib

from tools.messages import LANGUAGES, Message, catalogue_path, messages
from tools.sources import ROOT

PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "nl": "nplurals=2; plural=(n != 1);",
    "de": "nplurals=2; plural=(n != 1);",
}


def opened(language: str, *, root: Path = ROOT) -> polib.POFile:
    """The catalogue of a language; an empty one where there is none."""
    path = catalogue_path(language, root=root)
    catalogue = (
        polib.pofile(str(path), wrapwidth=98) if path.exists() else polib.POFile(wrapwidth=98)
    )
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    return catalogue


def entry_for(message: Message, *, known: polib.POEntry | None) -> polib.POEntry:
    """The entry of a sentence, with the translation that it has already."""
    entry = polib.POEntry(
        msgid=message.text,
        msgid_plural=message.plural,
        msgctxt=message.context or None,
        comment="\n".join(message.comments),
        # Without line numbers: a catalogue changes when a sentence does.
        occurrences=[(path, "") for path in sorted({p.rsplit(":", 1)[0] for p in message.places})],
    )
    if "%(" in message.text or "%(" in message.plural:
        entry.flags = ["python-format"]
    if message.plural:
        entry.msgstr_plural = (known and known.msgstr_plural) or {0: "", 1: ""}
    elif known:
        entry.msgstr = known.msgstr
    return entry


def extract(root: Path = ROOT) -> None:
    """Write the three catalogues anew, in the order of the code."""
    said = messages(root)
    for language in LANGUAGES:
        old = opened(language, root=root)
        known = {(each.msgctxt or "", each.msgid): each for each in old if not each.obsolete}
        new = polib.POFile(wrapwidth=98)
        new.metadata = old.metadata
        new.extend(entry_for(said[key], known=known.get(key)) for key in said)
        path = catalogue_path(language, root=root)
        path.parent.mkdir(parents=True, exist_ok=True)
        new.save(str(path))


def report(root: Path = ROOT) -> None:
    """Print how many sentences each language has and which are not translated."""
    for language in LANGUAGES:
        catalogue = opened(language, root=root)
        missing = [entry for entry in catalogue if not entry.translated()]
        print(f"{language}: {len(catalogue)} sentences, {len(missing)} to translate")
        for entry in missing:
            print(f"    {entry.msgid!r}")


def main(words: list[str]) -> int:
    """Do what the words say; 2 when they say nothing that we know."""
    commands = {"extract": extract, "report": report}
    if len(words) != 1 or words[0] not in commands:
        print(__doc__)
        return 2
    commands[words[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
