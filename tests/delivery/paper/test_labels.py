"""Labels add up to the kitchen's count, and a reprint is what changed and no more."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from time_machine import travel

from canteen.delivery.actions import reassign_stop
from canteen.delivery.needs.models import SpecialKind
from canteen.delivery.needs.specials import Special, add_special
from canteen.delivery.paper import labels
from canteen.delivery.paper.rules import Face, Reprint, digest, reprint
from canteen.delivery.portions import portions_of
from canteen.foundation.database import db
from canteen.foundation.wording import Refusal
from tests.delivery.paper.rounds import Round
from tests.people import NOW, TODAY, sign_in

ADDRESS = f"/delivery/labels?day={TODAY}&period=lunch"
EARLY = NOW.replace(hour=0)  # 08:00 in Shanghai, before the cut-off


@pytest.fixture(autouse=True)
def before_the_cut_off() -> Iterator[None]:
    with travel(EARLY, tick=True):
        yield


class Labels(Round):
    """The labels of 小周's lunch as the office sees them."""

    def faces(self) -> list[Face]:
        db.session.rollback()
        found = portions_of(db.session(), site_id=self.site_id, day=TODAY, period_code="lunch")
        assert found is not None
        return labels.faces_of(found)

    def print_all(self, seen: str = "") -> int | Refusal:
        return labels.mark_printed(
            site_id=self.site_id, day=TODAY, period_code="lunch",
            seen=seen or digest(self.faces()), by=self.zhangjie, now=EARLY,
        )  # fmt: skip

    def change(self) -> Reprint:
        faces = self.faces()
        held = labels.printed(db.session(), site_id=self.site_id, day=TODAY, period_code="lunch")
        return reprint(wanted=faces, printed=held)

    def transfer(self, which: int) -> None:
        refused = reassign_stop(
            site_id=self.site_id, stop_id=self.stops[which], volunteer_id=self.laowu,
            by=self.zhangjie, now=EARLY,
        )  # fmt: skip
        assert refused is None

    def special(self, who: int, kind: SpecialKind) -> None:
        done = add_special(
            Special(
                resident_id=self.people[who], day=TODAY, period_code="lunch", kind=kind, more=1,
                reason="女儿来吃饭",
            ),
            site_id=self.site_id, today=TODAY, by=self.zhangjie, now=EARLY,
        )  # fmt: skip
        assert not isinstance(done, Refusal)


def test_after_a_transfer_a_second_box_and_a_cancel_only_these_are_printed(app: Flask) -> None:
    lunch = Labels()
    assert [lunch.print_all(), lunch.print_all()] == [12, 0]
    lunch.transfer(0)
    lunch.special(4, SpecialKind.MORE)
    lunch.special(5, SpecialKind.NONE)
    change = lunch.change()
    assert len(change.fresh) == 3, "one of another round, two of the household that gets two"
    assert len(change.torn) == 3, "the old ones of the three doors"
    assert change.kept + len(change.fresh) == len(lunch.faces()) == 12
    assert {one.name for one in change.torn if one.carrier == "小周"} >= {"老人1", "老人4", "老人5"}
    assert lunch.print_all() == 3
    assert not lunch.change().changed


def test_labels_that_changed_during_printing_are_not_noted(app: Flask) -> None:
    lunch = Labels()
    seen = digest(lunch.faces())
    lunch.transfer(2)
    assert lunch.print_all(seen) == Refusal("labels_changed")
    assert lunch.change().kept == 0


def test_the_page_prints_what_is_new_and_names_what_to_tear_up(client: FlaskClient) -> None:
    lunch = Labels()
    sign_in(client, "zhangjie")
    page = client.get(ADDRESS).text
    assert page.count('class="label"') == 12
    assert "标签 12 张 = 厨房 12 份" in page
    form = re.search(r'action="(/delivery/labels/prints[^"]+)".*?name="seen" value="(\w+)"', page)
    assert form
    action = form[1].replace("&amp;", "&")
    assert client.post(action, data={"seen": form[2]}).status_code == 302
    assert "12 张都打印过，没有变动" in client.get(ADDRESS).text
    lunch.transfer(0)
    page = client.get(ADDRESS).text
    assert page.count('class="label"') == 1
    assert "照用 11 张 + 补打 1 张 = 厨房 12 份" in page
    torn = page.partition('class="torn"')[2].partition("</ul>")[0]
    assert "小周 1" in torn
    assert client.get(f"{ADDRESS}&all=1").text.count('class="label"') == 12
    late = client.post(action, data={"seen": form[2]}, follow_redirects=True).text
    assert "打印期间标签又变了" in late


def test_sheets_add_up_to_the_kitchens_count_by_diet(client: FlaskClient) -> None:
    lunch = Labels()
    lunch.transfer(3)
    lunch.special(1, SpecialKind.MORE)
    sign_in(client, "zhangjie")
    page = client.get(f"/delivery/rosters/{lunch.roster_id}/sheets").text
    boxes = dict(re.findall(r'<strong>(\S+)</strong> <span class="boxes">共 (\d+) 份', page))
    assert sum(map(int, boxes.values())) == len(lunch.faces()) == 13
    assert boxes["老吴"] == "1"
