"""A published lunch, as tests of the pages begin with it."""

from typing import Any

from tests.delivery.people import (
    make_need,
    make_programme,
    make_volunteer,
    make_xiaozhou,
    publish,
    stops,
)
from tests.people import (
    make_chen,
    make_site,
    make_unit,
    make_wang,
    make_zhangjie,
)


class Round:
    """A published lunch: 小周 brings 陈奶奶 her meal, 老吴 brings 王爷爷 his."""

    def __init__(self, **chen: Any) -> None:
        self.site_id = make_site()
        self.zhangjie = make_zhangjie(self.site_id)
        make_programme(self.site_id)
        self.chen = make_chen(self.site_id, **chen)
        self.wang = make_wang(self.site_id, tags=("dibao",), unit_id=make_unit(building="3栋"))
        make_need(self.chen, self.site_id)
        make_need(self.wang, self.site_id)
        self.xiaozhou = make_xiaozhou(self.site_id, make_unit())
        self.laowu = make_volunteer(self.site_id, "老吴", make_unit(building="3栋"))
        self.roster_id = publish(self.site_id, self.zhangjie)
        found = {one.resident_id: one.id for one in stops(self.roster_id)}
        self.chens_stop, self.wangs_stop = found[self.chen], found[self.wang]
