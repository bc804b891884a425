"""Argon2id with measured parameters, and better hashes for those who sign in."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2.exceptions import InvalidHashError
from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    PBKDF2PasswordHasher,
    check_password,
    make_password,
)

from portal import hashers
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


# --- how many at once


@pytest.fixture
def counted(monkeypatch):
    """The most hashes that were at work at the same moment."""
    most, now, lock = [0], [0], threading.Lock()
    for name in ("encode", "verify"):
        monkeypatch.setattr(
            Argon2PasswordHasher, name, _counting(getattr(Argon2PasswordHasher, name), most, now, lock)
        )
    return most


def _counting(real, most, now, lock):
    def call(self, *given):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        try:
            time.sleep(0.02)
            return real(self, *given)
        finally:
            with lock:
                now[0] -= 1

    return call


def storm(number: int) -> list[bool]:
    hashed = make_password("Qing-4-Liang")
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(lambda each: check_password(f"Qing-4-Lian{each}", hashed), "g" * number))


def test_four_at_once_and_all_of_them_come_to_their_turn(counted):
    assert storm(16) == [True] * 16
    assert counted[0] == 4


def test_the_count_shows_more_than_four_at_once_without_the_limit(counted, monkeypatch):
    monkeypatch.setattr(hashers, "AT_ONCE", threading.BoundedSemaphore(16))
    assert all(storm(16))
    assert counted[0] > 4


def test_a_hash_that_fails_gives_its_place_back():
    for _each in range(9):
        with pytest.raises(InvalidHashError):
            hashers.MeasuredArgon2().verify("x", "argon2$nonsense")
    assert storm(4) == [True] * 4


def _djangos_default(text: str) -> str:
    hashed = Argon2PasswordHasher().encode(text, "saltsaltsalt")
    assert "m=102400,t=2,p=8" in hashed
    return hashed
