"""What the name of a dish lets one guess. A person confirms every guess.

Chinese dish names say what is in a dish and how it is cooked, the main thing last. Menus add
the slot in the kitchen's own words. Both together name the kind of a dish nearly always.
"""

import re
from collections.abc import Mapping

from canteen.menus.names import plain_name, spelled
from canteen.menus.traditional import simplified
from canteen.menus.vocabulary import FOOD_WORDS

_SLOTS = (
    # Longer words first: 半荤 holds 荤, 主食 holds nothing else.
    (r"例汤|清汤|免费汤", "plain_soup"),
    (r"汤|羹|煲", "soup"),
    (r"半荤|小荤|花荤|副荤|荤素|次荤", "half_meat"),
    (r"大荤|主荤|全荤|荤", "main_meat"),
    (r"素", "vegetable"),
    (r"蔬|凉菜|冷菜", "vegetable"),
    (r"粗粮|杂粮|粗杂粮", "coarse"),
    (r"牛奶|奶|饮|豆浆|茶", "drink"),
    (r"水果|果", "fruit"),
    (r"粥", "porridge"),
    (r"点心|糕点|面点|甜点|小食", "snack"),
    (r"蛋", "egg"),
)
_PLAIN_STAPLES = re.compile(
    r"(米饭|白粥|馒头|花卷|软?米饭|(?:小米|燕麦|二米|杂粮|五谷|黑米|糙米|红豆|绿豆|高粱|藜麦|大米|紫米|薏米|荞麦)软?米?饭)"
)
_FRUIT = re.compile(
    r"(西瓜|苹果|梨|雪梨|香梨|香蕉|橙|橙子|脐橙|橘子|柚子?|葡萄|提子|哈密瓜|甜瓜|猕猴桃|草莓|桃子?|水蜜桃|"
    r"芒果|火龙果|菠萝|柿子|冬枣|樱桃|荔枝|枇杷|李子|杨梅|蓝莓|圣女果|石榴|小番茄|时令水果|水果|水果拼盘|果盘)"
)
_FRUIT_ENDS = re.compile(
    r".{0,3}(西瓜|苹果|香蕉|橙|橘子|葡萄|哈密瓜|猕猴桃|草莓|火龙果|水果)(片|块)?"
)
_DRINK = re.compile(r"(奶|豆浆|酸奶|豆花|果汁|玉米汁|汁|饮料|茶|(?<![盐划])水|露|乳|酸梅汤|藕粉)$")
_SOUP = re.compile(r"(汤|羹|煲|腌笃鲜)$")
_PLAIN_SOUP = re.compile(r"(例汤|清汤|免费汤)")
_SWEET_SOUP = re.compile(r"(绿豆汤|银耳.*[羹汤])$")
_SNACK = re.compile(
    r"(包|包子|饼|(?<!年)糕|花卷|卷|烧卖|烧麦|酥|面包|饼干|蛋糕|油条|汤圆|元宵|粽子?|锅贴|蒸饺|馒头|盒子|麻团|麻球|"
    r"春卷|点心|团子|饭团|挞|派|圆子|月饼|吐司|三明治)$"
)
_STAPLE_DISH = re.compile(
    r"(炒饭|盖浇饭|盖饭|菜饭|拌饭|焖饭|煲仔饭|咖喱饭|饭|面|面条|馄饨|水饺|饺|米粉|米线|河粉|年糕|疙瘩|拉面|炒粉)$"
)
_COARSE = re.compile(
    r"(小米|燕麦|玉米|荞麦|糙米|黑米|高粱|藜麦|紫米|薏米|二米|杂粮|粗粮|五谷|全麦|窝头|窝窝头|红薯|紫薯|芋头|"
    r"莜面|大麦|麦片)"
)
_TUBER = re.compile(
    r"^(蒸|煮|烤|水煮|清蒸)?(红薯|紫薯|芋头|山药|南瓜|贝贝南瓜|板栗南瓜|玉米棒?|玉米段|土豆|土豆块|毛豆|花生|"
    r"铁棍山药|芋艿|荸荠)(块|段|片)?$"
)
_EGG = re.compile(
    r"^(水煮|白煮|茶叶|五香|卤|卤制|荷包|煎|虎皮|蒸|水波|水铺|酒酿水铺|咸鸭|咸|糖心|溏心)?(蛋|鹌鹑蛋|咸鸭蛋|蒸蛋|皮蛋)$"
)
_WHOLE_MEAT = re.compile(
    r"排骨|大排|排条|小酥肉|里脊|五花|红烧肉|狮子头|肉圆|肉丸|扣肉|蹄|肘|猪手|酒香肉|东坡肉|粉蒸肉|咕[咾噜]肉|烧肉|"
    r"腐乳肉|牛肉(?![末丝羹])|牛腩|牛腱|牛柳|羊|鸡腿|鸡翅|翅|鸡块|鸡排|烧鸡|炖鸡|滑鸡|白切鸡|白斩鸡|三黄鸡|辣子鸡|"
    r"口水鸡|三杯鸡|大盘鸡|盐焗鸡|鸭(?![血蛋])|鹅|(?<!银)鱼(?![香丸豆])|划水|鳝|虾(?![仁皮米])|蟹|鱿|墨鱼|蛤|贝(?!贝)|腩|肉串|鸡公煲|"
    r"毛血旺|肥肠|培根卷|京酱肉丝|清炒虾仁|(?:^|炒|炸|烤|煎|炖)鸡$"
)
_SOME_MEAT = re.compile(
    r"肉|蛋|(?<!素)鸡|虾|鱼丸|鱼豆|猪|牛|香肠|火腿|肝|腰花|肚|胗|肫|心片|鸭血|血|银鱼|开洋|腊|培根|蟹棒|肠"
)
_METHODS = (
    ("红烧", "red_braised"),
    ("油焖", "oil_braised"),
    ("糖醋|酸甜|咕咾|咕噜|松鼠", "sweet_sour"),
    ("白灼|盐水|白切", "blanched"),
    ("凉拌|沙拉|拌", "tossed"),
    ("粉蒸|清蒸|蒸", "steamed"),
    ("干炸|酥|炸", "deep_fried"),
    ("煎", "pan_fried"),
    ("烤|盐焗|焗", "roasted"),
    ("卤|酱鸭|酱牛|五香|茶叶", "marinated"),
    ("炖|清炖", "stewed"),
    ("焖|三杯", "smothered"),
    ("溜|熘|滑", "velveted"),
    ("爆", "flash_fried"),
    ("炒|宫保|回锅|鱼香|干煸|蒜蓉|清炒|蒜香|小炒", "stir_fried"),
    ("羹", "thickened"),
    ("汤|煲", "slow_soup"),
    ("粥", "simmered"),
    ("水煮|煮", "boiled"),
    ("烧|烩|煨|家常|麻婆", "braised"),
)
_FOODS = re.compile("|".join(sorted(map(re.escape, FOOD_WORDS), key=len, reverse=True)))


