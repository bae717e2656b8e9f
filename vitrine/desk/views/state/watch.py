"""Who is on call, when tickets are a surge, and the official sentences."""

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vitrine.accounts.choices import DESK_ROLES, Role
from vitrine.desk.forms.state import DutyForm, SentencesForm, ThresholdForm
from vitrine.desk.rendering import StaffRequest, open_to
from vitrine.desk.rendering.settings_page import Line, SettingsPage
from vitrine.desk.rendering.state.pages import state_table
from vitrine.desk.rendering.state.words import moment_words
from vitrine.desk.views.state.changing import to_review
from vitrine.kernel.clock import now
from vitrine.publication.bulletin import Texts
from vitrine.publication.meaning.components import SENTENCE_KEYS
from vitrine.status.access import duties_for, is_editor, prepared_for, sentences_for
from vitrine.status.actions import add_duty, end_duty, set_surge_threshold
from vitrine.status.errors import Refused, StatusError
from vitrine.status.models import Duty
from vitrine.status.queries import standing_bulletin, surge_threshold

WATCHERS = (*DESK_ROLES, Role.STATUS_EDITOR, Role.ADMINISTRATOR)
PLANNERS = (Role.STATUS_EDITOR, Role.SUPERVISOR, Role.MANAGER, Role.ADMINISTRATOR)


@open_to(*WATCHERS)
@require_http_methods(["GET", "POST"])
def duties(request: StaffRequest) -> HttpResponseBase:
    """Whom to call now and later; those who plan add to it."""
    may = request.user.has_role(*PLANNERS)
    if request.method == "POST" and not may:
        raise Http404
    form = DutyForm(request.POST or None)
    if form.is_valid():
        try:
            add_duty(**form.cleaned_data, by=request.user)
        except StatusError as refusal:
            form.add_error("ends_at", refusal.sentence)
        else:
            return redirect("desk:duties")
    rows = duties_for(request.user).filter(ends_at__gt=now())
    page = SettingsPage(
        current="duties",
        title=_("On call"),
        explanation=_("Who is called about the state of the register, in this order."),
        headings=[_("Name"), _("telephone"), _("from"), _("until"), _("called as number")],
        lines=[_duty(each, may=may) for each in rows],
        empty=_("Nobody is on call."),
        form=form if may else None,
        form_title=_("One more duty"),
        button=_("Add the duty"),
    )
    if may:
        page.links = [(_("When similar tickets are a surge"), reverse("desk:surge-threshold"))]
    return state_table(request, page)


@open_to(*PLANNERS)
@require_POST
def duty_end(request: StaffRequest, pk: int) -> HttpResponse:
    """Nobody calls this person any more."""
    end_duty(get_object_or_404(duties_for(request.user), pk=pk), by=request.user)
    return redirect("desk:duties")


@open_to(*PLANNERS)
@require_http_methods(["GET", "POST"])
def threshold(request: StaffRequest) -> HttpResponse:
    """N similar tickets from m organisations within t minutes propose a change to a person."""
    form = ThresholdForm(request.POST or None, threshold=surge_threshold())
    if form.is_valid():
        set_surge_threshold(**form.cleaned_data, by=request.user)
        return redirect("desk:duties")
    page = SettingsPage(
        current="duties",
        title=_("When similar tickets are a surge"),
        explanation=_("Then the editors and the desk are shown a proposal; nothing changes alone."),
        headings=[],
        lines=[],
        form=form,
        form_title=_("Threshold"),
        button=_("Keep the change"),
        cancel=reverse("desk:duties"),
    )
    return state_table(request, page)


@open_to(Role.STATUS_EDITOR, Role.ADMINISTRATOR, Role.AUDITOR)
@require_safe
def texts(request: StaffRequest) -> HttpResponse:
    """The official sentences, every revision of them."""
    rows = sentences_for(request.user)
    page = SettingsPage(
        current="state-texts",
        title=_("Official sentences"),
        explanation=_("One for each position; what was in force once stays readable."),
        headings=[_("Revision"), _("Since"), "FR", "NL", "DE", "EN"],
        lines=[
            Line(
                cells=[
                    str(row.number),
                    moment_words(row.made_at),
                    *(
                        "\n\n".join(
                            filter(
                                None, (row.texts.get(key, {}).get(code) for key in SENTENCE_KEYS)
                            )
                        )
                        for code in ("fr", "nl", "de", "en")
                    ),
                ],
                is_faint=row != rows[0],
            )
            for row in rows
        ],
    )
    page.links = [(_("Comments to choose from"), reverse("desk:state-templates"))]
    if is_editor(request.user):
        page.links.insert(0, (_("Change the sentences"), reverse("desk:state-sentences")))
    return state_table(request, page)


@open_to(Role.STATUS_EDITOR)
@require_http_methods(["GET", "POST"])
def sentences(request: StaffRequest) -> HttpResponseBase:
    """A new revision of the official sentences; a POST leads to the review."""
    bulletin = standing_bulletin()
    if bulletin is None:
        raise Http404
    form = SentencesForm(request.POST or None, bulletin=bulletin)
    if request.method == "GET" and (kept := _kept_words(request)):
        form.type_again(kept)
    if form.is_valid():
        try:
            return to_review(
                request,
                "sentences",
                body={"texts": form.texts()},
                from_version=form.cleaned_data["from_version"],
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
            form.look_again()
    page = SettingsPage(
        current="state-texts",
        title=_("Change the sentences"),
        headings=[],
        lines=[],
        form=form,
        form_title=_("Official sentences"),
        button=_("Read what will be public"),
        cancel=reverse("desk:state-texts"),
    )
    return state_table(request, page)


def _kept_words(request: StaffRequest) -> dict[str, Texts] | None:
    """The sentences that were under review when a colleague was quicker."""
    nonce = request.GET.get("words", "")
    kept = prepared_for(request.user).filter(nonce=nonce, kind="sentences").first()
    return kept.change["body"]["texts"] if kept else None


def _duty(duty: Duty, *, may: bool) -> Line:
    return Line(
        cells=[
            duty.name,
            duty.phone,
            moment_words(duty.begins_at),
            moment_words(duty.ends_at),
            str(duty.order),
        ],
        remove=reverse("desk:duty-end", args=[duty.pk]) if may else "",
        is_faint=duty.begins_at > now(),
    )
