"""Every action that changes something writes exactly one entry: those that the random walk does not draw, once each.

The walk (`walk/`) draws what people do with returns day by day. Here is all the rest, each done for real and watched
from outside, and what has no entry on purpose, with the reason. A new action that is in none of them fails.
"""

import ast
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.test import RequestFactory
from django.utils import timezone

import reporting
from portal import actions as people
from portal import clock, history
from portal.models import HistoryEntry
from reporting.assessment import actions as assessment_actions
from reporting.evidence import actions as evidence_actions
from reporting.exports import jobs
from reporting.filings import actions as filing_actions
from reporting.filings import autosave
from reporting.filings.typed_return import Typed
from reporting.imports import actions as import_actions
from reporting.models import Reminder
from reporting.periods import actions as period_actions
from reporting.providers import actions as provider_actions
from reporting.reminders import actions as reminder_actions
from reporting.review import actions as review_actions
from reporting.survey import actions as survey_actions
from reporting.uploads import actions as upload_actions

from . import factories as made
from .changes import SPEAKS_FOR, frozen_rows_stay, one_entry_closes_each_change
from .factories import EXPLANATION, membership, period, started, submitted, tenant
from .ledger import acts as ledger_acts
from .snapshots import Snapshot, changed, snapshot, watching
from .walk.drawing import MOVES_MADE

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Act = Callable[[], object]


