"""What the phone page says by itself, and needs to know in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _l

from canteen.delivery.wording import SHORT_OUTCOMES

OUTCOMES = {str(kind): name for kind, name in SHORT_OUTCOMES.items()}

WORDS: dict[str, Any] = {
    "waiting": _l("%(n)s 条记在手机上，有网络就上传"),
    "synced": _l("都上传了"),
    "offline": _l("没有网络，照样能记"),
    "stuck": _l("%(n)s 条要食堂看一看，没有丢"),
    "plain": _l("这个网址不是 https：没有网络时打不开，请别关掉本页"),
    "signed_out": _l("请重新登录，记下的都还在"),
    "progress": _l("%(done)s / %(all)s"),
    "count": _l("下一户 · 还有 %(n)s 户"),
    "last_one": _l("最后一户"),
    "again": _l("更正这一户"),
    "boxes": _l("%(n)s 份"),
    "planned": _l("单子上 %(n)s 份"),
    "normal": _l("普通餐"),
    "bags_out": _l("保温箱带走"),
    "bags_back": _l("保温箱带回"),
    "bags_planned": _l("出门 %(n)s 只"),
    "sum": _l("带 %(boxes)s 份、%(bags)s 只保温箱"),
    "floor": _l("%(n)s 楼"),
    "lift": _l("有电梯"),
    "stairs": _l("走楼梯"),
    "recorded": _l("已记：%(where)s %(said)s"),
    "kept_only": _l("%(where)s：%(why)s。已留给负责人看"),
    "not_handed": _l("%(where)s：%(why)s"),
    "not_accepted": _l("%(names)s 还没同意志愿者承诺，不能接：请他先在自己手机上打开“我的送餐”"),
    "proof_ok": _l("✓ 是本人的卡"),
    "proof_other": _l("! 不是这一户的卡，记下后负责人会看到"),
    "proof_unknown": _l("已扫，上传后核对"),
    "photo_bad": _l("这个文件不是照片，请重拍"),
    "anybody": _l("谁先接谁送"),
    "accept_failed": _l("没有接上：已有人接了，或没有网络"),
    "accepted": _l("接好了，排在您最后一户"),
    "cannot": _l("确定：剩下 %(n)s 户请别人送"),
    "rest": _l("后面还有"),
    "done": _l("已记的"),
    "waits": _l("待上传"),
    "offered": _l("已请同事接"),
    "amap": _l("高德地图"),
    "baidu": _l("百度地图"),
    "google": _l("谷歌地图"),
    "geo": _l("其他地图"),
    "camera_on": _l("把卡上的码放进框里"),
    "camera_denied": _l("没有允许用摄像头，请拍一张"),
    "camera_none": _l("这台设备没有摄像头，请拍一张"),
    "camera_plain": _l("请拍一张卡上的码"),
    "camera_unread": _l("照片里没找到码，请靠近再拍"),
    "camera_offline": _l("没有网络时，有的手机读不了码：可以拍照代替"),
}
