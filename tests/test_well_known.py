"""What machines ask for by a fixed name."""

from datetime import datetime, timedelta

from django.test import override_settings
from django.utils import timezone


def fields(text: str) -> dict[str, list[str]]:
    """A security.txt as RFC 9116 has it read: a field a line, names in any case, comments left out."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, value = line.split(": ", 1)
            found.setdefault(name.lower(), []).append(value)
    return found


@override_settings(SECURITY_CONTACT=["mailto:security@example.gov.cn", "tel:+86-576-0000-0000"])
def test_security_txt_says_whom_to_tell_and_until_when_it_holds(client):
    response = client.get("/.well-known/security.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    read = fields(response.content.decode())
    assert read["contact"] == ["mailto:security@example.gov.cn", "tel:+86-576-0000-0000"]
    assert read["preferred-languages"] == ["zh, en"]
    (expires,) = read["expires"]
    # Real time, not the demonstration's: the tests' clock stands in 2022.
    left = datetime.fromisoformat(expires) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)


@override_settings(SECURITY_CONTACT=[])
def test_without_a_contact_there_is_no_security_txt(client, db):
    assert client.get("/.well-known/security.txt").status_code == 404


def test_robots_are_asked_to_stay_away(client):
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"
