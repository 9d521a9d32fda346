"""What to tap, device by device, until it trusts the canteen's certificate."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

FILE = "canteen-ca.crt"


@dataclass(frozen=True)
class Device:
    """One kind of device: its name and its steps in order. `code` is typed in a terminal."""

    key: str
    name: Any
    steps: tuple[Any, ...]
    code: str = ""


DEVICES = (
    Device(
        "android",
        _l("安卓平板、手机（Chrome）"),
        (
            _l("点上面的“下载证书”。"),
            _l("打开“设置”，搜索“CA 证书”（多在 安全 → 更多 → 加密与凭据 → 安装证书）。"),
            _l("点“CA 证书”→“仍然安装”，选刚下载的 canteen-ca.crt。没有锁屏密码的，先设一个。"),
            _l("回到 Chrome，打开上面的网址。"),
        ),
    ),
    Device(
        "ipad",
        _l("iPad、iPhone（Safari）"),
        (
            _l("用 Safari 打开本页，点“下载证书”→“允许”。"),
            _l("设置 → 通用 → VPN与设备管理 → 已下载的描述文件 → 安装。"),
            _l("设置 → 通用 → 关于本机 → 证书信任设置，打开“Canteen LAN CA”。少了这步不行。"),
            _l("回到 Safari，打开上面的网址。"),
            _l(
                "收银或送餐：分享 → 添加到主屏幕，以后从那里打开，登录一次。"
                "否则七天不用，Safari 会清掉没上传的。"
            ),
        ),
    ),
    Device(
        "windows",
        _l("Windows 电脑"),
        (
            _l("下载证书，双击打开，点“安装证书”→“当前用户”。"),
            _l("选“将所有的证书都放入下列存储”→“浏览”→“受信任的根证书颁发机构”。"),
            _l("点“完成”→“是”，再把浏览器全部关掉重开。"),
        ),
    ),
    Device(
        "macos",
        _l("Mac 电脑"),
        (
            _l("下载证书，双击，放进“登录”钥匙串。"),
            _l("在“钥匙串访问”里双击“Canteen LAN CA”，展开“信任”，改成“始终信任”。"),
            _l("关上窗口，输入电脑密码，重开浏览器。"),
        ),
    ),
    Device(
        "linux",
        _l("Linux 电脑（Chrome、Chromium）"),
        (
            _l("下载证书，装好 libnss3-tools，在下载的文件夹里运行这一行，再重开浏览器："),
            _l("Firefox 另装：设置 → 隐私与安全 → 查看证书 → 证书颁发机构 → 导入。"),
        ),
        code=f"certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n canteen -i {FILE}",
    ),
)


def devices_for(user_agent: str) -> tuple[Device, ...]:
    """Every device, the reader's own kind first as far as the browser tells."""
    return tuple(sorted(DEVICES, key=lambda device: device.key != kind_of(user_agent)))


def kind_of(user_agent: str) -> str:
    """The kind of device behind a browser's name; an iPad may call itself a Mac."""
    for word, kind in (
        ("Android", "android"),
        ("iPad", "ipad"),
        ("iPhone", "ipad"),
        ("Macintosh", "macos"),
        ("Windows", "windows"),
        ("Linux", "linux"),
    ):
        if word in user_agent:
            return kind
    return ""
