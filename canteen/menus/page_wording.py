"""What refusals about weeks, dishes and ingredients say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_CORRECT = _l("请改好再保存。")

SENTENCES = {
    "place_unknown": Sentence(_l("菜单里没有“%(place)s”这一格。"), _l("请刷新页面再选。")),
    "dish_gone": Sentence(_l("这道菜已停用或不存在。"), _l("请另选一道。")),
    "week_frozen": Sentence(_l("%(week)s 已公布，不能再改。"), _l("请改下一周的菜单。")),
    "place_empty": Sentence(_l("这里还没有菜。"), _l("请先选菜。")),
    "place_empty_swap": Sentence(_l("两格都是空的，没有可换的。"), _l("请先选菜。")),
    "place_pinned": Sentence(_l("“%(dish)s”已锁定，没有移动。"), _l("请先解锁，或选“仍然交换”。")),
    "place_changed": Sentence(
        _l("这几格刚刚又被改过，没有撤销。"), _l("下面是现在的样子，请看过再改。")
    ),
    "place_taken": Sentence(
        _l("这一格刚刚换成了“%(dish)s”，您选的没有放进去。"), _l("请看过再决定要不要换。")
    ),
    "place_moved": Sentence(
        _l("这两格刚刚有人改过，没有交换。"), _l("下面是现在的样子，请看过再换。")
    ),
    "week_not_published": Sentence(_l("%(week)s 还没有公布，不用换菜。"), _l("请直接在菜单里改。")),
    "day_past": Sentence(_l("这一天已经过去，厨房不能再改。"), _l("请食堂负责人补记。")),
    "swap_dish_missing": Sentence(_l("没有选要换上的菜。"), _l("请在列表里选一道。")),
    "swap_reason_missing": Sentence(_l("没有写换菜的原因。"), _l("请选一个原因，或自己写。")),
    "swap_reason_long": Sentence(
        _l("原因有 %(length)s 个字，最多 %(limit)s 个。"), _l("请写短一点。")
    ),
    "served_changed": Sentence(
        _l("刚刚有人把这里换成了“%(dish)s”。"), _l("请看过再决定要不要再换。")
    ),
    "substitution_repeats": Sentence(
        _l("“%(dish)s”这一周已经有了，会重复。"), _l("确实要上，请勾选“知道会重复”。")
    ),
    "font_missing": Sentence(
        _l("这台服务器没有中文字体，画不了图片。"),
        _l("请管理员安装 fonts-noto-cjk，或用 CANTEEN_FONT 指定字体文件。"),
    ),
    "week_empty": Sentence(_l("%(week)s 还没有菜，不能公布。"), _l("请先选菜。")),
    "week_repeats": Sentence(
        _l("有 %(count)s 道菜重复，不能公布：%(dishes)s。"), _l("请换掉重复的菜。")
    ),
    "week_before_empty": Sentence(_l("上一周没有菜单，没有可复制的。"), _l("请直接选菜。")),
    "slot_code_taken": Sentence(_l("这个餐次已有代号“%(code)s”。"), _l("请换一个代号。")),
    "slot_categories": Sentence(_l("类别“%(value)s”不能用。"), _l("请至少勾选一个类别。")),
    "slot_in_use": Sentence(_l("“%(name)s”里还有菜，不能删除。"), _l("可以改名或改格数。")),
    "window_unknown": Sentence(
        _l("“%(category)s”不能设成 %(days)s 天。"), _l("请选已有类别，填 0 到 31 天。")
    ),
    "dish_name_missing": Sentence(_l("菜名“%(value)s”里没有文字。"), _l("请写中文菜名。")),
    "dish_name_long": Sentence(
        _l("菜名“%(value)s…”有 %(length)s 个字，最多 %(limit)s 个。"), _l("请改短。")
    ),
    "dish_name_picture": Sentence(
        _l("菜名“%(value)s”里的“%(sign)s”不能用。"), _l("只用文字、数字和标点。")
    ),
    "dish_english_long": Sentence(
        _l("英文名“%(value)s”不能用：最多 %(limit)s 个字符，不带表情。"), _CORRECT
    ),
    "dish_category_unknown": Sentence(
        _l("没有“%(value)s”这个类别。"), _l("请用：大荤、小荤、素菜、汤、主食细粮等。")
    ),
    "dish_method_unknown": Sentence(
        _l("没有“%(value)s”这种做法。"), _l("请用：炒、红烧、蒸、炖、煮、拌等，或留空。")
    ),
    "dish_season_unknown": Sentence(
        _l("没有“%(value)s”这个季节。"), _l("请用春、夏、秋、冬，或留空。")
    ),
    "dish_texture_unknown": Sentence(_l("软硬“%(value)s”看不懂。"), _l("请用：普通、软、很软。")),
    "dish_tag_unknown": Sentence(
        _l("没有“%(value)s”这个标签。"), _l("请用：少盐、少糖、辣、待确认。")
    ),
    "dish_price": Sentence(_l("价格“%(value)s”元不对。"), _l("应在 0 到 %(limit)s 元之间。")),
    "dish_price_text": Sentence(_l("价格“%(value)s”不是金额。"), _l("请填如 6 或 6.50。")),
    "dish_active_unknown": Sentence(_l("在用“%(value)s”看不懂。"), _l("请填“是”或“否”。")),
    "dish_period_unknown": Sentence(
        _l("没有“%(value)s”这个餐次。"), _l("请用：早餐、午餐、晚餐。")
    ),
    "dish_exists": Sentence(
        _l("“%(name)s”和库里的“%(other)s”是同一道菜。"), _l("请直接用那一道，或改它的名字。")
    ),
    "dish_exists_now": Sentence(_l("刚刚有人加了“%(name)s”。"), _l("请刷新菜品库再看。")),
    "recipe_long": Sentence(_l("配料有 %(value)s 行，最多 %(limit)s 行。"), _l("请只写主要配料。")),
    "recipe_text": Sentence(
        _l("配料“%(value)s”看不懂。"), _l("请写成“猪肉末:100;荸荠:15”，数字是克。")
    ),
    "recipe_ingredient_unknown": Sentence(
        _l("食材表里没有“%(ingredient)s”。"), _l("请先在食材表里加上，或换一个名字。")
    ),
    "recipe_grams": Sentence(
        _l("“%(ingredient)s”的克数“%(value)s”不对。"), _l("应大于 0，最多 %(limit)s 克。")
    ),
    "recipe_twice": Sentence(_l("配料里有两行“%(ingredient)s”。"), _l("请合成一行。")),
    "dish_twice_in_file": Sentence(
        _l("“%(name)s”和第 %(first)s 行的“%(other)s”是同一道菜。"), _l("请只留一行。")
    ),
    "file_missing": Sentence(_l("没有选文件。"), _l("请选一个 .xlsx 或 .csv 文件。")),
    "file_too_big": Sentence(
        _l("文件“%(name)s”有 %(size_mb)s MB，最多 %(limit_mb)s MB。"),
        _l("请删去图片和空白行，或分成几个文件上传。"),
    ),
    "import_problems": Sentence(
        _l("文件里还有 %(count)s 处问题，一行也没有导入。"), _l("请改好文件再上传。")
    ),
    "import_period": Sentence(
        _l("本食堂没有“%(period)s”这一餐。"), _l("请先在设置里加餐次，或在文件里删去。")
    ),
    "import_unknown_dishes": Sentence(
        _l("有 %(count)s 道菜库里没有：%(dishes)s。"), _l("确认后可按名称自动新建。")
    ),
    "import_meals_taken": Sentence(
        _l("%(week)s 这几餐已经排了别的菜。"), _l("要换成文件里的，请选“替换”。")
    ),
    "import_too_many": Sentence(
        _l("一个栏目有 %(count)s 道菜，最多 %(limit)s 道。"), _l("请分到几个栏目。")
    ),
    "import_empty": Sentence(_l("文件里没有读到菜。"), _l("请核对表头和内容。")),
}
"""Sentences by refusal code."""
