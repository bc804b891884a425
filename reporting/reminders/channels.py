"""How a message leaves the portal: by e-mail, or through the robot of a group, of DingTalk or 企业微信. Pure of what it says and to whom.

A robot's address is a secret of its own (it carries an access token), so no error names it.
"""

import base64
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CONNECT_SECONDS, READ_SECONDS = 5, 10
ANSWER_LIMIT = 64 * 1024
UNPRINTABLE = {chr(code) for code in range(33)} | {"\x7f", "\\", "\u3000", "\u00a0"}
# What the robot's commonest refusals mean, for somebody who can do something about it.
REFUSALS = {
    310000: gettext_lazy(
        "the security settings do not fit: compare the secret with the robot's, and whether it asks for a keyword or an address"
    ),
    130101: gettext_lazy("too many messages in a minute"),
    400013: gettext_lazy("the group has been dissolved"),
    400101: gettext_lazy("the access token is unknown: copy the webhook address again"),
    400102: gettext_lazy("the robot has been switched off"),
    93000: gettext_lazy("the key is unknown: copy the webhook address again"),
    45009: gettext_lazy("too many messages in a minute"),
}


@dataclass(frozen=True)
class Robot:
    """`token`: the part of its address that is secret; `is_signed`: it asks for a signature as well; `at_most`: the bytes
    of one message."""

    path: str
    token: str
    is_signed: bool
    at_most: int


DINGTALK = Robot("/robot/send", "access_token", is_signed=True, at_most=20_000)
WECOM = Robot("/cgi-bin/webhook/send", "key", is_signed=False, at_most=2_048)


class NotDelivered(Exception):
    """A message that did not go out this time, with a sentence that says why."""


def why_not_webhook(address: str) -> str | None:
    """Why no message may be posted to this address, or None. Only robots of the origins that the operator allows:
    the portal's server is not to be sent into its own network."""
    if UNPRINTABLE & set(address) or not address.isascii():
        return _("The webhook address has blanks or characters that do not belong there. Copy it again.")
    try:
        parts = urlsplit(address)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        token = robot_of(address).token
        has_token = bool(parse_qs(parts.query).get(token))
    except ValueError:
        return _("This is no address. Copy the webhook address from the robot's settings.")
    if origin not in {each.lower() for each in settings.WEBHOOK_ORIGINS}:
        return _("The webhook address has to begin with %(origins)s.") % {
            "origins": _(" or ").join(settings.WEBHOOK_ORIGINS)
        }
    if not has_token or parts.fragment:
        text = _("The webhook address has to contain “%(token)s=”. Copy all of it from the robot's settings.")
        return text % {"token": token}
    return None


def robot_of(address: str) -> Robot:
    """Whose robot has this address: what it is asked in, and how."""
    return WECOM if urlsplit(address).path == WECOM.path else DINGTALK


def signed(address: str, secret: str, at: float) -> str:
    """The address with the robot's signature (加签): base64 of HMAC-SHA256 over “timestamp in ms, line feed, secret”."""
    timestamp = str(round(at * 1000))
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return f"{address}&{urlencode({'timestamp': timestamp, 'sign': base64.b64encode(digest).decode()})}"


def post_to_group(address: str, secret: str, text: str) -> None:
    """The text, in as many messages as the robot needs for it."""
    if reason := why_not_webhook(address):
        raise NotDelivered(reason)
    robot = robot_of(address)
    for piece in pieces(text, robot.at_most):
        # By the machine's clock: the robot refuses a timestamp that is an hour off.
        _post(signed(address, secret, time.time()) if robot.is_signed else address, piece)


def pieces(text: str, at_most: int) -> list[str]:
    """The text in pieces of whole lines, none with more bytes than that; a line that is longer is cut."""
    found = [""]
    for line in text.splitlines():
        for part in _cut(line, at_most):
            longer = f"{found[-1]}\n{part}" if found[-1] else part
            if len(longer.encode()) <= at_most:
                found[-1] = longer
            else:
                found.append(part)
    return found


def _cut(line: str, at_most: int) -> list[str]:
    encoded, found = line.encode(), []
    while len(encoded) > at_most:
        part = encoded[:at_most].decode(errors="ignore")  # not through the middle of a character
        found.append(part)
        encoded = encoded[len(part.encode()) :]
    return [*found, encoded.decode()]


def _post(address: str, text: str) -> None:
    content: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    try:
        with requests.post(
            address,
            json=content,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as answer:
            _read(answer)
    except requests.Timeout as error:
        raise NotDelivered(_("The robot did not answer in time.")) from error
    except requests.RequestException as error:
        raise NotDelivered(_("The robot could not be reached.")) from error


def _read(answer: requests.Response) -> None:
    if answer.status_code != requests.codes.ok:
        raise NotDelivered(_("The robot answered with status %(status)s.") % {"status": answer.status_code})
    try:
        decoded = json.loads(answer.raw.read(ANSWER_LIMIT, decode_content=True))
        code = int(decoded["errcode"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotDelivered(_("The robot's answer could not be read.")) from error
    if code:
        meaning = REFUSALS.get(code) or str(decoded.get("errmsg", ""))[:200]
        raise NotDelivered(
            _("The robot refused it (%(code)s): %(meaning)s.") % {"code": code, "meaning": meaning}
        )


def send_email(address: str, subject: str, text: str, *, identity: str) -> None:
    """One plain message. `identity` becomes its Message-ID: the same message sent again after a crash is recognised.
    The subject is one line whatever it is made of; Django refuses an address with a line break in it."""
    if not settings.HAS_EMAIL:
        raise NotDelivered(_("No mail server is set up (PORTAL_EMAIL_URL): ask the operator."))
    headers = {"Message-ID": f"<{identity}@portal>", "Auto-Submitted": "auto-generated"}
    message = EmailMessage(" ".join(subject.split()), text, to=[address], headers=headers)
    try:
        message.send()
    except (OSError, ValueError) as error:  # SMTPException is an OSError, BadHeaderError a ValueError
        raise NotDelivered(
            _("The mail server did not take it: %(error)s.")
            % {"error": str(error).replace(address, masked(address))[:200]}
        ) from error


def masked(address: str) -> str:
    """`z***@example.org`: enough to recognise, not enough to collect."""
    name, _at, host = address.partition("@")
    return f"{name[:1]}***@{host}"
