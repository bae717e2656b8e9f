"""The web form and what it says afterwards. Works without scripts."""

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from vitrine.channels.web.arrive import receive_form
from vitrine.directory.queries import organisations_on
from vitrine.kernel.clock import now, today
from vitrine.portal.forms.limits import may_send
from vitrine.portal.forms.requests import RequestForm
from vitrine.portal.rendering import render_page, told
from vitrine.tickets.rules import ReceivedFile
from vitrine.ui.middleware import choose_language

SALT = "portal.received"
FRESH_FOR = 3600  # seconds that the page with the number can be shown again


@require_http_methods(["GET", "HEAD", "POST"])
def new_request(request: HttpRequest) -> HttpResponse:
    """The empty form; the form in another language; or a request received."""
    if request.method != "POST":
        return form_page(request, form=RequestForm())
    if choose_language(request, language=request.POST.get("switch-language", "")):
        typed = {**request.POST.dict(), "language": request.POST["switch-language"]}
        return form_page(request, form=RequestForm(initial=typed))

    form = RequestForm(request.POST, request.FILES)
    if not form.is_valid():
        return form_page(request, form=form, status=422)
    if form.is_trapped:
        form.add_error(None, _("Please send the form once more: one field has to stay empty."))
        return form_page(request, form=form, status=422)
    if not may_send(request, email=form.cleaned_data["email"]):
        form.add_error(
            None,
            _(
                "You have sent many requests in a short time. Everything that you wrote is still "
                "here: please try again in an hour, or call us."
            ),
        )
        return form_page(request, form=form, status=429)

    return receive(form)


@require_GET
def received(request: HttpRequest) -> HttpResponse:
    """The number of the request, in the groups in which one says it, and what comes next."""
    try:
        known = signing.loads(request.GET.get("request", ""), salt=SALT, max_age=FRESH_FOR)
    except signing.BadSignature:
        return redirect("portal:request")
    return render_page(request, "portal/received.html", known)


def receive(form: RequestForm) -> HttpResponse:
    """Store what was asked and show its number."""
    asked = form.cleaned_data
    files = [ReceivedFile(file.name, file.read()) for file in asked["attachments"]]
    ticket = receive_form(
        name=asked["name"],
        email=asked["email"],
        organisation=asked["organisation"],
        question_type=asked["question_type"],
        subject=asked["subject"],
        text=asked["text"],
        language=asked["language"],
        files=files,
        received_at=now(),
    )
    known = signing.dumps({"number": ticket.spoken_number, "email": asked["email"]}, salt=SALT)
    return redirect(f"{reverse('portal:received')}?request={known}")


def form_page(request: HttpRequest, *, form: RequestForm, status: int = 200) -> HttpResponse:
    """The form, with the names of the municipalities to choose from."""
    context = {
        **told(request.LANGUAGE_CODE),
        "form": form,
        "organisations": sorted(
            {one.name_in(request.LANGUAGE_CODE) for one in organisations_on(today())}
        ),
        "lost_files": bool(request.FILES),
    }
    return render_page(request, "portal/request.html", context, status=status)
