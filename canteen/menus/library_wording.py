"""What refusals about the library say: ingredients, photos, merging, ratings."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_IN_FILE = _l("请改好文件再上传。")

SENTENCES = {
    "ingredient_exists": Sentence(_l("食材表里已有“%(name)s”。"), _l("请改那一行。")),
    "ingredient_price": Sentence(_l("进价不对。"), _l("应在每公斤 0 到 %(limit)s 元之间。")),
    "ingredient_value": Sentence(
        _l("营养数值“%(value)s”不对。"), _l("应在 0 到 %(limit)s 之间；不知道就留空。")
    ),
    "ingredient_too_much": Sentence(
        _l("100 克里不会有 %(value)s 克。"), _l("应在 0 到 100 之间；不知道就留空。")
    ),
    "ingredient_kcal": Sentence(
        _l("100 克有 %(value)s 千卡，太多了。"), _l("纯油也不到 %(limit)s，请核对单位。")
    ),
    "ingredient_edible": Sentence(
        _l("可食部“%(value)s”%%不对。"), _l("应大于 0，最多 100；不知道就留空。")
    ),
    "ingredient_word_taken": Sentence(
        _l("“%(word)s”已经是“%(name)s”的名字。"), _l("请换一个名字，或改那一行。")
    ),
    "ingredient_name_missing": Sentence(_l("这一行没有食材名。"), _IN_FILE),
    "ingredient_name": Sentence(
        _l("食材名“%(value)s”不能用。"), _l("最多 %(limit)s 个字，不带表情和“；、，/：”。")
    ),
    "ingredient_group": Sentence(
        _l("没有“%(value)s”这个食物类。"),
        _l("请用导出表里的词，如：谷类、深色蔬菜、畜肉、调味品。"),
    ),
    "ingredient_group_missing": Sentence(
        _l("新食材没有写食物类。"), _l("请用导出表里的词，如：谷类、深色蔬菜、畜肉、调味品。")
    ),
    "ingredient_number": Sentence(
        _l("“%(heading)s”里的“%(value)s”不是数。"), _l("请填数字；不知道就写“不知道”。")
    ),
    "ingredient_list_word": Sentence(
        _l("“%(heading)s”里的“%(value)s”看不懂。"), _l("请用导出表里的词，没有就写“无”。")
    ),
    "ingredient_synonyms_long": Sentence(_l("别名太长。"), _l("合起来最多 %(limit)s 个字符。")),
    "ingredient_twice_in_file": Sentence(
        _l("“%(name)s”在第 %(first)s 行已经有了。"), _l("请只留一行。")
    ),
    "dishes_changed_now": Sentence(
        _l("刚刚有人改了菜品库，一行也没有导入。"), _l("请重新预览，再导入。")
    ),
    "ingredients_changed_now": Sentence(_l("刚刚有人改了食材表。"), _l("请再上传一次。")),
    "dish_category_missing": Sentence(
        _l("没有写类别。"), _l("请用：大荤、小荤、素菜、汤、主食细粮等。")
    ),
    "dish_price_missing": Sentence(_l("没有价格。"), _l("请填价格；免费的填 0。")),
    "dish_equipment_unknown": Sentence(
        _l("没有“%(value)s”这种灶具。"), _l("请用：炒锅、蒸柜、汤锅、烤箱、煎锅、炸锅、不用灶具。")
    ),
    "dish_merge_self": Sentence(_l("不能和自己合并。"), _l("请选另一道菜。")),
    "import_dish_gone": Sentence(
        _l("给“%(name)s”选的那道菜已经没有了。"), _l("请重新选，或按新菜建。")
    ),
    "photo_too_large": Sentence(_l("照片太大，最多 %(most)s MB。"), _l("请把照片存小一点再传。")),
    "photo_too_many_pixels": Sentence(
        _l("照片超过 %(megapixels)s 百万像素。"), _l("请把照片存小一点再传。")
    ),
    "photo_unreadable": Sentence(_l("这不是能用的照片。"), _l("请用 JPEG、PNG 或 WebP 照片。")),
    "photo_heic": Sentence(
        _l("这是苹果手机的 HEIC 照片。"),
        _l("请在手机相机设置里选“兼容性最佳”再拍，或传它的截图。"),
    ),
    "photo_missing": Sentence(_l("没有选照片。"), _l("请先选一张照片。")),
    "rating_not_served": Sentence(_l("有一道菜这一天没有供应。"), _l("请刷新页面再填。")),
    "rating_count": Sentence(_l("票数“%(value)s”不对。"), _l("应在 0 到 %(limit)s 之间。")),
}
"""Sentences by refusal code."""
