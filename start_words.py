"""What start.py says, in both languages: its help, what it is doing, and why it stops."""

import os

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


def chinese():
    names = (os.environ.get(name) for name in ("LINLI_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, names), "").lower().startswith("zh")


def say(words):
    return words[chinese()]
