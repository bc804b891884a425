"""What people decide about people: invite, accept an invitation, deactivate. Each in one transaction, with history."""

import hashlib
import secrets
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialLogin
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from . import history, sessions, walls
from .access import memberships_of, require
from .clock import now
from .models import Invitation, Membership, Tenant, User
from .problems import Refused
from .roles import Permission, Role

INVITATION_LASTS = timedelta(hours=72)


class Taken(Exception):
    """Somebody else has the user name, perhaps since a moment ago. Nothing was changed."""


@transaction.atomic
def invite(*, tenant: Tenant, role: str, full_name: str, by: Membership) -> tuple[Invitation, str]:
    """Make a link for a new person at `tenant`, good for 72 hours. Returns it with its token, which is kept nowhere."""
    require(by, Permission.PEOPLE)
    if not by.tenant.covers(tenant):
        raise PermissionDenied(_("You can invite people to your own tenant and to those below it."))
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        tenant=tenant,
        role=role,
        full_name=full_name,
        token_digest=_digest(token),
        invited_at=now(),
        expires_at=now() + INVITATION_LASTS,
        invited_by=by.user,
    )
    history.record(
        "invite",
        subject_kind="invitation",
        subject_id=invitation.public_id,
        tenant=tenant,
        by=by.user,
        after={"role": role, "full_name": full_name},
    )
    return invitation, token


def open_invitation(token: str) -> Invitation | None:
    """The invitation that a link stands for, if it can still be used."""
    with walls.for_invitation(_digest(token)):
        return (
            Invitation.objects.select_related("tenant", "invited_by")
            .filter(token_digest=_digest(token), accepted_at=None, expires_at__gt=now())
            .first()
        )


@transaction.atomic
def accept_invitation(invitation: Invitation, *, username: str, password: str) -> User:
    """Make the account and its membership. A link works once: the second one to press loses.

    Raises `Taken` when somebody else has the user name.
    """
    with walls.within([invitation.tenant_id]):
        if not Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at=None).first():
            raise Refused(_("This invitation has been used already. Sign in, or ask for a new one."))
        user = _make_account(username, invitation.full_name, password)
        invitation.accepted_at, invitation.accepted_by = now(), user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
        Membership.objects.create(user=user, tenant=invitation.tenant, role=invitation.role)
        history.record(
            "accept_invitation",
            subject_kind="invitation",
            subject_id=invitation.public_id,
            tenant=invitation.tenant,
            by=user,
            after={"username": username, "role": invitation.role},
        )
        return user


def _make_account(username: str, full_name: str, password: str, **given: bool) -> User:
    user = User(username=username, full_name=full_name, **given)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Taken(username) from error
    return user


@transaction.atomic
def create_administrator(*, tenant: Tenant, username: str, full_name: str, password: str) -> User:
    """The first administrator of a tenant, made on the machine itself; everybody else is invited.

    Whoever ran the command knows the password: it has to be changed at the first sign-in.
    """
    user = _make_account(username, full_name, password, has_initial_password=True)
    membership = Membership.objects.create(user=user, tenant=tenant, role=Role.ADMINISTRATOR)
    history.record(
        "create_administrator",
        subject_kind="membership",
        subject_id=membership.public_id,
        tenant=tenant,
        by=None,
        after={"username": username},
    )
    return user


@transaction.atomic
def set_active(membership: Membership, *, is_active: bool, by: Membership) -> None:
    """End a membership, or bring it back. Ended memberships count for nothing from the next request on."""
    require(by, Permission.PEOPLE)
    if not by.tenant.covers(membership.tenant):
        raise PermissionDenied(_("You can manage people of your own tenant and of those below it."))
    if membership.user_id == by.user_id:
        raise PermissionDenied(_("You cannot deactivate yourself. Ask another administrator."))
    if not Membership.objects.filter(pk=membership.pk, is_active=not is_active).update(is_active=is_active):
        raise Refused(_("Somebody else has just changed this membership. Look at the list again."))
    history.record(
        "activate" if is_active else "deactivate",
        subject_kind="membership",
        subject_id=membership.public_id,
        tenant=membership.tenant,
        by=by.user,
        before={"is_active": not is_active},
        after={"is_active": is_active, "username": membership.user.username},
    )
    if not is_active:
        sessions.end_all(membership.user, "deactivated")


@transaction.atomic
def reset_second_factor(membership: Membership, *, by: Membership) -> None:
    """Take away a person's one-time codes, after a lost telephone. Only for those whom one administers everywhere."""
    require(by, Permission.PEOPLE)
    person = membership.user
    if person == by.user:
        raise PermissionDenied(_("You cannot reset your own one-time codes. Ask another administrator."))
    with walls.for_user(person.pk):  # all of them, not only those that the administrator sees
        is_covered = all(by.tenant.covers(each.tenant) for each in memberships_of(person))
    if not is_covered:
        raise PermissionDenied(
            _("This person works for other tenants too. Ask an administrator of the lead body.")
        )
    codes = Authenticator.objects.filter(user=person)
    if not codes.exists() or not codes.delete()[0]:
        raise Refused(_("This person has no one-time codes set up."))
    sessions.end_all(person, "second_factor")
    history.record(
        "reset_second_factor",
        subject_kind="membership",
        subject_id=membership.public_id,
        tenant=membership.tenant,
        by=by.user,
        after={"username": person.username},
    )


@transaction.atomic
def link_provider(request: HttpRequest, sign_in: SocialLogin, membership: Membership) -> None:
    """From now on the provider's subject opens this person's account. Written down where the person works."""
    sign_in.connect(request, membership.user)
    with walls.within([membership.tenant_id]):
        history.record(
            "link_provider",
            subject_kind="membership",
            subject_id=membership.public_id,
            tenant=membership.tenant,
            by=membership.user,
            after={"username": membership.user.username, "provider": sign_in.account.provider},
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
