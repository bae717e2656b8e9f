"""The web form: what somebody asks, without an account."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from vitrine.kernel.languages import Language
from vitrine.kernel.text import mask_national_numbers
from vitrine.tickets.queries.question_types import top_question_types

MAX_FILES = 10
LIMIT = f"{settings.MAX_ATTACHMENT_BYTES // 2**20} MB"
MAX_TEXT = 20_000  # characters
NATIVE_NAMES = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}


class FileList(forms.FileField):
    """Any number of files; an empty list when none was chosen."""

    class Input(forms.ClearableFileInput):
        """A file input that takes several files at once."""

        allow_multiple_selected = True

    widget = Input

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Each file by the rules of a file field; together at most the limit of the desk."""
        files: Sequence[UploadedFile] = [file for file in data or [] if file]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(
                gettext("At most %(count)d files in one request.") % {"count": MAX_FILES}
            )
        total = sum(file.size or 0 for file in files)
        if total > settings.MAX_ATTACHMENT_BYTES:
            raise forms.ValidationError(
                gettext(
                    "The files are %(size)s together. We can take %(limit)s: please send fewer."
                )
                % {
                    "size": filesizeformat(total),
                    "limit": LIMIT,
                }
            )
        return [super(FileList, self).clean(file, initial) for file in files]


class RequestForm(forms.Form):
    """A question to the desk. Every field is kept when something is wrong, but the files."""

    use_required_attribute = False

    question_type = forms.ChoiceField(label=_("What is it about?"))
    language = forms.ChoiceField(
        label=_("Language of your question"),
        choices=[(code, NATIVE_NAMES[code]) for code in Language.values],
    )
    subject = forms.CharField(
        label=_("Subject"),
        max_length=300,
        help_text=_("A few words: what you want to do, or what goes wrong."),
    )
    text = forms.CharField(
        label=_("Your question"),
        max_length=MAX_TEXT,
        help_text=_("No national number, no password: we never need them here."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    numbers_belong = forms.BooleanField(
        label=_("These digits are not a national number, or they have to be there."),
        required=False,
    )
    attachments = FileList(label=_("Files"), required=False)
    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("Our answer goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    organisation = forms.CharField(
        label=_("Municipality or organisation"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"list": "organisations", "autocomplete": "organization"}),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1"}))
    """A trap: people do not see it, machines fill it in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or Language.FR
        types = [(kind.code, kind.name_in(language)) for kind in top_question_types()]
        field = self.fields["question_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", gettext("Please choose")), *types]
        field.error_messages["invalid_choice"] = gettext(
            "Please choose one of the subjects in the list."
        )
        self.fields["attachments"].help_text = gettext(
            "At most %(count)d files, %(limit)s together."
        ) % {
            "count": MAX_FILES,
            "limit": LIMIT,
        }
        self.initial.setdefault("language", language)

    @property
    def holds_numbers(self) -> bool:
        """Whether what was typed looks as if it held a national number."""
        source = self.data if self.is_bound else self.initial
        typed = f"{source.get('subject', '')}\n{source.get('text', '')}"
        return mask_national_numbers(typed) != typed

    @property
    def is_trapped(self) -> bool:
        """Whether a machine filled in the field that people do not see; it is emptied again."""
        caught = bool(self.cleaned_data.get("website"))
        self.data = {**dict(self.data.items()), "website": ""}
        return caught

    def clean(self) -> dict[str, Any]:
        """A national number needs a second thought."""
        cleaned = super().clean() or {}
        if self.holds_numbers and not cleaned.get("numbers_belong"):
            self.add_error(
                "text",
                gettext(
                    "This looks like a national number. Please take it out, "
                    "or tick the box below to send it all the same."
                ),
            )
        return cleaned
