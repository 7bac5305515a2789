"""What stands on a web page around the document: navigation, the way back, sharing, printing, the footer."""

from __future__ import annotations

import re
from collections import Counter

from lxml.html import HtmlElement


def words(text: str) -> frozenset[str]:
    """The words of ``text``."""
    return frozenset(text.split())


_NEVER = words(
    "script style noscript template iframe object embed select option datalist button input textarea svg canvas "
    "audio video map head del rt rp"
)
_AROUND = frozenset(("nav", "footer", "aside", "menu", "dialog"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_NAMED = words(
    "nav navbar navigation menu breadcrumb breadcrumbs crumb crumbs footer foot share bdshare sharebox toolbar "
    "sidebar copyright qrcode search pager pagination dqwz position location mbx related recommend friendlink"
)
_SHORT = 300
"""Characters of an element that a telling class alone makes furniture; what is longer must be made of links."""
_SHARE = 0.5
"""What holds more of the page's text than this is the document, whatever it is called."""
_LINKS = 3
_WORDS = (
    r"(?:【|\[|\||｜|〖|\s|[】\]〗：:]|字体|字号|[大中小]|打印(?:本页|此页|本文|页面)?|关闭(?:窗口|本页|页面)?|收藏(?:本页)?"
    r"|返回(?:顶部|首页|列表|上一?页)?|分享(?:到|至)?|微信|微博|QQ空间|[Tt][Tt]|[A-]?\+|复制链接|下载|纠错|设为首页|加入收藏|关怀版|长者(?:版|模式|专区)|适老化?|登录|注册|简体|无障碍(?:浏览|阅读)?|繁體|English)+"
)
_LINE = re.compile(
    rf"{_WORDS}|(?:您?(?:现在|当前|所在)?的?(?:所在)?位置(?:是)?|当前页面)\s*[：:].*|(?:网站)?首页\s*[>》/›»→].*|分享(?:到|至)?[：:].{{0,30}}"
    r"|扫[一描].{0,25}|.{0,4}[上下]一[篇条页]\s*[：:].*|(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s*[：:]?\s*\d+\s*次?"
    r"|版权所有.*|[Cc]opyright.*|.*ICP备.*|.{0,6}公网安备.*|网站(?:地图|标识码).*|联系我们.{0,20}|相关(?:链接|文档|阅读|稿件)\s*[：:]?"
)


def clear(page: HtmlElement) -> None:
    """Take the furniture out of ``page``, in place."""
    total = max(_size(page), 1)
    for element in list(page.iter()):
        tag = element.tag
        if not isinstance(tag, str) or tag in _NEVER:
            _drop(element)
        elif tag in _AROUND or _is_hidden(element) or _is_named(element):
            size = _size(element)
            if size <= _SHARE * total and (not _is_named(element) or size <= _SHORT):
                _drop(element)
    for element in _made_of_links(page):
        if _size(element) <= _SHARE * total:
            _drop(element)


def is_furniture(line: str) -> bool:
    """Whether a paragraph belongs to the page and not to the document."""
    return len(line) <= _SHORT and _LINE.fullmatch(line.strip()) is not None


def _size(element: HtmlElement) -> int:
    return sum(len("".join(text.split())) for text in element.itertext())


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "") is not None


def _is_named(element: HtmlElement) -> bool:
    if element.tag in ("body", "html", "td", "th", "tr", "tbody"):
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return any(word.lower() in _NAMED for word in re.findall(r"[A-Z]?[a-z]+", names))


def _made_of_links(page: HtmlElement) -> list[HtmlElement]:
    """Elements with nothing but links in them: menus, lists of other pages, tables of contents."""
    links: Counter[HtmlElement] = Counter()
    linked: Counter[HtmlElement] = Counter()
    for link in page.iter("a"):
        size = _size(link) if link.get("href") else 0
        if size:
            for above in link.iterancestors("ul", "ol", "div", "p", "dl", "table", "section"):
                links[above] += 1
                linked[above] += size
    return [element for element, count in links.items() if count >= _LINKS and linked[element] >= 0.9 * _size(element)]


def _drop(element: HtmlElement) -> None:
    """Take ``element`` out; the text behind it stays, and so does an emptied cell in its row."""
    if element.tag in ("td", "th"):
        tail, attributes = element.tail, dict(element.attrib)
        element.clear()
        element.attrib.update(attributes)
        element.tail = tail
    elif element.getparent() is not None:
        element.drop_tree()
