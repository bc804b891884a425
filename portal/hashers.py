"""How passwords are hashed: Argon2id with the parameters of the settings. Other hashes are replaced at sign-in.

Few at once: each takes 19 MiB and a core, and on the evening before the deadline everybody signs in. The others wait
their turn in the process; a hash waits for nothing itself, so that the turn always comes.
"""

import threading

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = threading.BoundedSemaphore(settings.PASSWORD_HASHES_AT_ONCE)


class MeasuredArgon2(Argon2PasswordHasher):
    memory_cost = settings.PASSWORD_ARGON2["memory_cost"]
    time_cost = settings.PASSWORD_ARGON2["time_cost"]
    parallelism = settings.PASSWORD_ARGON2["parallelism"]

    def encode(self, password: str, salt: str) -> str:
        with AT_ONCE:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with AT_ONCE:
            return super().verify(password, encoded)
