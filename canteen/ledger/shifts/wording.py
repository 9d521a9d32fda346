"""What refusals about shifts say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "shift_open_here": Sentence(_l("%(device)s还有一班没有结束"), _l("先让那一班清点结束，再开班")),
    "shift_needed_for_cash": Sentence(
        _l("收付现金要先开班"), _l("先开班，点好备用金，再回到这一页做一次")
    ),
    "shift_closed": Sentence(_l("这一班已经结束"), _l("请记到现在开着的一班")),
    "shift_short": Sentence(
        _l("点数比应有少 %(off)s 元：应有 %(expected)s，点出 %(counted)s"),
        _l("再点一遍；还是少，就写一句原因，照实结束"),
    ),
    "shift_over": Sentence(
        _l("点数比应有多 %(off)s 元：应有 %(expected)s，点出 %(counted)s"),
        _l("再点一遍；还是多，就写一句原因，照实结束"),
    ),
    "count_missing": Sentence(_l("还没有填点数"), _l("按面额填张数，或直接填总数；没有钱填 0")),
    "count_disagrees": Sentence(
        _l("按面额是 %(pieces)s 元，总数填的是 %(total)s 元"), _l("改对一处，或只填一处")
    ),
    "cash_reason_missing": Sentence(_l("请写一句为什么"), _l("如：换零钱、交银行")),
    "cash_over_drawer": Sentence(_l("钱箱里只有 %(drawer)s 元"), _l("拿出的钱不能比钱箱里的多")),
}
"""Sentences by refusal code."""
