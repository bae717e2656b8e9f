"""The guard of the migrations needs no database and bites when a model has changed."""

from tools import check_migrations
from vitrine.accounts.models import Account


def test_the_migrations_tell_what_the_models_say():
    assert [str(finding) for finding in check_migrations.check()] == []


def test_a_change_without_its_migration_is_refused(monkeypatch):
    monkeypatch.setattr(Account._meta.get_field("function"), "max_length", 121)
    [finding] = check_migrations.check()
    assert finding.path == "vitrine/accounts/migrations"
    assert finding.sentence == "a migration is missing: Alter field function on account"
