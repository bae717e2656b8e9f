"""The form of a mailbox. Field names are the arguments of the actions."""

import ssl
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitrine.correspondence.choices import (
    AfterFetching,
    MailboxSecurity,
    MailboxSignIn,
    MailboxStart,
)
from vitrine.correspondence.models import Mailbox
from vitrine.correspondence.queries.mailboxes import SECRETS
from vitrine.kernel.languages import Language

HERE = ("localhost", "127.0.0.1", "::1")
_STAYS = gettext_lazy("Leave it blank: the one that is stored stays.")


class SecretField(forms.CharField):
    """Typed, kept sealed, never shown again; a trial of the connection keeps what was typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.PasswordInput(render_value=True, attrs={"autocomplete": "off"})
        super().__init__(required=False, strip=True, max_length=5000, widget=widget, **kwargs)


class MailboxForm(forms.Form):
    """A mailbox: where it is, who we are there, what happens to the messages."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    host = forms.CharField(
        label=gettext_lazy("Mail server"),
        max_length=253,
        help_text=gettext_lazy("outlook.office365.com, imap.gmail.com, or your own"),
    )
    port = forms.IntegerField(label=gettext_lazy("Port"), min_value=1, max_value=65535, initial=993)
    security = forms.ChoiceField(
        label=gettext_lazy("Protection"), choices=MailboxSecurity.choices, initial="tls"
    )
    authority = forms.CharField(
        label=gettext_lazy("Certificate of your own authority (PEM)"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=gettext_lazy("Only when the server’s certificate is not publicly known."),
    )
    user = forms.CharField(label=gettext_lazy("User"), max_length=320)
    sign_in = forms.ChoiceField(
        label=gettext_lazy("Way to sign in"), choices=MailboxSignIn.choices, initial="password"
    )
    password = SecretField(label=gettext_lazy("Password"))
    token_url = forms.CharField(label=gettext_lazy("Token server"), required=False, max_length=500)
    client_id = forms.CharField(
        label=gettext_lazy("Client identifier"), required=False, max_length=300
    )
    client_secret = SecretField(label=gettext_lazy("Client secret"))
    refresh_token = SecretField(label=gettext_lazy("Refresh token"))
    scope = forms.CharField(label=gettext_lazy("Scope"), required=False, max_length=500)
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=250, initial="INBOX")
    start = forms.ChoiceField(
        label=gettext_lazy("What is there already"), choices=MailboxStart.choices, initial="unread"
    )
    after = forms.ChoiceField(
        label=gettext_lazy("What we have stored"), choices=AfterFetching.choices, initial="seen"
    )
    move_to = forms.CharField(
        label=gettext_lazy("Folder to move to"), required=False, max_length=250
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language to assume"),
        required=False,
        choices=[("", gettext_lazy("none")), *Language.choices],
        help_text=gettext_lazy("For messages that are too short to tell."),
    )

    def __init__(self, *args: Any, mailbox: Mailbox | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mailbox = mailbox
        if mailbox is None:
            return
        self.fields["is_active"] = forms.BooleanField(
            label=gettext_lazy("fetch from it"), required=False
        )
        if mailbox.secrets:
            for name in SECRETS:
                self.fields[name].help_text = _STAYS

    @property
    def secrets(self) -> dict[str, str]:
        """The secrets that were typed."""
        return {name: self.cleaned_data[name] for name in SECRETS if self.cleaned_data.get(name)}

    @property
    def settings(self) -> dict[str, Any]:
        """Everything but the secrets."""
        return {name: value for name, value in self.cleaned_data.items() if name not in SECRETS}

    def clean_host(self) -> str:
        """A name or address without anything around it."""
        host = str(self.cleaned_data["host"]).strip().lower()
        if not host or any(letter in host for letter in "/@ \\"):
            raise forms.ValidationError(_("Give the name of the server alone."))
        return host

    def clean_authority(self) -> str:
        """Certificates that can be read."""
        text = str(self.cleaned_data["authority"]).strip()
        if text:
            try:
                ssl.create_default_context(cadata=text)
            except (ssl.SSLError, ValueError) as error:
                sentence = _("These are no certificates in PEM: they begin with -----BEGIN.")
                raise forms.ValidationError(sentence) from error
        return text

    def clean(self) -> dict[str, Any]:
        """What one field asks of another."""
        values = super().clean() or {}
        if values.get("security") == MailboxSecurity.NONE and values.get("host") not in HERE:
            self.add_error("security", _("Without TLS only for a server on this machine."))
        if values.get("after") == AfterFetching.MOVE and not values.get("move_to"):
            self.add_error("move_to", _("Name the folder to move to."))
        if values.get("sign_in") == MailboxSignIn.XOAUTH2:
            self._check_tokens(values)
        elif not values.get("password") and not (self.mailbox and self.mailbox.secrets):
            self.add_error("password", _("Give the password."))
        return values

    def _check_tokens(self, values: dict[str, Any]) -> None:
        """OAuth 2.0 needs a token server, an identifier and something that proves it."""
        url = urlsplit(values.get("token_url") or "")
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in HERE):
            self.add_error("token_url", _("Give an address that begins with https://."))
        if not values.get("client_id"):
            self.add_error("client_id", _("Give the client identifier."))
        has_secret = any(values.get(name) for name in ("refresh_token", "client_secret"))
        if not has_secret and not (self.mailbox and self.mailbox.secrets):
            self.add_error("refresh_token", _("Give a refresh token or a client secret."))
