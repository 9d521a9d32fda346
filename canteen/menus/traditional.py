"""Dish names in traditional characters, compared in simplified ones.

Only the characters of the kitchen stand here: foods, ways of cooking, the words of a menu. A name
is kept as its kitchen wrote it; this is for comparing and for guessing.
"""

_PAIRS = """
    雞鸡 鴨鸭 鵝鹅 鴿鸽 鵪鹌 鶉鹑 豬猪 腸肠 臘腊 貝贝 魚鱼 蝦虾 鱸鲈 鯉鲤 鯽鲫 鯧鲳 鱈鳕 鱔鳝
    鰻鳗 鮭鲑 鯰鲶 鱖鳜 鰱鲢 鱅鳙 鯿鳊 鯊鲨 鮑鲍 魷鱿 鮁鲅 鰣鲥 鱘鲟 鮮鲜 蠔蚝 蟶蛏 螄蛳 參参
    蔥葱 薑姜 蘿萝 蔔卜 蘆芦 筍笋 蓮莲 莧苋 莢荚 薺荠 蕎荞 麥麦 藥药 葉叶 菓果 蘋苹 檸柠 棗枣
    銀银 絲丝 條条 塊块 麵面 飯饭 餅饼 饅馒 頭头 餃饺 餛馄 飩饨 餡馅 糰团 團团 圓圆 捲卷 湯汤
    漿浆 糧粮 穀谷 雜杂 醬酱 鹽盐 鹹咸 醃腌 滷卤 鹵卤 燒烧 燉炖 燜焖 燴烩 燻熏 燙烫 煙烟 釀酿
    鑲镶 澆浇 蓋盖 涼凉 凍冻 熱热 乾干 濃浓 淨净 無无 紅红 綠绿 緑绿 黃黄 獅狮 鳳凤 龍龙 豐丰
    壽寿 寶宝 宮宫 貴贵 雙双 單单 兩两 總总 絞绞 鍋锅 盤盘 爐炉 鐵铁 罈坛 甕瓮 蘇苏 廣广 東东
    關关 臺台 灣湾 粵粤 滬沪 韓韩 魯鲁 雲云 農农 鄉乡 養养 蠶蚕 鬚须 髮发 發发 裡里 裏里 時时
    節节 點点 種种 傳传 統统 製制 餚肴 葷荤 週周 類类 別别 號号 價价 備备 註注 個个 檔档 區区
    間间 開开 閉闭 國国 慶庆 顆颗 張张 鑊镬 擔担
    """
_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _PAIRS.split()})


def simplified(text: str) -> str:
    """A text of the kitchen with its traditional characters written as simplified ones."""
    return text.translate(_SIMPLIFIED)
