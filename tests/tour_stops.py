"""Where the tour stops: the pages in the order in which a day meets them."""

from typing import Any

from tests.tour import Stop, Visit, upload_register

CLERK, KITCHEN, MANAGER, VOLUNTEER = "xiaoli", "zhaoshifu", "zhangjie", "xiaozhou"
OFFICER, ADMINISTRATOR = "xiaolin", "guanliyuan"
FOUNDER = "wujie"  # her canteen has nothing in it yet


def open_picker(visit: Visit) -> None:
    visit.page.locator("[data-place]:visible").nth(3).click()
    visit.page.wait_for_selector("[data-picker-list] li")


def taken_by_other(visit: Visit) -> None:
    """Pick for a place that was filled since the page was read: here a page that read wrongly."""
    place = visit.page.locator("[data-place][data-dish-id]:visible").nth(2)
    place.evaluate("(place) => { place.dataset.dishId = 999999; }")
    place.click()
    visit.page.locator("[data-picker-list] li").nth(1).click()
    visit.page.wait_for_selector("[data-taken-by-other][open]")


def open_alternatives(visit: Visit) -> None:
    visit.page.locator("a.plan-place:visible").first.click()
    visit.page.wait_for_selector(".plan-choices")


def receipt(visit: Visit) -> None:
    visit.scan(visit.facts.cards.hungry())
    visit.showing("receipt")


def refused_fed(visit: Visit) -> None:
    visit.scan(visit.facts.cards.fed())
    visit.showing("refusal")


def refused_poor(visit: Visit) -> None:
    visit.scan(visit.facts.cards.poor())
    visit.showing("refusal")


def refused_lost(visit: Visit) -> None:
    visit.scan(visit.facts.cards.lost())
    visit.showing("refusal")


def refused_replaced(visit: Visit) -> None:
    visit.scan(visit.facts.cards.replaced())
    visit.showing("refusal")


def refused_unknown(visit: Visit) -> None:
    visit.scan(visit.facts.cards.nobody())
    visit.showing("refusal")


def refused_forged(visit: Visit) -> None:
    visit.scan(visit.facts.cards.forged())
    visit.showing("refusal")


def refused_cut(visit: Visit) -> None:
    visit.scan("6901234567892")
    visit.showing("refusal")


def override(visit: Visit) -> None:
    refused_fed(visit)
    visit.page.click("[data-act=override]")
    visit.showing("override")


def guest(visit: Visit) -> None:
    visit.page.click("[data-act=guest]")
    visit.showing("receipt")


def tray_tapped(visit: Visit) -> None:
    visit.page.evaluate("sessionStorage.clear()")
    visit.page.reload()
    visit.showing("idle")
    visit.page.click("[data-act=tray]")
    for place in (0, 1, 1):
        visit.page.locator("[data-dish]").nth(place).click()


def tray_typed(visit: Visit) -> None:
    tray_tapped(visit)
    visit.page.click("[data-tab=amount]")
    for key in "12.5":
        visit.page.click(f"[data-key='{key}']")


def tray_wanted(visit: Visit) -> None:
    tray_tapped(visit)
    visit.page.click("[data-act=wipe-tray]")
    visit.scan(visit.facts.cards.hungry())
    visit.showing("held")


def forgotten(visit: Visit) -> None:
    """So that the next stop is an ordinary counter."""
    visit.page.evaluate("sessionStorage.clear()")
    visit.page.reload()
    visit.showing("idle")


def asked_why(visit: Visit) -> None:
    visit.page.locator(".unbooked summary").first.click()


def undone(visit: Visit) -> None:
    receipt(visit)
    visit.page.click("[data-act=undo]")
    visit.showing("undone")


def search(visit: Visit) -> None:
    visit.page.click("[data-act=find]")
    visit.page.type("#diner-search", "chen", delay=90)
    visit.page.wait_for_selector("[role=option]")


def camera(visit: Visit) -> None:
    visit.page.click("[data-act=camera]")
    visit.page.wait_for_timeout(500)


def sound(visit: Visit) -> None:
    visit.page.click("[data-act=sound]")
    visit.page.wait_for_timeout(200)


