#!/usr/bin/env python3
"""The front door of Linli 邻里: sets up what is missing, then does what was asked (`start.py --help`).

Needs Python 3.11 or newer with venv, and nothing else. What it lays, all git-ignored and safe to delete:

    .venv/      the packages of requirements.lock (of requirements-dev.lock for the developer's commands)
    .tools/     the log of the last set-up and the throw-away things of building
    linli/site/static/vendor/, *.mo     see assets.py

Each carries a digest of what it was made from, so a second start looks at four small files and goes on.
A set-up is built aside and moved into place when whole: killed at any moment, the next start makes it good.
"""

import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # also where Python was told not to look there
from start_words import (
    ENVIRONMENT,
    HELP,
    LIBRARIES,
    PACKAGES,
    REFUSALS,
    SETUP,
    STOPPED,
    WAITING,
    WORDS,
    chinese,
    say,
)

try:
    import fcntl
except ImportError:  # Windows has no such lock: there two set-ups at once are the reader's to avoid
    fcntl = None

HERE = Path(__file__).resolve().parent
VENV, TOOLS, VENDOR = HERE / ".venv", HERE / ".tools", HERE / "linli" / "site" / "static" / "vendor"
RUN, DEV, LOG = HERE / "requirements.lock", HERE / "requirements-dev.lock", TOOLS / "setup.log"
WINDOWS = os.name == "nt"
DISK_NEEDED = {RUN: 400, DEV: 1000}  # megabytes, with room to unpack

# The developer's commands; every other word is a command of `linli` itself.
WORKSHOP = {
    "test": ["workshop.suites"], "soak": ["workshop.suites", "--soak"], "bench": ["bench"],
    "check": ["workshop.checks"], "docs": ["workshop.handbook"], "bundle": ["workshop.bundle"],
}  # fmt: skip

# What pip, uv, npm and the system say when the cause is one a reader can mend.
CAUSES = [
    ("disk", re.compile(r"no space left|os error 28|ENOSPC|disk quota", re.I)),
    ("hashes", re.compile(r"hash mismatch|do not match the hashes|not the bytes|EINTEGRITY", re.I)),
    ("network", re.compile(
        r"failed to (fetch|download|connect)|dns error|name resolution|connection (refused|reset|error)"
        r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|timed out|max retries|NewConnectionError"
        r"|ProxyError|error sending request|network is unreachable"
        r"|no matching distribution|certificate verify failed", re.I)),
]  # fmt: skip


def main(words):
    """Do what was asked; the exit code is that of the command that was run, 2 when set-up was refused."""
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", str)(errors="replace")
    if sys.version_info < (3, 11):  # noqa: UP036 - older ones run this file, up to here
        refuse("python", found=".".join(map(str, sys.version_info[:2])), words=" ".join(words))
    if not words or words[0] in ("-h", "--help", "help"):
        print(HELP["zh" if chinese() else "en"], end="")
        return 0
    workshop = words[0] in WORKSHOP and not (words[0] == "check" and "--deploy" in words)
    began = time.monotonic()
    try:
        set_up(DEV if workshop else RUN)
    except KeyboardInterrupt:
        print(say(STOPPED), file=sys.stderr)
        return 130
    if words[0] == "demo":
        print(say(SETUP).format(time.monotonic() - began), flush=True)
    module = [*WORKSHOP[words[0]], *words[1:]] if workshop else ["linli.site.command", *words]
    return hand_over([str(python()), "-P", "-m", *module])


def hand_over(command):
    """The command takes this process's place (and so its signals), and finds `linli` in the checkout."""
    path = os.pathsep.join(filter(None, [str(HERE), os.environ.get("PYTHONPATH")]))
    environment = dict(os.environ, PYTHONPATH=path, PYTHONUTF8="1")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the folders are ours; compiled once, each start saves seconds
    if WINDOWS:
        return subprocess.call(command, env=environment)
    sys.stdout.flush()
    return os.execve(command[0], command, environment)  # noqa: S606 - the very purpose


