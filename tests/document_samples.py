"""Make the sample files of `cases/documents` anew: ``python tests/document_samples.py``.

The texts are our own. Word files need python-docx, PDF files a Chromium; the tests need neither,
since the files themselves are kept. A file made anew differs in its bytes, not in what it says.
"""

from __future__ import annotations

import quopri
import shutil
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "cases" / "documents"

AIM = (
    "为贯彻落实《某省数据条例》，推动公共数据从分散管理向统一管理转变，提升政府履职能力，"
    "经市人民政府同意，现提出以下意见，请认真组织实施。"
)
GOAL = (
    "到2025年底，全市一体化数据平台基本建成，部门数据共享率达到百分之九十以上，"
    "高频事项实现一网通办，企业和群众的满意度明显提高。"
)
DUTY = (
    "市数据局负责统筹协调，会同有关部门建立数据目录，完善共享机制，及时研究解决实施中的问题，"
    "重大事项按程序向市人民政府报告。"
)
SAFE = "各单位要落实数据安全责任，加强个人信息保护，定期开展检查，防止数据泄露和滥用。"

NEWS = f"""<!DOCTYPE html>
<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>数据怎么管才好_某某日报网</title>
<meta name="keywords" content="数据,治理"><style>p{{margin:0}}</style></head><body>
<div class="topbar"><a href="/">首页</a> <a href="/news">新闻</a> <a href="/login">登录</a></div>
<div class="crumbs">您现在的位置：<a href="/">首页</a> &gt; <a href="/ll">理论</a> &gt; 正文</div>
<div class="main"><div class="left">
<h1>数据怎么管才好</h1>
<div class="info">发布时间：2023-04-05 10:30&nbsp;&nbsp;
来源：某某日报&nbsp;&nbsp;
作者：李明&nbsp;&nbsp;浏览次数：<span id="hits">1024</span></div>
<div class="share">分享到：<a href="#">微信</a> <a href="#">微博</a></div>
<div class="content">　　{AIM}<br><br>　　{GOAL}<a href="#_ftn1" name="_ftnref1">[1]</a><br>
<br>　　其中，平台建设分为三步。<br>　　{DUTY}<br>
<p>[1] 满意度由第三方调查得出。</p></div>
<div class="pages"><a href="1.html">上一页</a> <a href="3.html">下一页</a></div>
<div class="related"><h3>相关阅读</h3><ul><li><a href="/a.html">数据从何而来</a></li>
<li><a href="/b.html">数据到何处去</a></li></ul></div></div>
<div class="right"><h3>热点排行</h3><ul><li><a href="/c.html">某市召开数据工作会议</a></li>
<li><a href="/d.html">某省公布十大数据案例</a></li></ul></div></div>
<div class="footer">版权所有：某某日报社 ICP备00000000号 <a href="/about">关于我们</a></div>
<script>document.write("<p>脚本写出的字</p>")</script></body></html>"""

