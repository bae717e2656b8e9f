"""Recordings of phrases: which are looked for, and what is uploaded."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vitrine.telephony.actions import REFUSALS
from vitrine.telephony.rules.phrases import Part
from vitrine.telephony.rules.recordings import LARGEST_FILE, Fault

MAX_FILES = 50
"""At once: each is listened to while the browser waits."""
LARGEST_TOGETHER = 60_000_000
"""Bytes, below what the web server in front takes."""
WAVE_FILES = {"accept": ".wav,audio/wav,audio/x-wav"}

HEARD = (
    ("", _("all")),
    ("recorded", _("recorded")),
    ("machine", _("spoken by the machine")),
    ("outdated", _("recording out of date")),
)
PART_NAMES = {
    Part.OWN: _("Written by ourselves"),
    Part.SENTENCES: _("Sentences"),
    Part.NUMBERS: _("Numbers"),
    Part.MINUTES: _("Lengths of time"),
    Part.TIMES: _("Times of day"),
    Part.DAYS: _("Days and months"),
}


class PhrasesForm(forms.Form):
    """Which phrases are shown; whatever makes no sense is left out."""

    use_required_attribute = False

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    heard = forms.ChoiceField(label=_("How it is heard"), required=False, choices=HEARD)
    part = forms.ChoiceField(
        label=_("Which"), required=False, choices=[("", _("all")), *PART_NAMES.items()]
    )

    def wanted(self) -> dict[str, str]:
        """What is asked for, by field."""
        self.is_valid()
        for field in self.fields.values():
            field.required = True  # so that none of them is called optional
        return {name: self.cleaned_data.get(name, "") for name in self.fields}


class RecordingForm(forms.Form):
    """One recording of one phrase."""

    recording = forms.FileField(
        label=_("WAV file"),
        help_text=_("Uncompressed, 16 bits, at most a minute and 16 MB. Loudness is put right."),
        widget=forms.FileInput(attrs=WAVE_FILES),
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    """Number of the recording that is shown beside it; 0: none."""

    def clean_recording(self) -> UploadedFile:
        """A file that is too large is not even read."""
        file: UploadedFile = self.cleaned_data["recording"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(str(REFUSALS[Fault.TOO_LARGE]))
        return file


class Files(forms.FileField):
    """Several files."""

    class Input(forms.FileInput):
        """Where they are chosen together."""

        allow_multiple_selected = True

    widget = Input

    def clean(self, data: Any, initial: Any = None) -> Any:
        """One at least; not more than are listened to in bearable time."""
        files: Sequence[UploadedFile] = [file for file in data or [] if file]
        if not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > MAX_FILES or sum(file.size or 0 for file in files) > LARGEST_TOGETHER:
            raise forms.ValidationError(
                gettext("That is too much at once: choose at most %(count)d files and 60 MB.")
                % {"count": MAX_FILES}
            )
        return files


class SeveralForm(forms.Form):
    """Recordings of several phrases, each in a file that is named after its phrase."""

    recordings = Files(
        label=_("WAV files"),
        help_text=_("Each named as the script says, such as welcome-de.wav. At most 50 at once."),
        widget=Files.Input(attrs=WAVE_FILES),
    )