def seen_by_diner(visit: Visit, **scene: Any) -> None:
    """What the counter would tell the window turned to the diner."""
    idle = {
        "kind": "idle", "period": "午餐", "set": "标准餐", "price_fen": 1300,
        "dishes": ["红烧肉", "清蒸鲈鱼", "蒜蓉空心菜", "番茄炒蛋", "冬瓜排骨汤", "米饭"],
    }  # fmt: skip
    visit.page.evaluate(
        "(news) => new BroadcastChannel('canteen-diner').postMessage(news)",
        {"idle": idle, "scene": scene or None},
    )
    visit.showing(scene.get("kind", "idle"))
    visit.page.wait_for_timeout(200)


def diner_greeted(visit: Visit) -> None:
    seen_by_diner(visit)


def diner_paid(visit: Visit) -> None:
    parts = [{"name": "青云谱区财政", "amount_fen": 300}, {"name": "食堂", "amount_fen": 100}]
    seen_by_diner(
        visit, kind="receipt", title="欧阳奶奶", set="标准餐", price_fen=1300, parts=parts,
        paid_fen=900, cash=False, balance_fen=4100,
    )  # fmt: skip


def diner_paid_by_many(visit: Visit) -> None:
    """A long name and five who pay: what is left is seen all the same."""
    names = ("示例市财政", "示范区财政", "幸福里街道办事处", "红心慈善基金会", "食堂")
    seen_by_diner(
        visit, kind="receipt", title="欧阳秀英奶奶", set="标准餐、红烧肉 × 2",
        price_fen=14550,
        parts=[{"name": name, "amount_fen": 340} for name in names],
        paid_fen=12850, cash=False, balance_fen=123456,
    )  # fmt: skip


def diner_asked_to_wait(visit: Visit) -> None:
    seen_by_diner(
        visit, kind="refusal", code="balance_too_low", title="王爷爷", due_fen=1300,
        balance_fen=500,
    )  # fmt: skip


def invite_tablet(visit: Visit) -> None:
    visit.page.click("main form.card button.primary")
    visit.page.wait_for_selector(".screen-code")


def trouble(visit: Visit) -> None:
    visit.page.route("**/counter/meals", lambda route: route.abort())
    visit.scan(visit.facts.cards.hungry())
    visit.page.wait_for_selector("[data-showing=trouble], [data-showing=retrying]")
    visit.page.clock.fast_forward(60_000)
    visit.page.wait_for_timeout(500)
    visit.page.evaluate("localStorage.clear()")
    visit.page.unroute("**/counter/meals")


def locked(visit: Visit) -> None:
    visit.page.click("[data-act=lock]")
    visit.showing("locked")
    visit.scan_now(visit.facts.cards.hungry())
    visit.page.fill("[name=pin]", "9999")
    visit.page.click(".till-locked button.primary")
    visit.page.wait_for_selector(".till-mistake:not([hidden])")


def unlocked(visit: Visit) -> None:
    """So that the next stop is no locked counter."""
    visit.page.click(".till-person:has-text('小李')")
    visit.page.fill("[name=pin]", "2580")
    visit.page.click(".till-locked button.primary")
    visit.showing("receipt")


def counted_short(visit: Visit) -> None:
    visit.page.fill("[name=n10000]", "1")
    visit.page.click("main button.primary")
    visit.page.wait_for_selector(".notice.bad")


def upload_endings(visit: Visit) -> None:
    """Send a list with 陈奶奶 and somebody whom nobody knows; see its preview."""
    address = visit.page.url
    visit.page.goto(f"{visit.facts.base}/residents/{visit.facts.chen}")
    phone = visit.page.locator("dl.facts dd.nowrap").first.inner_text()
    rows = f"姓名,电话,情况,日期\n陈桂英,{phone},迁出,2020-01-02\n郑无名,1234,去世,2026-01-02\n"
    file = {"name": "名单.csv", "mimeType": "text/csv", "buffer": rows.encode("utf-8-sig")}
    visit.page.goto(address)
    visit.page.set_input_files("input[type=file]", file)
    visit.page.click("main button.primary")
    visit.page.wait_for_url("**/re-checks/*")


def own_round_shown(visit: Visit) -> None:
    """The phone page has its doors, or says that there are none."""
    visit.page.wait_for_selector("[data-round]:not([aria-busy]) [data-slot=now] > *")


def lock_mode(visit: Visit) -> None:
    """Touch two places in lock mode."""
    visit.page.click("[data-lock-mode]")
    for place in (1, 2):
        visit.page.locator("[data-place]:visible").nth(place).click()
        visit.page.wait_for_timeout(400)


