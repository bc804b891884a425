"""The demonstration year, played through the actions, passes both verifications."""

import re
from io import StringIO

import pytest
from django.core.management import call_command

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.mark.parametrize(
    ("command", "counts"), [("verify_history", ["4069"]), ("verify_figures", ["128", "130"])]
)
def test_each_check_command_finds_the_whole_year(year, command, counts):
    output = StringIO()
    call_command(command, stdout=output)
    assert re.findall(r"\d+", output.getvalue().splitlines()[-1]) == counts
