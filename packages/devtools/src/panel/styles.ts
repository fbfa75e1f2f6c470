/** The style sheet of the panel, in its shadow root. */
export const PANEL_STYLES = `
.panel {
  --text: light-dark(#1b2430, #e6ebf2); --quiet: light-dark(#526074, #a3b0c2); --line: light-dark(#c9d2de, #3a4656);
  --paper: light-dark(#fff, #151b23); --raised: light-dark(#f3f6fa, #1e2631); --accent: light-dark(#0b57b8, #7ab7ff);
  box-sizing: border-box; display: flex; flex-direction: column; gap: 8px; padding: 10px; min-inline-size: 0;
  color: var(--text); background: var(--paper); border: 1px solid var(--line); overflow-wrap: anywhere;
}
.panel * { box-sizing: border-box; }
.panel[data-placement='bottom'] {
  position: fixed; z-index: 2147483000; inset-inline: 0; inset-block-end: 44px; block-size: calc(var(--height) - 44px);
  border-width: 1px 0 0; box-shadow: 0 44px var(--paper);
}
.panel[data-placement='inline'] { margin-block-start: 8px; block-size: min(90vh, 560px); }
.panel h2, .panel h3 { margin: 0; font: inherit; font-weight: 600; }
.panel h3 { margin-block: 10px 4px; }
.panel p { margin: 0; }
.panel header, .panel .tools, .panel .steps { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 10px; }
.panel button, .panel input, .panel select {
  font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); border-radius: 5px;
  min-block-size: 26px; max-inline-size: 100%;
}
.panel button { padding: 1px 9px; cursor: pointer; }
.panel button:disabled { opacity: 0.5; cursor: default; }
.panel button[aria-pressed='true'] { border-color: var(--accent); color: var(--accent); }
.panel input[type='checkbox'] { min-block-size: 0; accent-color: var(--accent); }
.panel input[type='search'] { inline-size: 14em; }
.panel [role='tablist'] { display: flex; flex-wrap: wrap; gap: 2px; border-block-end: 1px solid var(--line); }
.panel [role='tab'] { border-color: transparent; border-end-start-radius: 0; border-end-end-radius: 0; background: none; }
.panel [role='tab'][aria-selected='true'] { border-color: var(--line); border-block-end: 3px solid var(--accent); font-weight: 600; }
.panel .content { flex: 1; min-block-size: 0; overflow: auto; }
.panel .quiet { color: var(--quiet); }
.panel .cards { margin: 6px 0 0; padding: 0; list-style: none; display: grid; grid-template-columns: minmax(0, 1fr); gap: 6px; }
.panel .cards li { padding: 6px 8px; border: 1px solid var(--line); border-radius: 6px; background: var(--raised); }
.panel .body { color: var(--quiet); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.panel .reason { border-inline-start: 3px solid var(--accent); padding-inline-start: 6px; margin-block-start: 3px; }
.panel code, .panel pre { font: 12px/1.45 ui-monospace, monospace; }
.panel pre { margin: 0; max-block-size: 240px; overflow: auto; padding: 6px; background: var(--raised); white-space: pre-wrap; }
.panel .split { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 8px; margin-block-start: 6px; align-items: start; }
.panel .timeline { margin: 0; padding: 0; list-style: none; }
.panel .timeline button { inline-size: 100%; text-align: start; border-color: transparent; border-radius: 3px; background: none; }
.panel .timeline button[aria-current='true'] { border-color: var(--accent); background: var(--raised); }
.panel .activity { margin-inline-start: 8px; color: var(--accent); }
.panel .details { position: sticky; inset-block-start: 0; }
.panel dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 2px 10px; margin: 0; }
.panel dt { color: var(--quiet); }
.panel dd { margin: 0; }
.panel .file {
  position: relative; padding: 1px 9px; border: 1px solid var(--line); border-radius: 5px; background: var(--raised);
  min-block-size: 26px; display: inline-flex; align-items: center; cursor: pointer;
}
.panel .file:focus-within { outline: 2px solid var(--accent); outline-offset: 1px; }
.panel .file input { position: absolute; inset: 0; opacity: 0; cursor: pointer; min-inline-size: 0; inline-size: 100%; }
.panel .hidden { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (width < 640px) {
  .panel .split { grid-template-columns: minmax(0, 1fr); }
  .panel .details { position: static; }
  .panel { overflow: auto; }
  .panel .content { flex: none; overflow: visible; }
}
@media (forced-colors: active) {
  .panel [role='tab'][aria-selected='true'], .panel .timeline button[aria-current='true'] { border-color: Highlight; }
  .panel .activity, .panel .quiet, .panel dt { color: CanvasText; }
}
`;
