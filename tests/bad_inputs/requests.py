"""What browsers, scripts and attackers send besides the fields of a form (catalogue parts B, E)."""

# Query strings, each added to every page that reads one. None is an error of ours: 200, 400 or 404.
QUERIES = [
    ("B25", "q=%25_%5C%27%22"),
    ("B26", "sort=user__password"),
    ("B26", "sort=-1"),
    ("B26", "sort=-"),
    ("B26", "sort=,"),
    ("B26", "sort=tenant__path;drop"),
    ("B26", "order_by=user__password"),
    ("B26", "sort=tenant&sort=-period"),
    ("B28", "_connector=OR+1%3D1"),
    ("B28", "state__in=draft"),
    ("B28", "tenant=sh-bigdata"),
    ("B28", "tenant=%00"),
    ("B28", "tenant=" + "x" * 5000),
    ("B28", "tenant__path=0001"),
    ("B29", "%ff=%ff"),
    ("B29", "period=%ff"),
    ("B29", "period=%25%32%35"),
    ("B05", "period=%00"),
    ("B05", "year=%00&page=%00&sort=%00"),
    ("B+", "period=2099Q9"),
    ("B+", "period="),
    ("B+", "period=2021Q1&period=2022Q1"),
    ("B+", "year=0"),
    ("B+", "year=-1"),
    ("B+", "year=" + "9" * 5000),
    ("B+", "year=２０２１"),
    ("B+", "page=0"),
    ("B+", "page=-1"),
    ("B+", "page=abc"),
    ("B+", "page=" + "9" * 5000),
    ("B+", "page=1e9"),
    ("B+", "per_page=0"),
    ("B+", "per_page=-1"),
    ("B+", "per_page=1000000"),
    ("B+", "cumulative=yes&include_submitted=%F0%9F%8E%89"),
    ("E35", "callback=alert"),
    ("E59", "token=abc"),
]

# What may stand for an id, and is none: 404, whoever asks.
IDS = [
    ("E15", "0"),
    ("E15", "-1"),
    ("E15", "1" + "0" * 30),
    ("E15", "１２"),
    ("E15", "%00"),
    ("E15", "x" * 4096),
    ("E15", "00000000000000000000000000000000"),
    ("E17", "..%2f..%2fetc%2fpasswd"),
    ("E17", "%252e%252e"),
    ("E17", "..;"),
    ("E17", "..%5C..%5C"),
]

# Addresses that are asked for by everybody who looks for a hole.
PROBES = [
    ("E38", path)
    for path in (
        "/.git/config", "/.env", "/settings.py", "/static/../portal/settings.py", "/static/%2e%2e/manage.py", "/media/",
        "/media/exports/", "/api/schema", "/__debug__/", "/admin/", "/portal.sqlite3", "/static/", "/wp-login.php",
    )
]  # fmt: skip

# Bodies of POST requests to every address that takes one: (id, data, content type or None for a form).
LONG = "字" * 10_000
BODIES = [
    ("E+", {}, None),
    ("A50", {"revision": ["1", "1"], "do": "save"}, None),
    ("A50", {"revision": "1", "row-1-provider": ["甲", "乙"]}, None),
    ("A52", {"revision": "1", "row-99999-provider": "甲"}, None),
    ("A52", {"revision": "1", "row-9999-provider": "甲"}, None),
    ("A52", {"revision": "1", "row-201-provider": "甲"}, None),
    ("A52", {"revision": "1", "row-0-provider": "甲", "row--1-provider": "乙", "row-x-provider": "丙"}, None),
    ("A52", {"revision": "1", "row-٣-provider": "甲"}, None),
    ("E08", {"revision": "", "reason": "请核对。"}, None),
    ("E08", {"revision": "-1", "reason": "请核对。"}, None),
    ("E08", {"revision": "abc", "reason": "请核对。"}, None),
    ("E08", {"revision": "１", "reason": "请核对。"}, None),
    ("E08", {"revision": "1.0", "reason": "请核对。"}, None),
    ("E08", {"revision": "9" * 9, "reason": "请核对。"}, None),
    ("E08", {"revision": "9" * 5000, "reason": "请核对。"}, None),
    ("E08", {"revision": "1\x00", "reason": "请核对。"}, None),
    ("B05", {"revision": "1", "reason": "\x00", "row-1-provider": "\x00", "explain-\x00": "\x00"}, None),
    ("B05", {"programme": "\x00", "period": "\x00", "tenant": "\x00", "membership": "\x00", "role": "\x00"}, None),
    ("B11", {"revision": "1", "row-1-provider": LONG, "preparer": LONG, "reason": LONG, "full_name": LONG}, None),
    ("B11", {"revision": "1", f"explain-{'k' * 5000}": LONG, "do": LONG, "remove_row": LONG}, None),
    ("B+", {"programme": "taizhou", "period": LONG, "username": LONG, "password": LONG, "language": LONG}, None),
    ("F39", {"revision": "1", "status": "accepted", "state": "accepted", "move": "accept", "tenant": "1"}, None),
    ("E24", b"revision=1&row-1-provider=%ED%A0%80%ff&reason=%ED%A0%80", "application/x-www-form-urlencoded"),
    ("E24", "revision=1&reason=中文".encode("gbk"), "application/x-www-form-urlencoded; charset=gbk"),
    ("E24", "revision=1".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
    ("E24", b"revision=1", "application/x-www-form-urlencoded; charset=nonsense"),
    ("E23", b'{"revision": NaN, "a": [[[[]]]]}', "application/json"),
    ("E23", b"[" * 100_000, "application/json"),
    ("E+", b"\x00\xff\xfe", "application/octet-stream"),
    ("E+", b"x", "multipart/form-data"),
    ("E+", b"x", "multipart/form-data; boundary=y"),
    ("E+", b"--y\r\nContent-Disposition: form-data; name=\"revision\"\r\n\r\n1", "multipart/form-data; boundary=y"),
    ("E+", b"revision=1", ""),
    ("E21", b"a=" + b"x" * (3 * 1024 * 1024), "application/x-www-form-urlencoded"),
    ("E21", b"&".join(b"f%d=1" % number for number in range(3000)), "application/x-www-form-urlencoded"),
]  # fmt: skip
