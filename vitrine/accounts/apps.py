"""The application `accounts` as Django knows it."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """See README.md in this folder."""

    name = "vitrine.accounts"
    label = "accounts"
