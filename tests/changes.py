"""What the history has to say of a change: one entry closes each, and names the rows that it changed.

Between two entries some business row changed; after the last one none did.
"""

from itertools import islice

from portal.models import HistoryEntry

from .oracle import TRANSITIONS
from .snapshots import FROZEN, Snapshot, Watch, business_tables, changed, row_of, standing

# What a move of a return counts or sets free, where the tenant keeps a ledger or a register of materials.
COUNTED = {"activity", "material"}
FROZEN_COUNTED = {"countedactivity", "countedmaterial"}
# Which tables an entry of that name may speak for.
SPEAKS_FOR = {
    "start": {"filing", "draft", "provider"},
    "save": {"filing", "draft", "import"},
    "autosave": {"filing", "draft"},
    "submit": {"filing", "version", "line", "total", *COUNTED, *FROZEN_COUNTED},
    "nil": {"filing", "version", "total"},
    "recall": {"filing", *COUNTED},
    "accept": {"filing", "review", "reviewpoint", "provider", *COUNTED},
    "send_back": {"filing", "review", "reviewpoint", *COUNTED},
    "correct": {"filing", "draft"},
    "give_up": {"filing"},
    "upload": {"import"},
    "attach_evidence": {"evidence"},
    "attach_stamped": {"evidence"},
    "remove_evidence": {"evidence"},
    "restore_evidence": {"evidence"},
    "purge_evidence": {"evidence", "activityfile"},
    "purge_stamped": {"evidence"},
    "add_provider": {"provider"},
    "change_provider": {"provider"},
    "close_period": {"perioddecision"},
    "reopen_period": {"perioddecision"},
    "extend": {"extension"},
    "request_unlock": {"unlockrequest"},
    "publish": {"release"},
    "weigh": {"weighting"},
    "reminder_settings": {"remindersettings"},
    "reminder_test": {"reminder"},
    "remind": {"reminder"},
    "send_again": {"reminder"},
    "set_address": {"user"},
    "export": {"job"},
    "invite": {"invitation"},
    "accept_invitation": {"invitation", "user", "membership", "formerpassword"},
    "create_administrator": {"membership", "user", "formerpassword"},
    "activate": {"membership"},
    "deactivate": {"membership"},
    "reset_second_factor": {"authenticator"},
    "link_provider": {"socialaccount"},
    **{key: {"activity"} for key in ("record_activity", "change_activity", "withdraw_activity")},
    **{key: {"activityfile"} for key in ("add_evidence", "withdraw_evidence")},
    **{key: {"duplicatedecision"} for key in ("decide_duplicate", "answer_duplicate")},
    "switch_ledger": {"ledgerswitch", "provider"},
    "classify_provider": {"provider"},
    **{key: {"material"} for key in ("record_material", "change_material", "withdraw_material")},
    **{key: {"material"} for key in ("select_material", "promote_material", "step_back_material")},
    **{key: {"material", "materialfile"} for key in ("attach_to_material", "withdraw_from_material")},
    "switch_material_register": {"registerswitch"},
    **{key: {"survey"} for key in ("save_survey", "submit_survey", "send_back_survey")},
    **{key: {"survey", "surveyfile"} for key in ("attach_to_survey", "withdraw_from_survey")},
    "choose_headline": {"headline"},
    **{key: {"operator"} for key in ("designate", "end_designation")},
    **{key: {"servicepoint"} for key in ("add_service_point", "change_service_point")},
    "record_checks": {"checklist"},
}
# Written down where it is looked for, though that row itself stays as it is: at the return, the tenant, the person.
NOT_ITS_SUBJECT = {
    "upload",
    *("attach_evidence", "attach_stamped", "remove_evidence", "restore_evidence"),
    *("purge_evidence", "purge_stamped"),
    *("reminder_test", "remind"),
    *("set_address", "reset_second_factor", "link_provider"),
    *("add_evidence", "withdraw_evidence", "record_checks"),
    *("decide_duplicate", "answer_duplicate"),
}


def one_entry_closes_each_change(entries: list[HistoryEntry], watch: Watch, taken: Snapshot) -> None:
    """`watch`: what the tables held at the start and whenever entries were written; `taken`: what they hold now."""
    marks, left = [watch.start, *watch.marks], iter(entries)
    assert sum(watch.written) == len(entries)
    assert changed(marks[-1], taken) == {}, "something changed after the last history entry"
    for number, before, after in zip(watch.written, marks, marks[1:], strict=False):
        together, changes = list(islice(left, number)), changed(before, after)
        assert changes, f"a second entry for one change: {together[0].action}"
        for entry in together:
            assert {_kind(table) for table in changes} <= SPEAKS_FOR[entry.action]
        if number == 1:
            _names_what_changed(together[0], before, after, changes)
        else:
            _name_each_new_row(together, after, changes)


def _name_each_new_row(entries: list[HistoryEntry], after: Snapshot, changes: dict) -> None:
    """Several that were recorded at once: an entry each, and no row without one."""
    ((table, keys),) = changes.items()
    rows = [row_of(after, table, each.subject_id) for each in entries]
    assert [each.tenant_id for each in entries] == [row["tenant_id"] for row in rows]
    assert sorted(row["id"] for row in rows) == sorted(keys)


def _names_what_changed(entry: HistoryEntry, before: Snapshot, after: Snapshot, changes: dict) -> None:
    kind = entry.subject_kind.replace("_", "")
    (table,) = [each for each in business_tables() if _kind(each) == kind]
    subject = row_of(after, table, entry.subject_id)
    assert (subject["id"] if kind == "tenant" else subject["tenant_id"]) == entry.tenant_id
    if entry.action in NOT_ITS_SUBJECT:
        assert table not in changes
        return
    assert changes[table] == {subject["id"]}, "another row changed as well"
    if kind == "filing":
        assert entry.before == standing(before, entry.subject_id)
        assert entry.after == standing(after, entry.subject_id)
        was = entry.before["status"] if entry.before else None
        assert (entry.action, was, entry.after["status"]) in TRANSITIONS
    elif entry.action in ("activate", "deactivate"):
        was = row_of(before, table, entry.subject_id)
        assert bool(was["is_active"]) == entry.before["is_active"]
        assert bool(subject["is_active"]) == entry.after["is_active"]


def _kind(table: str) -> str:
    """A table without its app: “reporting_filing” is of “filing”."""
    return table.split("_", 1)[1]


def frozen_rows_stay(before: Snapshot, after: Snapshot) -> None:
    """Versions, their lines and totals, and reviews are added, never changed (I-06)."""
    for table in FROZEN:
        assert {key: after[table].get(key) for key in before[table]} == before[table]
