"""Is there something harmful in it? ClamAV's clamd says so, where one is set; without its word nothing is taken."""

import logging
from io import BytesIO
from urllib.parse import urlsplit

import clamd
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from .problems import Unacceptable

log = logging.getLogger(__name__)
VERSION_LENGTH = 100


def scan(content: bytes) -> str:
    """The scanner and the age of its signatures, as it says itself; "" where none is set. Raises `Unacceptable`.

    Fails closed: a scanner that does not answer, or says anything but OK, means that the file is not taken.
    """
    if not settings.CLAMD:
        return ""
    scanner = _scanner()
    try:
        ((status, _signature),) = scanner.instream(BytesIO(content)).values()
        version = scanner.version()
    except (OSError, ValueError, AttributeError, TypeError, clamd.ClamdError) as error:
        log.exception("the virus scanner at %s did not answer", settings.CLAMD)
        raise Unacceptable("scanner") from error
    if status == "OK":
        return str(version)[:VERSION_LENGTH]
    if status == "FOUND":
        raise Unacceptable("infected")
    log.error("the virus scanner at %s could not scan: %s", settings.CLAMD, status)
    raise Unacceptable("scanner")


def _scanner() -> clamd.ClamdNetworkSocket:
    address, seconds = urlsplit(settings.CLAMD), settings.CLAMD_SECONDS
    if address.scheme == "unix":
        return clamd.ClamdUnixSocket(path=address.path, timeout=seconds)
    if address.scheme == "tcp" and address.hostname:
        return clamd.ClamdNetworkSocket(host=address.hostname, port=address.port or 3310, timeout=seconds)
    raise ImproperlyConfigured("PORTAL_CLAMD: tcp://HOST:3310 or unix:///run/clamav/clamd.ctl")