@pytest.fixture(autouse=True)
def with_a_provider_to_sign_in_with(settings):
    """As an operator sets it; nobody asks it anything here."""
    app = {"provider_id": "zwfw", "name": "政务服务网", "client_id": "portal", "secret": "a-secret"}
    app["settings"] = {"server_url": "https://sign-in.example/.well-known/openid-configuration"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


# --- what each of them needs, and does


def accept_several() -> Act:
    """Two decisions are two entries, each closing its own change."""
    filings = [submitted(membership(f"{code}-preparer")) for code in ("jiaojiang", "huangyan")]
    for each in filings:
        review_actions.open_version(each.latest, by=reviewer())
    return lambda: review_actions.accept_several([(each, each.revision) for each in filings], by=reviewer())


def accept_with_remarks() -> Act:
    filing = submitted(clerk())
    given = {"reason": "下季请注意口径。", "revision": filing.revision, "by": reviewer()}
    return lambda: review_actions.accept(filing, **given)


def recall() -> Act:
    filing = submitted(clerk())
    return lambda: filing_actions.recall(filing, revision=filing.revision, by=clerk())


def correct() -> Act:
    filing = made.accepted(clerk())
    return lambda: filing_actions.correct(filing, reason="漏计一场。", revision=filing.revision, by=clerk())


def give_up() -> Act:
    filing = correct()()
    return lambda: filing_actions.give_up(filing, revision=filing.revision, by=clerk())


def send_back_survey() -> Act:
    survey = made.surveyed(clerk())
    given = {"reason": "经费与附件不符。", "revision": survey.revision, "by": reviewer()}
    return lambda: survey_actions.send_back_survey(survey, **given)


def add_provider() -> Act:
    return lambda: provider_actions.add_provider(tenant("jiaojiang"), "章安街道成校", by=clerk())


def answer_reasons() -> Act:
    back = submitted(clerk())
    back = review_actions.send_back(back, reason="请核对。", revision=back.revision, by=reviewer())
    return lambda: filing_actions.answer_reasons(back, EXPLANATION, revision=back.revision, by=clerk())


def attach_file() -> Act:
    """Evidence to a draft, a stamped copy to what was submitted."""
    draft, filed = started(clerk()), submitted(membership("huangyan-preparer"))

    def both():
        made.attached(draft, clerk())
        made.attached(filed, membership("huangyan-preparer"))

    return both


def remove_file() -> Act:
    evidence = made.attached(started(clerk()), clerk())
    return lambda: evidence_actions.remove_file(evidence, by=clerk())


def restore_file() -> Act:
    evidence = remove_file()()
    return lambda: evidence_actions.restore_file(evidence, by=clerk())


def purge_files() -> Act:
    """What was never submitted goes for good after its time, and a stamped copy that was taken away."""
    remove_file()()
    stamped = made.attached(submitted(membership("huangyan-preparer")), membership("huangyan-preparer"))
    evidence_actions.remove_file(stamped, by=membership("huangyan-preparer"))

    def later():
        with clock.frozen(clock.now() + upload_actions.RESTORABLE + timedelta(days=1)):
            assert evidence_actions.purge_files() == 2

    return later


def change_provider() -> Act:
    provider = add_provider()()
    to = {
        "name": "章安街道社区学校",
        "aliases": ["章安成校"],
        "is_active": True,
        "revision": provider.revision,
    }
    return lambda: provider_actions.change_provider(provider, **to, by=clerk())


def change_reminders() -> Act:
    return lambda: switched_on(hour=9)


def confirm_import() -> Act:
    """The draft changes, and the file is marked as taken over."""
    filing = submitted(clerk())
    filled = made.workbook_of(filing)
    filing = filing_actions.recall(filing, revision=filing.revision, by=clerk())
    filing = filing_actions.save_draft(filing, Typed(), revision=filing.revision, by=clerk())
    imported = made.uploaded(filing, clerk(), filled)
    said = [each["key"] for each in imported.found["questions"]]
    return lambda: import_actions.confirm_import(
        imported, revision=filing.revision, confirmed=said, by=clerk()
    )


def file() -> Act:
    """Opened, typed, explained, submitted: an entry for each part."""
    return lambda: submitted(clerk())


def keep_upload() -> Act:
    filing = started(clerk())
    return lambda: made.uploaded(filing, clerk())


def publish() -> Act:
    return lambda: made.released()


def remind() -> Act:
    switched_on(hour=9)
    return lambda: reminder_actions.remind(period(), by=reviewer())


def request_unlock() -> Act:
    return lambda: period_actions.request_unlock(
        period("2021Q4"), tenant("jiaojiang"), reason="漏报。", by=clerk()
    )


def send_again() -> Act:
    reminder, *_others = remind()()
    sent = {"status": Reminder.Status.SENT, "finished_at": clock.now(), "attempts": 1}
    Reminder.objects.filter(public_id=reminder.public_id).update(**sent)
    reminder = Reminder.objects.select_related("tenant").get(public_id=reminder.public_id)
    return lambda: reminder_actions.send_again(reminder, by=administrator())


def send_test() -> Act:
    switched_on(hour=9)
    return lambda: reminder_actions.send_test(period().programme, period(), by=administrator())


def set_address() -> Act:
    return lambda: reminder_actions.set_address(clerk().user, "clerk@example.org", by=clerk())


def set_weights() -> Act:
    return lambda: assessment_actions.set_weights(
        period().programme, {"videos": 2}, revision=0, by=administrator()
    )


def create_administrator() -> Act:
    new = {"username": "first", "full_name": "演示", "password": "a-long-password-1"}
    return lambda: people.create_administrator(tenant=tenant("jiaojiang"), **new)


def link_provider() -> Act:
    account = SocialAccount(provider="zwfw", uid="subject-1", extra_data={})
    request = RequestFactory().get("/")
    return lambda: people.link_provider(request, SocialLogin(account=account), clerk())


def reset_second_factor() -> Act:
    codes = {"type": Authenticator.Type.TOTP, "data": {}, "created_at": timezone.now()}
    Authenticator.objects.create(user=reviewer().user, **codes)
    return lambda: people.reset_second_factor(reviewer(), by=administrator())


# {action: the entries that it writes, in this order}
ENTRIES: dict[Callable[[], Act], list[str]] = {
    accept_several: ["accept", "accept"],
    accept_with_remarks: ["accept"],
    recall: ["recall"],
    correct: ["correct"],
    give_up: ["give_up"],
    send_back_survey: ["send_back_survey"],
    add_provider: ["add_provider"],
    answer_reasons: ["save"],
    attach_file: ["attach_evidence", "attach_stamped"],
    remove_file: ["remove_evidence"],
    restore_file: ["restore_evidence"],
    purge_files: ["purge_evidence", "purge_stamped"],
    change_provider: ["change_provider"],
    change_reminders: ["reminder_settings"],
    confirm_import: ["save"],
    file: ["start", "save", "submit"],
    keep_upload: ["upload"],
    publish: ["publish"],
    remind: ["remind"],
    request_unlock: ["request_unlock"],
    send_again: ["send_again"],
    send_test: ["reminder_test"],
    set_address: ["set_address"],
    set_weights: ["weigh"],
    create_administrator: ["create_administrator"],
    link_provider: ["link_provider"],
    reset_second_factor: ["reset_second_factor"],
    **ledger_acts.ENTRIES,
}
# Changes without an entry, and why.
NO_DECISION = {
    "open_version": "looking is no decision: it only says that the reviewer had the version before them"
}
# Asks and computes, changes nothing.
READS = {
    *("already_imported", "check_room", "file_facts", "history_facts", "refuse_other_files", "summary_of"),
    *("require_keeper", "require_ledger", "require_may_decide", "require_operator"),
    *("require_own_activity", "require_settings", "require_surveyed"),
    "require_survey_reviewer",
    *("why_fixed", "why_not_change", "why_not_importable", "why_not_move", "why_not_publish"),
    *("open_invitation", "unread_of"),
}
# Part of a decision: the action that calls it writes the entry.
PARTS = {
    *("claim_activity", "held_material", "save_material", "record_of_activity"),
    *("keep", "keep_in", "take_away", "register", "register_accepted", "review"),
    "type_instead",  # each of the switches that it makes writes its own
}


def clerk():
    return membership("jiaojiang-preparer")


def reviewer():
    return membership("taizhou-education-reviewer")


def administrator():
    return membership("taizhou-education-administrator")


def switched_on(hour: int):
    robot = {"webhook": "https://oapi.dingtalk.com/robot/send?access_token=demo", "secret": "SECdemo"}
    how = {"by_email": False, "by_dingtalk": True, "hour": hour} | robot
    return reminder_actions.change_reminders(period().programme, **how, by=administrator())


# --- what has to hold


@pytest.mark.parametrize("arrange", ENTRIES, ids=lambda each: each.__name__)
def test_it_closes_each_change_with_one_entry(arrange):
    entries, before, after = done(arrange())
    assert [each.action for each in entries] == ENTRIES[arrange]
    assert changed(before, after)
    frozen_rows_stay(before, after)


def test_looking_is_no_decision():
    version = submitted(clerk()).latest
    entries, before, after = done(lambda: review_actions.open_version(version, by=reviewer()))
    assert entries == [] and set(changed(before, after)) == {"reporting_opening"}


def test_what_says_nothing_new_writes_nothing():
    provider = add_provider()()
    same = {"name": provider.name, "aliases": [], "is_active": True, "revision": provider.revision}
    for act in (
        lambda: provider_actions.change_provider(provider, **same, by=clerk()),
        lambda: reminder_actions.set_address(clerk().user, clerk().user.email, by=clerk()),
        lambda: review_actions.accept_several([], by=reviewer()),
    ):
        entries, before, after = done(act)
        assert (entries, changed(before, after)) == ([], {})


def done(act: Act) -> tuple[list[HistoryEntry], Snapshot, Snapshot]:
    """Do it and judge what the history says of it."""
    last = HistoryEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    with watching(snapshot()) as watch:
        act()
    after = snapshot()
    entries = list(HistoryEntry.objects.filter(id__gt=last).order_by("id"))
    if entries:
        one_entry_closes_each_change(entries, watch, after)
    return entries, watch.start, after


# --- that nothing is forgotten


def changing() -> set[str]:
    """Every action there is, by name: what the modules called actions offer, and who asks for an export."""
    of_subjects = [import_module(name) for name in modules_of_actions()]
    return {
        name
        for module in [people, *of_subjects]
        for name, each in vars(module).items()
        if inspect.isfunction(each) and each.__module__ == module.__name__ and not name.startswith("_")
    } | {jobs.request_export.__name__}


def modules_of_actions() -> list[str]:
    """`actions.py` of each subject, the parts of it that have a file of their own, and what is saved while one types."""
    every = [each.name for each in pkgutil.walk_packages(reporting.__path__, "reporting.")]
    return [name for name in every if name.endswith("actions") or name == autosave.__name__]


def drawn() -> Iterator[str]:
    """The actions that the walk's steps call, read from its text."""
    text = (Path(__file__).parent / "walk/machine.py").read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        of = node.value if isinstance(node, ast.Attribute) else None
        if isinstance(of, ast.Name) and (
            of.id in ("people", "jobs", "autosave") or of.id.endswith("actions")
        ):
            yield node.attr


def test_each_action_is_watched_or_says_why_not():
    watched = {*drawn()} | {each.__name__ for each in ENTRIES}
    assert changing() - watched == {*NO_DECISION, *READS, *PARTS}
    assert watched >= {"submit", "invite", "request_export"} and not watched & {*NO_DECISION, *READS}


def test_each_name_in_the_history_is_seen_once():
    assert MOVES_MADE | {name for names in ENTRIES.values() for name in names} == set(SPEAKS_FOR)


# --- that it can fail: faults put in on purpose


def left_out(record, *args, **given):
    """An action that tells nobody."""


def written_twice(record, *args, **given):
    record(*args, **given)
    return record(*args, **given)


WRITERS = ("record", "record_several")


@pytest.mark.parametrize("fault", [left_out, written_twice])
@pytest.mark.parametrize("arrange", ENTRIES, ids=lambda each: each.__name__)
def test_it_finds_an_entry_too_few_or_too_many(monkeypatch, arrange, fault):
    act = arrange()
    for name in WRITERS:
        monkeypatch.setattr(history, name, partial(fault, getattr(history, name)))
    with pytest.raises(AssertionError):
        entries, before, after = done(act)
        assert entries or changed(before, after) == {}
