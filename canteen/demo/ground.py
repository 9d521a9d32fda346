"""What stands before anybody eats: the site, its people at work, its policy, its library."""

from datetime import datetime, time
from importlib.resources import files

from canteen.demo.people import HUKOU
from canteen.demo.places import COMMUNITY, canteen_of
from canteen.demo.world import SITE_CODE, Community, Crew, World
from canteen.foundation.wording import Refusal
from canteen.ledger.accounts import open_site_accounts
from canteen.menus.actions import ensure_slots
from canteen.sites.models import Device, MealPeriod, MealSet, Site
from canteen.staff.actions import add_staff
from canteen.staff.rules import Role
from canteen.subsidies.actions import add_funder
from canteen.subsidies.models import SitePolicy

PASSWORD = "only-for-the-demo"
"""Everybody's in the demo; printed wherever the demo is started."""
PEOPLE = (
    ("xiaoli", "小李", Role.CLERK),
    ("zhaoshifu", "赵师傅", Role.KITCHEN),
    ("zhangjie", "张姐", Role.MANAGER),
    ("xiaolin", "网格员小林", Role.COMMUNITY),
    ("xiaozhou", "志愿者小周", Role.VOLUNTEER),
    ("guanliyuan", "管理员", Role.ADMINISTRATOR),
)
POLICY = "nanchang"
CHARITY = "charity"

PERIODS = (
    ("breakfast", "早餐", "Breakfast", time(6, 30), time(8, 30)),
    ("lunch", "午餐", "Lunch", time(10, 45), time(13, 0)),
    ("dinner", "晚餐", "Dinner", time(16, 45), time(18, 30)),
)
SETS = (
    ("breakfast", "standard", "早餐", "Breakfast set", 500),
    ("lunch", "standard", "午餐套餐", "Lunch set", 1300),
    ("lunch", "small", "小份套餐", "Small lunch", 1000),
    ("dinner", "standard", "晚餐套餐", "Dinner set", 1200),
)


def hire(site_id: int, now: datetime) -> Crew:
    """One person for each role, all with the demo's password."""
    numbers = []
    for username, name, role in PEOPLE:
        made = add_staff(
            username=username,
            name=name,
            password=PASSWORD,
            site_id=site_id,
            roles=[role],
            now=now,
            by=None,
        )
        assert not isinstance(made, Refusal), made
        numbers.append(made)
    clerk, kitchen, manager, community, volunteer, administrator = numbers
    return Crew(
        clerk=clerk,
        kitchen=kitchen,
        manager=manager,
        community=community,
        volunteer=volunteer,
        administrator=administrator,
    )


def policy_document() -> str:
    """The subsidy policy the demo settles by, as it is shipped."""
    return (files("canteen.subsidies") / "policies" / f"{POLICY}.toml").read_text("utf-8")


def found_site(world: World, number: int) -> int:
    """A site with three meals a day, four sets, two counters, its money and its menu rows."""
    session, city = world.session, HUKOU
    part = "" if number == 1 else f"（第{number}分区）"
    site = Site(
        code=f"{SITE_CODE}{number:04d}",
        name=f"{COMMUNITY}食堂{part}",
        name_en=f"Xingfuli Community Canteen{f' {number}' if number > 1 else ''}",
        phone="0791-5550100",
        address="幸福里 1 号（示例，并无此地）",
        city=city[0],
        district=city[1],
        latitude=canteen_of(number).lat,
        longitude=canteen_of(number).lon,
        town=city[2],
        sells_dishes=True,
        sells_amounts=True,
    )
    session.add(site)
    session.flush()
    for position, (code, name, english, starts, ends) in enumerate(PERIODS, 1):
        session.add(
            MealPeriod(
                site_id=site.id, code=code, name=name, name_en=english,
                starts=starts, ends=ends, position=position,
            )
        )  # fmt: skip
    for position, (period, code, name, english, price_fen) in enumerate(SETS):
        session.add(
            MealSet(
                site_id=site.id, period_code=period, code=code, name=name, name_en=english,
                price_fen=price_fen, position=position,
            )
        )  # fmt: skip
    open_site_accounts(session, site_id=site.id)
    session.flush()
    return site.id


def equip(world: World, community: Community) -> None:
    """Counters, menu rows and the policy of a site that stands."""
    session = world.session
    opened = world.at(world.days[0], time(8))
    devices = [
        Device(site_id=community.site_id, name=name, created_at=opened)
        for name in ("一号窗口", "二号窗口")
    ]
    session.add_all(devices)
    ensure_slots(session, community.site_id)
    add_funder(
        session,
        code=CHARITY,
        name="红心慈善基金（示例）",
        name_en="Red Heart Fund (example)",
        level="charity",
    )
    session.add(
        SitePolicy(
            site_id=community.site_id,
            policy_code=POLICY,
            valid_from=world.days[0].replace(month=1, day=1),
        )
    )
    session.flush()
    community.devices = [device.id for device in devices]
