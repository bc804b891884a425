"""python -m bench WHAT [ARGUMENT…]: the apps are loaded first, as a bench names models as soon as it is imported."""

import importlib
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    importlib.import_module(f"bench.{sys.argv.pop(1)}").main()


if __name__ == "__main__":
    main()
