"""Asks one cell of the matrix and compares the answer: status, writes, and the body of what does not exist."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.test import Client, RequestFactory

from portal import acting
from portal.models import HistoryEntry, Membership, User

from . import oracle
from .cast import Persona
from .matrix import COUNTS_ATTEMPTS

WRITES = re.compile(r'^\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"?(?!django_session)(\w+)', re.IGNORECASE)
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
SAFE = {"GET", "HEAD", "OPTIONS"}
asked: Counter[str] = Counter()
HANDLER = Client(raise_request_exception=False).handler  # the middleware is built once, not once a cell


class Browser(RequestFactory):
    """Django's test client without the copies that it keeps of what each template was rendered with."""

    def request(self, **environment):
        return HANDLER(self._base_environ(**environment))


@dataclass
class Asker:
    """Somebody at the door. Every question is rolled back, so that the next one meets the same world."""

    persona: Persona
    session: str = ""
    wrong: list[str] = field(default_factory=list)
    nothing: dict[tuple[str, str], tuple] = field(default_factory=dict)

    def ask(self, method: str, address: str, data: dict | None = None, headers: dict | None = None):
        """The answer and the tables that were written."""
        browser = Browser()
        if self.session:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.session
        call = getattr(browser, method.lower())
        written: list[str] = []
        with connection.execute_wrapper(noting(written)):
            given = (data or {},) if method in ("GET", "HEAD", "POST") else ()
            kind = {"content_type": "application/json"} if isinstance(data, str) else {}
            answer = call(address, *given, headers=self.made_for() | (headers or {}), **kind)
        return answer, written

    def made_for(self) -> dict[str, str]:
        """What a page says of the unit that it was made for: the active one, which is the first."""
        membership = Membership.objects.filter(user__username=self.persona.username, is_active=True).first()
        return {acting.HEADER: acting.made_for(membership)} if membership else {}

    def cell(
        self,
        method: str,
        address: str,
        expected: int,
        *,
        data: dict | None = None,
        about: str = "",
        missing: str = "",
        moves: bool = False,
        is_public: bool = False,
        gate: str = "",
        headers: dict | None = None,
        marks: str = "",
        keeps: bool = False,
    ) -> None:
        """Ask, judge, undo. `missing`: the address of nothing, whose answer a 404 has to equal;
        `moves`: what is done leaves a line in the history; `is_public`: no account is needed;
        `gate`: the address of a step that this person has to take before anything else;
        `marks`: the table in which a page notes that it was shown; `keeps`: a 409 keeps what was sent."""
        asked["cells"] += 1
        where = f"{self.persona.name}: {method} {address} {about}"
        with undone():
            before = HistoryEntry.objects.count() if moves else 0
            answer, written = self.ask(method, address, data, headers)
            if not (is_public or self.persona.is_signed_in):
                gate = "/sign-in/?next=/"
            written = [table for table in written if table != marks and not (keeps and expected == 409)]
            self.judge(where, method, answer, written, expected, gate)
            if moves and answer.status_code == expected and HistoryEntry.objects.count() == before:
                self.wrong.append(f"{where}: done, but not in the history")
        if missing and answer.status_code == expected == oracle.NOT_FOUND:
            given = comparable(answer, address)
            if address == missing:
                self.nothing[method, missing] = given
            if given != self.answer_to_nothing(method, missing):
                self.wrong.append(f"{where}: tells a foreign object from none")

    def answer_to_nothing(self, method: str, address: str) -> tuple:
        """What this person is told of an id that nothing has; asked once."""
        if (method, address) not in self.nothing:
            with undone():
                answer, _written = self.ask(method, address)
            self.nothing[method, address] = comparable(answer, address)
        return self.nothing[method, address]

    def judge(self, where: str, method: str, answer, written: list[str], expected: int, gate: str) -> None:
        """The answer policy, literally. `gate`: where somebody is sent who may not enter, and writes nothing."""
        asked[str(answer.status_code)] += 1
        location = answer.headers.get("Location", "")
        if answer.status_code != expected or answer.status_code >= 500:
            self.wrong.append(f"{where}: {answer.status_code}, not {expected}")
        if gate and expected == oracle.SIGN_IN and not location.startswith(gate):
            self.wrong.append(f"{where}: leads to “{location}”, not to {gate}")
        if answer.status_code == oracle.NOT_OFFERED and not answer.headers.get("Allow"):
            self.wrong.append(f"{where}: does not say which methods are offered")
        if expected == oracle.REJECTED:
            written = [table for table in written if table != COUNTS_ATTEMPTS]
        if written and (method in SAFE or expected >= 400 or gate):
            self.wrong.append(f"{where}: writes {written}")


def noting(written: list[str]) -> Callable:
    """Notes the table of each statement that writes; the statements themselves are not kept, as that takes time."""

    def execute(run, sql, params, many, context):
        if found := WRITES.match(sql or ""):
            written.append(found[2])
        return run(sql, params, many, context)

    return execute


def comparable(answer, address: str) -> tuple:
    """Status, headers and body, without the form token, the address that was asked for and the number of the request."""
    identity = next(iter(re.findall(r"[0-9a-f-]{36}", address)), address).encode()
    headers = dict(answer.headers)
    number = headers.pop("X-Request-Id").encode()  # every answer has another one
    body = TOKEN.sub(rb"\1", answer.content).replace(identity, b"ID").replace(number, b"REQUEST")
    return answer.status_code, sorted(headers.items()), body


class undone:
    """A savepoint that is always rolled back, and with it what the request set on the connection."""

    def __enter__(self):
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, *raised):
        transaction.set_rollback(True)
        self.block.__exit__(*raised)
        return False


def session_of(username: str) -> str:
    """A live session, also of an account that is disabled afterwards."""
    user = User.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    visitor = Client(raise_request_exception=False)
    visitor.handler = HANDLER
    visitor.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    assert visitor.get("/").status_code == 200  # the first request notes when the session began
    return session.session_key


def asker(persona: Persona) -> Asker:
    return Asker(persona, session_of(persona.username) if persona.username else "")
