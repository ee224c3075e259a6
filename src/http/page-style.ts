// The style of the page: light and dark as the reader has it, one column that fits a phone, and no
// meaning that colour carries alone.

export const style = `
:root {
  color-scheme: light dark;
  --ground: #f6f7f9; --card: #fff; --ink: #1b2430; --soft: #5b6675; --line: #dfe3e8; --code: #f0f2f5;
  --bad: #b3261e; --bad-ground: #fdeceb; --good: #0b6e4f; --good-ground: #e7f5ef;
  --warn: #8a5300; --warn-ground: #fff4de; --link: #0b5cad;
  --reference: #8e3a78; --credentials: #9a5b00; --registry: #a3340b; --node: #00618f;
  --policy: #006a52; --unknown: #5b6675;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11161c; --card: #1a2129; --ink: #e5eaf0; --soft: #9daab9; --line: #2e3945; --code: #232c36;
    --bad: #ff8a80; --bad-ground: #3a1a1a; --good: #62d2a8; --good-ground: #12302a;
    --warn: #ffc266; --warn-ground: #36290f; --link: #7fb8ff;
    --reference: #e39ad0; --credentials: #f0b04a; --registry: #ff9a6b; --node: #6cc3f0;
    --policy: #5fd3b0; --unknown: #9daab9;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif;
}
a { color: var(--link); }
h1, h2, h3, p, ul, ol, dl, dd, table { margin: 0; padding: 0; font-size: inherit; font-weight: inherit; }
ul { list-style: none; }
code, pre { font: 13px/1.5 ui-monospace, 'Cascadia Code', Menlo, Consolas, 'DejaVu Sans Mono', monospace; unicode-bidi: isolate; overflow-wrap: anywhere; }
bdi, small { overflow-wrap: anywhere; }
time { font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
.bar { display: flex; flex-wrap: wrap; gap: 2px 18px; align-items: baseline; padding-top: 14px; padding-bottom: 14px; color: var(--soft); font-size: 13px; }
.bar strong { color: var(--ink); font-size: 15px; }
.bar .state { margin-left: auto; }
#lost { background: var(--bad); color: var(--card); padding: 8px 20px; text-align: center; font-weight: 600; }
.notice { background: var(--warn-ground); color: var(--warn); border-radius: 10px; padding: 10px 16px; margin-bottom: 14px; font-weight: 600; }
.hero { border-radius: 14px; padding: 22px 26px; display: flex; gap: 18px; align-items: flex-start; }
.hero h1 { font-size: 24px; line-height: 1.28; font-weight: 650; letter-spacing: -0.01em; text-wrap: balance; }
.hero p { margin-top: 6px; }
.hero .sign { flex: none; width: 34px; height: 34px; margin-top: 1px; }
.bad { background: var(--bad-ground); } .bad .sign { color: var(--bad); }
.good { background: var(--good-ground); } .good .sign { color: var(--good); }
.waiting { background: var(--card); border: 1px solid var(--line); } .waiting .sign { color: var(--soft); }
.classes { display: grid; grid-template-columns: repeat(6, 1fr); gap: 10px; margin: 14px 0 26px; }
.classes li { background: var(--card); border: 1px solid var(--line); border-top: 4px solid var(--mark); border-radius: 10px; padding: 8px 12px 10px; }
.classes .count { font-size: 24px; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
.classes .name { font-weight: 600; color: var(--mark); }
.classes small { display: block; color: var(--soft); font-size: 12.5px; }
.classes .none { border-top-color: var(--line); } .classes .none .count, .classes .none .name { color: var(--soft); font-weight: 500; }
.reference { --mark: var(--reference); } .credentials { --mark: var(--credentials); } .registry { --mark: var(--registry); }
.node { --mark: var(--node); } .policy { --mark: var(--policy); } .unknown { --mark: var(--unknown); }
.heading { font-size: 17px; font-weight: 650; margin: 26px 0 10px; }
.heading small { font-weight: 400; color: var(--soft); font-size: 14px; margin-left: 6px; }
.problem, .panel { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 20px; margin-bottom: 14px; }
.problem { border-left: 5px solid var(--mark); }
.problem h3 { font-size: 18px; font-weight: 650; line-height: 1.35; }
.problem h3 .cause { color: var(--mark); }
.facts { display: flex; flex-wrap: wrap; gap: 4px 16px; margin-top: 4px; color: var(--soft); }
.facts b { color: var(--ink); font-weight: 600; }
.badge { border: 1px solid var(--mark); color: var(--mark); border-radius: 999px; padding: 0 9px; font-size: 12.5px; font-weight: 600; white-space: nowrap; }
.advice { margin-top: 8px; }
.advice dl { margin: 10px 0 4px; display: grid; gap: 4px 14px; grid-template-columns: max-content 1fr; }
.advice code { background: var(--code); border-radius: 5px; padding: 1px 5px; }
.advice dt { color: var(--soft); } .advice dd { max-width: 92ch; white-space: pre-line; }
details > summary { cursor: pointer; color: var(--link); }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
table { border-collapse: collapse; width: 100%; margin-top: 12px; }
.problem > table { table-layout: fixed; }
.problem > table > thead th:nth-child(1) { width: 30%; } .problem > table > thead th:nth-child(2) { width: 33%; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12.5px; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td { vertical-align: top; padding: 7px 12px 7px 0; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; }
tr.workload td { border-bottom: 0; padding-bottom: 0; }
tr.detail td { padding-top: 2px; font-size: 14px; }
.pods { font-size: 13.5px; } .pods td:nth-child(3), .pods td:nth-child(4) { white-space: normal; }
th:nth-child(n+3), td:nth-child(n+3) { white-space: nowrap; }
td.number { font-variant-numeric: tabular-nums; }
td small { color: var(--soft); }
pre { white-space: pre-wrap; background: var(--code); border-radius: 8px; padding: 8px 12px; margin: 10px 0 8px; max-height: 15em; overflow: auto; }
.more { color: var(--soft); margin-top: 10px; }
.panel dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; }
.panel dt { color: var(--soft); }
footer { padding-top: 14px; padding-bottom: 34px; color: var(--soft); display: flex; flex-wrap: wrap; gap: 6px 18px; }
@media (max-width: 820px) {
  .bar, main, footer { padding-left: 12px; padding-right: 12px; }
  .bar .state { margin-left: 0; }
  .hero { padding: 16px; gap: 12px; } .hero h1 { font-size: 20px; } .hero .sign { width: 26px; height: 26px; }
  .classes { grid-template-columns: repeat(3, 1fr); }
  .classes small { display: none; }
  .problem, .panel { padding: 14px; }
  .advice dl, .panel dl { grid-template-columns: 1fr; } .advice dd, .panel dd { margin-bottom: 6px; }
  table, tbody, tr, td { display: block; width: auto; }
  thead { display: none; }
  tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
  tr:last-child, tr.workload { border-bottom: 0; }
  tr.workload { padding-bottom: 0; } tr.detail { padding-top: 0; }
  td, td.number { border: 0; padding: 1px 0; text-align: left; }
  td[data-name] { display: inline-block; margin-right: 14px; white-space: normal; }
  td[data-name]::before { content: attr(data-name) ' '; color: var(--soft); }
}
@media (max-width: 420px) { .classes { grid-template-columns: repeat(2, 1fr); } }
@media print { .problem { break-inside: avoid; } }
`;
