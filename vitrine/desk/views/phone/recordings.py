"""Recordings of the telephone's phrases: who hears what, taken, listened to, removed."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vitrine.desk.forms.phone_recordings import (
    MAX_FILES,
    PART_NAMES,
    PhrasesForm,
    RecordingForm,
    SeveralForm,
)
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.phone.pages import phone_page, setup_places
from vitrine.desk.rendering.phone.recordings import (
    address,
    chosen,
    language_tabs,
    phrase_href,
    phrase_line,
    progress_words,
    recording_facts,
    shown_page,
    state_of,
)
from vitrine.desk.rendering.phone.words import language_words
from vitrine.desk.rendering.sounds import sound_response
from vitrine.desk.views.phone.setup import SETTERS
from vitrine.kernel.languages import fold
from vitrine.telephony.access import phrase_recordings_for
from vitrine.telephony.actions import REFUSALS, drop_recording, take_recording
from vitrine.telephony.errors import PhoneError, RecordingRefused
from vitrine.telephony.queries import (
    SpokenPhrase,
    machine_sound,
    not_said,
    saying_of,
    spoken_phrases,
)
from vitrine.telephony.rules.phrases import LANGUAGES
from vitrine.telephony.rules.phrases.naming import file_name, key_of_file
from vitrine.telephony.rules.recordings import LARGEST_FILE, Fault


@open_to(*SETTERS)
@require_safe
def recordings(request: StaffRequest) -> HttpResponse:
    """What the telephone says in a language, and how it is heard."""
    return _list(request, language=_language(request), several=SeveralForm())


def _language(request: StaffRequest) -> str:
    asked = request.GET.get("in", "")
    return asked if asked in LANGUAGES else str(fold(request.LANGUAGE_CODE))


def _list(
    request: StaffRequest,
    *,
    language: str,
    several: SeveralForm,
    verdicts: "list[Verdict] | None" = None,
    status: int = 200,
) -> HttpResponse:
    found = spoken_phrases(language)
    form = PhrasesForm(request.GET)
    wanted = form.wanted()
    page = request.GET.get("page", "")
    context = {
        "language": language,
        "tabs_of_languages": language_tabs(language),
        "progress": progress_words(found, language=language),
        "done": sum(one.recording is not None for one in found),
        "all": len(found),
        "outdated": sum(state_of(one) == "outdated" for one in found),
        "outdated_href": address({"in": language, "heard": "outdated"}),
        "form": form,
        "is_asked": any(wanted.values()),
        "several": several,
        "verdicts": verdicts,
        "forgotten": [recording_facts(row) for row in not_said(language, phrases=found)],
        "shown": shown_page(
            chosen(found, **wanted),
            page=int(page) if page.isascii() and page.isdecimal() and len(page) < 5 else 1,
            query={"in": language, **wanted},
        ),
    }
    return _page(request, "recordings.html", context, status=status)


def _page(
    request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context |= {"places": setup_places("phone-recordings")}
    return phone_page(request, template, context, current="phone-rules", status=status)


def _found_or_404(language: str, key: str) -> tuple[SpokenPhrase, list[SpokenPhrase]]:
    everything = spoken_phrases(language)
    for at, one in enumerate(everything):
        if key in one.saying.keys:
            return one, [*everything[at + 1 :], *everything[:at]]
    raise Http404


@open_to(*SETTERS)
@require_http_methods(["GET", "POST"])
def recording(request: StaffRequest, language: str, phrase: str) -> HttpResponseBase:
    """One phrase: listen to it, record it."""
    one, others = _found_or_404(language, phrase)
    standing = one.recording
    form = RecordingForm(initial={"seen": standing.pk if standing else 0})
    if request.method == "POST":
        form = RecordingForm(request.POST, request.FILES)
        if form.is_valid() and _is_taken(request, form, phrase=one):
            return redirect(phrase_href(one.saying))
    following = next((other for other in others if other.recording is None), None)
    context = {
        "line": phrase_line(one),
        "form": form,
        "back": address({"in": language}),
        "language_name": language_words(language),
        "next": phrase_line(following) if following else None,
    }
    return _page(request, "recording.html", context, status=422 if form.errors else 200)


def _is_taken(request: StaffRequest, form: RecordingForm, *, phrase: SpokenPhrase) -> bool:
    """Whether it is heard now; else the form says why not."""
    saying = phrase.saying
    try:
        taken = take_recording(
            saying.key,
            language=saying.language,
            content=form.cleaned_data["recording"].read(),
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except RecordingRefused as refused:
        for sentence in refused.sentences:
            form.add_error("recording", str(sentence))
        return False
    except PhoneError as refusal:
        form.add_error(None, str(refusal.sentence))
        return False
    said = [_("The recording is kept: callers hear it within seconds."), *taken.sentences]
    messages.success(request, " ".join(said))
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What became of one file of several."""

    file: str
    sentences: list[str]
    text: str = ""
    href: str = ""
    language: str = ""


