"""Web pages of many makes: what is matter, what is header, what the site puts around."""

from __future__ import annotations

import pytest

from kg.ontology import Ontology
from kg.text.headers import find_layout
from kg.text.read import transcribe

AIM = (
    "为深入贯彻落实省委、省政府决策部署，加快推进数字政府建设，现结合实际，"
    "制定本实施方案，请认真贯彻执行。"
)
GOAL = (
    "到2025年，政务服务事项网上可办率达到百分之九十五以上，一体化平台支撑能力显著增强，"
    "群众满意度持续提升。"
)


def seen(page: str, ontology: Ontology) -> tuple[dict[str, str], list[str]]:
    """Return the first value of each field, and the matter."""
    transcript = transcribe(page.encode(), "page.html")
    layout = find_layout(transcript, ontology)
    fields = {field.name: field.value for field in reversed(layout.fields)}
    return fields, [span.of(transcript.text) for span in layout.body]


PAGES = {
    "labels above their values": (
        f"""<title>关于印发方案的通知_某省人民政府</title>
        <div id="header"><ul><li><a href="/">首页</a></li><li><a href="/a">要闻</a></li></ul></div>
        <div class="position">当前位置：<a href="/">首页</a>&gt;<a href="/x">政策文件</a></div>
        <div class="info"><div><div>索引号</div><div>SM00-2023-01</div></div>
        <div><div>发布机构</div><div>某省人民政府办公厅</div></div>
        <div><div>成文日期</div><div>2023年3月1日</div></div>
        <div><div>文号</div><div>某政办发〔2023〕3号</div></div>
        <div><div>有效性</div><div>有效</div></div></div>
        <h1>某省人民政府办公厅关于印发数字政府建设实施方案的通知</h1>
        <div>时间：2023-03-02 来源：省政府办公厅 字体：<a>大</a> <a>中</a> <a>小</a></div>
        <div id="zoom"><p>各市人民政府：</p><p>{AIM}</p><p>{GOAL}</p>
        <p>某省人民政府办公厅</p><p>2023年3月1日</p></div><div class="share-box">分享</div>
        <div class="footer">主办：某省人民政府办公厅 某ICP备123号 <a href="/m">地图</a></div>""",
        {
            "index": "SM00-2023-01",
            "issuer": "某省人民政府办公厅",
            "written": "2023-03-01",
            "number": "某政办发〔2023〕3号",
            "title": "某省人民政府办公厅关于印发数字政府建设实施方案的通知",
            "published": "2023-03-02",
            "source": "省政府办公厅",
        },
        ["各市人民政府：", AIM, GOAL, "某省人民政府办公厅", "2023年3月1日"],
    ),
    "a table of labels without colons": (
        f"""<title>某市人民政府</title><table><tr><th>索引号</th><td>11370000/2022-1</td>
        <th>公开方式</th><td>主动公开</td></tr><tr><th>发文字号</th><td>某政字〔2022〕8号</td>
        <th>成文日期</th><td>2022-04-01</td></tr><tr><th>发文机关</th><td>某市人民政府</td></tr>
        <tr><th>标题</th><td>某市人民政府关于公布权责清单的通知</td></tr></table>
        <div><div class="title">某市人民政府<br>关于公布权责清单的通知</div>
        <div>各区人民政府：<br>{AIM}<br>{GOAL}<br>某市人民政府<br>2022年4月1日</div></div>""",
        {
            "index": "11370000/2022-1",
            "number": "某政字〔2022〕8号",
            "written": "2022-04-01",
            "issuer": "某市人民政府",
            "title": "某市人民政府关于公布权责清单的通知",
        },
        ["各区人民政府：", AIM, GOAL, "某市人民政府", "2022年4月1日"],
    ),
    "a report": (
        f"""<!doctype html><title>2025年某省政府工作报告 - 某省政府网</title>
        <meta name="PubDate" content="2025/02/03 08:00">
        <div class="nav"><a href="1">首页</a><a href="2">新闻</a></div>
        <article><h1>2025年某省政府工作报告</h1>
        <p>——2025年1月15日在某省第十四届人民代表大会第三次会议上</p><p>某省省长　张三</p>
        <p>各位代表：</p><p><b>一、2024年工作回顾</b></p><p>{AIM}</p><p>{GOAL}</p></article>
        <aside><h3>热门</h3><ul><li><a href="9">某某新闻标题很长很长的一条</a></li>
        <li><a href="8">另一条新闻标题也很长</a></li></ul></aside>""",
        {
            "title": "2025年某省政府工作报告",
            "subtitle": "2025年1月15日在某省第十四届人民代表大会第三次会议上",
            "issued": "2025-01-15",
            "affiliation": "某省",
            "author": "张三",
            "published": "2025-02-03",  # the page itself does not say so
        },
        ["各位代表：", "一、2024年工作回顾", AIM, GOAL],
    ),
    "no paragraphs, only line ends": (
        f"""<HTML><BODY><CENTER><FONT SIZE=5>某县人民政府<BR>关于做好春耕工作的通知</FONT></CENTER>
        <FONT>各乡镇人民政府：<BR>&nbsp;&nbsp;{AIM}<BR>&nbsp;&nbsp;{GOAL}<BR>特此通知。<BR>
        <P ALIGN=RIGHT>某县人民政府<BR>二○○三年三月五日</P></FONT><HR><A HREF=/>返回首页</A>""",
        {
            "title": "某县人民政府关于做好春耕工作的通知",
            "issuer": "某县人民政府",
            "written": "2003-03-05",
        },
        ["各乡镇人民政府：", AIM, GOAL, "特此通知。", "某县人民政府", "二○○三年三月五日"],
    ),
    "preformatted text": (
        f"<pre>关于数据的通知\n\n各单位：\n    {AIM}\n    {GOAL}\n某市办公室\n2020年1月1日</pre>",
        {"title": "关于数据的通知", "issuer": "某市办公室", "written": "2020-01-01"},
        ["各单位：", AIM, GOAL, "某市办公室", "2020年1月1日"],
    ),
    "a definition list": (
        f"""<dl><dt>来源</dt><dd>某报</dd><dt>发布时间：</dt><dd>2021-02-03</dd></dl>
        <h1>数据怎么管</h1><p>{AIM}</p><p>{GOAL}</p>""",
        {"title": "数据怎么管", "source": "某报", "published": "2021-02-03"},
        [AIM, GOAL],
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_gives_its_header_and_its_matter(name: str, ontology: Ontology) -> None:
    page, fields, matter = PAGES[name]
    assert seen(page, ontology) == (fields, matter)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>甲<sup>[1]</sup>乙</p>", ["甲[1]乙"]),
        ("<p>推动\n  发展</p>", ["推动发展"]),
        ("<p>digital\n  government</p>", ["digital government"]),
        ("<p>甲&nbsp;&nbsp;乙　丙</p>", ["甲\xa0\xa0乙　丙"]),
        ("<p>甲\u200b乙</p>", ["甲乙"]),
        ("<p>甲<o:p>乙</o:p></p>", ["甲乙"]),
        ("<p style='display: none'>藏</p><p>露</p>", ["露"]),
        ("<p>甲</p><script>乙</script><style>丙</style><!-- 丁 -->", ["甲"]),
        ("<p>甲<br/>乙<br>丙</p>", ["甲", "乙", "丙"]),
        ("<ul><li>甲</li><li>乙</li></ul>", ["甲", "乙"]),
        (
            "<table><tr><th>省份</th><th>数量</th></tr><tr><td>甲</td><td></td></tr></table>",
            ["省份 | 数量", "甲 |"],
        ),
        (
            "<table><tr><td rowspan=2>甲</td><td><p>乙一</p><p>乙二</p></td><td>丙</td></tr>"
            "<tr><td>丁</td><td>戊</td></tr></table>",
            ["甲 | 乙一乙二 | 丙", "丁 | 戊"],
        ),
        ("<p>见<a href='law.htm'>《数据法》</a>第三条。</p>", ["见《数据法》第三条。"]),
        ("<p><a href='x.docx'>附件：数据清单</a></p><p>甲</p>", ["附件：数据清单", "甲"]),
    ],
)
def test_markup_becomes_lines(markup: str, words: list[str]) -> None:
    page = f"<!DOCTYPE html><html><body>{markup}</body></html>"
    assert transcribe(page.encode(), "page.html").text.split("\n") == words


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><a href='/'>首页</a></nav>",
        "<div class='breadcrumb'>当前位置：<a href='/'>首页</a> &gt; 正文</div>",
        "<div id='qr_container'>扫一扫在手机打开当前页</div>",
        "<ul><li><a href='/1.htm'>某市召开会议</a></li><li><a href='/2.htm'>某省公布</a></li></ul>",
        "<h4>相关链接</h4><p><a href='/1.htm'>解读之一</a></p><p><a href='/2.htm'>解读之二</a></p>",
        "<footer>版权所有：某市人民政府 网站标识码：000</footer>",
        "<div class='pagination'><a href='1'>上一页</a><a href='2'>下一页</a></div>",
        "<form><input value='搜索'><button>搜索</button></form>",
        "<select><option>甲省</option><option>乙省</option></select>",
        "<div role='navigation'>网站导航</div>",
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_what_the_site_puts_around_is_no_text(
    furniture: str, above: bool, ontology: Ontology
) -> None:
    content = f"<div class='content'><p>{AIM}</p><p>{GOAL}</p></div>"
    around = furniture + content if above else content + furniture
    page = f"<!DOCTYPE html><html><body>{around}</body></html>"
    assert seen(page, ontology)[1] == [AIM, GOAL]


def test_what_is_named_like_furniture_and_holds_the_matter_stays(ontology: Ontology) -> None:
    text = "".join(f"<p>{AIM}{GOAL}第{number}段。</p>" for number in range(3))
    page = f"<!DOCTYPE html><html><body><div class='nav share'>{text}</div></body></html>"
    assert len(seen(page, ontology)[1]) == 3