NOTICE = f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>某市人民政府关于加强数据管理的意见-某市人民政府</title>
<meta name="ArticleTitle" content="某市人民政府关于加强数据管理的意见">
<meta name="PubDate" content="2023-05-10 09:00"></head><body>
<header><div class="logo">某市人民政府</div><nav><ul><li><a href="/">首页</a></li>
<li><a href="/zwgk">政务公开</a></li><li><a href="/fw">办事服务</a></li></ul></nav></header>
<form id="form1"><div class="wrap">
<ul class="xxgk"><li><b>索引号：</b><span>012345678/2023-00012</span></li>
<li><b>主题分类：</b><span>综合政务、数据管理</span></li>
<li><b>发文机关：</b><span>某市人民政府</span></li><li><b>成文日期：</b><span>2023年5月6日</span></li>
<li><b>标&nbsp;&nbsp;题：</b><span>某市人民政府关于加强数据管理的意见</span></li>
<li><b>发文字号：</b><span>某政发〔2023〕12号</span></li>
<li><b>发布日期：</b><span>2023年5月10日</span></li><li><b>主题词：</b><span></span></li></ul>
<div class="article"><div class="TRS_Editor">
<p align="center"><b>某市人民政府<br>关于加强数据管理的意见</b></p>
<p align="center">某政发〔2023〕12号</p>
<p>各县（市、区）人民政府，市政府各部门：</p><p>　　{AIM}</p>
<p>　　<b>一、主要目标</b></p><p>　　{GOAL}</p>
<p>　　<b>二、职责分工</b></p><p>　　{DUTY}</p>
<table border="1"><tr><th>序号</th><th>任务</th><th>责任单位</th></tr>
<tr><td>1</td><td><p>编制数据目录</p></td><td>市数据局</td></tr>
<tr><td>2</td><td>建设共享平台</td><td>市数据局、<br>市财政局</td></tr></table>
<p>　　<b>三、安全保障</b></p><p>　　{SAFE}</p>
</div>
<div class="sign"><p align="right">某市人民政府</p><p align="right">2023年5月6日</p></div>
<p>（此件公开发布）</p>
<p class="fj"><a href="./P020230510.pdf">附件：数据共享责任清单.pdf</a></p></div>
<div class="xgjd"><h4>相关解读</h4><p><a href="/jd1.html">一图读懂数据管理意见</a></p>
<p><a href="/jd2.html">专家解读数据管理意见</a></p></div>
<div class="tools"><a href="javascript:window.print()">打印本页</a>
<a href="javascript:window.close()">关闭窗口</a></div></div></form>
<footer><p>主办单位：某市人民政府办公室 网站标识码：0000000000</p></footer></body></html>"""

BIG5 = """<html><head><meta http-equiv="content-type" content="text/html; charset=big5">
<title>智慧城市發展藍圖</title></head><body><table width="760"><tr><td colspan="2">
<a href="index.htm">主頁</a> | <a href="map.htm">網頁指南</a></td></tr>
<tr><td width="150"><a href="a.htm">施政報告</a><br><a href="b.htm">新聞公報</a></td><td>
<h2>智慧城市發展藍圖</h2><p>發布日期：2020年12月10日　來源：資訊科技總監辦公室</p>
<p>政府於二零二零年公布新藍圖，提出超過一百三十項措施，繼續優化城市管理和公共服務，
推動數碼政府從試點走向全面應用。</p>
<p>政府會運用物聯網和大數據技術，加強跨部門協作，讓市民更方便地使用電子服務。</p>
</td></tr></table></body></html>"""


def pages() -> None:
    """Write the web pages, each in its encoding, and one saved with its parts."""
    (FOLDER / "news.html").write_bytes(NEWS.encode("gb18030"))
    (FOLDER / "notice.html").write_bytes(NOTICE.encode())
    (FOLDER / "blueprint.htm").write_bytes(BIG5.encode("big5"))
    body = quopri.encodestring(NOTICE.encode()).decode()
    (FOLDER / "notice.mhtml").write_text(
        "From: <Saved by a browser>\nSubject: =?utf-8?Q?notice?=\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="----part"\n\n'
        "------part\nContent-Type: text/html; charset=utf-8\n"
        f"Content-Transfer-Encoding: quoted-printable\n\n{body}\n"
        "------part\nContent-Type: text/css\n\np { margin: 0 }\n"
        "------part\nContent-Type: image/gif\nContent-Transfer-Encoding: base64\n\n"
        "R0lGODlhAQABAAAAACw=\n------part--\n",
        encoding="utf-8",
        newline="\r\n",
    )
    text = f"数据怎么管才好\n来源：某某日报　2023-04-05\n\n{AIM}\n{GOAL}\n"
    (FOLDER / "marked.txt").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    (FOLDER / "cut.txt").write_bytes(text.encode("gb18030")[:-3])


def word() -> None:
    """Write the Word file: headings, a table, a header and a footer, a footnote's place."""
    import docx

    paper = docx.Document()
    paper.core_properties.title = "某市数据管理工作报告"
    paper.core_properties.author = "某市数据局"
    paper.core_properties.keywords = "数据；管理"
    section = paper.sections[0]
    section.header.paragraphs[0].text = "某市数据局 内部资料"
    section.footer.paragraphs[0].text = "第 1 页"
    paper.add_paragraph("某市人民政府关于加强数据管理的意见", style="Title")
    paper.add_paragraph("某政发〔2023〕12号")
    paper.add_paragraph("各县（市、区）人民政府，市政府各部门：")
    paper.add_paragraph(AIM)
    paper.add_heading("主要目标", level=1)
    paper.add_paragraph(GOAL)
    paper.add_heading("职责分工", level=1)
    table = paper.add_table(rows=0, cols=3)
    for cells in (
        ("序号", "任务", "责任单位"),
        ("1", "编制数据目录", "市数据局"),
        ("2", "建设共享平台", ""),
    ):
        for cell, words in zip(table.add_row().cells, cells, strict=True):
            cell.text = words
    paper.add_paragraph(DUTY)
    paper.add_heading("安全保障", level=1)
    paper.add_paragraph(SAFE)
    paper.add_paragraph("某市人民政府")
    paper.add_paragraph("2023年5月6日")
    paper.save(str(FOLDER / "notice.docx"))


STYLE = """<style>body{font-family:'Noto Serif CJK SC';font-size:16px;line-height:1.8;margin:0}
p{text-indent:2em;margin:0;text-align:justify}h1{text-align:center;font-size:24px}
.c{text-align:center;text-indent:0}.r{text-align:right}.n{text-indent:0}</style>"""
TASKS = (
    "目录编制",
    "平台建设",
    "共享开放",
    "安全保障",
    "考核评价",
    "队伍建设",
    "经费保障",
    "宣传培训",
)


def _printed() -> str:
    tasks = "".join(
        f"<p>{number}、{task}</p><p>第{number}项任务是{task}。{DUTY}</p><p>{SAFE}{GOAL}</p>"
        for number, task in zip("一二三四五六七八", TASKS, strict=True)
    )
    return (
        "<h1>某市人民政府关于加强<br>数据管理的意见</h1><p class=c>某政发〔2023〕12号</p>"
        f"<p class=n>各县（市、区）人民政府，市政府各部门：</p><p>{AIM}</p>{tasks}"
        "<p class=r>某市人民政府</p><p class=r>2023年5月6日</p>"
    )


def prints() -> None:
    """Print the PDF files: one column and two, with running heads and page numbers."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    line = "<div style='font-size:10px;width:100%;text-align:center'>"
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=chromium)
        page = browser.new_page()
        for name, around in (
            ("notice.pdf", "<div>"),
            ("columns.pdf", "<div style='column-count:2;column-gap:30px'>"),
        ):
            page.set_content(
                f"<!DOCTYPE html><html><head><meta charset=utf-8>{STYLE}</head>"
                f"<body>{around}{_printed()}</div></body></html>"
            )
            page.pdf(
                path=str(FOLDER / name),
                format="A4",
                display_header_footer=True,
                header_template=f"{line}某市人民政府公报 2023年第5期</div>",
                footer_template=f"{line}— <span class=pageNumber></span> —</div>",
                margin={"top": "90px", "bottom": "90px", "left": "80px", "right": "80px"},
            )
        browser.close()


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in (pages, word, prints):
        make()
    sys.exit(0)
