"""A password hasher that counts how often it is asked."""

from typing import ClassVar

from django.contrib.auth.hashers import BasePasswordHasher


class CountingHasher(BasePasswordHasher):
    algorithm = "counting"
    hashed: ClassVar[int] = 0

    def salt(self) -> str:
        return "x"

    def encode(self, password: str, salt: str) -> str:
        type(self).hashed += 1
        return f"counting${password}"

    def verify(self, password: str, encoded: str) -> bool:
        return self.encode(password, "") == encoded

    def must_update(self, encoded: str) -> bool:
        return False
