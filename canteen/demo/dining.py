"""Settling meals of the past exactly as the counter would have: same facts, same decision."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from canteen.demo.ground import SETS
from canteen.demo.money import Money
from canteen.demo.people import HUKOU
from canteen.demo.world import ZONE, Community, Human, World
from canteen.foundation.calendar import seed_days
from canteen.foundation.wording import Refusal
from canteen.settlement.actions import meal_row
from canteen.settlement.models import Meal, PaidBy
from canteen.settlement.rules import Diner, Order, PastMeal, Sale, SaleFacts, decide_sale
from canteen.subsidies.queries import policies_at

_PRICES = {(period, code): (name, fen) for period, code, name, _english, fen in SETS}


@dataclass(frozen=True, slots=True)
class Void:
    """That a meal did not stand for long: who took it back when, and why."""

    at: datetime
    by: int
    reason: str


class Dining:
    """The dining room of one community through all its days."""

    def __init__(self, world: World, community: Community, money: Money) -> None:
        self.world, self.community, self.money = world, community, money
        self._past: dict[int, list[PastMeal]] = {}
        self._kinds = {
            entry.date: entry.kind
            for year in {day.year for day in world.days}
            for entry in seed_days(year).days
        }
        self._facts: dict[tuple[date, str, str], SaleFacts] = {}

    def diner(self, person: Human, day: date, *, with_card: bool) -> Diner:
        """Somebody as the counter would read them on that day."""
        past = [
            meal
            for meal in self._past.get(person.id, ())
            if meal.service_date >= min(day.replace(day=1), day - timedelta(days=day.weekday()))
        ]
        self._past[person.id] = past
        return Diner(
            resident_id=person.id,
            name=person.name,
            gender=person.gender,
            birthday=person.birthday,
            status="active",
            ended_on=None,
            tags=person.tags_on(day),
            hukou_path=person.hukou,
            residence_path=HUKOU,
            in_institution=False,
            registered_here=True,
            grid_node_id=person.door.unit_id,
            balance_fen=self.money.balance(person.id),
            turn=self.money.turn(person.id),
            card_id=person.card_id if with_card else None,
            card_state="active" if with_card else None,
            meals=tuple(past),
        )

    def facts(self, day: date, period: str, code: str, at: datetime) -> SaleFacts:
        """What is sold on a day, without the diner."""
        key = (day, period, code)
        if key not in self._facts:
            kind = self._kinds[day]
            name, fen = _PRICES.get((period, code), (None, None))
            self._facts[key] = SaleFacts(
                service_date=day,
                local_time=at.astimezone(ZONE).time(),
                is_workday=kind in ("workday", "makeup_workday"),
                is_public_holiday=kind == "holiday",
                site_path=HUKOU,
                set_name=name,
                price_fen=fen,
                menu_published=True,
                menu_required=True,
                daily_card_limit_fen=500_00,
                diner=None,
                policies=policies_at(
                    self.world.session, site_id=self.community.site_id, service_date=day
                ),
            )
        return replace(self._facts[key], local_time=at.astimezone(ZONE).time())

    def serve(
        self, order: Order, facts: SaleFacts, at: datetime, *, void: Void | None = None
    ) -> Refusal | None:
        """Settle a meal as the counter decides it, or say why it would not."""
        sale = decide_sale(order=order, facts=facts)
        if isinstance(sale, Refusal):
            return sale
        self.book(order, facts, sale, at, void=void)
        return None

    def book(
        self,
        order: Order,
        facts: SaleFacts,
        sale: Sale,
        at: datetime,
        *,
        void: Void | None = None,
    ) -> None:
        """Write the meal and what it moves, and remember it for the prices to come."""
        balance = None
        if facts.diner is not None:
            from_wallet = sale.priced.pay_fen if sale.paid_by is PaidBy.WALLET else 0
            balance = self.money.spend(facts.diner.resident_id, from_wallet)
        row = meal_row(order, facts, sale, balance, at)
        row |= {
            "voided_at": void.at if void else None,
            "voided_by": void.by if void else None,
            "void_reason": void.reason if void else "",
        }
        self.world.rows.add(Meal, **row)
        moved = self.money.pay(row)
        if void is not None:
            self.money.give_back(row, moved, at=void.at, by=void.by, note=void.reason)
        elif facts.diner is not None:
            self._remember(facts.diner.resident_id, row, sale)

    def _remember(self, resident_id: int, row: dict[str, Any], sale: Sale) -> None:
        self._past.setdefault(resident_id, []).append(
            PastMeal(
                meal_id=str(row["id"]),
                service_date=row["service_date"],
                period_code=row["period_code"],
                paid_fen=row["paid_fen"],
                paid_by=row["paid_by"],
                extra=row["extra"],
                local_at=row["created_at"].astimezone(ZONE).strftime("%H:%M"),
                parts=tuple(
                    (part.policy, part.rule, part.funder, part.amount_fen)
                    for part in sale.priced.parts
                ),
            )
        )
