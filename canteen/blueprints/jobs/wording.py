"""What the page of a job says, for each way it may stand."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _

from canteen.blueprints.filters import is_english
from canteen.foundation.jobs.kinds import kinds
from canteen.foundation.jobs.queries import Shown
from canteen.foundation.jobs.rules import Standing
from canteen.foundation.wording import Refusal, Said, say

_WAN = 10_000


def title(shown: Shown) -> str:
    """What is being done."""
    kind = kinds().get(shown.job.kind)
    return str(kind.title) if kind and kind.title else _("后台任务")


def said(shown: Shown) -> Said:
    """How it stands, and the one sensible next step (perhaps none), as a refusal is said."""
    match shown.standing:
        case Standing.WAITING if shown.ahead:
            return _say(shown, _("排队中，前面还有 %(count)s 项", count=shown.ahead))
        case Standing.WAITING:
            return _say(shown, _("马上开始"))
        case Standing.UNATTENDED:
            return _say(
                shown,
                _("还没有开始：后台程序没有运行"),
                _("请管理员启动后台程序；启动后会接着做，不用再点"),
            )
        case Standing.RUNNING:
            return _say(shown, _noted(shown) or steps(shown.job.done, shown.job.total))
        case Standing.STOPPING:
            return _say(shown, _("正在停止"))
        case Standing.LOST:
            return _say(shown, _("没有做完：后台程序中途停了"), _("请重新开始"))
        case Standing.DONE:
            return _say(shown, _("做完了"))
        case Standing.REFUSED:
            return say(_refusal(shown.result["refusal"]))
        case Standing.FAILED:
            return _say(
                shown,
                _("没有做完：系统出错了"),
                _("请重新开始；仍不行请把任务号 %(number)s 告诉管理员", number=shown.job.id),
            )
    return _say(shown, _("已停止"), _("需要时可以重新开始"))


def _noted(shown: Shown) -> str:
    """The kind's own words for the last note, where it has both."""
    kind, note = kinds().get(shown.job.kind), shown.result.get("note")
    return kind.words(note) if kind and kind.words and note else ""


def steps(done: int, total: int) -> str:
    """第 3,000 行，共 25 万行."""
    if not total:
        return _("正在准备")
    return _("第 %(done)s，共 %(total)s", done=rows(done), total=rows(total))


def rows(number: int) -> str:
    """A count as people say it: 25 万行 where it is even, else 251,234 行; in English a number."""
    if is_english():
        return f"{number:,}"
    if number >= _WAN and number % _WAN == 0:
        return f"{number // _WAN:,} 万行"
    return f"{number:,} 行"


def _say(shown: Shown, text: str, next_step: str = "") -> Said:
    return Said(code=shown.standing, text=text, next_step=next_step)


def _refusal(stored: Mapping[str, Any]) -> Refusal:
    return Refusal(stored["code"], stored.get("facts", {}))
