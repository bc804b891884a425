"""Argon2id with measured parameters, and better hashes for those who sign in."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password

from portal import settings as portal_settings


@pytest.fixture(autouse=True)
def real_hashers(settings):
    settings.PASSWORD_HASHERS = portal_settings.PASSWORD_HASHERS


def test_it_hashes_with_nineteen_mebibytes_two_passes_one_lane():
    hashed = make_password("谁也猜不到 Xk7")
    assert hashed.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("谁也猜不到 Xk7", hashed)


@pytest.mark.parametrize(
    "old", [lambda text: PBKDF2PasswordHasher().encode(text, "salt" * 6, 1000), "djangos_default"]
)
def test_it_upgrades_the_hash_at_sign_in(clerk, sign_in, old):
    clerk.user.password = old("Qing-4-Liang") if callable(old) else _djangos_default("Qing-4-Liang")
    clerk.user.save()
    assert sign_in(clerk, "Qing-4-Liang").status_code == 302
    clerk.user.refresh_from_db()
    assert "m=19456,t=2,p=1" in clerk.user.password


def _djangos_default(text: str) -> str:
    from django.contrib.auth.hashers import Argon2PasswordHasher

    hashed = Argon2PasswordHasher().encode(text, "saltsaltsalt")
    assert "m=102400,t=2,p=8" in hashed
    return hashed
