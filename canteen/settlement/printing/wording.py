"""What is said of printers: refusals, and what to do about one that does not print."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

SENTENCES = {
    "printer_address": Sentence(
        _l("打印机地址“%(value)s”不对"),
        _l("网络填如 192.168.3.50:9100，USB 填如 04b8:0e15，设备填如 /dev/usb/lp0"),
    ),
    "printer_unknown": Sentence(_l("这个窗口没有设打印机"), _l("先在“设置 → 窗口”里设好")),
}

TROUBLES = {
    "library": Sentence(
        _l("这台电脑没有装打印组件"), _l("请管理员安装：pip install 'canteen[escpos]'")
    ),
    "unreachable": Sentence(
        _l("连不上打印机"), _l("看电源和网线（或 USB 线）；地址变了就在这里改")
    ),
    "paper": Sentence(_l("打印机没有纸了"), _l("装上纸卷，盖好盖子，会自动接着打")),
    "broke_off": Sentence(_l("小票打到一半断了"), _l("看一眼打印机；没有打出来就在用餐记录里重印")),
    "late": Sentence(_l("等了十分钟没有打成"), _l("要的话，在用餐记录里重印")),
    "unattended": Sentence(_l("后台程序停了，小票没有打"), _l("请管理员看看 canteen worker")),
}
"""What went wrong, by the code that a printer or a slip keeps, and what to do."""
