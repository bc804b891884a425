"""The table of headers, held against every named address, every kind of error, and a static file."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client, override_settings

from .factories import membership
from .routes import Route, World, routes

pytestmark = pytest.mark.one_database("sqlite")

ROUTES = routes()

POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
}
TABLE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}
# Nobody else's page may read ours, and nobody learns what we run on.
NEVER = ["Access-Control-Allow-Origin", "X-Powered-By", "Server"]


def policy(header: str) -> dict[str, list[str]]:
    """A content security policy as browsers read it: of a directive given twice, the first counts."""
    directives: dict[str, list[str]] = {}
    for directive in header.split(";"):
        name, *sources = directive.split()
        assert name not in directives, f"twice in the policy: {name}"
        directives[name] = sources
    return directives


KEPT_NOWHERE = {"private", "no-store"}


# A file that somebody uploaded: nothing in it acts, wherever a browser should show it all the same.
UPLOADED = {"evidence-file", "activity-file", "material-file", "survey-file"}  # what somebody else has made
SANDBOX = {each: ["'none'"] for each in ("default-src", "base-uri", "form-action", "frame-ancestors")} | {
    "sandbox": []
}


def assert_hardened(response: HttpResponse, caching: set[str] = KEPT_NOWHERE, expected=POLICY) -> None:
    assert policy(response.headers["Content-Security-Policy"]) == expected
    assert {name: response.headers.get(name) for name in TABLE} == TABLE
    assert "camera=()" in response.headers["Permissions-Policy"].split(", ")
    assert caching <= set(response.headers["Cache-Control"].split(", "))
    assert not [name for name in NEVER if name in response.headers]


@pytest.mark.parametrize("who", [None, "taizhou-education-reviewer"], ids=["anonymous", "reviewer"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_every_address_carries_the_table(scene: World, route: Route, who: str | None, db):
    browser = Client()
    if who:
        browser.force_login(membership(who).user)
    answer = browser.get(scene.address(route))
    is_upload = route.name in UPLOADED and answer.status_code == 200
    assert_hardened(answer, expected=SANDBOX if is_upload else POLICY)
    assert not who or route.name != "evidence-file" or is_upload


def test_the_walk_sees_the_addresses_it_should():
    names = {route.name for route in ROUTES}
    assert {"home", "sign-in", "filing-edit", "version-attachment", "rollup", "security-txt"} <= names
    assert len(names) == len(ROUTES)


def breaking(*args):
    raise RuntimeError("a fault of ours")


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/", {"host": "evil.example"}, 400),
        ("POST", "/people/invite/", {}, 403),
        ("GET", "/people/", {}, 403),
        ("GET", "/nothing/here/", {}, 404),
        ("POST", "/filings/", {}, 405),
        ("GET", "/components/", {}, 500),
    ],
)
def test_every_kind_of_error_carries_the_table(monkeypatch, clerk, method, path, headers, status):
    browser = Client(raise_request_exception=False)
    browser.force_login(clerk.user)
    monkeypatch.setattr("portal.views.health.render", breaking)
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        response = browser.generic(method, path, headers=headers)
    assert response.status_code == status
    assert_hardened(response)


def test_a_static_file_under_its_hashed_name_may_be_kept_for_ever(tmp_path):
    storages = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        hashed = next(tmp_path.glob("portal/confirm.*.js")).relative_to(tmp_path)
        response = Client().get(f"/static/{hashed}")
    assert response.status_code == 200
    assert_hardened(response, caching={"max-age=315360000", "public", "immutable"})


# --- as it runs for real: over HTTPS

PROBE = """
import json
import django
django.setup()
from django.conf import settings
from django.test import Client
page = Client().get("/sign-in/", secure=True, headers={"host": "localhost"})
plain = Client().get("/sign-in/", headers={"host": "localhost"})
cookies = ("SESSION", "CSRF", "LANGUAGE")
print(json.dumps({
    "status": page.status_code,
    "hsts": page.headers.get("Strict-Transport-Security"),
    "sent": {name: morsel.OutputString() for name, morsel in page.cookies.items()},
    "names": [getattr(settings, f"{each}_COOKIE_NAME") for each in cookies],
    "flags": [[getattr(settings, f"{each}_COOKIE_{flag}") for flag in ("SECURE", "HTTPONLY", "SAMESITE")]
              for each in cookies],
    "scope": [settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_DOMAIN,
              settings.CSRF_COOKIE_PATH, settings.CSRF_COOKIE_DOMAIN],
    "plain": [plain.status_code, plain.headers.get("Location"), plain.headers.get("Content-Security-Policy", "")],
}))
"""


def run_for_real(tmp_path, *command: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PORTAL_", "DJANGO_"))}
    kept.pop("DATABASE_URL", None)
    kept |= {
        "PORTAL_DATA_DIR": str(tmp_path),
        "PORTAL_HTTPS": "1",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    return subprocess.run(
        [sys.executable, *command],
        env=kept,
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture(scope="module")
def over_https(tmp_path_factory) -> dict:
    """What the settings of production make of the sign-in page."""
    folder = tmp_path_factory.mktemp("https")
    # The manifest of static files is what script/env makes; the page needs it.
    probe = PROBE.replace(
        "django.setup()",
        f"django.setup()\nfrom django.conf import settings\nsettings.STATIC_ROOT = {str(folder / 'static')!r}\n"
        "from django.core.management import call_command\n"
        "call_command('collectstatic', interactive=False, verbosity=0)\n"
        "call_command('migrate', verbosity=0)\ncall_command('createcachetable')",
    )
    done = run_for_real(folder, "-c", probe)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_over_https_the_browser_is_told_to_stay_there(over_https):
    assert over_https["status"] == 200
    assert over_https["hsts"] == "max-age=31536000; includeSubDomains"
    status, location, header = over_https["plain"]
    assert (status, location) == (301, "https://localhost/sign-in/")
    assert policy(header) == POLICY


def test_over_https_every_cookie_is_bound_to_the_host(over_https):
    assert over_https["names"] == ["__Host-sessionid", "__Host-csrftoken", "__Host-language"]
    assert over_https["flags"] == [[True, True, "Lax"]] * 3
    assert over_https["scope"] == ["/", None, "/", None]  # what the prefix demands
    sent = over_https["sent"]["__Host-csrftoken"]
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= {part.strip() for part in sent.split(";")}


def test_djangos_deployment_check_is_clean(tmp_path):
    done = run_for_real(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
