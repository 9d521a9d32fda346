"""What is said of sheets, labels and typing in."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "left_after_back": Sentence(_l("出发写得比送完还晚。"), _l("看一眼纸上的两个时间，再保存。")),
    "labels_changed": Sentence(
        _l("打印期间标签又变了，没有记。"), _l("下面是现在要补的，请再打印一次。")
    ),
    "nothing_typed": Sentence(_l("一户都还没选。"), _l("每户按一个数字键，再全部保存。")),
    "back_too_late": Sentence(_l("送完时间还没到。"), _l("请照单子上写的填，或填现在以前的时间。")),
    "not_on_this_sheet": Sentence(
        _l("这一户已经改派，不在这张单子上。"), _l("请刷新页面，再到接手的人那一张记。")
    ),
    "sheet_code_unknown": Sentence(
        _l("没认出这张送餐单的码。"), _l("请对准单子右上角的码再扫一次。")
    ),
}
