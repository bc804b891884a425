"""A page as lines: what is read on it, its links, forms and fields in their order; and the shape of its elements."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin

SPACE = re.compile(r"\s+")
FIELDS = {"input", "select", "textarea", "button", "option"}
SAID = ("name", "type", "value", "checked", "selected", "disabled", "readonly", "required", "hidden", "formaction", "placeholder", "aria-label", "title", "alt")  # fmt: skip
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Form:
    method: str
    action: str
    given: list[tuple[str, str]] = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def addresses(self, page: str) -> list[str]:
        """What a form that only asks leads to: as it stands, and with each choice of each of its lists."""
        plain = dict(self.given)
        asked = [plain] + [plain | {name: value} for name, values in self.choices.items() for value in values]
        return [f"{urljoin(page, self.action or page).split('?')[0]}?{urlencode(each)}" for each in asked]


class Screen(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.lines: list[str] = []
        self.shape: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._depth = 0
        self._select = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: "" if value is None else value for name, value in attrs}
        if given.get("name") == "csrfmiddlewaretoken":
            given["value"] = "*"
        said = [f"{name}={given[name]}" for name in sorted(given) if _is_shape(name)]
        self.shape.append(" ".join(["·" * self._depth + tag, *said]))
        self._depth += tag not in VOID
        self._take(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._depth -= 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag not in VOID

    def handle_data(self, data: str) -> None:
        if text := SPACE.sub(" ", data).strip():
            self.lines.append(text)

    def _take(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            self.forms.append(Form(given.get("method", "get").lower(), given.get("action", "")))
            self.lines.append(f"[form {self.forms[-1].method} {self.forms[-1].action}]")
        if tag in FIELDS:
            self.lines.append(
                " ".join([f"[{tag}", *(f"{name}={given[name]}" for name in SAID if name in given)]) + "]"
            )
            if self.forms:
                self._take_field(tag, given)
        elif label := given.get("aria-label") or given.get("title") or given.get("alt"):
            self.lines.append(f"[{tag} {label}]")
        for name in ("href", "src", "hx-get", "hx-post"):
            if name in given and not (tag == "use" or given[name].startswith("data:")):
                self.lines.append(f"[{tag} {name} {given[name]}]")
        if (tag == "a" and "href" in given) or "hx-get" in given:
            self.links.append(given.get("hx-get") or given["href"])

    def _take_field(self, tag: str, given: dict[str, str]) -> None:
        form, name, value = self.forms[-1], given.get("name", ""), given.get("value", "")
        if tag == "button" or given.get("type") == "submit":
            form.buttons += [(name, value)] if name else []
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            form.choices.setdefault(self._select, []).append(value)
            if "selected" in given:
                form.given.append((self._select, value))
        elif name and given.get("type") in ("checkbox", "radio") and "checked" not in given:
            form.choices.setdefault(name, []).append(value)
        elif name:
            form.given.append((name, value))


def _is_shape(attribute: str) -> bool:
    return attribute in ("class", "id", "role", "for", "scope", "colspan", "rowspan", "tabindex") or attribute.startswith(("data-", "aria-", "hx-"))  # fmt: skip
