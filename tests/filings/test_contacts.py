"""Who answers for a return: named as the account has it, and nobody who works there no longer."""

import pytest
from django.urls import reverse

from portal import actions as portal_actions
from portal.models import Membership, User
from reporting.models import Filing

from ..factories import membership, row, started
from ..screen import Screen

ROW = row("海门街道社区学校", 1, 41)


def submit(client, filing: Filing, **contacts: str):
    """From the page as it is: what is pre-filled stays unless it is typed anew."""
    filing.refresh_from_db()
    address = reverse("filing-edit", args=[filing.public_id])
    shown = {name: Screen(client.get(address)).fields[name] for name in ("preparer", "head", "telephone")}
    cells = {f"row-1-{code}": value for code, value in ROW["values"].items()}
    typed = {
        "revision": filing.revision,
        "row-1-provider": ROW["provider"],
        "do": "submit",
        **cells,
        **shown,
        **contacts,
    }
    client.post(address, typed)
    filing.refresh_from_db()
    return client.post(reverse("filing-submit", args=[filing.public_id]), {"revision": filing.revision})


@pytest.fixture
def opened(clerk) -> Filing:
    return started(clerk)


def stop(clerk: Membership) -> None:
    portal_actions.set_active(clerk, is_active=False, by=membership("jiaojiang-administrator"))


def test_whoever_works_there_stands_in_the_return(as_, clerk, head, opened):
    submit(as_(head), opened, head="乙（演示）", telephone="演示号码 0000")
    opened.refresh_from_db()
    assert (opened.status, opened.latest.preparer) == ("submitted", clerk.user.full_name)


def test_a_person_whose_account_was_stopped_does_not(as_, clerk, head, opened):
    stop(clerk)
    given = {"head": "乙（演示）", "telephone": "演示号码 0000"}
    answer = submit(as_(head), opened, **given)
    assert answer.headers["Location"] == reverse("filing-edit", args=[opened.public_id])
    page = Screen(as_(head).get(reverse("filing-edit", args=[opened.public_id]) + "?check=1"))
    assert "已不在本单位" in page.text
    opened.refresh_from_db()
    assert (opened.status, opened.latest) == ("draft", None)
    submit(as_(head), opened, **given, preparer=head.user.full_name)
    opened.refresh_from_db()
    assert (opened.status, opened.latest.preparer) == ("submitted", head.user.full_name)


def test_somebody_of_the_same_name_who_works_there_does(as_, clerk, head, opened):
    stop(clerk)
    User.objects.filter(pk=head.user_id).update(full_name=clerk.user.full_name)
    submit(as_(head), opened, head="乙（演示）", telephone="演示号码 0000")
    opened.refresh_from_db()
    assert opened.status == "submitted"