def carried(visit: Visit) -> None:
    """Take a dish up by key."""
    visit.page.locator("[data-place]:visible").nth(3).focus()
    visit.page.keyboard.press("Space")


def change_dish(visit: Visit) -> None:
    """The page on which another dish is served."""
    visit.page.locator("a.place:visible").last.click()
    visit.page.wait_for_selector("form.substitution, .notice")


def meal_of_the_week(visit: Visit) -> None:
    """A set of the first meal shown."""
    visit.page.locator("a.set-cost:visible").nth(1).click()
    visit.page.wait_for_selector(".meal-dishes")


def largest_type(visit: Visit) -> None:
    visit.page.click("[data-text-size=largest]")
    visit.page.context.clear_cookies(name="canteen_letters")


def largest_letters(visit: Visit) -> None:
    """A page of the volunteers in the largest letters, the choice open."""
    visit.page.context.add_cookies(
        [{"name": "canteen_letters", "value": "largest", "url": visit.facts.base}]
    )
    visit.page.reload()
    visit.page.click(".letters > summary")
    visit.page.context.clear_cookies(name="canteen_letters")


def take_a_payment_back(visit: Visit) -> None:
    """The first visit takes one back; the others see that it was."""
    wrong = visit.page.locator("details.wrong-payment")
    if wrong.count():
        wrong.first.locator("summary").click()
        wrong.first.locator("input[name=reason]").fill("记错了申报单")
        wrong.first.locator("button").click()
        visit.page.wait_for_selector(".taken-back")


def upload_menu(visit: Visit) -> None:
    """Send a menu with dishes that the library does not know; see what they are guessed to be."""
    rows = "星期,餐次,类别,菜名\n周一,午餐,大荤,秘制鸡块 9.5元\n周二,午餐,素菜,宫爆土豆丁、地四鲜\n"
    file = {"name": "菜单.csv", "mimeType": "text/csv", "buffer": rows.encode("utf-8-sig")}
    visit.page.set_input_files("input[type=file]", file)
    visit.page.click("main button.primary")
    visit.page.wait_for_url("**/import-previews")


def upload_ingredients(visit: Visit) -> None:
    """Send two own values; see what would change."""
    rows = "食材,进价,钠\n土豆,4.20,不知道\n西红柿,6.5,\n"
    file = {"name": "食材.csv", "mimeType": "text/csv", "buffer": rows.encode("utf-8-sig")}
    visit.page.set_input_files("input[type=file]", file)
    visit.page.click("main button.primary")
    visit.page.wait_for_url("**/import-previews")


