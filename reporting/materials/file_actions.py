"""What people decide about the files of a material: add one that holds it or a part of it, withdraw it again."""

from django.db import transaction

from portal import locks
from portal.models import Membership
from portal.problems import Refused

from ..models import Material, MaterialFile
from ..uploads.actions import check_room, file_facts, keep, take_away
from ..uploads.examining import Examined
from .actions import held_material, history_facts, require_keeper, save_material, why_fixed, why_not_change


@transaction.atomic
def add_material_file(material: Material, examined: Examined, *, by: Membership) -> MaterialFile:
    """Keep an examined file as the material or a part of it, while it is collected. Counted already, it still takes
    one: nothing that counts rests on it. Raises `Unacceptable` where it is there already or there is no room."""
    material, before = _claimed(material, by, why_fixed)
    check_room(material.files.not_withdrawn(), examined)

    def record(added: MaterialFile) -> None:
        save_material(material, "attach_to_material", before, by, about=file_facts(added))

    return keep(MaterialFile, examined, record, tenant=material.tenant, by=by, material=material)


@transaction.atomic
def withdraw_material_file(file: MaterialFile, *, by: Membership) -> MaterialFile:
    """Take a file out of the register; what a return counts keeps what could be looked at. It stays in the storage."""
    material, before = _claimed(file.material, by, why_not_change)
    if (taken := take_away(file, by=by)) is None:
        return file
    save_material(material, "withdraw_from_material", before, by, about=file_facts(taken))
    return taken


def _claimed(material: Material, by: Membership, why_not) -> tuple[Material, dict]:
    locks.hold_figures(material.tenant)
    material = held_material(material, None)
    require_keeper(material.tenant, material.programme, by)
    if reason := why_not(material):
        raise Refused(reason)
    return material, history_facts(material)
