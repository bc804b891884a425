"""What is a return as typed, valid or not? The one way between a draft, the page that fills it in and what reads it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

from ..models import Draft

# Who answers for the return, by the name of the field.
CONTACTS = {
    "preparer": gettext_lazy("Preparer"),
    "head": gettext_lazy("Head"),
    "telephone": gettext_lazy("Telephone"),
}
# The fields that hold many texts, and how the names of their inputs begin.
KEYED = {"explanations": "explain-", "replies": "reply-"}


@dataclass
class Typed:
    """A return as typed: what a draft keeps (`Draft` says what each field holds)."""

    rows: list[dict] = field(default_factory=list)
    is_nil: bool = False
    explanations: dict[str, str] = field(default_factory=dict)
    preparer: str = ""
    head: str = ""
    telephone: str = ""
    replies: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, draft: Draft) -> "Typed":
        return cls(**{name: getattr(draft, name) for name in cls.__dataclass_fields__})

    @classmethod
    def of_texts(cls, rows: Sequence[Mapping], texts: Mapping[str, str]) -> "Typed":
        """From the rows and what `texts` gives, less what was blanked."""
        given: dict[str, Any] = {name: texts[name] for name in CONTACTS}
        for name, prefix in KEYED.items():
            typed = {key: text for key, text in texts.items() if key.startswith(prefix) and text}
            given[name] = {key.removeprefix(prefix): text for key, text in typed.items()}
        return cls(rows=[dict(row) for row in rows], **given)

    @property
    def contacts(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in CONTACTS}

    @property
    def texts(self) -> dict[str, str]:
        """What is typed beside the table, by the name of its input."""
        keyed = {
            f"{prefix}{key}": text
            for name, prefix in KEYED.items()
            for key, text in getattr(self, name).items()
        }
        return self.contacts | keyed

    def keep_in(self, draft: Draft) -> None:
        """What the draft holds when it is saved next."""
        for name, value in asdict(self).items():
            setattr(draft, name, value)
