"""Which version of the portal is this? CHANGELOG.md says what each one brought; every page ends with it."""

VERSION = "0.6.0"
