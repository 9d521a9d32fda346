"""The pages of the residents' room, through a browser without a screen."""

from flask.testing import FlaskClient

from canteen.foundation.database import db
from canteen.residents.models import Resident
from tests.people import make_chen, make_site, make_unit, make_wang, make_xiaoli, sign_in, wallet_of

ID = "360104194403050021"


def test_the_list_shows_the_people_of_the_site(client: FlaskClient) -> None:
    site_id = make_site()
    make_xiaoli(site_id)
    make_chen(site_id)
    sign_in(client, "xiaoli")
    page = client.get("/residents")
    assert page.status_code == 200
    assert "陈桂英" in page.text
    assert "2栋 1单元 501" in page.text


def test_somebody_is_registered_with_a_door_and_a_wallet(client: FlaskClient) -> None:
    make_xiaoli(make_site())
    make_unit()
    sign_in(client, "xiaoli")
    page = client.get("/residents/new")
    assert page.status_code == 200
    answer = client.post(
        "/residents/new",
        data={"name": "陈桂英", "birthday": "19440305", "gender": "female", "place": "2-1", "room": "501室", "phone": "13800000101"},
    )
    assert answer.status_code == 302, answer.text
    found = db.session.query(Resident).one()
    assert wallet_of(found.id).balance_fen == 0
    assert client.get(answer.headers["Location"]).status_code == 200
