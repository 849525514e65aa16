"""A PostgreSQL server of a test's own, to be stopped and started: the one others use is never touched."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .house import free_port

PLACES = "/usr/lib/postgresql/*/bin"


class Cluster:
    """A server in a folder of its own, which runs as whoever may run one: not as root."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"postgresql://linli@127.0.0.1:{self.port}/postgres"
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-U", "linli", "-A", "trust", "-E", "UTF8", "--no-locale", "-N", "-D", str(folder / "data"))

    def start(self) -> None:
        """It answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c fsync=off"
        self._ctl("start", "-o", options, "-l", str(self.folder / "log"))

    def stop(self, how: str = "fast") -> None:
        """It is gone, as an administrator (`fast`) or the power (`immediate`) stops it."""
        self._ctl("stop", "-m", how)

    def _ctl(self, *words: str) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", *words)

    def _run(self, program: str, *words: str) -> None:
        places = os.pathsep.join([os.environ["PATH"], *map(str, sorted(Path("/").glob(PLACES[1:]), reverse=True))])
        found = shutil.which(program, path=places)
        assert found, f"{program} of PostgreSQL is not installed"
        as_whom = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(
            [*as_whom, str(Path(found).resolve()), *words], check=True, cwd=self.folder, timeout=120, **quiet
        )


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A server that runs, and is gone with all it held after the block."""
    with tempfile.TemporaryDirectory(prefix="linli-cluster-") as name:
        cluster = Cluster(Path(name))
        cluster.start()
        try:
            yield cluster
        finally:
            with suppress(subprocess.CalledProcessError):  # a test that failed left it stopped
                cluster.stop("immediate")