# -- setting up ------------------------------------------------------------------------------------


def set_up(lock):
    """The packages of `lock`, the browser libraries and the translations are those of this checkout."""
    if laid(lock) and libraries_laid() and not stale_words():
        return
    try:
        TOOLS.mkdir(exist_ok=True)
        with alone():
            if not laid(lock):
                lay_packages(lock)
            if not libraries_laid():
                lay(LIBRARIES, "vendor")
                (VENDOR / ".recipe").write_text(vendor_recipe())
            if stale_words():
                lay(WORDS, "words")
    except PermissionError:
        refuse("folder", folder=HERE)
    except OSError as error:
        refuse_for(PACKAGES, lock, str(error))


def lay(label, what):
    failed = run(label, [[str(python()), "-P", str(HERE / "assets.py"), what]])
    if failed:
        refuse_for(label, RUN, failed)


def laid(lock):
    return python().exists() and fresh(VENV, recipe(lock))


def libraries_laid():
    return fresh(VENDOR, vendor_recipe())


def fresh(folder, digest):
    """Whether `folder` was made from what has this digest. One that was not finished says nothing."""
    stamp = folder / ".recipe"
    return stamp.is_file() and digest in stamp.read_text().split()


def recipe(lock):
    """A digest of what an environment is made from: the lock, and which Python reads it."""
    version = "{}.{}".format(*sys.version_info[:2])
    return hashlib.sha256(version.encode() + lock.read_bytes()).hexdigest()


def vendor_recipe():
    parts = [HERE / "assets.py", HERE / "frontend" / "package-lock.json", RUN]
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()


def stale_words():
    """Whether a translation was changed after it was compiled."""
    pairs = [(po, po.with_suffix(".mo")) for po in HERE.glob("linli/locale/*/LC_MESSAGES/*.po")]
    return any(not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime for po, mo in pairs)


def python():
    return VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")