def guess_category(name: str, slot: str = "") -> str:
    """The code of the likely kind of a dish, from its name and the slot it is printed in.

    Plain staples, fruit and drinks are known by name whatever the slot says; then the slot
    decides, then the name. Never blank: what cannot be told is a vegetable dish.
    """
    plain = spelled(plain_name(name))
    if found := _certain_by_name(plain):
        return found
    slot = simplified("".join(slot.split()))
    if slot and re.search("主食|细粮|米饭|饭", slot):
        return "porridge" if plain.endswith("粥") else _staple_by_name(plain)
    for pattern, category in _SLOTS if slot else ():
        if re.search(pattern, slot):
            return category
    return _category_by_name(plain)


def guess_ingredients(name: str, *, known: Mapping[str, str] | None = None) -> list[str]:
    """The foods a name speaks of, in its order, each once; [] if it names none.

    `known` maps names and synonyms of a table of ingredients to its names: then only foods of
    that table are returned, by their names there. Without it, words as a menu uses them.
    """
    text = spelled(plain_name(name))
    if known is None:
        return list(dict.fromkeys(_FOODS.findall(text)))
    words = [word for word in known if len(word) > 1] + list(FOOD_WORDS)
    pattern = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    found = (known.get(word, "") for word in re.findall(pattern, text))
    return [name for name in dict.fromkeys(found) if name]


def guess_method(name: str) -> str:
    """The code of the way of cooking that a name tells; '' if it tells none."""
    plain = spelled(plain_name(name))
    return next((code for words, code in _METHODS if re.search(words, plain)), "")


def guess_grain(name: str, category: str) -> str:
    """ "coarse", "fine" or "" for what a dish gives to the balance of grains."""
    if category == "coarse":
        return "coarse"
    if category in ("staple", "staple_dish", "porridge", "snack"):
        return "coarse" if _COARSE.search(spelled(plain_name(name))) else "fine"
    return ""


def _certain_by_name(plain: str) -> str:
    if _PLAIN_STAPLES.fullmatch(plain):
        return "staple"
    if _FRUIT.fullmatch(plain) or _FRUIT_ENDS.fullmatch(plain):
        return "fruit"
    if _PLAIN_SOUP.fullmatch(plain):
        return "plain_soup"
    return "drink" if plain in ("牛奶", "酸奶", "豆浆") else ""


def _staple_by_name(plain: str) -> str:
    if _TUBER.match(plain):
        return "coarse"
    return "staple_dish" if _STAPLE_DISH.search(plain) or _SNACK.search(plain) else "staple"


def _category_by_name(plain: str) -> str:
    for pattern, category in _BY_NAME:
        if pattern.search(plain):
            return category
    return "vegetable"


_BY_NAME = (
    (re.compile(r"粥$"), "porridge"),
    (_SWEET_SOUP, "soup"),
    (_DRINK, "drink"),
    (_TUBER, "coarse"),
    (_EGG, "egg"),
    (_SOUP, "soup"),
    (re.compile(rf"{_COARSE.pattern}.*(馒头|糕|饼|窝头|饭)$"), "coarse"),
    (_SNACK, "snack"),
    (re.compile(r"沙拉$|粉丝"), "half_meat"),
    (_STAPLE_DISH, "staple_dish"),
    (_WHOLE_MEAT, "main_meat"),
    (_SOME_MEAT, "half_meat"),
)
