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

HELP = {
    "en": """\
Linli 邻里, the open software of a township.   python3 start.py COMMAND [--help]
Try it
  demo      make the town, serve http://127.0.0.1:8000, print accounts to try
Run it
  init      begin an empty, real installation: administrator, own areas
  serve     the web server                 worker       work in the background
  areas     import, redraw, find areas     town         draw the made-up town
  import    people, homes from a sheet     posts        from a sheet
  journal   verify the history             certificate  HTTPS in a local network
  backup    copy all of it, while in use   restore      bring a copy back
  upgrade   go to a new version            move         into PostgreSQL, or back
  calendar  working days and hours         routing      who handles what
  replay    play a city's cases through the loop
  keys      new keys for secret facts      check --deploy   what is unsafe
  …         any other word goes to linli as it is
Build it
  test      [--outside | --browser | --bundle | --postgres URL] [pytest's own]
  check     form, floors, types, words, handbook, locks: [--fix]
  docs      write the handbook from the tests that are its paragraphs
  bench     measure: NAME … | all          soak         faults, for long
  bundle    an installer for networks without package registries
Data: LINLI_DATA_DIR (default ./data).     Database: LINLI_DATABASE_URL
""",
    "zh": """\
邻里 Linli，乡镇街道的开放软件。           python3 start.py 命令 [--help]
试用
  demo      生成虚拟镇街，打开 http://127.0.0.1:8000，列出可试用的账号
运行
  init      开始一个真实的空系统：管理员，本地区划
  serve     网页服务                       worker       后台工作
  areas     导入、调整、查找区划           town         绘制虚拟镇街
  import    从表格导入居民、住房等         posts        从表格设置岗位
  journal   核验历史记录                   certificate  局域网 HTTPS 证书
  backup    使用中备份全部数据             restore      恢复备份
  upgrade   升级到新版本                   move         搬到 PostgreSQL，或搬回
  calendar  工作日历                       routing      分级分类库
  replay    用城市事件表演练整个闭环
  keys      更换加密密钥                   check --deploy   查安全隐患
  …         其他命令原样交给 linli
开发
  test      测试：[--outside | --browser | --bundle | --postgres URL]
  check     格式、楼层、类型、用词、手册、锁文件：[--fix]
  docs      由测试写出手册
  bench     测量：名称 … | all             soak         长时间故障测试
  bundle    为无法访问软件源的网络制作离线安装包
数据目录：LINLI_DATA_DIR（默认 ./data）    数据库：LINLI_DATABASE_URL
""",
}

# What happened, why, what to do next: for the reader of either language.
REFUSALS = {
    "python": (
        "Python {found} is too old: Linli needs 3.11 or newer, and this machine's `python3` is older.\n"
        "Next: install a newer one beside it and start with that, for example `python3.11 start.py {words}`.",
        "Python {found} 版本过低：邻里需要 Python 3.11 或更新版本，而本机的 python3 不是。\n"
        "下一步：另装一个新版本并用它启动，例如 `python3.11 start.py {words}`。",
    ),
    "venv": (
        "This Python has no `venv` with pip in it, so nowhere to keep Linli's packages apart.\n"
        "Next, on Debian, Ubuntu, UOS or Kylin: `sudo apt install {package}`, then start again.",
        "这个 Python 缺少 venv（含 pip），无处单独存放邻里的软件包。\n"
        "下一步：在 Debian、Ubuntu、统信或麒麟上运行 `sudo apt install {package}`，然后重新启动。",
    ),
    "network": (
        "The package registry could not be reached, so not set up: {step}. Nothing that was there is lost.\n"
        "Next: look at the connection or the mirror (pip, uv and npm each have one) and start again; for a\n"
        "network without registries make an installer elsewhere: `python3 start.py bundle`. Log: {log}",
        "无法连接软件源，{step}未能就绪。原有内容没有丢失。\n"
        "下一步：检查网络或镜像设置（pip、uv、npm 各有一处）后重新启动；\n"
        "若网络无法访问软件源，请在别处运行 `python3 start.py bundle` 制作离线安装包。日志：{log}",
    ),
    "disk": (
        "The disk of {folder} is full: {free} MB are free, {needed} MB may be needed.\n"
        "Not set up: {step}. Nothing is lost.\nNext: make room, then start again; what was half done is done anew.",
        "{folder} 所在磁盘空间不足：剩余 {free} MB，可能需要 {needed} MB。{step}未能就绪，没有内容丢失。\n"
        "下一步：清理出空间后重新启动；未完成的部分会重新完成。",
    ),
    "folder": (
        "The folder {folder} cannot be written to by this user, so nothing can be set up in it.\n"
        "Next: start as its owner, or copy Linli to a folder of your own and start there.",
        "当前用户不能写入文件夹 {folder}，无法在其中完成准备。\n"
        "下一步：用该文件夹的所有者启动，或把邻里复制到自己的文件夹再启动。",
    ),
    "hashes": (
        "A package that came is not the one the lock names, and nothing of it was run. Not set up: {step}.\n"
        "Next: if a mirror is set, try without it; if it goes on, tell us. Log: {log}",
        "收到的软件包与锁文件记录的不一致：{step}未能就绪，其中内容没有运行。\n"
        "下一步：如设置了镜像，请先取消再试；若仍然如此，请告诉我们。日志：{log}",
    ),
    "failed": (
        "{step} could not be set up. Nothing that was there is lost. The last lines of {log}:\n{tail}\n"
        "Next: mend what they name and start again; if that does not help, send us the log.",
        "{step}未能就绪。原有内容没有丢失。{log} 的最后几行：\n{tail}\n"
        "下一步：按提示修正后重新启动；若无效，请把日志发给我们。",
    ),
}
WAITING = ("Another start.py is setting up; waiting for it.", "另一个 start.py 正在准备，请稍候。")
ENVIRONMENT = ("Python environment", "Python 环境")
PACKAGES = ("Python packages", "Python 软件包")
LIBRARIES, WORDS = ("Browser libraries", "浏览器组件"), ("Translations", "译文")
SETUP = ("Set-up: {:.1f} s", "准备用时：{:.1f} 秒")
STOPPED = ("Stopped. The next start goes on from what is whole.", "已停止。下次启动会从完好的部分继续。")

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


def chinese():
    names = (os.environ.get(name) for name in ("LINLI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, names), "").lower().startswith("zh")


def say(words):
    return words[chinese()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
