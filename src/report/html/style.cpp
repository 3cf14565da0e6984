#include "report/html/sections.hpp"

namespace tracetcp::html {

// Nothing in it may load anything: no @import, no url().
std::string_view style() {
  return R"css(
:root{--bg:#fff;--fg:#1a1d21;--soft:#5b6470;--line:#d9dde3;--panel:#f5f6f8;--link:#0b57b0;
--good:#17723a;--bad:#b3211b;--warn:#8a5a00;--plain:#3c4b62;--good-bg:#e5f4ea;--bad-bg:#fdeae8;
--warn-bg:#fdf3dc;--plain-bg:#e9edf3;--mark:#ffe08a;--mark-fg:#1a1d21;--dot:#0b57b0}
@media (prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e4e7eb;--soft:#a0a8b3;--line:#343a43;
--panel:#1d2127;--link:#7db4f5;--good:#6fd394;--bad:#ff8d85;--warn:#eebc5c;--plain:#b4c2d8;
--good-bg:#173323;--bad-bg:#421b1a;--warn-bg:#3a2d10;--plain-bg:#262e3a;--mark:#6b5200;
--mark-fg:#fff;--dot:#7db4f5}}
*{box-sizing:border-box}
html{color-scheme:light dark;-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0 auto;max-width:1100px;padding:24px 20px 64px;background:var(--bg);color:var(--fg);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
h1,h2,h3{line-height:1.25;overflow-wrap:anywhere}
h1{margin:0;font-size:30px}
h2{margin:44px 0 12px;padding-top:14px;border-top:1px solid var(--line);font-size:21px}
h1 small{color:var(--soft);font-size:.72em;font-weight:600;white-space:nowrap}
h3{margin:28px 0 6px;font-size:17px}
p{margin:6px 0}
a{color:var(--link)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);
outline-offset:2px}
code,.addr,td.num,.matrix,.fields td,dd code{font-family:ui-monospace,"SF Mono",Menlo,Consolas,
"Liberation Mono",monospace;font-size:.9em}
.kind{margin:0;color:var(--soft);font-size:13px;letter-spacing:.06em;text-transform:uppercase}
.target{margin:2px 0 14px;color:var(--soft)}
.verdict{margin:10px 0;padding:12px 16px;border-left:6px solid;border-radius:4px;font-size:18px}
.good{--tone:var(--good);--tone-bg:var(--good-bg)}
.bad{--tone:var(--bad);--tone-bg:var(--bad-bg)}
.warn{--tone:var(--warn);--tone-bg:var(--warn-bg)}
.plain{--tone:var(--plain);--tone-bg:var(--plain-bg)}
.verdict{background:var(--tone-bg);border-color:var(--tone)}
.badge{display:inline-block;margin-right:8px;padding:1px 9px;border-radius:4px;
background:var(--tone);color:var(--bg);font-size:14px;font-weight:600;text-transform:uppercase;
letter-spacing:.03em}
nav{display:flex;flex-wrap:wrap;gap:4px 18px;margin:18px 0 0;font-size:15px}
.tag{display:inline-block;padding:0 7px;border:1px solid var(--line);border-radius:10px;
color:var(--soft);font-size:12.5px;white-space:nowrap}
.findings{margin:0;padding:0;list-style:none}
.finding{margin:0 0 10px;padding:8px 14px;border-left:4px solid var(--line);background:var(--panel);
border-radius:0 4px 4px 0}
.finding.sure{border-color:var(--plain)}
.evidence{margin:4px 0;padding-left:20px;color:var(--soft);font-size:15px}
.evidence li{overflow-wrap:anywhere}
figure{margin:0 0 24px}
figcaption{margin:0 0 8px;color:var(--soft)}
.scroll{overflow-x:auto}
.graph{display:block;max-width:none;height:auto}
.graph text,.dots text{fill:var(--fg);font-family:inherit}
.graph .nt{font-size:14px;font-weight:600}
.graph .nl{font-size:12.5px;fill:var(--soft)}
.graph .ttl,.graph .net{font-size:12.5px;fill:var(--soft)}
.graph .el{font-size:12.5px;fill:var(--soft)}
.graph .el.bad{fill:var(--bad);font-weight:600}
.n rect{fill:var(--panel);stroke:var(--line)}
.n.start rect{fill:var(--bg);stroke:var(--soft)}
.n.silent rect{fill:none;stroke-dasharray:4 4;stroke:var(--soft)}
.n.silent .nt{font-weight:400;fill:var(--soft)}
.n.good rect,.n.bad rect,.n.warn rect,.n.plain rect{fill:var(--tone-bg);stroke:var(--tone);
stroke-width:2}
.n.good .nl,.n.bad .nl,.n.warn .nl,.n.plain .nl{fill:var(--fg)}
.e{fill:none;stroke:var(--soft);stroke-width:1.6}
.e.unsure{stroke-dasharray:2 4}
.e.blocked{stroke:var(--bad);stroke-width:2.6;stroke-dasharray:7 4}
table{border-collapse:collapse}
caption{padding:4px 0;color:var(--soft);font-size:13.5px;text-align:left}
th,td{padding:4px 10px;text-align:left;vertical-align:baseline}
thead th{border-bottom:1px solid var(--line);color:var(--soft);font-size:13px;font-weight:600;
vertical-align:bottom}
tbody th{font-weight:600}
.num{text-align:right;white-space:nowrap}
.none,.remark,.left-out,.legend,.host{color:var(--soft)}
.host{font-size:.92em;overflow-wrap:anywhere}
.remark{display:block;font-size:14px}
.lossy{color:var(--bad);font-weight:600}
.times,.probes{width:100%}
.times>tbody>tr+tr,.probes>tbody>tr+tr{border-top:1px solid var(--line)}
.times .plot{width:46%;padding-top:0;padding-bottom:0;vertical-align:middle}
.times .who{overflow-wrap:anywhere}
.dots{display:block;width:100%;overflow:visible}
.dots text{fill:var(--soft);font-size:12px}
.grid{stroke:var(--line)}
.dot{fill:var(--dot);fill-opacity:.6;stroke:var(--dot)}
details{margin:2px 0}
summary{cursor:pointer;overflow-wrap:anywhere}
section>details>summary{padding:6px 0;font-weight:600}
.decoded{display:flex;flex-wrap:wrap;gap:4px 28px;padding:4px 0 10px}
.fields{font-size:14px}
.fields th,.fields td{padding:1px 12px 1px 0}
.fields tbody th{color:var(--soft);font-weight:400}
.differs th,.differs td{color:var(--bad);font-weight:600}
mark{padding:0 4px;border-radius:3px;background:var(--mark);color:var(--mark-fg)}
tr:target{outline:2px solid var(--link);background:var(--plain-bg)}
.matrix th,.matrix td{padding:2px 5px;text-align:center}
.matrix tbody th{text-align:right}
.matrix td.fate{padding-left:12px;color:var(--tone);font-family:system-ui,sans-serif;
text-align:left;white-space:nowrap}
.m-hop{color:var(--soft)}
.m-good{background:var(--good-bg);color:var(--good);font-weight:700}
.m-plain{background:var(--plain-bg);color:var(--plain);font-weight:700}
.m-bad{background:var(--bad-bg);color:var(--bad);font-weight:700}
.m-warn{background:var(--warn-bg);color:var(--warn);font-weight:700}
.m-none{color:var(--bad)}
.run,.fates{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:8px 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
@media (max-width:640px){body{padding:16px 14px 48px;font-size:15px}h1{font-size:24px}
.verdict{font-size:16px;padding:10px 12px}th,td{padding:4px 5px}
.times>thead,.probes>thead{display:none}
.times,.times>tbody,.probes,.probes>tbody,.decoded{display:block}
.times>tbody>tr,.probes>tbody>tr{display:flex;flex-wrap:wrap;align-items:baseline;
padding:4px 0}
.times>tbody>tr>*,.probes>tbody>tr>*{padding:1px 10px 1px 0}
.times>tbody>tr>.who{flex:1 1 60%}.times>tbody>tr>.plot{order:1;flex:1 1 100%;width:auto}
.times>tbody>tr>.num:empty{display:none}.times>tbody>.axis>td:not(.plot){display:none}
.times>tbody>tr>.num:last-child:not(:empty)::before{content:"lost "}
.probes>tbody>tr>.answer{order:1;flex:1 1 100%}
.probes>tbody>tr>th::before{content:"Probe "}
.probes>tbody>tr>td:nth-child(2)::before{content:"TTL "}
.probes>tbody>tr>td:nth-child(3)::before{content:"after "}
.probes>tbody>tr>td:last-child:not(:empty)::before{content:"RTT "}
.fields{width:100%;table-layout:fixed;overflow-wrap:anywhere}
.run,.fates{grid-template-columns:1fr;gap:0}dd{margin:0 0 8px}}
@media print{@page{size:A4;margin:15mm}:root{--bg:#fff;--fg:#000;--soft:#444;--line:#bbb;
--panel:#f5f6f8;--link:#000;--good:#17723a;--bad:#b3211b;--warn:#8a5a00;--plain:#3c4b62;
--good-bg:#e5f4ea;--bad-bg:#fdeae8;--warn-bg:#fdf3dc;--plain-bg:#e9edf3;--mark:#ffe08a;
--mark-fg:#000;--dot:#0b57b0}html{color-scheme:light}body{max-width:none;padding:0;font-size:10pt}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}nav{display:none}
h2{margin-top:20pt;break-after:avoid}h3,figcaption,thead{break-after:avoid}
tr,.finding,.verdict,dd{break-inside:avoid}thead{display:table-header-group}
#times details::details-content{content-visibility:visible}
.graph{max-width:100%;max-height:240mm}.scroll{overflow:visible}a{text-decoration:none}}
)css";
}

}  // namespace tracetcp::html
