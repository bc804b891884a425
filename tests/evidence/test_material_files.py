"""The files of a material and the work plan of a survey, through the front door."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from portal import history as chain
from portal.models import HistoryEntry
from portal.problems import Refused
from portal.queries import history
from reporting.evidence import verify
from reporting.materials import actions as material_actions
from reporting.materials import file_actions
from reporting.models import Material, MaterialFile, Survey, SurveyFile
from reporting.models.material_states import MaterialMove
from reporting.providers import actions as provider_actions
from reporting.survey import actions as survey_actions
from reporting.uploads.problems import SENTENCES

from ..factories import SURVEY, accepted, examined, period, recorded_material, row
from ..screen import Screen
from . import files

pytestmark = pytest.mark.django_db
NAME = "海门街道社区学校"
EDIT, SURVEYS = "/taizhou/survey/edit/", "/taizhou/survey/"


@pytest.fixture
def material(clerk) -> Material:
    """A finished case that nobody can look at yet."""
    return recorded_material(clerk, "演示案例", kind="cases", link="")


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def add(client, material: Material, *given: tuple[str, bytes]):
    sent = {"files": [upload(*each) for each in given]}
    return client.post(reverse("material-files", args=[material.public_id]), sent)


def told(code: str) -> str:
    with translation.override("zh-hans"):
        return str(SENTENCES[code]).split("%")[0][:12]


def addresses(answer) -> list[str]:
    return [link.href for link in Screen(answer).links]


# --- a material


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("第一课.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64, "video"),
        ("读本.pdf", b"", "empty"),
        ("读本.pdf", b"<svg onload=x>", "active"),
        (f"{files.identity()}.pdf", files.pdf("a"), "identity_name"),
    ],
)
def test_it_refuses_what_a_return_does_not_take_either(
    as_, clerk, material, stored_files, name, content, code
):
    answer = add(as_(clerk), material, (name, content))
    assert answer.status_code == 422 and told(code) in Screen(answer).alerts[0]
    assert not MaterialFile.objects.exists() and not stored_files.exists()


def test_a_textbook_goes_all_the_way(as_, clerk, neighbour, observer, reviewer, material):
    """Recorded without a file, given one, counted, selected: at each step who may have it has it, and nobody else."""
    provider = provider_actions.add_provider(clerk.tenant, NAME, by=clerk)
    material_actions.switch_register(clerk.tenant, period().programme, is_on=True, by=clerk)
    on = date(2022, 2, 1)
    book = recorded_material(
        clerk, "演示读本", kind="textbooks", link="", provider=provider, year=2022, finished_on=on
    )
    select = {"move": "select", "revision": 1}
    assert as_(reviewer).post(reverse("material-move", args=[book.public_id]), select).status_code == 409
    assert add(as_(clerk), book, ("读本.pdf", files.pdf("a textbook"))).status_code == 302
    kept = MaterialFile.objects.get()
    for somebody in (clerk, observer, reviewer):
        answer = as_(somebody).get(kept.get_absolute_url())
        assert b"".join(answer.streaming_content) == files.pdf("a textbook")
        assert answer["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in answer["Content-Security-Policy"]
    assert as_(neighbour).get(kept.get_absolute_url()).status_code == 404
    library = as_(reviewer).get("/taizhou/materials/?year=2022")
    assert kept.get_absolute_url() in addresses(library)
    assert kept.get_absolute_url() in addresses(as_(reviewer).get(book.get_absolute_url()))
    filing = accepted(clerk, row(NAME, 1, 41, 0, 0, "", "", ""))
    assert [line.values["textbooks"] for line in filing.accepted.lines.all()] == [1]
    withdraw = reverse("material-file-withdraw", args=[kept.public_id])
    assert as_(clerk).post(withdraw).status_code == 409  # what a return counts can be looked at
    assert add(as_(clerk), book, ("下册.pdf", files.pdf("b"))).status_code == 302
    assert (
        as_(reviewer)
        .post(reverse("material-move", args=[book.public_id]), select | {"revision": 3})
        .status_code
        == 302
    )
    assert add(as_(clerk), book, ("第三册.pdf", files.pdf("c"))).status_code == 409
    told_of = HistoryEntry.objects.filter(subject_id=book.public_id).values_list("action", flat=True)
    assert list(told_of.order_by("id")) == [
        "record_material", "attach_to_material", "attach_to_material", "select_material",
    ]  # fmt: skip
    assert list(verify.faults()) == []
    assert chain.verify(clerk.tenant)[1] == []


def test_a_material_without_a_file_or_link_says_so(as_, clerk, reviewer, material):
    for page in (material.get_absolute_url(), "/taizhou/materials/?year=2021"):
        before = Screen(as_(reviewer).get(page)).text
        file = file_actions.add_material_file(material, examined("案例.pdf"), by=clerk)
        after = Screen(as_(reviewer).get(page)).text
        with translation.override("zh-hans"):
            assert ("案例.pdf" in before, "案例.pdf" in after) == (False, True)
        file_actions.withdraw_material_file(file, by=clerk)


def test_a_file_is_withdrawn_and_kept(as_, clerk, material):
    file = file_actions.add_material_file(material, examined("案例.pdf"), by=clerk)
    address = reverse("material-file-withdraw", args=[file.public_id])
    assert address in addresses(as_(clerk).get(material.get_absolute_url()))
    assert as_(clerk).get(address).status_code == 200
    assert as_(clerk).post(address).status_code == 302
    assert as_(clerk).get(file.get_absolute_url()).status_code == 404
    assert MaterialFile.objects.get().file.storage.exists(file.file.name)
    entry = HistoryEntry.objects.get(action="withdraw_from_material")
    assert (entry.before["files"], entry.after["files"]) == ([file.digest], [])


def test_who_keeps_no_register_adds_nothing(as_, clerk, neighbour, observer, reviewer, material):
    for somebody, status in ((neighbour, 404), (observer, 403), (reviewer, 403)):
        assert add(as_(somebody), material, ("a.pdf", files.pdf("a"))).status_code == status
    assert not MaterialFile.objects.exists()


def test_a_decision_is_about_the_files_that_were_seen(clerk, reviewer, material):
    """Somebody changes them while the lead's page is open: the page is old."""
    file = file_actions.add_material_file(material, examined("案例.pdf"), by=clerk)
    file_actions.withdraw_material_file(file, by=clerk)
    file_actions.add_material_file(material, examined("别的.pdf", b"%PDF-1.4 another"), by=clerk)
    with pytest.raises(Refused):
        material_actions.move_material(material, MaterialMove.SELECT, revision=2, by=reviewer)


