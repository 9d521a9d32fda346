"""The test bench: a diner, a day, a price; what a policy would give, and what holds now.

Everything is posted, never put in an address: a trial may be about a real person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from canteen.blueprints.access import allow
from canteen.blueprints.context import current_site, own_sites, today
from canteen.blueprints.filters import is_english, named
from canteen.blueprints.subsidies.bench_facts import day_word, invented_diner, stated_tallies
from canteen.blueprints.subsidies.draft_views import draft_or_404, policy_or_closed_page
from canteen.blueprints.subsidies.forms import BenchForm
from canteen.blueprints.subsidies.views import blueprint, managed_site_ids, version_or_404
from canteen.cards.standing import path_of
from canteen.foundation.database import db
from canteen.residents.models import Resident
from canteen.residents.tags import TAGS
from canteen.settlement.diners import Candidate, find_diners
from canteen.settlement.trials import Trial, TrialDiner, diner_on_file, on_every_day
from canteen.sites import queries as sites
from canteen.sites.models import Site
from canteen.staff.rules import Role
from canteen.subsidies import vocabulary
from canteen.subsidies.documents import parse_policy
from canteen.subsidies.policy import Policy
from canteen.subsidies.queries import policies_at
from canteen.subsidies.rules import PricedMeal, price_meal


@dataclass(frozen=True)
class Result:
    """What a line-up of policies makes of the meal."""

    priced: PricedMeal
    policies: Sequence[Policy]


@blueprint.route("/drafts/<int:draft_id>/bench", methods=["GET", "POST"])
@allow(Role.MANAGER)
def draft_bench(draft_id: int) -> Any:
    """Try a draft."""
    row = draft_or_404(draft_id)
    policy = policy_or_closed_page(row)
    return _bench(policy, draft=row) if isinstance(policy, Policy) else policy


@blueprint.route("/<code>/<int:version>/bench", methods=["GET", "POST"])
@allow(Role.MANAGER)
def version_bench(code: str, version: int) -> Any:
    """Try a published version."""
    return _bench(parse_policy(version_or_404(code, version).document), draft=None)


def _bench(policy: Policy, *, draft: Any) -> Any:
    asked = request.method == "POST"
    form = _form(policy) if asked else _first_form(policy)
    if asked:
        form.validate()
    site = next((each for each in own_sites() if each.id == form.site_id.data), current_site())
    day = form.service_date.data or today()
    person = _person(form)
    kind = day_word(sites.day_kind(db.session(), day))
    results = _results(policy, form, site, day, kind, person) if not form.errors else None
    return render_template(
        "subsidies/bench.html",
        policy=policy,
        draft=draft,
        form=form,
        person=person,
        found=_found(form),
        results=results,
        day=day,
        calendar_says=vocabulary.DAY_KINDS[kind],
        part_names=_part_names(results) if results else {},
    )


def _form(policy: Policy) -> BenchForm:
    """The form with its choices, as posted."""
    form = BenchForm()
    site_id = form.site_id.data if isinstance(form.site_id.data, int) else current_site().id
    pair = 1 if is_english() else 0
    form.tags.choices = [(tag.code, (tag.zh, tag.en)[pair]) for tag in TAGS]
    held = [(each.code, (each.name.zh, each.name.en)) for each in policy.passes]
    form.passes.choices = [(code, name[pair]) for code, name in held]
    form.site_id.choices = [(site.id, named(site)) for site in own_sites()]
    kinds = [(code, names[pair]) for code, names in vocabulary.DAY_KINDS.items()]
    form.day_kind.choices = [("", _("按日历")), *kinds]
    periods = [(each.code, named(each)) for each in sites.periods(db.session(), site_id)]
    own = [(code, vocabulary.PERIODS.get(code, (code, code))[pair]) for code in _periods(policy)]
    form.period.choices = list(dict([*own, *periods]).items()) or [("lunch", _("午餐"))]
    form.channel.choices = [(code, names[pair]) for code, names in vocabulary.CHANNEL.items()]
    classes = dict.fromkeys(["set", "dish", *_classes(policy)])
    form.item_class.choices = [
        (code, vocabulary.ITEMS.get(code, (code, code))[pair]) for code in classes
    ]
    return form


def _first_form(policy: Policy) -> BenchForm:
    """An 82-year-old at lunch: a trial to begin from."""
    form = _form(policy)
    form.age.data = 82
    form.registered_here.data = True
    form.site_id.data = current_site().id
    form.service_date.data = today()
    form.at.data = time(12)
    codes = [one.value for one in form.period.choices]
    form.period.data = "lunch" if "lunch" in codes else codes[0]
    form.channel.data, form.item_class.data, form.day_kind.data = "dine_in", "set", ""
    form.price_fen.data = 13_00
    here = current_site()
    form.hukou.data = form.residence.data = "/".join(path_of(here.city, here.district, here.town))
    return form


def _periods(policy: Policy) -> Sequence[str]:
    return tuple(code for rule in policy.rules for code in rule.when.periods)


def _classes(policy: Policy) -> Sequence[str]:
    return tuple(code for rule in policy.rules for code in rule.when.item_classes)


def _person(form: BenchForm) -> Resident | None:
    """The resident whose file is used; one of a site the reader manages, or none."""
    chosen = request.form.get("choose", type=int) or form.resident_id.data
    if request.form.get("invent") or not isinstance(chosen, int) or not 0 < chosen < 2**31:
        form.resident_id.data = None
        return None
    person = db.session.get(Resident, chosen)
    if person is None or person.site_id not in managed_site_ids():
        form.resident_id.data = None
        return None
    form.resident_id.data = person.id
    return person


def _found(form: BenchForm) -> Sequence[Candidate] | None:
    """Whom a search finds at the sites the reader manages; None where nobody searched."""
    if not request.form.get("search") or not (form.q.data or "").strip():
        return None
    return find_diners(
        db.session(), text=form.q.data or "", today=today(), site_ids=managed_site_ids()
    )


def _results(
    policy: Policy, form: BenchForm, site: Site, day: date, kind: str, person: Resident | None
) -> dict[str, Result]:
    """Under this version, and under what holds now; each with the site's other policies."""
    now_held = policies_at(db.session(), site_id=site.id, service_date=day)
    if form.alone.data:
        now_held = [each for each in now_held if each.code == policy.code]
    trial = _trial(form, site, day, kind, _diner(form, site, day, [policy, *now_held], person))
    return {
        "new": _priced(_instead(now_held, on_every_day(policy)), trial),
        "old": _priced(now_held, trial),
    }