@contextlib.contextmanager
def alone():
    """One set-up at a time; a second one waits here, then finds the work done."""
    with (TOOLS / "lock").open("w") as lock:
        try:
            fcntl and fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(say(WAITING), flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def lay_packages(lock):
    """`.venv` holds exactly the lock's packages, or is as it was before."""
    uv = working_uv()
    new, old = VENV.with_name(".venv-new"), VENV.with_name(".venv-old")
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    if not (uv and install_with_uv(uv, new, lock)):
        install_with_pip(new, lock)
    move_in(new)
    # The developer's lock holds all of the other: one environment serves both.
    (new / ".recipe").write_text("\n".join(recipe(each) for each in ([RUN, DEV] if lock == DEV else [RUN])))
    if VENV.exists():
        VENV.rename(old)
    new.rename(VENV)
    shutil.rmtree(old, ignore_errors=True)


def working_uv():
    """The path of a uv that answers, or None: a version manager's shim may stand for nothing."""
    uv = shutil.which("uv")
    answers = uv and subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0
    return uv if answers else None


def install_with_uv(uv, new, lock):
    """Whether uv did it. Where it did not, pip is asked: mirrors are often set for one of the two only."""
    make = [uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(new)]
    fill = [uv, "pip", "install", "--python", str(new), "--require-hashes", "--no-deps", "-r", str(lock)]
    return not (run(ENVIRONMENT, [make]) or run(PACKAGES, [fill]))


def install_with_pip(new, lock):
    """An environment at `new` with the lock's packages, by a pip on each core: most of its work is thinking."""
    if importlib.util.find_spec("ensurepip") is None:
        refuse("venv", package="python{}.{}-venv".format(*sys.version_info[:2]))
    shutil.rmtree(new, ignore_errors=True)
    pipless = ["--without-pip"] if bundled_pip() else []
    failed = run(ENVIRONMENT, [[sys.executable, "-m", "venv", *pipless, str(new)]])
    pinned = re.split(r"\n(?=\S)", lock.read_text().strip())
    failed = failed or run(PACKAGES, list(pips(new, pinned)), of=len(pinned))
    if failed:
        refuse_for(PACKAGES, lock, failed)


def pips(new, pinned):
    """The calls that install what is pinned, each its part of it."""
    for wheel in bundled_pip()[:1]:
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(next(new.glob("[Ll]ib/**/site-packages")))
    pip = [str(new / python().relative_to(VENV)), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    options = ["--retries=2", "--progress-bar=off", "--no-compile", "--no-warn-conflicts", "--require-hashes"]
    cores = min(os.cpu_count() or 1, 4)
    for core in range(cores):
        part = TOOLS / f"part-{core}.lock"
        part.write_text("\n".join(pinned[core::cores]) + "\n")
        yield [*pip, "install", *options, "--no-deps", "-r", str(part)]


def bundled_pip():
    """The wheels of the pip that Python carries: unpacking one takes a tenth of the time of installing it."""
    folders = [*importlib.util.find_spec("ensurepip").submodule_search_locations, "/usr/share/python-wheels"]
    return [wheel for folder in folders for wheel in sorted(Path(folder).rglob("pip-*.whl"))]


def move_in(new):
    """The programs in the new environment name the place it is about to have."""
    for program in new.joinpath(python().parent.name).iterdir():
        text = program.read_bytes() if program.is_file() and not program.is_symlink() else b""
        if text.startswith(b"#!") or program.name.startswith("activate"):
            program.write_bytes(text.replace(os.fsencode(new), os.fsencode(VENV)))


def run(label, commands, of=0):
    """Run the commands of one step side by side, kept in the log; None when all went well, else what they said.

    A terminal sees the step's packages and seconds while it runs; elsewhere there is one line at its end.
    """
    began = time.monotonic()
    with LOG.open("w", encoding="utf-8") as log:
        log.writelines("$ {}\n".format(" ".join(command)) for command in commands)
    with LOG.open("a") as log:
        streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
        running = [subprocess.Popen(command, **streams) for command in commands]
        try:
            while any(process.poll() is None for process in running):
                show(label, began, of)
                time.sleep(0.05)
        finally:
            for process in running:
                process.kill()
    show(label, began, of, done=True)
    return said() if any(process.returncode for process in running) else None


def said():
    return LOG.read_text(encoding="utf-8", errors="replace")


def show(label, began, of, done=False):
    seconds = time.monotonic() - began
    if done and seconds > 0.5 and not sys.stdout.isatty():
        print(f"{say(label)}: {seconds:.1f} s", flush=True)
    if not sys.stdout.isatty():
        return
    count = len(re.findall("^Collecting ", said(), re.M)) if of else 0
    bar = f"▕{'█' * (20 * count // of):20}▏ {count}/{of} " if of else ""
    print(f"\r\x1b[K{say(label)} {bar}{seconds:.1f} s", end="\n" if done else "", flush=True)


# -- saying ----------------------------------------------------------------------------------------


def refuse_for(step, lock, output):
    """Refuse with the cause the output tells of, or else with its last lines, leaving no half-made folder."""
    cause = next((name for name, pattern in CAUSES if pattern.search(output)), "failed")
    shutil.rmtree(VENV.with_name(".venv-new"), ignore_errors=True)
    free = shutil.disk_usage(HERE).free // 2**20
    tail = "\n".join("    " + line for line in output.strip().splitlines()[-12:])
    refuse(cause, step=step, log=LOG, free=free, needed=DISK_NEEDED[lock], folder=HERE, tail=tail)


def refuse(cause, **facts):
    """End with what happened, why and what to do next, in the reader's language first."""
    step = facts.pop("step", ("", ""))
    texts = [text.format(step=step[number], **facts) for number, text in enumerate(REFUSALS[cause])]
    print("", *(reversed(texts) if chinese() else texts), sep="\n", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
