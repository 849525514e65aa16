"""The settings of the house, with cheap passwords and as little patience for a lock as a test says."""

import os

from linli.site.settings import *  # noqa: F403
from linli.site.settings import DATABASES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if patience := os.environ.get("LINLI_TEST_PATIENCE"):
    DATABASES["default"]["OPTIONS"]["timeout"] = int(patience)
