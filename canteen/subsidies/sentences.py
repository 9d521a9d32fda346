"""What refusals about policies say."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "policy_invalid": Sentence(_l("政策文件有错：\n%(problems)s"), _l("请照提示改好再发布")),
    "policy_already_published": Sentence(
        _l("政策 %(policy)s 第 %(version)s 版已发布，内容不同"), _l("请把版本号加一再发布")
    ),
    "policy_unknown": Sentence(_l("没有已发布的政策 %(policy)s"), _l("请先发布这份政策")),
    "policy_ends_in_the_past": Sentence(
        _l("%(until)s 已经过去，那天以前的餐已按政策结算"), _l("最后一天请填今天或以后")
    ),
    "policy_of_others": Sentence(
        _l("别的食堂也按这份政策结算，改版会改到他们的价"), _l("请管理员来发布")
    ),
    "policy_file_unreadable": Sentence(
        _l("这不是能读的政策文件（TOML 文本）"), _l("请下载一份现有政策，照着改好再上传")
    ),
    "policy_file_without_code": Sentence(
        _l("文件里没有政策代码 code"), _l('请写上 code = "…"，用小写字母、数字、_ 或 -')
    ),
    "policy_in_use": Sentence(
        _l("这份政策从 %(from)s 起已在本食堂使用"), _l("不用再加；要停用请填最后一天")
    ),
    "day_already_settled": Sentence(
        _l("%(served)s 已经结算过餐，不能从 %(day)s 起换算法"),
        _l("请从明天或以后的一天开始；已结算的餐不改"),
    ),
    "policy_changed_meanwhile": Sentence(_l("刚刚有人也在改这份政策"), _l("请刷新页面，再做一次")),
    "adoption_gone": Sentence(_l("这一条已经不在了"), _l("请刷新页面再看")),
    "adoption_over": Sentence(_l("这一段已在 %(until)s 结束"), _l("要再用，请从新的一天开始使用")),
    "draft_gone": Sentence(_l("这份草稿已经发布或放弃了"), _l("请回到补贴政策看看")),
    "draft_changed_since": Sentence(
        _l("这份草稿在您打开以后又有人改过，您这次的修改没有保存"),
        _l("请重新打开草稿，再改一次"),
    ),
    "draft_version_taken": Sentence(_l("已经有一份第 %(version)s 版的草稿"), _l("请换一个版本号")),
    "draft_exists": Sentence(
        _l("政策 %(policy)s 第 %(version)s 版已有一份草稿"), _l("请先发布或放弃那一份")
    ),
    "draft_has_problems": Sentence(_l("草稿还有 %(count)s 处要改，不能发布"), _l("请先照提示改好")),
    "policy_ends_before": Sentence(
        _l("最后一天 %(until)s 早于开始日 %(from)s"), _l("请改成开始日或更晚的一天")
    ),
}
