"""The language of the interface follows the account, else the browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation


class InterfaceLanguageMiddleware:
    """Activates the interface language of the signed-in account."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the account; LocaleMiddleware has set the browser's."""
        if language := getattr(request.user, "ui_language", None):
            translation.activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)
