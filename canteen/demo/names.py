"""Names for people who do not exist, put together by lot."""

import random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁"
    "魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
    "易常武乔贺赖龚文"
)
_WEIGHTS = [max(1, 60 - place) for place in range(len(SURNAMES))]
_RARE = ("欧阳", "司徒", "上官", "诸葛", "令狐")


def _words(text: str) -> list[str]:
    return text.split()


_ELDER_WOMEN = _words(
    "桂英 秀兰 玉珍 淑芬 凤英 素珍 桂兰 秀珍 玉兰 淑珍 秀英 桂芳 玉英 兰英 春兰 月英 金凤 "
    "彩云 菊香 腊梅 翠花 莲香 美珍 惠芳 雪梅 淑贞 凤仙 水英 冬梅 巧珍 荷花 瑞华 招娣 银娣 "
    "细妹 香莲 桃英 梅英 杏芳 爱珍"
)
_ELDER_MEN = _words(
    "德福 建国 国强 志明 水生 金生 根发 长根 福生 德明 永福 树林 有才 玉堂 家富 兴旺 春生 "
    "荣华 宝根 大海 庆丰 世昌 文彬 炳荣 祖德 耀华 裕民 克勤 守义 保国 援朝 跃进 贵生 火根 "
    "木生 全喜 连升 守仁 仁和 景山"
)
_WOMEN = _words(
    "丽华 敏 静 艳 丽娟 海燕 晓红 玲玲 芳 婷婷 文娟 雅琴 小红 雪莹 倩 慧 丹 "
    "燕 莉 琳 佳怡 思雨 晓雯 美玲 春梅 建芳 红霞 志红 利萍 晓燕"
)
_MEN = _words(
    "伟 强 磊 军 勇 涛 明 超 刚 平 辉 鹏 杰 斌 波 浩 志强 "
    "建军 海波 文斌 俊杰 小龙 晓东 立新 国华 建华 卫东 志刚 永强 新民"
)
_GIRLS = _words("欣怡 梓涵 雨桐 诗涵 一诺 可馨 语嫣 子萱 思彤 若曦 乐瑶 安然 朵朵 佳宁 书瑶")
_BOYS = _words("浩然 子轩 宇轩 梓豪 一鸣 俊熙 博文 天佑 嘉豪 睿 子墨 明轩 乐天 书豪 家乐")


def surname(rng: random.Random) -> str:
    """A surname; about one in 120 has two characters."""
    if rng.random() < 1 / 120:
        return rng.choice(_RARE)
    return rng.choices(SURNAMES, _WEIGHTS)[0]


def given(rng: random.Random, *, gender: str, age: int) -> str:
    """A given name of the generation."""
    if age >= 58:
        return rng.choice(_ELDER_WOMEN if gender == "female" else _ELDER_MEN)
    if age >= 22:
        return rng.choice(_WOMEN if gender == "female" else _MEN)
    return rng.choice(_GIRLS if gender == "female" else _BOYS)
