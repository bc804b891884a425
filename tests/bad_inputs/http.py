"""Requests that no page of ours sends: method, address, headers, body, and the statuses that are right.

In an address {filing}, {version}, {export}, {person} and {token} stand for those of the test's world, and {id}
in turn for every text of IDS. `who` is a user name; None: nobody has signed in.
"""

import gzip
from dataclasses import dataclass, field

REVIEWER, CLERK, STRANGER = (
    "taizhou-education-reviewer",
    "jiaojiang-preparer",
    "shanghai-civil-affairs-reviewer",
)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
JSON = {"Content-Type": "application/json"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
MEGABYTE = 2**20

# E06: what no page offers
METHODS = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "FOO"]

# E15
IDS = [
    "0",
    "-1",
    "1" + "0" * 30,
    "１２",
    "%00",
    "%EF%BC%91%EF%BC%92",
    "00000000-0000-0000-0000-000000000000",
    "6BA7B810-9DAD-11D1-80B4-00C04FD430C8",
    "6ba7b8109dad11d180b400c04fd430c8",
    "a" * 4096,
    "%ED%A0%80",
    "null",
    "[object Object]",
    "1%20OR%201=1",
]
ID_ADDRESSES = [
    "/filings/{id}/",
    "/filings/{id}/edit/",
    "/filings/{id}/submit/",
    "/filings/{id}/nil/",
    "/filings/{id}/accept/",
    "/versions/{id}/",
    "/versions/{id}/attachment/",
    "/exports/{id}/",
    "/exports/{id}/file/",
    "/invitations/{id}/",
    "/{id}/rollup/",
    "/{id}/rollup/attachment/",
    "/{id}/board/",
    "/{id}/progress/",
    "/{id}/targets/",
    "/{id}/definitions/",
    "/taizhou/rollup/?period={id}",
    "/taizhou/rollup/?tenant={id}",
]
# What a list or a page is asked for; whatever is asked, it answers or has no such page.
LISTS = [
    "/filings/?page={id}",
    "/filings/?sort={id}",
    "/filings/?per_page={id}",
    "/exports/?page={id}",
    "/exports/?per_page={id}",
    "/history/?page={id}",
    "/history/?sort={id}",
    "/history/?per_page={id}",
    "/taizhou/board/?year={id}",
    "/taizhou/targets/?year={id}",
    "/taizhou/progress/?period={id}",
    "/taizhou/rollup/?cumulative={id}",
]

# E17
PATHS = [
    "/..%2f..%2fetc/passwd",
    "/%252e%252e/%252e%252e/etc/passwd",
    "/..;/settings.py",
    "//etc/passwd",
    "/etc/passwd",
    "/..%5c..%5cportal%5csettings.py",
    "/static/..%2f..%2fportal/settings.py",
    "/static/%252e%252e/portal/settings.py",
    "/static/..;/portal/settings.py",
    "/static/..%5cportal%5csettings.py",
    "/static//etc/passwd",
    "/static/%00",
    "/static/portal/",
    "/exports/..%2f..%2fsecret_key/file/",
    "/versions/..%2f..%2fsecret_key/attachment/",
]
# E38
HIDDEN = [
    "/.git/config",
    "/.env",
    "/.svn/entries",
    "/settings.py",
    "/portal/settings.py",
    "/manage.py",
    "/var/portal.sqlite3",
    "/portal.sqlite3",
    "/secret_key",
    "/static/../",
    "/static/",
    "/static/staticfiles.json/",
    "/media/",
    "/files/",
    "/files/exports/",
    "/api/schema",
    "/api/",
    "/__debug__/",
    "/debug/",
    "/admin/",
    "/admin/login/",
    "/server-status",
    "/metrics",
    "/readyz",
    "/phpinfo.php",
    "/wp-login.php",
    "/.well-known/nothing",
]
# E29
FORGED = [
    "",
    "x",
    "x" * 32,
    "a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6",
    "../../../../etc/passwd",
    '"abcdefghijkl\\000"',
    '"\\377\\376\\375abcdefgh"',
    "a" * 8000,
    "eyJhbGciOiJub25lIn0.e30.",
    "' OR '1'='1",
    "%0d%0aSet-Cookie:x=1",
]


@dataclass(frozen=True)
class Bad:
    row: str
    method: str
    path: str
    statuses: set[int]
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    who: str | None = REVIEWER
    checks_csrf: bool = False


