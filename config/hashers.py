"""How passwords are hashed. Used at sign-in and again for every signature."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SmallArgon2Hasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes, one lane: OWASP's minimum.

    Django's default takes 100 MiB for each check, so that a few people signing at once would take the machine's memory.
    """

    memory_cost = 19 * 1024
    time_cost = 2
    parallelism = 1
