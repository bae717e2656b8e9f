"""`phone_speak`: make the sounds of the telephone, take recordings, say which phrases lack one."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import DatabaseError

from vitrine.telephony import actions
from vitrine.telephony.errors import NoSuchPhrase, RecordingRefused
from vitrine.telephony.rules.phrases import LANGUAGES, text
from vitrine.voice.sounds import CannotSpeak, Phrase, SoundStore, catalogue
from vitrine.voice.sounds.store import ENDINGS


class Command(BaseCommand):
    """Nothing is made twice: a sound belongs to its text."""

    help = "Speak every phrase of the telephone by espeak-ng, or take a recording for one."
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        parser.add_argument("--into", type=Path, help="folder; none: `sounds` in the state")
        parser.add_argument(
            "--rate", type=int, action="append", choices=sorted(ENDINGS), help="may be repeated"
        )
        parser.add_argument("--workers", type=int, default=2, help="processes")
        parser.add_argument("--list", action="store_true", help="print every phrase: key and texts")
        parser.add_argument("--check", action="store_true", help="only say what lacks its sound")
        parser.add_argument(
            "--recording",
            type=Path,
            metavar="WAV",
            help="with --key and --language; into the records, with --into only into that folder",
        )
        parser.add_argument("--key")
        parser.add_argument("--language", choices=LANGUAGES)

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one thing that the options ask for."""
        store = self.store(options["into"] or Path(settings.SOUNDS), options=options)
        if options["list"]:
            for phrase in catalogue():
                self.stdout.write(f"{phrase.key}\t{phrase.language}\t{phrase.text}")
        elif options["recording"]:
            self.take(into=options["into"], options=options)
        elif options["check"]:
            self.check_all(store)
        else:
            self.make_all(store, workers=options["workers"])

    def store(self, folder: Path, *, options: dict[str, Any]) -> SoundStore:
        """The folder of sounds at the rates that were asked for."""
        return SoundStore(folder, rates=tuple(options["rate"] or (8000,)))

    def make_all(self, store: SoundStore, *, workers: int) -> None:
        """Every phrase, and the one for a telephone without its brain."""
        began = time.monotonic()
        try:
            made = store.make(catalogue(), workers=max(1, workers))
            store.make_fallback()
        except CannotSpeak as reason:
            raise CommandError(
                f"{reason}: install the package espeak-ng, or record every phrase."
            ) from None
        self.stdout.write(
            f"{made} sounds made in {time.monotonic() - began:.1f} s, in {store.folder}"
        )

    def take(self, *, into: Path | None, options: dict[str, Any]) -> None:
        """A recording of one phrase: into the records, or only into the folder that was named."""
        key, language, file = options["key"], options["language"], options["recording"]
        if not key or not language:
            raise CommandError("A recording needs --key and --language.")
        try:
            content = file.read_bytes()
            if into is None:
                actions.take_recording(key, language=language, content=content, by=None)
            else:
                phrase = Phrase(key=key, language=language, text=text(key, language=language))
                self.store(into, options=options).adopt(phrase, content=content)
        except (KeyError, NoSuchPhrase):
            raise CommandError(f"There is no phrase {key}: see --list.") from None
        except RecordingRefused as refused:
            raise CommandError(f"{file}: {' '.join(map(str, refused.sentences))}") from None
        except (ValueError, OSError) as fault:
            raise CommandError(f"{file} cannot be used: {fault}") from None
        except DatabaseError as away:
            raise CommandError(
                f"The records cannot be reached ({away}). With --into FOLDER the recording is put "
                "into a folder of sounds without them."
            ) from None
        self.stdout.write(f"{key} in {language} is heard as recorded.")

    def check_all(self, store: SoundStore) -> None:
        """One line for each phrase that does not sound as it should; then an error."""
        alarms = store.alarms(catalogue())
        for alarm in alarms:
            phrase = alarm.phrase
            self.stdout.write(f"{alarm.why}\t{phrase.language}\t{phrase.key}\t{phrase.text}")
        if alarms:
            raise CommandError(f"{len(alarms)} phrases lack their sound.")
        self.stdout.write("Every phrase has its sound.")
