"""What refusals about policies say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "policy_invalid": Sentence(_l("政策文件有错：\n%(problems)s"), _l("请照提示改好再发布")),
    "policy_already_published": Sentence(
        _l("政策 %(policy)s 第 %(version)s 版已发布，内容不同"), _l("请把版本号加一再发布")
    ),
    "policy_unknown": Sentence(
        _l("没有已发布的政策 %(policy)s"), _l("请先用 canteen policies publish 发布")
    ),
    "policy_ends_before": Sentence(
        _l("最后一天 %(until)s 早于开始日 %(from)s"), _l("请改成开始日或更晚的一天")
    ),
}
