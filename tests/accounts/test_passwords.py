"""Which passwords are taken, in either profile; when one has to be changed."""

from datetime import timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal import clock, passwords
from portal.models import FormerPassword
from portal.password_profiles import PROFILES

from ..conftest import NOW
from .conftest import is_signed_in, later

GOOD = "Lvye-7-qingsong"


def codes(password: str, user=None) -> list[str]:
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [each.code for each in error.error_list]
    return []


@pytest.fixture(params=["dengbao", "asvs"])
def profile(request, settings):
    return _use(settings, request.param)


@pytest.fixture
def dengbao(settings):
    return _use(settings, "dengbao")


@pytest.fixture
def asvs(settings):
    return _use(settings, "asvs")


def _use(settings, name: str) -> str:
    settings.AUTH_PASSWORD_VALIDATORS = PROFILES[name].validators
    settings.PASSWORD_DAYS = PROFILES[name].days
    return name


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        (GOOD, []),
        ("Ab3-Ab3-A", ["password_too_short"]),
        ("Ab3-Ab3-Ab", []),
        ("lvye-qingsong", ["password_too_few_classes"]),  # small letters and signs
        ("LVYE7QINGSONG", ["password_too_few_classes"]),
        ("Lvyeqingsong7x", []),  # three without a sign
        ("绿野青松2x绿野青松", []),  # Chinese characters are the fourth class
        ("Taizhou@2021", ["password_too_common"]),
        ("taizhou@2021!", ["password_too_common"]),
        ("2021#Taizhou", ["password_too_common"]),
        ("Zhejiang-123456", ["password_too_common"]),
        ("Wenling20211228!", ["password_too_common"]),
        ("Luqiao@888888", ["password_too_common"]),
        ("P@ssw0rd!23", ["password_too_common"]),
        ("Qwert-yuiop-7", []),
        ("Xx-qwertyu-7", ["password_too_common"]),
        ("1qaz2wsx!QAZ", ["password_too_common"]),
        ("A7-" + "x" * 126, ["password_too_long"]),
        ("A7-" + "x" * 125, []),
    ],
)
def test_it_judges_by_the_dengbao_profile(dengbao, password, expected):
    assert codes(password) == expected


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("lvye qingsong mu", []),  # no classes wanted
        ("Lvye-7-qingson", ["password_too_short"]),
        ("Taizhou@20211228", ["password_too_common"]),
        ("qwertyuiop12345", ["password_too_common"]),
    ],
)
def test_it_judges_by_the_asvs_profile(asvs, password, expected):
    assert codes(password) == expected


@pytest.mark.parametrize(
    "password",
    [
        "Jiaojiang-7x-song",
        "xX-JIAOJIANG-PREPARER-7",
        "椒江区教育局-Xx7-青松青松",
        "我是椒江-Xx7-青松青松青松",
    ],
)
def test_it_refuses_the_names_of_the_person_and_the_tenant(profile, clerk, password):
    assert codes(password) == []
    assert codes(password, clerk.user) == ["password_is_a_name"]


def test_it_refuses_the_last_five_passwords(dengbao, clerk):
    used = [f"{GOOD}-{letter}" for letter in "abcdef"]
    for number, password in enumerate(used):
        with clock.frozen(NOW + timedelta(minutes=number)):
            clerk.user.set_password(password)
            clerk.user.save()
    assert FormerPassword.objects.filter(user=clerk.user).count() == 5
    assert [codes(password, clerk.user) for password in used] == [[], *[["password_used_before"]] * 5]


# --- change after ninety days


@pytest.fixture
def changed_today(dengbao, clerk):
    clerk.user.is_demo = False
    clerk.user.set_password(GOOD)
    clerk.user.save()
    return clerk


def test_it_gives_fourteen_days_notice(changed_today):
    found = {}
    for days in (75, 76, 89, 90):
        with later(days=days):
            found[days] = (
                bool(passwords.notice_of(changed_today.user)),
                passwords.is_due(changed_today.user),
            )
    assert found == {75: (False, False), 76: (True, False), 89: (True, False), 90: (True, True)}


def test_it_says_so_at_sign_in(changed_today, sign_in):
    with later(days=80):
        page = sign_in(changed_today, GOOD).client.get("/")
    (message,) = page.context["messages"]
    assert (message.level_tag, "2022" in str(message)) == ("warning", True)


def test_after_ninety_days_it_wants_a_new_password_first(changed_today, sign_in):
    with later(days=90):
        client = sign_in(changed_today, GOOD).client
        assert client.get("/history/").headers["Location"] == "/account/password/"
        assert client.get("/account/password/").status_code == 200
        new = {"oldpassword": GOOD, "password1": "Haitang-9-yuanlin", "password2": "Haitang-9-yuanlin"}
        assert client.post("/account/password/", new).headers["Location"] == "/account/password/done/"
        assert is_signed_in(client)


def test_the_ninetieth_day_does_not_interrupt_a_session(changed_today, sign_in):
    with later(days=89, hours=23, minutes=59):
        client = sign_in(changed_today, GOOD).client
        assert is_signed_in(client)
    with later(days=90, minutes=5):
        assert is_signed_in(client)


def test_asvs_never_wants_a_change(changed_today, sign_in, settings):
    settings.PASSWORD_DAYS = None
    with later(days=1000):
        assert is_signed_in(sign_in(changed_today, GOOD).client)
