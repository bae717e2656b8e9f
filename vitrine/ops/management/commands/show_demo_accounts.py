"""`vitrine demo accounts`: who can sign in to the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand

from vitrine.accounts.models import Account
from vitrine.ops.demo.plan import PASSWORD, planned


class Command(BaseCommand):
    """Prints addresses, roles and languages of the accounts that are there."""

    help = "Who can sign in to the demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per account of the demonstration."""
        rows = {row["email"]: row for row in planned()["account"]}
        present = Account.objects.filter(email__in=rows, is_active=True)
        there = set(present.values_list("email", flat=True))
        if not there:
            return
        self.stdout.write(f"\nDemonstration (fictitious); every password: {PASSWORD}")
        for email, row in rows.items():
            if email in there:
                roles, spoken = ", ".join(row["roles"]), " ".join(row["spoken"])
                self.stdout.write(f"  {email:28} {roles:36} {spoken}")
