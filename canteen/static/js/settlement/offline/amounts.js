/** Amounts as they are said aloud in Chinese; the same words as the server's `speech.py`. */

const DIGITS = "零一二三四五六七八九";
const UNITS = ["", "十", "百", "千"];
const GROUPS = ["", "万", "亿"];

function chineseNumber(number) {
  if (number === 0) return DIGITS[0];
  let words = "";
  for (let place = 2; place >= 0; place -= 1) {
    const group = Math.floor(number / 10000 ** place) % 10000;
    if (group && words && group < 1000) words += DIGITS[0];
    if (group) words += fourDigits(group) + GROUPS[place];
  }
  return words.startsWith("一十") ? words.slice(1) : words;
}

/** 900 is 九元, 1350 is 十三元五角, 5 is 五分, 1005 is 十元零五分. */
function chineseAmount(fen) {
  const cents = fen % 100;
  const yuan = (fen - cents) / 100;
  const rest = cents % 10;
  const jiao = (cents - rest) / 10;
  let words = yuan || !cents ? `${chineseNumber(yuan)}元` : "";
  if (jiao) words += `${DIGITS[jiao]}角`;
  else if (rest && yuan) words += DIGITS[0];
  return words + (rest ? `${DIGITS[rest]}分` : "");
}

/** What the diner hears: 陈奶奶，您实付九元，余额四十一元. */
export function saidReceipt({ title, paid_fen, balance_fen, paid_by }) {
  const whom = title ? `${title}，` : "";
  const paid = paid_fen ? `您实付${chineseAmount(paid_fen)}` : "这一餐免费";
  const how = paid_by === "cash" && paid_fen ? "，现金" : "";
  const left = balance_fen === null ? "" : `，余额${chineseAmount(balance_fen)}`;
  return `${whom}${paid}${how}${left}`;
}

function fourDigits(number) {
  let words = "";
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(number / 10 ** place) % 10;
    if (digit) words += (gap && words ? DIGITS[0] : "") + DIGITS[digit] + UNITS[place];
    gap = digit === 0;
  }
  return words;
}