# --- the work plan


def answer(client, revision: int, *, do: str = "save", **given):
    return client.post(EDIT, {**SURVEY, "revision": revision, "do": do, **given})


def test_the_work_plan_goes_all_the_way(as_, clerk, neighbour, observer, reviewer):
    """Put there, submitted, replaced: those above have the submitted one until another is submitted."""
    client = as_(clerk)
    assert answer(client, 0, plan_file=upload("方案.pdf", files.pdf("one"))).status_code == 302
    first = SurveyFile.objects.get()
    assert first.get_absolute_url() in addresses(client.get(EDIT))
    assert as_(reviewer).get(first.get_absolute_url()).status_code == 404  # only typed so far
    assert answer(client, 2, do="submit").status_code == 302
    for somebody in (clerk, observer, reviewer):
        assert as_(somebody).get(first.get_absolute_url()).status_code == 200
        assert first.get_absolute_url() in addresses(as_(somebody).get(SURVEYS))
    assert as_(neighbour).get(first.get_absolute_url()).status_code == 404
    assert answer(client, 3, plan_file=upload("新方案.pdf", files.pdf("two"))).status_code == 302
    second = SurveyFile.objects.not_withdrawn().get()
    assert second.get_absolute_url() in addresses(client.get(EDIT))
    assert addresses(as_(reviewer).get(SURVEYS)).count(first.get_absolute_url()) == 1
    assert as_(reviewer).get(second.get_absolute_url()).status_code == 404
    assert answer(client, 4, do="submit").status_code == 302
    assert as_(reviewer).get(second.get_absolute_url()).status_code == 200
    assert as_(reviewer).get(first.get_absolute_url()).status_code == 404
    entries = HistoryEntry.objects.filter(action="attach_to_survey").order_by("id")
    assert [(each.before.get("file"), each.after["file"]) for each in entries] == [
        (None, str(first.public_id)), (str(first.public_id), str(second.public_id)),
    ]  # fmt: skip
    assert SurveyFile.objects.count() == 2 and list(verify.faults()) == []
    assert "attach_to_survey" not in history(reviewer).values_list("action", flat=True)


def test_a_work_plan_that_is_not_taken_is_told_at_its_question(as_, clerk):
    given = {"people": "约2000", "plan_file": upload("方案.docx", b"PK\x03\x04 nothing")}
    page = answer(as_(clerk), 0, do="submit", **given)
    screen = Screen(page)
    assert page.status_code == 422 and "#id_plan_file" in {link.href for link in screen.problems()}
    assert screen.fields["people"] == "约2000" and screen.fields["revision"] == "1"
    assert not SurveyFile.objects.exists() and Survey.objects.get().submitted_at is None


def test_a_work_plan_is_taken_away_again(as_, clerk):
    client = as_(clerk)
    answer(client, 0, plan_file=upload("方案.pdf", files.pdf("one")))
    assert answer(client, 2, **{"plan_file-away": "1"}).status_code == 302
    assert Survey.objects.get().typed["plan_file"] == "" and not SurveyFile.objects.not_withdrawn().exists()


def test_nobody_types_the_name_of_somebody_elses_plan(as_, clerk, neighbour):
    survey = survey_actions.save_survey(
        neighbour.tenant, period().programme, SURVEY, revision=0, by=neighbour
    )
    plan = survey_actions.attach_to_survey(survey, "plan_file", examined(), revision=1, by=neighbour)
    assert answer(as_(clerk), 0, do="submit", plan_file=str(plan.public_id)).status_code == 302
    assert not Survey.objects.get(tenant=clerk.tenant).answers.get("plan_file")
    assert as_(clerk).get(plan.get_absolute_url()).status_code == 404


def test_only_a_question_for_a_file_takes_one(clerk):
    survey = survey_actions.save_survey(clerk.tenant, period().programme, SURVEY, revision=0, by=clerk)
    with pytest.raises(Refused):
        survey_actions.attach_to_survey(survey, "people", examined(), revision=1, by=clerk)
