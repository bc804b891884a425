"""Which role may do what: the only place that says so."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is at one tenant."""

    PREPARER = "preparer", _("Preparer")
    HEAD = "head", _("Head")
    REVIEWER = "reviewer", _("Reviewer")
    ADMINISTRATOR = "administrator", _("Administrator")
    OBSERVER = "observer", _("Observer")


class Permission(TextChoices):
    """What can be done. The labels complete the sentence “You may not …”."""

    VIEW = "view", _("look at returns and figures")
    FILE = "file", _("fill in and submit returns")
    EVIDENCE = "evidence", _("open the files attached to returns")
    REVIEW = "review", _("review returns")
    EXPORT_ALL = "export_all", _("export the figures of every tenant below")
    PEOPLE = "people", _("invite and deactivate people")
    HISTORY = "history", _("read the history")
    ASSESS = "assess", _("look at the internal assessment")
    WEIGH = "weigh", _("set the weights of the internal assessment")
    PUBLISH = "publish", _("publish releases")
    REMIND = "remind", _("remind those who have not filed")
    SETTINGS = "settings", _("change the settings of the programme")
    PERIODS = "periods", _("close, reopen or extend periods")
    MATERIALS = "materials", _("select and promote materials")


PERMISSIONS: dict[str, set[Permission]] = {
    Role.PREPARER: {Permission.VIEW, Permission.FILE, Permission.EVIDENCE, Permission.HISTORY},
    Role.HEAD: {Permission.VIEW, Permission.FILE, Permission.EVIDENCE, Permission.HISTORY},
    Role.REVIEWER: {
        Permission.VIEW,
        Permission.EVIDENCE,
        Permission.REVIEW,
        Permission.EXPORT_ALL,
        Permission.HISTORY,
        Permission.ASSESS,
        Permission.REMIND,
        Permission.MATERIALS,
    },
    Role.ADMINISTRATOR: {
        Permission.VIEW,
        Permission.EVIDENCE,
        Permission.EXPORT_ALL,
        Permission.PEOPLE,
        Permission.HISTORY,
        Permission.ASSESS,
        Permission.WEIGH,
        Permission.PUBLISH,
        Permission.REMIND,
        Permission.SETTINGS,
        Permission.PERIODS,
        Permission.MATERIALS,
    },
    Role.OBSERVER: {Permission.VIEW, Permission.EXPORT_ALL},
}


def may(role: str, permission: Permission) -> bool:
    return permission in PERMISSIONS[role]