# Names of fields that the grid may meet: what it does not know it leaves alone, what it keeps can be stored.
FIELD_NAMES = [
    "explain-%00",
    "explain-%ED%A0%80",
    "explain-" + "x" * 5000,
    "explain-%F0%9F%92%A9",
    "row-1-%00",
    "row-0-provider",
    "row-%EF%BC%91-provider",
    "row-99999-provider",
    "__proto__",
    "%00",
]


def form_of(fields: int) -> bytes:
    return "&".join(f"row-{number}-provider=" for number in range(fields)).encode()


def multipart(value: bytes) -> bytes:
    return b'--x\r\nContent-Disposition: form-data; name="reason"\r\n\r\n' + value + b"\r\n--x--\r\n"


ROWS = [
    *[Bad("E15", "GET", each.replace("{id}", text), {404, 400}) for each in ID_ADDRESSES for text in IDS],
    *[Bad("E15", "GET", each.replace("{id}", text), {200, 400, 404}) for each in LISTS for text in IDS],
    *[
        Bad(
            "E15",
            "POST",
            f"/people/{text}/",
            {404},
            FORM,
            b"is_active=0",
            "taizhou-education-administrator",
        )
        for text in IDS
    ],
    *[
        Bad("E15", "POST", path, {404}, FORM, f"programme=taizhou&period={text}".encode(), who)
        for path, who in [("/filings/start/", CLERK), ("/exports/", REVIEWER)]
        for text in IDS
    ],
    *[Bad("E15", "POST", "/membership/", {404}, FORM, f"membership={text}".encode()) for text in IDS],
    *[Bad("E17", "GET", path, {404, 400}, who=who) for path in PATHS for who in (None, REVIEWER)],
    *[Bad("E38", "GET", path, {404}, who=who) for path in HIDDEN for who in (None, REVIEWER)],
    # E05: a method is what the request line says
    *[
        Bad("E05", "GET", "/filings/", {200}, {name: method})
        for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method")
        for method in ("DELETE", "PUT", "POST")
    ],
    Bad("E05", "GET", "/filings/?_method=DELETE", {200}),
    Bad("E05", "POST", "/filings/{filing}/accept/", {409, 400}, FORM, b"_method=DELETE"),
    Bad("E05", "POST", "/filings/", {405}, FORM, b"_method=GET"),
    # E18
    *[
        Bad("E18", "GET", "/sign-in/", {400}, {"Host": host}, who=None)
        for host in (
            "evil",
            "evil.example:8000",
            "localhost.evil",
            "local host",
            "localhost@evil",
            "",
            "[::1",
        )
    ],
    Bad("E18", "GET", "/sign-in/", {200}, {"X-Forwarded-Host": "evil"}, who=None),
    # E21: too long, by what is announced and by what is there
    *[
        Bad("E21", "POST", path, {413}, {**kind, "Content-Length": str(length)}, b"a=1", who)
        for path, who in [("/sign-in/", None), ("/filings/start/", CLERK), ("/filings/{filing}/edit/", CLERK)]
        for kind, length in [
            (FORM, 100 * MEGABYTE),
            (JSON, 100 * MEGABYTE),
            (MULTIPART, 100 * MEGABYTE),
            (FORM, 2 * MEGABYTE + 1),
            (MULTIPART, 6 * MEGABYTE + 1),
            ({"Content-Type": ""}, 3 * MEGABYTE),
            (FORM, 10**30),
        ]
    ],
    Bad("E21", "POST", "/filings/start/", {413}, FORM, b"a=" + b"x" * 2 * MEGABYTE, CLERK),
    Bad("E21", "POST", "/filings/{filing}/edit/", {413}, MULTIPART, multipart(b"x" * 3 * MEGABYTE), CLERK),
    Bad("E21", "POST", "/filings/start/", {404}, FORM, b"period=" + b"x" * MEGABYTE, CLERK),
    Bad("E21", "POST", "/filings/{filing}/edit/", {400}, FORM, form_of(2501), CLERK),
    Bad("E21", "POST", "/sign-in/", {400}, FORM, form_of(5000), None),
    # E24
    *[
        Bad(
            "E24",
            "POST",
            path,
            {400},
            {"Content-Type": f"application/x-www-form-urlencoded; charset={charset}"},
            text.encode(charset),
            who,
        )
        for path, who in [("/sign-in/", None), ("/filings/{filing}/edit/", CLERK)]
        for charset, text in [("gbk", "reason=退回"), ("utf-16", "reason=退回"), ("utf-7", "reason=退回")]
    ],
    Bad("E24", "POST", "/sign-in/", {422}, FORM, b"username=%FF%FE&password=\xff\xfe", None),
    Bad("E24", "POST", "/filings/start/", {404}, FORM, b"programme=\xff&period=%C0%80", CLERK),
    Bad(
        "E24", "POST", "/sign-in/", {422, 400}, {"Content-Type": "text/html; charset=nonsense"}, b"a=1", None
    ),
    Bad("E24", "POST", "/sign-in/", {422, 400}, {"Content-Type": "multipart/form-data"}, b"a=1", None),
    Bad("E24", "POST", "/sign-in/", {422, 400}, MULTIPART, b"--y\r\nnonsense", None),
    Bad("E24", "POST", "/sign-in/", {422, 400}, JSON, b'{"username": [[[[', None),
    # E26
    Bad(
        "E26",
        "POST",
        "/filings/start/",
        {404, 415},
        {**FORM, "Content-Encoding": "gzip"},
        gzip.compress(b"a=" + b"0" * 50 * MEGABYTE),
        CLERK,
    ),
    # E29
    *[
        Bad("E29", "GET", "/filings/", {302}, {"Cookie": f"{name}={value}"}, who=None)
        for name in ("sessionid", "__Host-sessionid", "messages", "csrftoken", "language")
        for value in FORGED
    ],
    *[
        Bad("E29", "POST", "/sign-in/", {403}, {**FORM, "Cookie": f"csrftoken={value}"}, body, None, True)
        for value in FORGED
        for body in (b"", b"csrfmiddlewaretoken=" + b"x" * 64, b"csrfmiddlewaretoken=%00")
    ],
    *[
        Bad("E29", "GET", f"/invitations/{text}/", {404}, who=None)
        for text in ("x", "a" * 43, "%00", "%0d%0a")
    ],
    # E32
    Bad("E32", "GET", "/sign-out/", {405}),
    Bad("E32", "HEAD", "/sign-out/", {405}),
    Bad("E32", "GET", "/language/", {405}),
    Bad("E32", "GET", "/membership/", {405}),
    Bad("E32", "GET", "/people/invite/", {405}),
    Bad("E32", "GET", "/filings/start/", {405}),
    # E35
    *[
        Bad(
            "E35",
            "OPTIONS",
            path,
            {405},
            {"Origin": origin, "Access-Control-Request-Method": "POST"},
            who=who,
        )
        for path in ("/", "/sign-in/", "/filings/", "/taizhou/rollup/")
        for origin in ("https://evil.example", "null")
        for who in (None, REVIEWER)
    ],
    *[
        Bad("E35", "GET", path, {200}, {"Origin": "https://evil.example"})
        for path in ("/", "/filings/", "/taizhou/rollup/", "/versions/{version}/attachment/")
    ],
    *[
        Bad("E35", "GET", f"/taizhou/rollup/?{name}=alert", {200})
        for name in ("callback", "jsonp", "format=json&callback")
    ],
    # E36
    *[
        Bad("E36", "POST", "/language/", {302}, FORM, f"language=en&next={text}".encode(), None)
        for text in ("/%0d%0aSet-Cookie:bad=1", "//evil.example", "/\\evil.example", "https:evil.example")
    ],
    *[
        Bad("E36", "GET", f"/sign-in/?next={text}", {302})
        for text in ("/%0d%0aSet-Cookie:bad=1", "//evil.example", "/%5Cevil.example", "javascript:evil")
    ],
    Bad("E36", "GET", "/filings/%0d%0aSet-Cookie:bad=1", {404}),
    Bad("E36", "GET", "/filings%0d%0aSet-Cookie:bad=1", {404}),
    Bad("E36", "GET", "/sign-in/", {200}, {"X-Request-Id": "evil"}, who=None),
    # E50
    Bad("E50", "GET", "/sign-in/", {200}, {"X-Long": "x" * 65536}, who=None),
    Bad("E50", "GET", "/filings/", {302}, {"Cookie": "sessionid=" + "x" * 8192}, who=None),
    Bad("E50", "GET", "/filings/?" + "x" * 16384, {200}),
    Bad("E50", "GET", "/" + "x" * 16384, {404}),
    # E53
    *[
        Bad("E53", "GET", path, {status}, {name: value}, who=who)
        for name, value in [("If-None-Match", "*"), ("If-None-Match", '"abc"'), ("Range", "bytes=0-1")]
        for path, who, status in [
            ("/versions/{version}/attachment/", REVIEWER, 200),
            ("/versions/{version}/attachment/", STRANGER, 404),
            ("/exports/{export}/file/", STRANGER, 404),
            ("/exports/{export}/", STRANGER, 404),
        ]
    ],
]
