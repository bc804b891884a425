"""Which provider of the register is meant by what was typed? By its name or an alias, however that is spelt."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from .names import Name, clean_name, name_key
from .visual_names import visual_key


class RegisteredNames:
    """The names of a tenant's providers, each with its other names. A name goes before an alias of another one."""

    def __init__(self, names: Mapping[str, Sequence[str]]):
        self._own = {name_key(name) for name in names}
        self._meant = {visual_key(alias): name for name, aliases in names.items() for alias in aliases}
        self._meant |= {visual_key(name): name for name in names}

    def meant_by(self, name: str) -> str:
        """The registered name that stands for this one; "" if it is the registered one, or none."""
        return "" if name_key(name) in self._own else self._meant.get(visual_key(name), "")

    def key_of(self, name: str) -> str:
        """The key of the provider that is meant; the name's own where the register does not know it. Takes a key as well."""
        return name_key(self.meant_by(name) or name)

    def read(self, raw: object) -> tuple[Name, str]:
        """What was typed, read as the provider that is meant; and what was typed instead of its name, or ""."""
        typed = clean_name(raw)
        meant = self.meant_by(typed.value) if typed.value else ""
        return (replace(typed, value=meant, key=name_key(meant)), typed.value) if meant else (typed, "")


UNREGISTERED = RegisteredNames({})
