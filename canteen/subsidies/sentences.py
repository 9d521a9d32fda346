"""What refusals about policies say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "policy_invalid": Sentence(_l("政策文件有错：\n%(problems)s"), _l("请照提示改好再发布")),
    "policy_already_published": Sentence(
        _l("政策 %(policy)s 第 %(version)s 版已发布，内容不同"), _l("请把版本号加一再发布")
    ),
}
