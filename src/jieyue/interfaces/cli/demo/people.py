"""Made-up people: common surnames, given names in fashion at different times."""

from random import Random
from typing import Final

SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余"
    "杜叶程苏魏吕丁沈任姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱"
    "严覃武戴莫孔向汤"
)
RARE_SURNAMES: Final = ("欧阳", "司马", "诸葛", "单", "仇", "查")
ADULT_GIVEN: Final = (
    "建国", "秀英", "志强", "丽华", "国华", "桂兰", "海燕", "永明", "晓东", "文静", "立新",
    "春梅", "卫东", "玉兰",
    "俊杰", "雪梅", "少华", "美玲", "伟", "芳", "敏", "静", "军", "燕", "磊", "洋", "婷",
    "勇", "艳", "超", "霞", "鹏",
    "红梅", "志明", "淑珍", "家辉", "慧敏", "宏伟", "小红", "思远", "文博", "佳宁", "明哲",
    "雅琴", "立群", "晓峰",
)  # fmt: skip
CHILD_GIVEN: Final = (
    "子涵", "欣怡", "浩然", "梓萱", "宇轩", "诗涵", "一诺", "雨桐", "子墨", "沐宸", "思齐",
    "语晨", "梓睿", "可馨",
    "奕辰", "若曦", "俊熙", "艺涵", "乐怡", "皓轩", "知夏", "明轩", "安然", "书瑶", "天佑",
    "小满", "予安", "嘉懿",
    "晨曦", "果果", "星辰", "念一", "沐阳", "清越", "悠然", "依诺", "景行", "朵朵", "行之",
    "亦心", "思源", "禾苗",
)  # fmt: skip


def names(random: Random, given: tuple[str, ...], count: int, taken: set[str]) -> list[str]:
    """Return that many names, none twice."""
    found: list[str] = []
    while len(found) < count:
        is_rare = random.random() < 0.03
        surname = random.choice(RARE_SURNAMES) if is_rare else random.choice(SURNAMES)
        name = surname + random.choice(given)
        if name not in taken:
            taken.add(name)
            found.append(name)
    return found