STOPS = [
    Stop("staff-sign-in", "/sign-in", None, whole=False),
    Stop("staff-sign-in-large", "/sign-in", None, act=largest_letters, whole=False),
    Stop("home-manager", "/"),
    Stop("home-clerk", "/", CLERK),
    Stop("home-kitchen", "/", KITCHEN),
    Stop("home-volunteer", "/", VOLUNTEER),
    Stop("home-community", "/", OFFICER),
    Stop("home-new-canteen", "/", FOUNDER),
    Stop("till-new-canteen", "/counter", FOUNDER, whole=False),
    Stop("menus-new-canteen", "/menus", FOUNDER),
    Stop("residents-new-canteen", "/residents", FOUNDER),
    Stop("shifts-new-canteen", "/shifts", FOUNDER),
    Stop("statistics-new-canteen", "/statistics/coverage", FOUNDER),
    Stop("residents-people", "/residents"),
    Stop("residents-search", "/residents?q=chen"),
    Stop("residents-person", "/residents/{chen}"),
    Stop("residents-registration", "/residents/new"),
    Stop("residents-upload", "/residents/imports"),
    Stop("residents-preview", "/residents/imports", act=upload_register),
    Stop("residents-imported", "/residents/imports/done/{imported}"),
    Stop("residents-approvals", "/approvals"),
    Stop("residents-expiring", "/expiring-tags"),
    Stop("residents-recheck", "/residents/re-checks"),
    Stop("residents-recheck-preview", "/residents/re-checks", act=upload_endings),
    Stop("residents-rechecked", "/residents/re-checks/done/{rechecked}"),
    Stop("residents-departure", "/residents/{chen}/departure?status=moved&ended_on=2020-01-02"),
    Stop("residents-late", "/residents/late-subsidies"),
    Stop("residents-gone", "/residents/{gone}"),
    Stop("residents-grid", "/grid"),
    Stop("residents-coordinates", "/grid/coordinates"),
    Stop("residents-building", "/grid/{building}"),
    Stop("menus-dishes", "/dishes", KITCHEN),
    Stop("menus-dish", "/dishes/{dish}", KITCHEN),
    Stop("menus-new-dish", "/dishes/new", KITCHEN),
    Stop("menus-ingredients", "/ingredients", KITCHEN),
    Stop("menus-ingredient", "/ingredients/25", KITCHEN),
    Stop("menus-ingredient-import", "/ingredients/import", KITCHEN, act=upload_ingredients),
    Stop("menus-dish-import", "/dishes/import", KITCHEN),
    Stop("menus-dish-imported", "/dishes/imports/done/{dishes_imported}", KITCHEN),
    Stop("menus-ratings", "/ratings", CLERK),
    Stop("menus-duplicates", "/dishes/duplicates", KITCHEN),
    Stop("menus-merge", "/dishes/{dish}/merge?into=2", KITCHEN),
    Stop("menus-import", "/menus/import", KITCHEN, act=upload_menu),
    Stop("menus-slots", "/menus/slots"),
    Stop("menus-draft", "/menus/{next_week}", KITCHEN),
    Stop("menus-picker", "/menus/{next_week}", KITCHEN, act=open_picker, whole=False),
    Stop("menus-taken-by-other", "/menus/{next_week}", KITCHEN, act=taken_by_other, whole=False),
    Stop("menus-planning-rules", "/menus/planning-rules"),
    Stop("menus-plans", "/menus/{next_week}/plans", KITCHEN),
    Stop("menus-plan", "/menus/proposals/{plan}", KITCHEN),
    Stop("menus-plan-alternatives", "/menus/proposals/{plan}", KITCHEN, act=open_alternatives),
    Stop("menus-plan-conflict", "/menus/proposals/{plan_conflict}", KITCHEN),
    Stop("menus-plan-change", "/menus/proposals/{plan_change}", KITCHEN),
    Stop("menus-changes", "/menus/{next_week}/changes", KITCHEN),
    Stop("menus-alternatives", "/menus/{next_week}/changes", KITCHEN, act=open_alternatives),
    Stop("menus-locks", "/menus/{next_week}", KITCHEN, act=lock_mode, whole=False),
    Stop("menus-carried", "/menus/{next_week}", KITCHEN, act=carried, whole=False),
    Stop("menus-published", "/menus/{this_week}"),
    Stop("menus-meal", "/menus/{this_week}", act=meal_of_the_week),
    Stop("menus-substitution", "/menus/{this_week}", act=change_dish),
    Stop("menus-public-large", "/menu/{site_code}/{this_week}", None, act=largest_type),
    Stop("menus-public", "/menu/{site_code}/{this_week}", None, paper=True),
    Stop("kitchen-purchases", "/kitchen/{this_week}/purchases", KITCHEN, paper=True),
    Stop("kitchen-portions", "/kitchen/{this_week}/portions", KITCHEN),
    Stop("cards-cards", "/cards", CLERK),
    Stop("cards-new", "/cards/new", CLERK),
    Stop("cards-person", "/residents/{li}/card", CLERK),
    Stop("cards-single", "/cards/{card}/print", CLERK, paper=True),
    Stop("cards-sheet", "/cards/sheet?{ten}", CLERK, paper=True),
    Stop("cards-statement", "/residents/{chen}/statement"),
    Stop("cards-refund", "/residents/{li}/refunds"),
    Stop("entitlements-card", "/residents/{chen}/entitlements", paper=True),
    Stop("ledger-funders", "/funders"),
    Stop("till-idle", "/counter", CLERK, whole=False),
    Stop("till-receipt", "/counter", CLERK, act=receipt, whole=False),
    Stop("till-guest", "/counter", CLERK, act=guest, whole=False),
    Stop("till-tray-tapped", "/counter", CLERK, act=tray_tapped, whole=False),
    Stop("till-tray-typed", "/counter", CLERK, act=tray_typed, whole=False),
    Stop("till-tray-wanted", "/counter", CLERK, act=tray_wanted, whole=False),
    Stop("till-idle-again", "/counter", CLERK, act=forgotten, whole=False),
    Stop("till-undone", "/counter", CLERK, act=undone, whole=False),
    Stop("till-refused-eaten", "/counter", CLERK, act=refused_fed, whole=False),
    Stop("till-refused-poor", "/counter", CLERK, act=refused_poor, whole=False),
    Stop("till-refused-lost", "/counter", CLERK, act=refused_lost, whole=False),
    Stop("till-refused-replaced", "/counter", CLERK, act=refused_replaced, whole=False),
    Stop("till-refused-unknown", "/counter", CLERK, act=refused_unknown, whole=False),
    Stop("till-refused-forged", "/counter", CLERK, act=refused_forged, whole=False),
    Stop("till-refused-cut", "/counter", CLERK, act=refused_cut, whole=False),
    Stop("till-override", "/counter", CLERK, act=override, whole=False),
    Stop("till-search", "/counter", CLERK, act=search, whole=False),
    Stop("till-camera", "/counter", CLERK, act=camera, whole=False),
    Stop("till-sound", "/counter", CLERK, act=sound, whole=False),
    Stop("till-trouble", "/counter", CLERK, act=trouble, whole=False),
    Stop("till-locked", "/counter", CLERK, act=locked, whole=False),
    Stop("till-unlocked", "/counter", CLERK, act=unlocked, whole=False),
    Stop("diner-idle", "/counter/diner", CLERK, act=diner_greeted, whole=False),
    Stop("diner-receipt", "/counter/diner", CLERK, act=diner_paid, whole=False),
    Stop("diner-refusal", "/counter/diner", CLERK, act=diner_asked_to_wait, whole=False),
    Stop("diner-many", "/counter/diner", CLERK, act=diner_paid_by_many, whole=False),
    Stop("diner-tablets", "/counter/diner/tablets", CLERK, act=invite_tablet),
    Stop("diner-pairing", "/diner", None, whole=False),
    Stop("shifts-list", "/shifts"),
    Stop("shifts-list-clerk", "/shifts", CLERK),
    Stop("shifts-opening", "/shifts/new", CLERK),
    Stop("shifts-open", "/shifts/{shift}", CLERK),
    Stop("shifts-closing", "/shifts/{shift}/closing", CLERK, act=counted_short),
    Stop("shifts-closed", "/shifts/{closed_shift}", paper=True),
    Stop("shifts-slip", "/shifts/{closed_shift}?paper=80", paper=True),
    Stop("staff-own-pin", "/own-pin", CLERK),
    Stop("settlement-meals", "/meals"),
    Stop("settlement-meal", "/meals/{meal}"),
    Stop("settlement-late-meals", "/meals/offline", act=asked_why),
    Stop("settlement-unbooked", "/meals/offline?show=unbooked"),
    Stop("printing-receipt", "/meals/{meal}/receipt", CLERK, paper=True),
    Stop("printing-printer", "/settings/devices/{printer}/printer"),
    Stop("printing-till", "/counter?device={printer}", CLERK, whole=False),
    Stop("sites-settings", "/settings"),
    Stop("sites-periods", "/settings/periods"),
    Stop("sites-period", "/settings/periods/1"),
    Stop("sites-set", "/settings/sets/1"),
    Stop("sites-devices", "/settings/devices"),
    Stop("sites-calendar", "/settings/calendar"),
    Stop("setup-https", "/setup/https", None, paper=True),
    Stop("staff-everybody", "/staff"),
    Stop("staff-person", "/staff/1", ADMINISTRATOR),
    Stop("staff-new", "/staff/new", ADMINISTRATOR),
    Stop("staff-own-password", "/own-password"),
    Stop("delivery-board", "/delivery/board"),
    Stop("delivery-alarm", "/delivery/alarms/{alarm}"),
    Stop("delivery-alarms", "/delivery/alarms"),
    Stop("delivery-ladder", "/delivery/ladder"),
    Stop("delivery-own-alarms", "/round/alarms", VOLUNTEER),
    Stop("delivery-own-team", "/round/team", VOLUNTEER),
    Stop("delivery-rosters", "/delivery/rosters"),
    Stop("delivery-draft", "/delivery/rosters/draft?day={tomorrow}"),
    Stop("delivery-routes-new", "/delivery/route-plans/new?day={tomorrow}"),
    Stop("delivery-route-plan", "/delivery/route-plans/{rounds}"),
    Stop("delivery-roster", "/delivery/rosters/{roster}"),
    Stop("delivery-sheets", "/delivery/rosters/{roster}/sheets", paper=True),
    Stop("delivery-paper-round", "/delivery/rosters/{roster}/rounds/{volunteer}"),
    Stop("delivery-stop", "/delivery/stops/{stop}"),
    Stop("delivery-own-round", "/round", VOLUNTEER, act=own_round_shown),
    Stop("delivery-own-round-large", "/round", VOLUNTEER, act=largest_letters),
    Stop("delivery-own-round-list", "/round/list", VOLUNTEER),
    Stop("delivery-round-differences", "/delivery/round-differences"),
    Stop("delivery-register", "/delivery/register"),
    Stop("delivery-person", "/delivery/people/{chen}"),
    Stop("delivery-route-wish", "/delivery/people/{chen}/route-wish"),
    Stop("delivery-search", "/delivery/people?q=chen"),
    Stop("delivery-programmes", "/delivery/programmes"),
    Stop("delivery-programme", "/delivery/programmes/1"),
    Stop("delivery-volunteers", "/delivery/volunteers"),
    Stop("delivery-volunteer", "/delivery/volunteers/{volunteer}"),
    Stop("delivery-applications", "/delivery/applications"),
    Stop("delivery-terms", "/delivery/terms/lunch"),
    Stop("delivery-portions", "/delivery/portions?day={tomorrow}", KITCHEN),
    Stop("delivery-labels", "/delivery/labels?day={tomorrow}&period=lunch", paper=True),
    Stop("delivery-teams", "/delivery/teams"),
    Stop("delivery-team", "/delivery/teams/1"),
    Stop("delivery-absences", "/delivery/absences"),
    Stop(
        "delivery-substitutes", "/delivery/volunteers/{absent}/substitutes?day={away}&period=lunch"
    ),
    Stop("delivery-hours", "/delivery/hours"),
    Stop("delivery-hours-own", "/delivery/hours?volunteer={volunteer}"),
    Stop("delivery-agreement", "/delivery/agreement"),
    Stop("delivery-requests", "/requests"),
    Stop("delivery-request-kinds", "/requests/kinds"),
    Stop("delivery-request-kind", "/requests/kinds/gas"),
    Stop("delivery-contact-cards", "/delivery/contact-cards"),
    Stop(
        "delivery-contact-small", "/delivery/contact-cards/small?volunteer={volunteer}", paper=True
    ),
    Stop(
        "delivery-contact-large", "/delivery/contact-cards/large?volunteer={volunteer}", paper=True
    ),
    Stop("delivery-contact-lines", "/delivery/contact-cards/lines"),
    Stop("delivery-card-page", "/help/{card_code}", None),
    Stop("delivery-card-thanks", "/help/{card_code}/thanks", None),
    Stop("delivery-sheet-over", "/sheets/{sheet_over}", None),
    Stop("delivery-request-new", "/requests/people/{chen}"),
    Stop("delivery-own-requests", "/round/requests", VOLUNTEER),
    Stop("delivery-duties", "/duties/{duties}", None),
    Stop("claims-receivables", "/claims"),
    Stop("claims-new", "/claims/new?funder=district"),
    Stop("claims-closing", "/claims/new?funder=charity&period=2026-10"),
    Stop("claims-claim", "/claims/{claim}"),
    Stop("claims-cover", "/claims/{claim}/cover", paper=True),
    Stop("subsidies-policies", "/policies"),
    Stop("subsidies-policy", "/policies/nanchang/1"),
    Stop("subsidies-bench", "/policies/nanchang/1/bench"),
    Stop("subsidies-costs", "/policies/nanchang/1/costs"),
    Stop("subsidies-draft", "/policies/drafts/{draft}"),
    Stop("subsidies-draft-text", "/policies/drafts/{draft}/text"),
    Stop("subsidies-publication", "/policies/drafts/{draft}/publication"),
    Stop("jobs-job", "/jobs/{job}", whole=False),
    Stop("jobs-stopped", "/jobs/{stopped}", whole=False),
    Stop("jobs-failed", "/jobs/{failed}", whole=False),
    Stop("statistics-counts", "/statistics"),
    Stop("statistics-weeks", "/statistics?by=week&group=age_band"),
    Stop("statistics-payers", "/statistics?by=month&group=payer"),
    Stop("statistics-places", "/statistics?group=grid&level=building"),
    Stop("statistics-coverage", "/statistics/coverage"),
    Stop("claims-taken-back", "/claims/{claim}", act=take_a_payment_back),
]
