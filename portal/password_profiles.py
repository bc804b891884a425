"""Which rules does a password have to meet? Two profiles that contradict each other (docs/decisions/0008)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """`days`: after how many a password has to be changed; None: never."""

    validators: list[dict]
    days: int | None


def _validator(name: str, **options: object) -> dict:
    return {"NAME": f"portal.passwords.{name}", "OPTIONS": options}


def _length(minimum: int) -> list[dict]:
    return [_validator("LongEnough", min_length=minimum), _validator("MaximumLength", maximum=128)]


PROFILES = {
    # GB/T 22239-2019, 8.1.4.1 a: complexity, and a change at intervals.
    "dengbao": Profile(
        validators=[
            *_length(10),
            _validator("CharacterClasses", wanted=3),
            _validator("NotAName"),
            _validator("NotCommon"),
            _validator("NotUsedBefore", remembered=5),
        ],
        days=90,
    ),
    # OWASP ASVS 5.0, 6.2: length and a list; no composition rules (6.2.5), no rotation (6.2.10).
    "asvs": Profile(validators=[*_length(15), _validator("NotAName"), _validator("NotCommon")], days=None),
}
