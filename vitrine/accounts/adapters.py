"""What allauth asks us: nobody signs up by himself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by himself."""
        return False

    def get_login_stages(self) -> list[str]:
        """Those of allauth, then those of the house."""
        return [*super().get_login_stages(), *settings.LOGIN_STAGES]
