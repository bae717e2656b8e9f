"""Reading the directory."""

from vitrine.directory.queries.callers import Caller, find_callers
from vitrine.directory.queries.organisations import (
    living_successor,
    municipality_with_code,
    organisation_asking,
    organisation_of_domain,
    organisations_of_domains,
    organisations_on,
)
from vitrine.directory.queries.persons import (
    mail_address,
    mail_addresses,
    names_of_organisations,
    person_with_address,
    persons_with_number,
    reply_language_for,
)
from vitrine.directory.queries.second_line import (
    SecondLine,
    absences_of,
    second_line_of,
    services_with_second_line,
)

__all__ = [
    "Caller",
    "SecondLine",
    "absences_of",
    "find_callers",
    "living_successor",
    "mail_address",
    "mail_addresses",
    "municipality_with_code",
    "names_of_organisations",
    "organisation_asking",
    "organisation_of_domain",
    "organisations_of_domains",
    "organisations_on",
    "person_with_address",
    "persons_with_number",
    "reply_language_for",
    "second_line_of",
    "services_with_second_line",
]
