"""What people read when an uploaded table, or a cell in it, cannot be taken."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_ASK_FOR_XLSX = _l("请用 Excel 或 WPS 打开，另存为 .xlsx 再上传。")
_ASK_AGAIN = _l("请重新保存或重新下载这个文件，再上传一次。")
_USE_TEMPLATE = _l("请下载模板，按模板的表头填写。")

SENTENCES = {
    "sheet_too_big": Sentence(
        _l("文件“%(name)s”有 %(size_mb)s MB，最多 %(limit_mb)s MB。"),
        _l("请删去图片和空白行，或分成几个文件上传。"),
    ),
    "sheet_empty": Sentence(_l("文件“%(name)s”里没有内容。"), _USE_TEMPLATE),
    "sheet_old_xls": Sentence(_l("“%(name)s”是旧格式 .xls，不能直接读取。"), _ASK_FOR_XLSX),
    "sheet_locked": Sentence(
        _l("“%(name)s”加了密码，打不开。"), _l("请去掉打开密码，另存为 .xlsx 再上传。")
    ),
    "sheet_not_a_sheet": Sentence(
        _l("“%(name)s”不是表格文件，只收 .xlsx 和 .csv。"), _ASK_FOR_XLSX
    ),
    "sheet_cut": Sentence(_l("“%(name)s”不完整，可能没有传完。"), _ASK_AGAIN),
    "sheet_too_much_inside": Sentence(
        _l("“%(name)s”解开后太大，没有读取。"), _l("请只把数据复制到一个新的表格里再上传。")
    ),
    "sheet_broken": Sentence(_l("“%(name)s”已损坏，读不出来。"), _ASK_AGAIN),
    "sheet_unknown": Sentence(
        _l("“%(name)s”里没有名为“%(sheet)s”的工作表。"), _l("请核对工作表的名称。")
    ),
    "sheet_too_many_rows": Sentence(
        _l("“%(name)s”超过 %(limit)s 行，一次读不下。"), _l("请分成几个文件上传。")
    ),
    "sheet_no_header": Sentence(_l("前 10 行里找不到表头，应有：%(columns)s。"), _USE_TEMPLATE),
    "sheet_columns_missing": Sentence(_l("表头里缺少：%(columns)s。"), _USE_TEMPLATE),
    "sheet_no_rows": Sentence(
        _l("表头下面一行也没有。"), _l("请在表头下面填好，每行一人，再上传。")
    ),
    "sheet_header_twice": Sentence(
        _l("表头“%(heading)s”所指的列出现了两次。"), _l("请只保留一列再上传。")
    ),
    "cell_formula": Sentence(
        _l("单元格里是公式“%(value)s”，不是内容。"),
        _l("请复制后“选择性粘贴为数值”，再上传。"),
    ),
    "cell_error": Sentence(_l("单元格里是错误值“%(value)s”。"), _l("请改成正确的内容，再上传。")),
    "cell_lost_digits": Sentence(
        _l("这一格的长数字被 Excel 存成了数值，末尾几位已经丢失。"),
        _l("请先把这一列设为“文本”格式，再重新填写。"),
    ),
    "upload_missing": Sentence(_l("没有选文件。"), _l("请选一个 .xlsx 或 .csv 文件。")),
    "upload_unread": Sentence(_l("这个文件还没有读完。"), _l("请重新上传，等它读完再看预览。")),
    "upload_gone": Sentence(_l("上传的文件已不在了。"), _l("请重新上传。")),
}
"""Sentences by refusal code."""
