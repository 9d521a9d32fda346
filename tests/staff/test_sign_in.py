"""The door: who comes in, who does not."""

from flask.testing import FlaskClient

from canteen.foundation.database import db
from canteen.staff import actions
from canteen.staff.models import Staff
from tests.people import NOW, PASSWORD, make_site, make_xiaoli, make_zhangjie, sign_in


def test_the_right_password_opens_the_door(client: FlaskClient) -> None:
    make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    assert client.get("/").status_code == 200


def test_a_wrong_password_is_refused_in_words(client: FlaskClient) -> None:
    make_xiaoli(make_site())
    answer = client.post("/sign-in", data={"username": "xiaoli", "password": "wrong"})
    assert answer.status_code == 401
    assert "用户名或密码不对" in answer.text


def test_an_unknown_name_reads_like_a_wrong_password(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"username": "nobody", "password": "wrong"})
    assert "用户名或密码不对" in answer.text


def test_somebody_who_left_is_signed_out_at_once(client: FlaskClient) -> None:
    site_id = make_site()
    clerk, manager = make_xiaoli(site_id), make_zhangjie(site_id)
    sign_in(client, "xiaoli")
    refused = actions.change_staff(
        staff_id=clerk,
        name="小李",
        active=False,
        site_id=site_id,
        roles=["clerk"],
        now=NOW,
        by=manager,
    )
    assert refused is None
    assert client.get("/").status_code == 302


def test_a_new_password_ends_open_sessions(client: FlaskClient) -> None:
    clerk = make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    refused = actions.set_password(
        staff_id=clerk, password="今天的冬瓜汤有点咸了", now=NOW, by=clerk
    )
    assert refused is None
    assert client.get("/").status_code == 302


def test_signing_in_leads_only_to_pages_of_this_site(client: FlaskClient) -> None:
    make_xiaoli(make_site())
    for outside in ("https://example.com/", "//example.com", "/\\example.com"):
        answer = client.post(
            f"/sign-in?next={outside}", data={"username": "xiaoli", "password": PASSWORD}
        )
        assert answer.headers["Location"] == "/"


def test_a_clerk_does_not_see_the_staff(client: FlaskClient) -> None:
    make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    assert client.get("/staff").status_code == 403


def test_passwords_are_stored_hashed(client: FlaskClient) -> None:
    person = db.session.get(Staff, make_xiaoli(make_site()))
    assert person is not None
    assert PASSWORD not in person.password_hash


def test_the_language_changes_and_stays(client: FlaskClient) -> None:
    make_xiaoli(make_site())
    sign_in(client, "xiaoli")
    client.post("/language", data={"language": "en", "next": "/"})
    assert 'lang="en"' in client.get("/").text
    client.post("/language", data={"language": "zh_Hans_CN", "next": "/"})
    assert 'lang="zh-CN"' in client.get("/").text


def test_a_browser_in_traditional_or_simplified_chinese_gets_chinese(client: FlaskClient) -> None:
    for header in ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans-CN", "zh-TW", "fr,en"):
        page = client.get("/sign-in", headers={"Accept-Language": header})
        assert 'lang="zh-CN"' in page.text, header
    assert 'lang="en"' in client.get("/sign-in", headers={"Accept-Language": "en-GB,zh"}).text
