"""What the actions refuse by themselves, whatever page or command calls them."""

import pytest
from django.core.exceptions import PermissionDenied

from portal import actions
from portal.models import HistoryEntry, Invitation, Membership
from portal.problems import Refused
from reporting.exports import jobs
from reporting.filings.actions import start
from reporting.models import Filing, Job

from ..factories import membership, period, started, submitted, tenant

NOT_ADMINISTRATORS = [
    "jiaojiang-preparer",
    "jiaojiang-head",
    "jiaojiang-observer",
    "taizhou-education-reviewer",
]


@pytest.fixture(params=NOT_ADMINISTRATORS)
def somebody(request, db) -> Membership:
    return membership(request.param)


def refused(act) -> None:
    before = HistoryEntry.objects.count()
    with pytest.raises(PermissionDenied):
        act()
    assert HistoryEntry.objects.count() == before


def test_only_administrators_invite(somebody):
    refused(lambda: actions.invite(tenant=tenant("jiaojiang"), role="observer", full_name="丙", by=somebody))
    assert not Invitation.objects.exists()


def test_only_administrators_end_a_membership(somebody):
    other = membership("jiaojiang-administrator")
    refused(lambda: actions.set_active(other, is_active=False, by=somebody))
    assert Membership.objects.get(pk=other.pk).is_active


def test_only_administrators_take_codes_away(somebody):
    refused(lambda: actions.reset_second_factor(membership("jiaojiang-administrator"), by=somebody))


def test_administrators_act_for_their_own_tenants_only(db):
    county = membership("jiaojiang-administrator")
    refused(lambda: actions.invite(tenant=tenant("huangyan"), role="observer", full_name="丙", by=county))
    refused(lambda: actions.set_active(membership("huangyan-head"), is_active=False, by=county))
    refused(lambda: actions.reset_second_factor(membership("huangyan-head"), by=county))


@pytest.mark.parametrize("username", ["jiaojiang-preparer", "jiaojiang-head"])
def test_who_may_not_export_cannot_ask_for_it(db, username):
    refused(lambda: jobs.request_export(period(), by=membership(username)))
    assert not Job.objects.exists()


def test_nobody_exports_a_programme_that_is_not_theirs(reviewer, shanghai_reviewer):
    refused(lambda: jobs.request_export(period("2021Q4", "shanghai"), by=reviewer))
    refused(lambda: jobs.request_export(period(), by=shanghai_reviewer))
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "username", ["huangyan-preparer", "taizhou-education-reviewer", "jiaojiang-observer"]
)
@pytest.mark.parametrize("stands", [started, submitted])
def test_a_return_that_is_open_is_handed_to_nobody_else(clerk, username, stands):
    stands(clerk)
    refused(lambda: start(clerk.tenant, period(), by=membership(username)))
    assert Filing.objects.count() == 1


def test_a_link_that_was_used_meanwhile_is_refused(administrator):
    actions.invite(tenant=administrator.tenant, role="observer", full_name="丙", by=administrator)
    first, second = Invitation.objects.get(), Invitation.objects.get()
    actions.accept_invitation(first, username="first", password="x")
    with pytest.raises(Refused):
        actions.accept_invitation(second, username="second", password="x")
    assert Membership.objects.filter(user__username="second").count() == 0


@pytest.mark.parametrize("name", ["newcomer", "NewComer"])
def test_a_user_name_that_was_taken_meanwhile_is_refused_and_the_link_stays_good(administrator, name):
    both = [
        actions.invite(tenant=administrator.tenant, role="observer", full_name="丙", by=administrator)[0]
        for _each in range(2)
    ]
    actions.accept_invitation(both[0], username="newcomer", password="x")
    with pytest.raises(actions.Taken):
        actions.accept_invitation(both[1], username=name, password="x")
    assert Invitation.objects.filter(accepted_at=None).get() == both[1]
    actions.accept_invitation(Invitation.objects.get(pk=both[1].pk), username="another", password="x")
