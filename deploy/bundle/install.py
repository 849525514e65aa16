#!/usr/bin/env python3
"""Install Linli 邻里 from this folder alone: `python3 install.py [--to FOLDER] | --back [--to FOLDER]`.

Asks no network and needs nothing but the Python this bundle was made for. Afterwards FOLDER (/opt/linli) holds

    versions/VERSION/     the program and its packages, each version beside the others
    current               a link to the version in use; `previous` to the one before; --back swaps the two
    bin/linli             the command
    data/                 made by the first `linli` command unless LINLI_DATA_DIR names another folder

A version is built aside and moved into place when whole: an interrupted install changes nothing and can be repeated.
"""

import argparse
import compileall
import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUNDLE = json.loads((HERE / "bundle.json").read_text(encoding="utf-8"))

LAUNCHER = """\
#!/bin/sh
# Linli 邻里: the version that `current` links to.
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
PYTHONPATH="$here/current/app${PYTHONPATH:+:$PYTHONPATH}" LINLI_DATA_DIR="${LINLI_DATA_DIR:-$here/data}" PYTHONUTF8=1
export PYTHONPATH LINLI_DATA_DIR PYTHONUTF8
exec "$here/current/venv/bin/python" -P -m linli.site.command "$@"
"""

NEXT = """\
Linli {version} is in {place}.                      邻里 {version} 已装好。
  {linli} init               begin (once)                  初始化（仅一次）
  {linli} upgrade            after an earlier version      从旧版本升级
  {linli} serve              and, beside it, `worker`      网页服务，另开 worker
The version before stays: python3 install.py --back --to {place}
"""


def main(arguments):
    """Install, or go back to the version before; 2 when refused, and then nothing was changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", default="/opt/linli", type=Path, metavar="FOLDER")
    parser.add_argument("--back", action="store_true")
    options = parser.parse_args(arguments)
    place = options.to.absolute()
    if options.back:
        return go_back(place)
    refuse_what_cannot_run()
    refuse_what_is_damaged()
    try:
        lay(place)
    except PermissionError:
        refuse(
            f"{place} cannot be written to by this user. / 当前用户不能写入 {place}。",
            "Use sudo, or --to another folder.",
        )
    except OSError as error:
        refuse(f"{place}: {error.strerror}. / 写入失败。", "Make room if the disk is full, then install again.")
    print(NEXT.format(version=BUNDLE["version"], place=place, linli=place / "bin" / "linli"), end="")
    return 0


def refuse(what, step):
    print(f"\n{what}\nNothing was installed. / 没有安装任何内容。\nNext / 下一步: {step}", file=sys.stderr)
    sys.exit(2)


def refuse_what_cannot_run():
    """This Python and this machine are those the bundle's packages were made for."""
    python = "{}.{}".format(*sys.version_info[:2])
    if python != BUNDLE["python"]:
        refuse(
            f"This bundle is for Python {BUNDLE['python']}, and this is {python}. / "
            f"此安装包适用于 Python {BUNDLE['python']}，当前为 {python}。",
            f"python{BUNDLE['python']} install.py, or make a bundle with Python {python}.",
        )
    system = f"{sys.platform}-{platform.machine()}"
    if system != BUNDLE["system"]:
        refuse(
            f"This bundle is for {BUNDLE['system']}, and this machine is {system}. / "
            f"此安装包适用于 {BUNDLE['system']}，本机为 {system}。",
            "Make a bundle on a machine of this kind: python3 start.py bundle",
        )


def refuse_what_is_damaged():
    """Every file is the one that was packed."""
    for line in (HERE / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = HERE / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            refuse(
                f"{name} is damaged or missing. / 文件损坏或缺失：{name}。", "Copy the bundle again and unpack it anew."
            )


def lay(place):
    """The version is whole in its folder and the command runs it."""
    version = place / "versions" / BUNDLE["version"]
    new = version.with_name(version.name + ".new")
    shutil.rmtree(new, ignore_errors=True)
    version.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "app", new / "app")
    fill(new / "venv")
    compileall.compile_dir(new / "app", quiet=2)
    settle(new / "venv" / "bin", new, version)
    if version.exists():
        shutil.rmtree(version.with_name(version.name + ".old"), ignore_errors=True)
        version.rename(version.with_name(version.name + ".old"))
    new.rename(version)
    shutil.rmtree(version.with_name(version.name + ".old"), ignore_errors=True)
    launcher(place / "bin" / "linli")
    use(place, version)


def fill(venv):
    """An environment with the lock's packages, out of this folder's wheels by this folder's pip."""
    pip = next((HERE / "wheels").glob("pip-*.whl"))
    options = ["--no-index", "--find-links", str(HERE / "wheels"), "--require-hashes", "--no-deps", "--quiet"]
    python = str(venv / "bin" / "python")
    for command in (
        [sys.executable, "-m", "venv", "--without-pip", str(venv)],
        [python, f"{pip}/pip", "--isolated", "install", *options, "-r", str(HERE / "app" / "requirements.lock")],
    ):
        if subprocess.run(command, check=False, env=dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1")).returncode:
            refuse(
                "Its packages could not be installed. / 软件包安装失败。",
                "See what is said above; send it to us if unclear.",
            )


def settle(programs, new, version):
    """The environment's programs name the place it is about to have."""
    for program in programs.iterdir():
        text = program.read_bytes() if not program.is_symlink() else b""
        if text.startswith(b"#!") or program.name.startswith("activate"):
            program.write_bytes(text.replace(os.fsencode(new), os.fsencode(version)))


def launcher(path):
    path.parent.mkdir(exist_ok=True)
    fresh = path.with_name("linli.new")
    fresh.write_text(LAUNCHER, encoding="utf-8")
    fresh.chmod(0o755)
    fresh.replace(path)


def use(place, version):
    """`current` links to `version`, and `previous` to what it linked to before."""
    current = place / "current"
    before = str(current.readlink()) if current.is_symlink() else None
    link = os.path.relpath(version, place)
    if before and before != link:
        point(place / "previous", before)
    point(current, link)


def point(link, target):
    fresh = link.with_name(link.name + ".new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    fresh.symlink_to(target)
    fresh.replace(link)


def go_back(place):
    """The version before is the current one again. Its tables are another matter: restore its backup."""
    if not (place / "previous").exists():
        refuse(f"There is no earlier version in {place}. / 没有更早的版本。", "Install one: versions lie side by side.")
    use(place, (place / "previous").resolve())
    print(f"Now / 当前版本: {(place / 'current').resolve().name}")
    print("If its data was upgraded meanwhile: linli restore. / 如数据已升级，请恢复备份。")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
