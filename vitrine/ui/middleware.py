"""The language of the interface: chosen in this browser, else the account's, else the browser's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

SESSION_KEY = "interface_language"
COOKIE_AGE = 365 * 24 * 3600  # seconds


def choose_language(request: HttpRequest, *, language: str) -> bool:
    """Speak `language` from here on; False when it is none of ours.

    The cookie is set by the middleware when the answer leaves.
    """
    if language not in dict(settings.LANGUAGES):
        return False
    translation.activate(language)
    request.LANGUAGE_CODE = language
    request.META["vitrine.chosen_language"] = language
    if request.user.is_authenticated:
        request.session[SESSION_KEY] = language
    return True


class InterfaceLanguageMiddleware:
    """Activates the language of the interface; LocaleMiddleware has set the browser's before.

    `?language=nl` on any address is an explicit choice: it lasts in this browser and, for
    somebody who is signed in, goes before the language of the account in this session.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language that was chosen last."""
        if not choose_language(request, language=request.GET.get("language", "")):
            self.follow_account(request)
        response = self.get_response(request)
        if chosen := request.META.get("vitrine.chosen_language"):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                chosen,
                max_age=COOKIE_AGE,
                samesite="Lax",
                secure=settings.PRODUCTION,
            )
        return response

    def follow_account(self, request: HttpRequest) -> None:
        """Speak the language of the session, else of the account, when somebody is signed in."""
        if account_language := getattr(request.user, "ui_language", None):
            language = request.session.get(SESSION_KEY, account_language)
            translation.activate(language)
            request.LANGUAGE_CODE = language
