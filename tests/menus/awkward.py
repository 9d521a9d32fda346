"""Menus as other kitchens make them: invented, each with another trouble of real ones."""

import io
from datetime import date

from openpyxl import Workbook

DAYS_WITHOUT_YEAR = """
食谱（11月23日—11月25日）,,,
餐次,11月23日,11月24日,11月25日
午餐,红烧肉,土豆牛肉,清蒸鲈鱼
,炒青菜,地三鲜,蒜蓉菠菜
晚餐,番茄蛋汤,肉末茄子,小米粥
""".strip().encode()

PRICES_AND_NUMBERS = """
日期,餐别,菜品
2026-11-23,午餐,"红烧肉12元、秘制鸡块 9.5元；米饭1元/份"
2026-11-24,中餐,"①土豆牛肉 ②醋溜白菜 ③紫菜蛋汤"
""".strip().encode()

DAYS_DOWN_WITH_NOTES = """
幸福食堂一周菜谱,,,,
星期,大荤,小荤,素菜,汤
星期一,红烧肉,青椒肉丝,炒青菜,番茄蛋汤
星期二,白切鸡,肉末豆腐,清炒生菜,冬瓜排骨汤
周三（停餐）,,,,
星期四,糖醋排骨（不辣）,韭菜炒蛋,凉拌黄瓜,紫菜汤
备注：本菜单如有变动以当日公布为准；对海鲜过敏者请提前告知工作人员,,,,
""".strip().encode()

LABELS_IN_CELLS = """
,星期一,星期二
午餐,大荤：红烧肉,大荤：白切鸡
,素菜：炒青菜、地三鲜,素菜：清炒生菜
,汤：番茄蛋汤,汤：紫菜汤
""".strip().encode("gb18030")

STARS_AND_AMOUNTS = """
 ,周一(11/23),周二(11/24)
中餐,★红烧肉(含麸质)*2份,1.白切鸡/2.炒青菜
晚餐,杂粮粥+肉包+茶叶蛋,阳春面
""".strip().encode()


def merged_workbook() -> bytes:
    """Real dates, a title and meals in merged cells, two dishes in a cell."""
    book = Workbook()
    page = book.active
    assert page is not None
    page["A1"] = "老年食堂第48周菜单"
    page.merge_cells("A1:E1")
    days = [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    page.append(["餐次", "类别", *days])
    page.append([None, None, "星期一", "星期二", "星期三"])
    page.append(["早餐", "主食", "肉包", "菜包", "馒头"])
    page.append([None, "饮品", "豆浆", "牛奶", "小米粥"])
    page.append(["午餐", "荤菜", "红烧肉\n鱼香肉丝", "土豆牛肉\n青椒肉丝", "清蒸鲈鱼\n肉末蒸蛋"])
    page.append([None, "素菜", "炒青菜\n麻婆豆腐", "地三鲜", "蒜蓉菠菜"])
    page.merge_cells("A4:A5")
    page.merge_cells("A6:A7")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


MENUS = {
    "days_without_year.csv": (DAYS_WITHOUT_YEAR, 9),
    "prices_and_numbers.csv": (PRICES_AND_NUMBERS, 6),
    "days_down_with_notes.csv": (DAYS_DOWN_WITH_NOTES, 12),
    "labels_in_cells.csv": (LABELS_IN_CELLS, 7),
    "stars_and_amounts.csv": (STARS_AND_AMOUNTS, 7),
    "merged.xlsx": (merged_workbook(), 16),
}
"""File and the dishes a hand count finds in it."""
