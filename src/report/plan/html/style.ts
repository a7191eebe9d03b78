/** The style sheet and the script of the page. A test holds SCRIPT_HASH to SCRIPT. */

/** 1240 pixels: ten columns of 120 and their margins (rows.ts). Below, lanes are lists; so is print. */
export const STYLE = `
:root{color-scheme:light dark;--paper:#fbfaf7;--sheet:#fff;--ink:#1d2227;--soft:#5b646d;--hair:#dcdad3;--track:#2f6f6a;--error:#b42318;--warning:#9a5b00;--info:#2563a8;--mark:#fff;--shade:0 1px 2px #1d222714,0 10px 30px #1d222724;--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
.install{--track:#0f766e}.upgrade{--track:#2b59c3}.rollback{--track:#8a6116}.uninstall{--track:#7e3f98}.test{--track:#4b5a68}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14171a;--sheet:#1c2024;--ink:#e9eaeb;--soft:#a2abb4;--hair:#353b41;--error:#ff8a7a;--warning:#f2b84b;--info:#7db7f5;--mark:#14171a;--shade:0 0 0 1px #3f464d,0 12px 32px #000c}
.install{--track:#4fc3b5}.upgrade{--track:#8aaeff}.rollback{--track:#dcb265}.uninstall{--track:#cf9be6}.test{--track:#9fb0bf}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;padding:0 20px 48px;background:var(--paper);color:var(--ink);font:15px/1.45 var(--sans);overflow-wrap:anywhere}
body>*{max-width:1200px;margin-inline:auto}
h1,h2,p,ol,ul,dl,dd{margin:0;padding:0}
ol,ul{list-style:none}
code,.name,dd{font-family:var(--mono);font-size:.92em}
a{color:var(--info)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
header.page{padding:36px 0 20px}
.eyebrow{color:var(--soft);font-size:13px;letter-spacing:.04em}
h1{font-size:32px;line-height:1.15;letter-spacing:-.015em;font-weight:700}
.counts{display:flex;flex-wrap:wrap;gap:6px 22px;margin-top:8px;color:var(--soft)}
.counts span{display:inline-flex;align-items:center;gap:6px}
.intro{margin-top:12px;padding:10px 14px;border-left:4px solid var(--error);background:var(--sheet);font-weight:600}
.grid{display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(min(100%,440px),1fr))}
.about{display:flex;flex-wrap:wrap;gap:2px 18px;margin-top:8px}
.worries{display:grid;gap:6px;margin-bottom:28px}
.group{background:var(--sheet);border:1px solid var(--hair);border-left:4px solid var(--tone);border-radius:8px}
.group>summary{display:grid;grid-template-columns:20px minmax(0,1fr) auto;gap:4px 10px;align-items:start;padding:8px 14px 8px 10px;cursor:pointer;list-style:none}
.group>summary::-webkit-details-marker{display:none}
.group>summary>code{color:var(--soft);align-self:center}
.group>summary::after{content:"";grid-column:4;width:7px;height:7px;margin:7px 2px;border:solid var(--soft);border-width:0 2px 2px 0;transform:rotate(45deg)}
.group[open]>summary::after{transform:rotate(-135deg)}
.group .number{color:var(--soft);white-space:nowrap}
.group>.grid{padding:2px 12px 12px 40px}.group>.grid:has(>:only-child){grid-template-columns:minmax(0,1fr)}
.group>.more{padding:0 12px 12px 40px;color:var(--soft);font-size:14px}
.one{min-width:0;padding:8px 0;border-top:1px solid var(--hair);font-size:14px}.one .hint b{color:var(--soft);font-weight:600}
.found{color:var(--tone);font-size:12px;font-weight:650}
.start,.previous{margin:0 0 28px;padding:16px 18px;background:var(--sheet);border:1px solid var(--hair);border-radius:10px}
.start h2,.previous h2{font-size:19px;letter-spacing:-.01em}
.start p{margin:8px 0}.start pre{margin:0;padding:12px 14px;border-radius:8px;background:var(--paper);font:13px/1.5 var(--mono);overflow-x:auto}
.previous header{display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline}.previous header p{color:var(--soft)}
.previous .scroll{overflow-x:auto}.previous table{border-collapse:collapse;margin-top:8px;font-size:14px}
.previous th{font-weight:400;text-align:left;color:var(--soft)}.previous tbody th{color:var(--ink)}
.previous td,.previous th{padding:4px 18px 4px 0;vertical-align:baseline}.previous tbody tr{border-top:1px solid var(--hair)}
.previous .new td+td b,.previous .moved td+td b{color:var(--track)}.previous ul{margin-top:10px;font-size:14px}
.finding{display:flex;gap:10px;min-width:0;padding:10px 14px 12px 10px;background:var(--sheet);border:1px solid var(--hair);border-left:4px solid var(--tone);border-radius:8px;font-size:14px}
.finding>div{min-width:0;flex:1}
.finding p+p{margin-top:3px}
.finding .hint b{color:var(--soft);font-weight:600}
.where{color:var(--soft);font:12px/1.4 var(--mono)}
.error{--tone:var(--error)}.warning{--tone:var(--warning)}.info{--tone:var(--info)}
.badge{fill:var(--tone);stroke:var(--sheet);stroke-width:1.5}
.badge .mark{fill:none;stroke:var(--mark);stroke-width:2.2;stroke-linecap:round}
.glyph-badge{flex:none;margin-top:1px}
.lane{margin-top:14px;padding:16px 0 8px;border-top:1px solid var(--hair)}
.lane>header{display:flex;flex-wrap:wrap;align-items:baseline;gap:2px 14px;padding-bottom:4px}
.lane h2{font-size:19px;color:var(--track);letter-spacing:-.01em}
.lane>header p{color:var(--soft)}
.cell{position:relative;display:grid;grid-template-columns:56px minmax(0,1fr);align-items:center;padding:5px 0}
.cell::before{content:"";position:absolute;z-index:0;left:25px;width:6px;top:0;bottom:0;background:var(--track)}
.cell.first::before{top:26px}.cell.last::before{bottom:auto;height:26px}
.cell>*{position:relative}
.hook{grid-column:1/-1;min-width:0}
.hook>summary{display:grid;grid-template-columns:56px minmax(0,1fr);align-items:center;cursor:pointer;list-style:none;border-radius:10px}
.hook>summary::-webkit-details-marker{display:none}
.hook>summary:hover .name{text-decoration:underline}
summary:focus-visible,a:focus-visible{outline:3px solid var(--info);outline-offset:1px}
.rail{display:none}
.label{display:block;min-width:0;font-size:14px}
.more{display:block}
.kind,.by,.note{color:var(--soft);font-size:13px}
.more .note:not(:empty)::before{content:"· "}
.name{font-weight:600}
.shape{fill:var(--sheet);stroke:var(--track);stroke-width:4}
.copy .shape,.legend .copy{stroke-width:2;stroke-dasharray:5 3}
.hook.error .shape,.hook.warning .shape{stroke:var(--tone)}
.glyph{display:block}
.glyph text{fill:var(--ink);text-anchor:middle;font-family:var(--sans);font-weight:650;font-variant-numeric:tabular-nums}
.hook[open]>summary .shape{fill:var(--track)}.hook[open]>summary text{fill:var(--sheet)}
.hook.error[open]>summary .shape,.hook.warning[open]>summary .shape{fill:var(--tone)}
.dot{justify-self:center;width:20px;height:20px;border-radius:50%;background:var(--sheet);border:5px solid var(--track);box-shadow:0 0 0 3px var(--paper)}
.station .label b{font-size:15px}.station .note{display:block}
.release{padding:9px 0;grid-template-columns:56px minmax(0,1fr)}
.box{grid-column:1/-1;justify-self:start;padding:8px 18px;background:var(--track);color:var(--paper);border-radius:10px;margin-left:6px}
.release .label{grid-column:2;color:var(--soft);font-size:13px;padding-top:4px}
.card{margin:6px 0 12px 56px;padding:14px 16px;background:var(--sheet);border-radius:12px;box-shadow:var(--shade);font-size:14px}
.card .finding{margin-bottom:10px}
.hook>div{scroll-margin-top:200px}
.card .where{display:none}
dl{display:grid;grid-template-columns:minmax(84px,auto) minmax(0,1fr);gap:5px 14px}
dt{color:var(--soft)}
footer.page{margin-top:28px;padding-top:16px;border-top:1px solid var(--hair);color:var(--soft);font-size:13px}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;margin-bottom:8px}
.legend li{display:flex;align-items:center;gap:6px}
.legend .glyph{width:36px;height:36px}
.legend li:nth-child(3) .shape{stroke-width:2;stroke-dasharray:5 3}
@media screen and (max-width:560px){.group>summary{grid-template-columns:20px minmax(0,1fr)}.group>summary>code{grid-column:2}.group>summary::after{grid-column:3;grid-row:1}.group>.grid,.group>.more{padding-left:14px}body{padding-inline:14px}h1{font-size:26px}header.page{padding-top:24px}.card{margin-left:0}}
@media screen and (min-width:1240px){
.row{position:relative;width:1200px}
.rail{display:block;position:absolute;inset:0 auto auto 0}
.line{stroke:var(--track);stroke-width:6;fill:none}
.arc{fill:none;stroke:var(--soft);stroke-width:1.5}.arc.after{stroke:var(--track);stroke-width:2;stroke-dasharray:2 4;stroke-linecap:round}
.arrow{fill:var(--soft)}.arrow.after{fill:var(--track)}
.row>ol{display:grid;grid-template-columns:repeat(10,120px);align-items:start}
.cell{display:block;padding:0 4px 14px;text-align:center}
.cell::before{content:none}
.hook{margin-top:36px}
.hook>summary{display:flex;flex-direction:column;padding-bottom:4px}
.station .dot{display:block;width:26px;height:26px;margin:51px auto 0;border-width:7px}
.station .label{margin-top:15px}
.release{grid-column:span 2}
.release .box{display:block;justify-self:stretch;margin:42px 6px 0;padding:10px 6px}
.release .label{padding:9px 10px 0}
.label{line-height:1.32}
.label>*{display:block}
.label>.hidden{position:absolute}
.release .count{display:inline-block;max-width:100%}
.station .label b{font-size:13.5px}
.kind,.by,.note{font-size:12px}.name{font-size:12px}
.by{color:var(--track);font-weight:600}
.more .note:not(:empty)::before{content:none}.more>*{display:block}
.card{position:absolute;z-index:2;top:calc(100% - 8px);left:50%;width:440px;margin:0 0 0 -56px;text-align:left}
.right .card{left:auto;right:50%;margin:0 -56px 0 0}
}
@media print{:root{color-scheme:light}body{padding:0;background:#fff;font-size:12px}.lane{break-inside:auto}.cell,.finding{break-inside:avoid}.card{box-shadow:none;border:1px solid var(--hair)}details::details-content{content-visibility:visible;display:block;height:auto}.finding a{display:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (prefers-reduced-motion:no-preference){.shape{transition:fill .12s}}
`;

/** It looks for cards when something happens, so that a page may put in others. */
export const SCRIPT = `
const cards=()=>document.querySelectorAll('details[name]');
const show=()=>{const at=location.hash.length>1&&document.getElementById(location.hash.slice(1));let box=at&&at.closest('details');if(!box)return;for(;box;box=box.parentElement.closest('details'))box.open=true;at.scrollIntoView()};
addEventListener('focusin',event=>{if(event.target.matches('details[name]>summary:focus-visible'))event.target.parentElement.open=true});
addEventListener('keydown',event=>{if(event.key==='Escape')for(const card of cards())card.open=false});
addEventListener('click',event=>{for(const card of cards())if(card.open&&!card.contains(event.target)&&!event.target.closest('a'))card.open=false});
addEventListener('hashchange',show);
addEventListener('beforeprint',()=>{for(const card of document.querySelectorAll('details')){card.removeAttribute('name');card.open=true}});
show();
`;
export const SCRIPT_HASH = '96A3RjkdslG/MPql1sgxCf+P/7XORunjoFIvSh3TFuM=';
