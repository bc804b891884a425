"""How passwords are hashed: Argon2id with the parameters of the settings. Other hashes are replaced at sign-in."""

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher


class MeasuredArgon2(Argon2PasswordHasher):
    memory_cost = settings.PASSWORD_ARGON2["memory_cost"]
    time_cost = settings.PASSWORD_ARGON2["time_cost"]
    parallelism = settings.PASSWORD_ARGON2["parallelism"]
