"""Loaded before anything else (see pyproject): tests have a data folder of their own and reach no service by chance."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import settings

if "LINLI_TEST_FOLDER" not in os.environ:
    os.environ["LINLI_TEST_FOLDER"] = tempfile.mkdtemp(prefix="linli-test-")
    atexit.register(shutil.rmtree, os.environ["LINLI_TEST_FOLDER"], ignore_errors=True)
os.environ["LINLI_DATA_DIR"] = str(
    Path(os.environ["LINLI_TEST_FOLDER"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
)
os.environ["LINLI_SECRET_KEY"] = "a key for tests, and for nothing else, of fifty signs or more"
for name in ("LINLI_DEMO", "LINLI_HTTPS", "LINLI_DEBUG", "LINLI_HOSTS"):
    os.environ.pop(name, None)
# Who must have a second factor is said by the tests of it; elsewhere nobody is sent to set one up.
os.environ["LINLI_SECOND_FACTOR_ROLES"] = ""
# The days of the tests are not those of this machine; what a clock set back brings about has tests of its own.
os.environ["LINLI_CLOCK_BACK_MINUTES"] = str(100 * 366 * 24 * 60)
# Programs that tests start find Django compiled: reading it anew takes each of them seconds.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# How many examples a property is tried on: a few while one works, many in `start.py soak`.
settings.register_profile("quick", max_examples=25, deadline=None, print_blob=True)
settings.register_profile("thorough", max_examples=250, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("LINLI_EXAMPLES", "quick"))
