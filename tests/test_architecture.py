"""What a machine can check of how the portal is built: which way imports point, names, templates, addresses."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from reporting.management.commands import structure

pytestmark = pytest.mark.one_database("sqlite")

ROOT = Path(__file__).parents[1]
APPS = ("portal", "targets", "reporting")
# Composition: knows everything, holds no logic.
COMPOSITION = {"portal.urls", "portal.settings", "portal.celery", "portal.wsgi"}
# Each app imports itself and these.
BELOW = {"portal": set(), "targets": {"portal"}, "reporting": {"portal", "targets"}}
SAYS_NOTHING = {"utils", "helpers", "common", "services", "manager", "misc"}


def sources(*apps: str) -> list[Path]:
    return [path for app in apps for path in sorted((ROOT / app).rglob("*.py"))]


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tracked(*patterns: str) -> list[Path]:
    """Files that belong to the project, committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for line in listed.splitlines() if (path := ROOT / line).is_file()]


@pytest.mark.parametrize("app", APPS)
def test_it_imports_only_the_apps_below(app):
    arrows = {
        (module_of(path), module)
        for path in sources(app)
        if module_of(path) not in COMPOSITION
        for module in structure.imported(path, path.relative_to(ROOT).parent.parts)
        if module.split(".")[0] in APPS
    }
    assert any(module.startswith(f"{app}.") for _from, module in arrows)
    wrong = {arrow for arrow in arrows if arrow[1].split(".")[0] not in BELOW[app] | {app}}
    assert wrong == set()


def test_it_imports_only_from_packages_before_its_own():
    arrows = set(structure.package_arrows())
    assert ("filings", "ledger", "reporting.filings.queries") in arrows or len(arrows) > 100
    assert [arrow for arrow in sorted(arrows) if not points_down(*arrow[:2])] == []


def points_down(of: str, to: str) -> bool:
    order = list(structure.ORDER)
    return to in order[: order.index(of)]


@pytest.mark.parametrize(
    "wrong", [("entry", "models"), ("ledger", "filings"), ("periods", "urls"), ("review", "review")]
)
def test_it_knows_an_arrow_that_points_up(wrong):
    assert not points_down(*wrong)


def test_each_package_of_reporting_stands_in_the_one_order():
    parts = {
        path.relative_to(ROOT / "reporting").parts[0].removesuffix(".py") for path in sources("reporting")
    }
    assert parts - {"__init__"} == {*structure.ORDER} | structure.COMPOSITION


def test_a_package_of_a_subject_offers_nothing_itself():
    """A façade hides which subject needs which. The tables are one schema and are named in one place."""
    facades = [
        path
        for path in (ROOT / "reporting").glob("*/__init__.py")
        if path.read_text(encoding="utf-8").strip()
    ]
    assert [path.parent.name for path in facades] == ["models"]


INCLUDED = re.compile(r"""\{%\s*(?:include|extends)\s+"reporting/([a-z_]+)/""")


