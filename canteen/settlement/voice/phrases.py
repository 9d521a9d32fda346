"""The words of which every sentence at the counter is made. Pure."""

from canteen.residents.surnames import DOUBLE, READINGS

DIGITS = tuple("零一二三四五六七八九")
UNITS = tuple("十百千万元角分")
SENTENCES = (
    "您实付",
    "现金",
    "余额",
    "这一餐免费",
    "这一餐已撤销",
    "已撤销",
    "退",
    "请稍等",
    "工作人员帮您看看",
)
TITLES = ("奶奶", "爷爷", "阿姨", "叔叔", "女士", "先生", "老师")

NEEDED = (*SENTENCES, *TITLES, *DIGITS, *UNITS)
"""Without one of these a sentence would have a hole."""

SURNAMES = (
    *"王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁",
    *"魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎",
    *"易常武乔贺赖龚文樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛",
    *"管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍覃霍翁隋甘景薄单包司柏宁",
)
"""The commonest, in about that order. A name that is not here is left out: 奶奶，您实付…"""

_TENS = ("", *(f"{DIGITS[n] if n > 1 else ''}十" for n in range(1, 10)))
WHOLE_AMOUNTS = tuple(
    f"{_TENS[n // 10]}{DIGITS[n % 10] if n % 10 or not n else ''}元" for n in range(100)
)
"""零元 to 九十九元, each said in one breath; larger ones are put together."""

JIAO = tuple(f"{digit}角" for digit in DIGITS[1:])

WISHED = tuple(dict.fromkeys((*WHOLE_AMOUNTS, *JIAO, *SURNAMES, *READINGS, *DOUBLE)))
"""What sounds better whole, and whom to call by name."""

EVERY = tuple(dict.fromkeys((*NEEDED, *WISHED)))
