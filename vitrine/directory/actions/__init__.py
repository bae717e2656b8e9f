"""Everything that changes the directory. The beat: lock, check, change, record."""

from vitrine.directory.actions.municipalities import (
    ImportReport,
    import_municipalities,
    prepare_categories,
)
from vitrine.directory.actions.organisations import (
    add_domain,
    change_organisation,
    close_organisation,
    create_organisation,
    merge_organisations,
    remove_domain,
)
from vitrine.directory.actions.persons import (
    Sender,
    add_address,
    add_number,
    change_person,
    create_person,
    person_for_sender,
    persons_for_senders,
    remove_address,
    remove_number,
)
from vitrine.directory.actions.reachability import mark_reachable, mark_unreachable
from vitrine.directory.actions.services import (
    add_absence,
    change_service,
    create_service,
    end_absence,
)

__all__ = [
    "ImportReport",
    "Sender",
    "add_absence",
    "add_address",
    "add_domain",
    "add_number",
    "change_organisation",
    "change_person",
    "change_service",
    "close_organisation",
    "create_organisation",
    "create_person",
    "create_service",
    "end_absence",
    "import_municipalities",
    "mark_reachable",
    "mark_unreachable",
    "merge_organisations",
    "person_for_sender",
    "persons_for_senders",
    "prepare_categories",
    "remove_address",
    "remove_domain",
    "remove_number",
]
