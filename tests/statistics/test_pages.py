from tests.people import *
from tests.statistics.meals import *
def test_x(app, client):
    s=make_site(); make_zhangjie(s); make_funder("district"); r=make_chen(s)
    make_meal(s, parts={"district":1000}, resident_id=r, age_band="80-84", tags=";dibao;", grid_node_id=4)
    sign_in(client,"zhangjie")
    for g in ("period","channel","age_band","tag","grid","payer"):
        a=client.get(f"/statistics?group={g}&from=2026-11-01&to=2026-11-30"); assert a.status_code==200, a.text
    a=client.get("/statistics/coverage?on=2026-11-23"); assert a.status_code==200, a.text
    a=client.get("/statistics/counts.xlsx"); assert a.status_code==200, a.text
    a=client.get("/statistics/coverage.xlsx"); assert a.status_code==200, a.text
    a=client.get("/statistics/time.csv"); assert a.status_code==200, a.text
