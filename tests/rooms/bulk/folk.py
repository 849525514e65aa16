"""Invented people, the same each time: enough of them to know which names are common."""

import random
from functools import cache

from linli.bulk.matching.records import Record, Scheme
from linli.bulk.matching.rolls import Roll
from linli.bulk.matching.weighing import Weights, learn

FAMILIES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
SIGNS = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰玉华建国志红文梅琴云莲珍贞雪荣爱香月子轩涵宇浩然梓萱一诺俊豪"
OURS = Scheme(
    {
        "name": "name",
        "born_on": "born",
        "sex": "sex",
        "identity": "number",
        "identity_tail": "tail",
        "identity_sound": "sound",
        "phone": "phone",
        "house": "door",
        "street": "compound",
        "locality": "community",
        "area": "area",
        "household": "household",
    }
)


def someone(ref: object = "", **said: object) -> Record:
    """A record from what a line of a file says."""
    return OURS.record(said, ref)


@cache
def folk(count: int = 3000) -> tuple[Record, ...]:
    """People of a township; some names are common, 王伟 the commonest."""
    chance = random.Random(20261122)
    return tuple(_one(chance, at) for at in range(count))


def _one(chance: random.Random, at: int) -> Record:
    given = "".join(chance.choice(SIGNS) for _ in range(chance.choice((1, 2, 2, 2))))
    name = "王伟" if at % 100 == 0 else chance.choice(FAMILIES) + given
    born = f"{chance.randint(1930, 2020)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    home = at // 3
    return someone(
        at,
        name=name,
        born=born,
        sex="男女"[at % 2],
        number=f"{born}#{at}",
        sound=True,
        phone=f"1{at:010d}",
        door=f"{home % 9}-{home % 4}-{home % 301}",
        compound=f"{home % 83}小区",
        community=f"{home % 19}社区",
        area=f"50019900{home % 9}",
    )


@cache
def usual() -> Weights:
    """What such people's records say of strangers."""
    return learn(Roll(folk()))