@open_to(*SETTERS)
@require_POST
def several(request: StaffRequest) -> HttpResponse:
    """Recordings of several phrases; each is taken or refused by itself."""
    language = _language(request)
    form = SeveralForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, language=language, several=form, status=422)
    verdicts = [
        _verdict(request, file, language=language) for file in form.cleaned_data["recordings"]
    ]
    return _list(request, language=language, several=SeveralForm(), verdicts=verdicts)


def _verdict(request: StaffRequest, file: "UploadedFile[Any]", *, language: str) -> Verdict:
    name = file.name or ""
    key, said = key_of_file(name)
    saying = saying_of(key, language=language)
    if saying is None or said not in ("", language):
        example = file_name("welcome", language=language)
        why = _("Its name is that of no phrase in %(language)s; %(example)s would be one.")
        words = why % {"language": language_words(language), "example": example}
        return Verdict(file=name, sentences=[words])
    if (file.size or 0) > LARGEST_FILE:
        return Verdict(file=name, sentences=[str(REFUSALS[Fault.TOO_LARGE])])
    try:
        taken = take_recording(key, language=language, content=file.read(), by=request.user)
    except RecordingRefused as refused:
        return Verdict(file=name, sentences=[str(one) for one in refused.sentences])
    except PhoneError as refusal:
        return Verdict(file=name, sentences=[str(refusal.sentence)])
    return Verdict(
        file=name,
        sentences=taken.sentences,
        text=saying.text,
        href=phrase_href(saying),
        language=language,
    )


@open_to(*SETTERS)
@require_POST
def recording_removal(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The machine says the phrase again."""
    row = get_object_or_404(phrase_recordings_for(request.user).defer("content"), pk=pk)
    drop_recording(row, by=request.user)
    messages.success(
        request,
        _("The recording of “%(text)s” was removed.") % {"text": row.text},
    )
    saying = saying_of(row.key, language=row.language)
    return redirect(phrase_href(saying) if saying else address({"in": row.language}))


@open_to(*SETTERS)
@require_safe
def recording_sound(request: StaffRequest, pk: int) -> HttpResponse:
    """A recording as it is heard, whole or in parts."""
    row = get_object_or_404(phrase_recordings_for(request.user), pk=pk)
    name = file_name(row.key, language=row.language)
    return sound_response(request, bytes(row.content), name=name)


@open_to(*SETTERS)
@require_safe
def machine(request: StaffRequest, language: str, phrase: str) -> HttpResponse:
    """How the machine says a phrase, where this computer has its sounds."""
    saying = saying_of(phrase, language=language)
    file = machine_sound(saying) if saying else None
    try:
        content = file.read_bytes() if file else b""
    except OSError:
        content = b""
    if not content:
        raise Http404
    return sound_response(request, content, name=file_name(phrase, language=language))


@open_to(*SETTERS)
@require_safe
def script(request: StaffRequest) -> HttpResponse:
    """What a speaker reads aloud, to print: what lacks a recording, or everything."""
    language = _language(request)
    with_all = "all" in request.GET
    found = [one for one in spoken_phrases(language) if with_all or one.recording is None]
    parts = [
        (name, [phrase_line(one) for one in found if one.saying.part == part])
        for part, name in PART_NAMES.items()
    ]
    context = {
        "language": language,
        "language_name": language_words(language),
        "parts": [(name, lines) for name, lines in parts if lines],
        "count": len(found),
        "with_all": with_all,
        "back": address({"in": language}),
        "most": MAX_FILES,
    }
    return _page(request, "script.html", context)
