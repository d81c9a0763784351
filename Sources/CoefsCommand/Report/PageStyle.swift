/// The style of a page: light and dark, for a narrow or wide screen and for paper.
enum PageStyle {
  /// The style. It asks for nothing: the fonts are those of the system.
  static let source: StaticString = """
    :root { color-scheme: light dark; --back: #fff; --card: #f6f7f9; --text: #1b1f24; --soft: #545b65;
      --line: #d5d9df; --edge: #767d88; --accent: #1f5fbf; --good: #17692f; --bad: #b42318;
      --hit: #2f9e5a; --miss: #e0643c; }
    @media (prefers-color-scheme: dark) { :root { --back: #13161a; --card: #1c2127; --text: #e8eaed;
      --soft: #b0b7c1; --line: #363d46; --edge: #8a929d; --accent: #84b6ff; --good: #6fd08c; --bad: #ff9a8b; } }
    * { box-sizing: border-box; }
    html { scroll-padding-top: 1rem; }
    body { margin: 0; overflow-wrap: anywhere; background: var(--back); color: var(--text);
      font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; }
    header, nav, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
    header { padding-top: 1.5rem; }
    a { color: var(--accent); }
    .skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--back); }
    .skip:focus { left: 0; z-index: 2; }
    h1 { margin: 0; font-size: 2rem; line-height: 1.2; }
    h2 { margin: 0 0 .75rem; font-size: 1.3rem; line-height: 1.3; }
    h3 { margin: 1.25rem 0 .5rem; font-size: 1.05rem; }
    p { margin: .5rem 0; max-width: 46rem; overflow-wrap: anywhere; }
    section { margin: 2rem 0; padding-top: 1.5rem; border-top: 1px solid var(--line); }
    footer { padding-block: 1rem 2rem; color: var(--soft); font-size: .875rem; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
    td.good, .good > h1 { color: var(--good); } td.bad, .bad > h1 { color: var(--bad); }
    .lead { font-size: 1.1rem; color: var(--soft); }
    .card { margin: 1rem 0; padding: 1rem; background: var(--card); border: 1px solid var(--line);
      border-radius: .5rem; }
    .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem;
      margin: 1rem 0; padding: 0; list-style: none; }
    .tiles li { padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line);
      border-radius: .5rem; }
    .tiles strong { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
    .tiles span { display: block; color: var(--soft); font-size: .875rem; }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; }
    dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
    code { font: .875em ui-monospace, "SF Mono", "DejaVu Sans Mono", monospace; }
    @media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; }
      h1 { font-size: 1.6rem; } }
    nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 1rem 0 0; padding: 0; list-style: none; }
    ul.notes { margin: .5rem 0; padding-left: 1.25rem; overflow-wrap: anywhere; }

    .scroll { overflow-x: auto; margin: .75rem 0; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    caption { padding: .25rem 0; text-align: left; color: var(--soft); font-size: .875rem; }
    th, td { padding: .25rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
    @media (max-width: 34rem) { th code { display: block; font-weight: 400; } }
    thead th { border-bottom-color: var(--edge); vertical-align: bottom; font-size: .875rem; }
    tbody th, th.name, td.text { text-align: left; }
    tbody th { font-weight: 600; }
    td.text, tbody th.text { white-space: normal; overflow-wrap: anywhere; min-width: 8rem; }
    tr.sum > *, th.sum, td.sum { color: var(--soft); font-weight: 400; }
    .rate td, .rate th { padding: .3rem .5rem; }
    .rate thead th { min-width: 2.5rem; max-width: 8rem; white-space: normal; }
    .rate thead th.name { min-width: 6.5rem; }
    .rate td { min-width: 2.5rem; border: 1px solid var(--back); background: color-mix(in srgb, var(--tone) var(--mix), var(--card)); }
    .rate td.zero { color: var(--soft); background: var(--card); }
    .hit { --tone: var(--hit); } .miss { --tone: var(--miss); }
    .h1 { --mix: 5%; } .h2 { --mix: 10%; } .h3 { --mix: 15%; } .h4 { --mix: 20%; } .h5 { --mix: 25%; }
    .h6 { --mix: 30%; } .h7 { --mix: 36%; } .h8 { --mix: 42%; } .h9 { --mix: 48%; }

    .charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
    figure { margin: 0; }
    .chart { padding: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
    .chart > svg { display: block; width: 100%; max-width: 34rem; height: auto; margin: 0 auto; }
    .chart text { font-size: 12px; fill: var(--text); }
    figcaption { font-size: .875rem; color: var(--soft); overflow-wrap: anywhere; }
    .chart figcaption { padding-top: .5rem; }
    .grid { stroke: var(--line); fill: none; } .frame { stroke: var(--edge); fill: none; }
    .guide { stroke: var(--edge); stroke-dasharray: 4 4; fill: none; }
    .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
    .dots { fill: none; stroke-width: 4; stroke-linecap: round; }
    .legend { display: flex; flex-wrap: wrap; gap: .1rem .9rem; margin: .25rem 0 0; padding: 0; list-style: none; }
    .key { width: 1.5rem; height: .65rem; margin-right: .35rem; }
    .s0 { stroke: #1f5fbf; } .s1 { stroke: #b4460f; } .s2 { stroke: #1b7837; } .s3 { stroke: #8e2d8a; }
    .s4 { stroke: #6b5b00; } .s5 { stroke: #0b7285; stroke-dasharray: 7 3; }
    .s6 { stroke: #c2255c; stroke-dasharray: 7 3; } .s7 { stroke: #5f3dc4; stroke-dasharray: 7 3; }
    .s8 { stroke: #495057; stroke-dasharray: 7 3; } .s9 { stroke: #7a4a1e; stroke-dasharray: 2 3; }
    @media (prefers-color-scheme: dark) {
      .s0 { stroke: #7db3ff; } .s1 { stroke: #ff9f6b; } .s2 { stroke: #6fd08c; } .s3 { stroke: #e48be0; }
      .s4 { stroke: #d8c14a; } .s5 { stroke: #5fd3e6; } .s6 { stroke: #ff8fb3; } .s7 { stroke: #b7a3ff; }
      .s8 { stroke: #c5cbd3; } .s9 { stroke: #e0b48a; } }
    .bars { display: block; width: 7.5rem; height: 2.1rem; } .bars .bar { fill: var(--accent); }

    .gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(7rem, 1fr)); gap: 1rem .75rem;
      margin: .75rem 0; padding: 0; list-style: none; }
    .pixels { display: block; width: 5rem; height: 5rem; background: #fff; border: 1px solid var(--edge);
      shape-rendering: crispEdges; }
    .pixels path { fill: none; stroke-width: 1; }
    .k1 { stroke: #efefef; } .k2 { stroke: #dfdfdf; } .k3 { stroke: #cfcfcf; } .k4 { stroke: #bfbfbf; }
    .k5 { stroke: #b0b0b0; } .k6 { stroke: #a0a0a0; } .k7 { stroke: #909090; } .k8 { stroke: #808080; }
    .k9 { stroke: #707070; } .k10 { stroke: #606060; } .k11 { stroke: #505050; } .k12 { stroke: #404040; }
    .k13 { stroke: #313131; } .k14 { stroke: #212121; } .k15 { stroke: #111; }
    .n1 { stroke: #fde4d9; } .n2 { stroke: #fac4ae; } .n3 { stroke: #f3a084; } .n4 { stroke: #e57b5d; }
    .n5 { stroke: #cf573c; } .n6 { stroke: #b03722; } .n7 { stroke: #871c0e; }
    .p1 { stroke: #dfeaf7; } .p2 { stroke: #bcd4ee; } .p3 { stroke: #94bae2; } .p4 { stroke: #6a9dd2; }
    .p5 { stroke: #467fbc; } .p6 { stroke: #2a609d; } .p7 { stroke: #154074; }

    .draw { display: flex; flex-wrap: wrap; gap: 1.5rem; }
    .paper { position: relative; width: min(18rem, 80vw); aspect-ratio: 1; border: 1px solid var(--edge); }
    .paper canvas { display: block; width: 100%; height: 100%; background: #fff; image-rendering: pixelated;
      touch-action: none; cursor: crosshair; }
    #pen { display: none; position: absolute; border: 2px solid #d6336c; pointer-events: none; }
    canvas:focus-visible + #pen { display: block; }
    button { padding: .4rem .9rem; font: inherit; color: var(--text); background: var(--card);
      border: 1px solid var(--edge); border-radius: .35rem; cursor: pointer; }
    .result { font-size: 1.25rem; min-height: 1.5em; }
    .draw > div { min-width: 0; max-width: 100%; }
    .results th { white-space: normal; } .results td { min-width: 11.5rem; }
    .bar { float: left; height: .9rem; margin: .3rem .5rem 0 0; background: var(--accent); border-radius: 2px; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

    @media print {
      :root { color-scheme: light; --back: #fff; --card: #fff; --text: #000; --soft: #444; --line: #bbb;
        --edge: #666; --accent: #1f5fbf; --good: #17692f; --bad: #b42318; }
      body { font-size: 10pt; } header, main, footer { max-width: none; padding: 0; }
      nav, .skip, .screen { display: none; } .scroll { overflow: visible; }
      table { font-size: .85em; } th, td { padding: .1rem .4rem; }
      section { break-inside: auto; } h2, h3, caption { break-after: avoid; }
      .chart, tr, .gallery li, .card { break-inside: avoid; }
      .rate td, .bar, .pixels, path { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
    }

    """
}
