"""What is in the databases that tests start from (tests/databases.py)."""

from django.contrib.auth.hashers import make_password

from portal import demonstration as accounts
from reporting.demonstration import year as demonstration_year
from targets import loading

from . import walls


def facts() -> None:
    """The official facts, and an account for each tenant and role."""
    loading.load(loading.official_paths())
    walls.see_everything()
    accounts.make_accounts(make_password(accounts.PASSWORD))
    demonstration_year.fill_profiles()


def year() -> None:
    """The demonstration year, played after the facts."""
    for programme, name in demonstration_year.YEAR_FILES:
        demonstration_year.play(
            programme, list(demonstration_year.read_year(demonstration_year.YEARS / name))
        )
