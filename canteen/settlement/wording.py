"""What the counter says when it cannot settle a meal, and the one sensible next step."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_NEW_CARD = _l("请收回此卡，按姓名查找，再补办新卡")

SENTENCES = {
    "no_set": Sentence(
        _l("这一餐没有在售的套餐"), _l("请看清现在卖什么，再刷一次；没有就请负责人定价")
    ),
    "no_menu": Sentence(_l("今天这一餐还没有公布菜单"), _l("请负责人公布菜单，或写明理由放行")),
    "tray_not_sold": Sentence(_l("这个食堂不这样卖"), _l("请卖套餐，或请负责人在设置里打开")),
    "tray_dish": Sentence(_l("今天这一餐没有这道菜了"), _l("请重新打开收银页，按新菜单点")),
    "tray_quantity": Sentence(_l("%(dish)s最多点 %(limit)s 份"), _l("请改份数")),
    "tray_empty": Sentence(_l("还没有点菜，也没有金额"), _l("请点菜或输入金额，再刷卡")),
    "tray_too_dear": Sentence(
        _l("一份最多 %(limit)s 元，这一份是 %(total)s 元"), _l("请核对份数和金额")
    ),
    "tray_changed": Sentence(
        _l("菜价变了：现在是 %(total)s 元"), _l("请重新打开收银页，按新价再结")
    ),
    "card_unknown": Sentence(_l("系统里没有这张卡"), _l("请按姓名查找，或先付现金")),
    "resident_unknown": Sentence(_l("找不到这位老人"), _l("请重新查找")),
    "card_lost": Sentence(_l("此卡已挂失"), _NEW_CARD),
    "card_replaced": Sentence(_l("这是旧卡，已换新卡"), _l("请出示新卡，旧卡收回")),
    "card_closed": Sentence(_l("此卡已注销"), _l("请按姓名查找，或先付现金")),
    "resident_ended": Sentence(_l("这位老人已登记搬离或去世"), _l("请核对；用餐按散客付现金")),
    "already_eaten": Sentence(
        _l("%(title)s这一餐已用过（%(at)s）"), _l("再加一餐要负责人同意，按原价")
    ),
    "balance_too_low": Sentence(
        _l("余额不足：要付\u00a0%(due)s\u00a0元，只有\u00a0%(balance)s\u00a0元"),
        _l("请付现金，或先充值"),
    ),
    "daily_limit": Sentence(_l("此卡今天已到 %(limit)s 元上限"), _l("请付现金")),
    "id_reused": Sentence(_l("这个编号已用于另一餐"), _l("请重新扫卡")),
    "shift_needed": Sentence(_l("这个窗口还没有开班"), _l("先开班，点好备用金，再刷一次")),
    "device_unknown": Sentence(_l("这个窗口已停用"), _l("请重新打开收银页，选别的窗口")),
    "offline_alias": Sentence(_l("断网时不能用公交卡、门卡刷"), _l("请用助餐卡，或收现金")),
    "offline_card_unknown": Sentence(_l("断网中，名单里没有这张卡"), _l("请先付现金，连上后再查")),
    "offline_price_unknown": Sentence(
        _l("断网中，%(title)s这一份的补贴算不准"), _l("请按散客收现金，或等连上再刷")
    ),
    "offline_card_limit": Sentence(_l("断网时，这张卡今天已到 %(limit)s 元上限"), _l("请付现金")),
    "offline_device_limit": Sentence(
        _l("断网时，这个窗口今天已到 %(limit)s 元上限"), _l("请收现金，并尽快连上网络")
    ),
    "offline_no_roster": Sentence(_l("断网中，这台设备没有今天的名单"), _l("请收现金，或写在纸上")),
    "clock_wrong": Sentence(_l("设备的时间不对，按收到的时间记"), _l("请把设备的时间调准")),
    "price_changed": Sentence(_l("断网时报的价和现在的不同"), _l("差额由食堂承担，请核对")),
    "busy": Sentence(_l("另一个窗口正在结这张卡"), _l("请再扫一次")),
    "undo_too_late": Sentence(_l("超过了撤销时间"), _l("请负责人在用餐记录里作废")),
    "undo_not_yours": Sentence(_l("这一餐不是这个窗口结的"), _l("请负责人在用餐记录里作废")),
    "manager_needed": Sentence(_l("负责人的用户名或密码不对"), _l("请负责人重新输入")),
    "meal_voided": Sentence(_l("这一餐已作废"), _l("补贴已随作废退回，不用再收回")),
    "nothing_to_withdraw": Sentence(_l("这一餐没有别人出的补贴"), _l("不用收回")),
    "reason_needed": Sentence(_l("没有写理由"), _l("请写一句为什么")),
    "unbooked_fails": Sentence(
        _l("又试了一次，系统还是出错，没有记上"), _l("请把原因告诉管系统的人，修好后再试")
    ),
    "unbooked_incomplete": Sentence(
        _l("留下的内容不够在这里记账"), _l("请等窗口的平板再传，或另外补记后写明")
    ),
    "unbooked_closed": Sentence(
        _l("这一份已有人写明不用再记"), _l("请看“没记上过的”那一栏写了什么")
    ),
    "unbooked_booked": Sentence(
        _l("这一份刚刚已经记上了"), _l("要是另外补记过，请把多的那一餐作废")
    ),
}
