"""Surnames: those of two signs, and those that are said otherwise in a name than elsewhere."""

# What a surname sounds like where pinyin by itself would say something else.
READINGS = {
    "单": "shan", "仇": "qiu", "解": "xie", "曾": "zeng", "查": "zha", "区": "ou", "朴": "piao",
    "盖": "ge", "翟": "zhai", "缪": "miao", "覃": "qin", "召": "shao", "员": "yun",
    "种": "chong", "洗": "xian", "乐": "yue", "繁": "po", "黑": "he", "秘": "bi", "折": "she",
    "阚": "kan", "乜": "nie", "长": "chang", "祭": "zhai", "句": "gou", "薄": "bo",
    "重": "chong", "隗": "wei", "郇": "xun", "都": "du", "藏": "zang", "能": "nai", "佴": "nai",
    "卜": "bu", "任": "ren", "尉": "wei", "尉迟": "yu chi", "万俟": "mo qi", "澹台": "tan tai",
    "单于": "chan yu", "长孙": "zhang sun", "乐正": "yue zheng",
}  # fmt: skip

# A second way some of them are said, as it were in another place.
ALSO = {
    "覃": "tan", "翟": "di", "缪": "mu", "牟": "mu", "隗": "kui", "郗": "chi", "郇": "huan", "谌": "shen", "乐": "le",
    "盖": "gai", "黑": "hei", "柏": "bo", "宓": "fu", "那": "nuo", "祭": "ji", "召": "zhao", "洗": "xi", "繁": "fan",
    "仇": "chou", "单": "dan", "曾": "ceng", "查": "cha", "区": "qu", "解": "jie", "朴": "pu", "员": "yuan",
    "种": "zhong", "句": "ju", "都": "dou", "长": "zhang", "薄": "bao", "能": "neng", "折": "zhe",
}  # fmt: skip

# Signs of given names that are said in two ways, over the rarer one.
IN_NAMES = {
    "乐": "yue", "茜": "xi", "莘": "xin", "晟": "sheng", "朝": "zhao", "长": "zhang", "行": "hang", "柏": "bo",
    "重": "chong", "盛": "cheng", "璟": "ying", "筠": "jun", "娜": "nuo", "蔚": "yu", "参": "shen", "传": "zhuan",
    "奇": "ji", "调": "tiao", "还": "huan",
}  # fmt: skip

COMPOUND = frozenset(
    """
    欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 司空 独孤 南宫 东方 西门 百里 端木 轩辕
    钟离 鲜于 闾丘 拓跋 第五 申屠 太史 赫连 淳于 濮阳 公羊 仲孙 梁丘 左丘 东郭 南门 谷梁 羊舌 微生 巫马 漆雕
    壤驷 公良 颛孙 亓官 相里 完颜 澹台 万俟 单于 宗政 乐正 呼延 叶赫 纳兰 公冶 公西 宰父 太叔 东门 夹谷 段干
    归海 子车 闻人 贺兰 屈突 库狄 爱新觉罗 叶赫那拉
    """.split()  # noqa: SIM905 - a list to be read
)


def split(name: str) -> tuple[str, str]:
    """The surname and the rest. A name that is only a compound surname is read as surname and given name.

    >>> split("欧阳修"), split("张三"), split("司马"), split("爱新觉罗溥仪"), split("李")
    (('欧阳', '修'), ('张', '三'), ('司', '马'), ('爱新觉罗', '溥仪'), ('李', ''))
    """
    for length in (4, 2):
        if len(name) > length and name[:length] in COMPOUND:
            return name[:length], name[length:]
    return name[:1], name[1:]
