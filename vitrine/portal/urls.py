"""The addresses of the portal: what the public and the municipalities see."""

from django.urls import path

from vitrine.portal.views import account, development, home, requests

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("request/", requests.new_request, name="request"),
    path("request/received/", requests.received, name="received"),
    path("accessibility/", home.accessibility, name="accessibility"),
    path("privacy/", home.privacy, name="privacy"),
    path("development/mail/", development.mail, name="development-mail"),
    path("account/", account.account, name="account"),
    path("account/sessions/<int:pk>/end/", account.session_end, name="session_end"),
]