def test_a_template_includes_only_from_packages_before_its_own():
    folder = ROOT / "templates/reporting"
    arrows = {
        (path.relative_to(folder).parts[0], to, str(path.relative_to(folder)))
        for path in folder.rglob("*.html")
        for to in INCLUDED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(arrows) > 20
    assert [arrow for arrow in sorted(arrows) if arrow[0] != arrow[1] and not points_down(*arrow[:2])] == []


@pytest.mark.parametrize("folder", ["templates/reporting", "static", "tests"])
def test_the_folders_beside_the_code_have_its_names(folder):
    """Beside those of the subjects: what is the project's, and what tests across subjects."""
    others = {"portal", "targets", "access", "accounts", "bad_inputs", "fixtures", "walk"}
    found = {path.name for path in (ROOT / folder).iterdir() if path.is_dir() and any(path.rglob("*.*"))}
    assert found - others - {"__pycache__"} <= {*structure.ORDER}


def test_the_page_about_the_structure_is_printed_from_the_code():
    page = (ROOT / "docs/structure.md").read_text(encoding="utf-8")
    assert page == structure.as_markdown()


def test_it_imports_at_the_top_of_a_module_only():
    inside = [
        f"{module_of(path)}:{node.lineno}"
        for path in sources(*APPS)
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


OUR_OWN_SIGNALS = re.compile(r"\b(Signal\(|(?:pre|post)_(?:save|delete|init)\b|m2m_changed\b)|def save\(")


def test_it_has_no_signals_of_its_own_and_no_rule_in_save():
    """What Django itself announces, such as a failed sign-in, may be listened to."""
    assert OUR_OWN_SIGNALS.search("from django.db.models.signals import post_save")
    files = sources(*APPS)
    found = [module_of(path) for path in files if OUR_OWN_SIGNALS.search(path.read_text(encoding="utf-8"))]
    assert found == []


@pytest.mark.django_db
def test_it_has_a_migration_for_every_change_of_a_model():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize("app", APPS)
def test_it_has_migrations_in_every_app(app):
    assert list((ROOT / app / "migrations").glob("0001_*.py"))


def test_it_has_no_file_whose_name_says_nothing():
    files = tracked("*.py", "*.html", "*.js", "*.css", "*.sh")
    assert ROOT / "portal/access.py" in files
    assert [path for path in files if path.stem in SAYS_NOTHING or path.parent.name in SAYS_NOTHING] == []


INLINE = re.compile(
    r"<style\b|<script\b(?![^>]*\bsrc=)|\son[a-z]+\s*=|\sstyle\s*=|javascript:", re.IGNORECASE
)


@pytest.mark.parametrize(
    "text",
    ["<script>x</script>", '<p style="x">', "<p\nonclick=x>", "<style>", '<a href="javascript:x">'],
)
def test_it_knows_inline_script_and_style_when_it_sees_them(text):
    assert INLINE.search(text)


def test_it_has_no_inline_script_or_style_in_templates():
    templates = tracked("*.html")
    assert ROOT / "templates/base.html" in templates
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in templates
        for match in INLINE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_it_draws_charts_without_inline_style():
    assert not INLINE.search((ROOT / "targets/charts.py").read_text(encoding="utf-8"))


def test_it_names_every_address():
    found = list(patterns(get_resolver()))
    assert "home" in [pattern.name for pattern in found]
    assert [str(pattern.pattern) for pattern in found if not pattern.name] == []
    names = [pattern.name for pattern in found]
    assert len(names) == len(set(names))


def patterns(resolver) -> Iterator:
    for each in resolver.url_patterns:
        if hasattr(each, "url_patterns"):
            yield from patterns(each)
        else:
            yield each


# A mobile number, a landline with its area code, or one given behind the word “telephone”.
TELEPHONE = re.compile(r"(?<![\d.])(?:1[3-9]\d{9}|0\d{2,3}[-－—]\d{7,8}|电话[:：]?\s*\d{7,8})(?!\d)")
CONTACT = re.compile(r"联系人[:：]\s*[\u4e00-\u9fff]{2,4}")


@pytest.mark.parametrize("text", ["1380000" + "0000", "0576" + "-88880000", "电话：8888" + "0000"])
def test_it_knows_a_telephone_number_when_it_sees_one(text):
    assert TELEPHONE.search(f"请拨 {text}，谢谢")
    assert CONTACT.search("联系人：" + "某某某")


# Made up, for the tests that see such numbers masked.
INVENTED = {"1390000" + "9876"}


def test_it_has_no_telephone_numbers_and_no_names_of_officers():
    """The document prints both; the contact is a setting of the platform."""
    texts = ["*.py", "*.json", "*.csv", "*.html", "*.po", "*.md", "*.js"]
    files = [path for path in tracked(*texts) if "bad_inputs" not in path.parts]
    assert ROOT / "fixtures/taizhou.json" in files
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in files
        for pattern in (TELEPHONE, CONTACT)
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
        if match[0] not in INVENTED
    ]
    assert found == []


RAW_DECISIONS = re.compile(r"\.decisions\.(?:all|filter|order_by|values)\(")


def test_it_shows_no_definition_whose_numbers_are_not_filled_in():
    """Pages and workbooks take `Programme.definitions`; only the model and the loader read the texts as stored."""
    reading = [module_of(path) for path in sources(*APPS) if RAW_DECISIONS.search(path.read_text("utf-8"))]
    assert reading == ["targets.loading", "targets.models"]
