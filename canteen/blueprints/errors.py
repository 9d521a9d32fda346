"""What goes wrong, said plainly, in the reader's language."""

from typing import Any

from flask import Flask, current_app, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import BadRequest, HTTPException

from canteen.blueprints.signin import wants_json


def install(app: Flask) -> None:
    """One page for every HTTP error; JSON for scripts and devices."""
    app.register_error_handler(CSRFError, _stale_page)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, _http_error)


def _stale_page(_error: CSRFError) -> Any:
    if request.content_length and not (request.is_json or request.form or request.files):
        return _http_error(BadRequest())  # its text was no text: nothing of it came through
    return _answer(400, "page_stale", _("页面已过期"), _("请刷新页面再试一次，刚才的操作没有生效"))


def _http_error(error: HTTPException) -> Any:
    said = {
        400: ("bad_request", _("请求不完整"), _("请返回上一页再试")),
        401: ("signed_out", _("请重新登录"), _("登录后继续")),
        403: ("not_allowed", _("您没有权限打开这一页"), _("需要时请联系负责人")),
        404: ("not_found", _("没有这一页"), _("请检查地址，或回到首页")),
        405: ("wrong_method", _("不能这样打开"), _("请从页面上的按钮操作")),
        413: _too_large(),
        415: ("wrong_type", _("格式不对，这里只收 JSON"), _("请检查发送的格式")),
        429: ("too_many", _("操作太频繁"), _("请等一分钟再试")),
    }
    code = error.code or 500
    default = ("server_error", _("系统出错了"), _("请再试一次；仍不行请联系管理员"))
    return _answer(code, *said.get(code, default))


def _too_large() -> tuple[str, str, str]:
    """Too large as a whole is a file; below that it is what was typed or pasted into the form."""
    if (request.content_length or 0) > current_app.config["MAX_CONTENT_LENGTH"]:
        return "too_large", _("文件太大，最多 16 MB"), _("请拆成几个文件再上传")
    return "too_large", _("填的文字太多，一次最多 2 MB"), _("请返回上一页，分几次填")


def _answer(status: int, code: str, text: str, next_step: str) -> Any:
    if wants_json():
        return jsonify(code=code, text=text, next_step=next_step), status
    page = render_template("shared/error.html", status=status, text=text, next_step=next_step)
    return page, status
