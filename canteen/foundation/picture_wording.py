"""What is said about pictures that cannot be read."""

from flask_babel import lazy_gettext as _l

from canteen.foundation.wording import Sentence

_AGAIN = _l("请再拍一次，卡放平，别反光")

SENTENCES = {
    "picture_too_large": Sentence(_l("图片太大，最多 %(most)s MB"), _l("请把图片拍小一点")),
    "picture_unreadable": Sentence(_l("这不是能读的图片"), _AGAIN),
    "picture_two_codes": Sentence(_l("照片里有两个二维码"), _l("请一次只拍一张卡")),
    "decoder_missing": Sentence(_l("这台电脑不能认照片里的码"), _l("请用扫码枪，或按姓名查找")),
}
