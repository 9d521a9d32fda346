"""What refusals about money say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "amount_not_positive": Sentence(_l("金额要大于 0"), _l("请填如 100 或 100.50")),
    "request_reused": Sentence(_l("这张表单已用于另一笔钱"), _l("请刷新页面再填一次")),
    "funder_unknown": Sentence(_l("没有代号为 %(code)s 的出资方"), _l("请从列表里选")),
}
"""Sentences by refusal code."""