def _instead(held: Sequence[Policy], policy: Policy) -> list[Policy]:
    """The line-up with `policy` in the place of the version that holds, else at the end."""
    if any(each.code == policy.code for each in held):
        return [policy if each.code == policy.code else each for each in held]
    return [*held, policy]


def _priced(policies: Sequence[Policy], trial: Trial) -> Result:
    return Result(price_meal(policies=policies, facts=trial.facts(policies)), policies)


def _diner(
    form: BenchForm, site: Site, day: date, policies: Sequence[Policy], person: Resident | None
) -> TrialDiner:
    if person is None:
        return invented_diner(form, day)
    return diner_on_file(db.session(), resident_id=person.id, site=site, day=day, policies=policies)


def _trial(form: BenchForm, site: Site, day: date, kind: str, diner: TrialDiner) -> Trial:
    kind = form.day_kind.data or kind
    return Trial(
        diner=diner,
        site=site,
        day=day,
        is_workday=kind == "workday",
        is_public_holiday=kind == "public_holiday",
        at=form.at.data or time(12),
        period=form.period.data or "lunch",
        channel=form.channel.data or "dine_in",
        item_class=form.item_class.data or "set",
        price_fen=form.price_fen.data or 0,
        delivery_fee_fen=form.delivery_fee_fen.data or 0,
        stated=stated_tallies(form),
        meals_today=form.meals_today.data,
        quota_left_fen=form.quota_left_fen.data,
    )


def _part_names(results: dict[str, Result]) -> dict[tuple[str, str], Any]:
    """What rules and grants are called, by policy and code."""
    names: dict[tuple[str, str], Any] = {}
    for policy in (policy for result in results.values() for policy in result.policies):
        names |= {(policy.code, rule.code): rule.name_pair for rule in policy.rules}
        names |= {(policy.code, each.code): (each.name.zh, each.name.en) for each in policy.grants}
    return names
