"""Every movement of the demo's money, and the balances that follow from it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from canteen.demo.world import Community, World
from canteen.ledger.booking import cash, funder, revenue, wallet
from canteen.ledger.models import Account, AccountKind, Transfer, TransferKind
from canteen.ledger.witness import witness
from canteen.settlement.models import PaidBy


@dataclass(slots=True)
class Moved:
    """A transfer as it was written, so that it can be given back."""

    id: int
    debit: str
    credit: str
    amount_fen: int
    policy: str


class Money:
    """The accounts of one community. A wallet's balance changes with every transfer here."""

    def __init__(self, world: World, community: Community) -> None:
        self._world = world
        self._site_id = community.site_id
        world.rows.flush()
        self._accounts = {
            code: number
            for number, code in world.session.execute(
                select(Account.id, Account.code).where(
                    (Account.site_id == community.site_id) | (Account.kind == AccountKind.FUNDER)
                )
            )
        }
        wanted = [person.id for person in community.diners + community.needing]
        wallets = select(Account.id, Account.code).where(Account.resident_id.in_(wanted))
        self._accounts |= {code: number for number, code in world.session.execute(wallets)}
        self._balances: dict[int, int] = dict.fromkeys(wanted, 0)
        self._turns: dict[int, int] = dict.fromkeys(wanted, 0)
        self.cash = cash(community.site_id)
        self.revenue = revenue(community.site_id)

    def balance(self, resident_id: int) -> int:
        """What a wallet holds at this point of the story, in fen."""
        return self._balances[resident_id]

    def turn(self, resident_id: int) -> int:
        """How often it has changed."""
        return self._turns[resident_id]

    def top_up(self, resident_id: int, fen: int, *, at: datetime, day: date, by: int) -> None:
        """Cash into a wallet."""
        self._change(resident_id, fen)
        self._write(
            TransferKind.TOP_UP, self.cash, wallet(resident_id), fen,
            at=at, day=day, by=by, request_id=self._world.uuid(),
        )  # fmt: skip

    def refund(self, resident_id: int, *, at: datetime, day: date, by: int, note: str) -> None:
        """All that a wallet holds, as cash."""
        fen = self._balances[resident_id]
        if not fen:
            return
        self._change(resident_id, -fen)
        self._write(
            TransferKind.REFUND, wallet(resident_id), self.cash, fen,
            at=at, day=day, by=by, request_id=self._world.uuid(), note=note,
        )  # fmt: skip

    def grant(self, code: str, fen: int, *, at: datetime, day: date, by: int, note: str) -> None:
        """What a funder pays in advance."""
        self._write(
            TransferKind.GRANT, self.cash, funder(code), fen,
            at=at, day=day, by=by, request_id=self._world.uuid(), note=note,
        )  # fmt: skip
        witness(self._world.session, funder_code=code, amount_fen=fen, note=note, at=at, by=by)

    def pay(self, meal: dict[str, Any]) -> list[Moved]:
        """Everything a meal moves, as its row says. The diner's wallet has it covered."""
        moved = []
        told = {"at": meal["created_at"], "day": meal["service_date"], "by": meal["created_by"]}
        if meal["paid_fen"]:
            in_cash = meal["paid_by"] == PaidBy.CASH
            kind = TransferKind.MEAL_CASH if in_cash else TransferKind.MEAL_WALLET
            source = self.cash if in_cash else wallet(meal["resident_id"])
            moved.append(
                self._write(
                    kind, source, self.revenue, meal["paid_fen"], meal_id=meal["id"], **told
                )
            )
        for part in json.loads(meal["parts"]):
            free = meal["paid_by"] == PaidBy.FREE and part["policy"] == "free_meal"
            moved.append(
                self._write(
                    TransferKind.MEAL_FREE if free else TransferKind.MEAL_SUBSIDY,
                    funder(part["funder"]),
                    self.revenue,
                    part["amount_fen"],
                    meal_id=meal["id"],
                    policy=f"{part['policy']}/{part['rule']}",
                    **told,
                )
            )
        return moved

    def spend(self, resident_id: int, fen: int) -> int:
        """Take the diner's own part (perhaps nothing) from a wallet; the balance after."""
        self._change(resident_id, -fen)
        return self._balances[resident_id]

    def give_back(
        self, meal: dict[str, Any], moved: list[Moved], *, at: datetime, by: int, note: str
    ) -> None:
        """Reverse everything a meal moved."""
        for one in moved:
            self._write(
                TransferKind.REVERSAL, one.credit, one.debit, one.amount_fen,
                at=at, day=meal["service_date"], by=by, meal_id=meal["id"],
                policy=one.policy, reverses=one.id, note=note,
            )  # fmt: skip
        if meal["paid_by"] == PaidBy.WALLET and meal["paid_fen"]:
            self._change(meal["resident_id"], meal["paid_fen"])

    def settle_balances(self) -> None:
        """Write what every wallet holds at the end of the story."""
        table = Account.__table__
        statement = (
            update(table)  # type: ignore[arg-type]
            .where(table.c.resident_id == bindparam("owner"))
            .values(balance_fen=bindparam("fen"), turn=bindparam("turns"))
        )
        changed = [
            {"owner": owner, "fen": self._balances[owner], "turns": turns}
            for owner, turns in self._turns.items()
            if turns
        ]
        if changed:
            self._world.session.connection().execute(statement, changed)

    def _change(self, resident_id: int, fen: int) -> None:
        self._balances[resident_id] += fen
        self._turns[resident_id] += 1
        assert self._balances[resident_id] >= 0, "a wallet fell below zero"

    def _write(
        self,
        kind: TransferKind,
        debit: str,
        credit: str,
        fen: int,
        *,
        at: datetime,
        day: date,
        by: int,
        meal_id: UUID | None = None,
        request_id: UUID | None = None,
        reverses: int | None = None,
        policy: str = "",
        note: str = "",
    ) -> Moved:
        number = self._world.rows.add(
            Transfer,
            debit_account_id=self._accounts[debit],
            credit_account_id=self._accounts[credit],
            amount_fen=fen,
            kind=kind,
            site_id=self._site_id,
            service_date=day,
            meal_id=meal_id,
            policy=policy,
            reverses_id=reverses,
            request_id=request_id,
            note=note,
            created_by=by,
            created_at=at,
        )
        return Moved(number, debit, credit, fen, policy)
