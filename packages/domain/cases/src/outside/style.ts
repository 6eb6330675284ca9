// The style sheet of public pages: light and dark, wide and narrow, on paper. Every pair of colours reaches
// 4.5:1.
export const STYLE = `:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f4ef, #111413);
  --surface: light-dark(#fffdfa, #181c1b);
  --line: light-dark(#868177, #737c79);
  --ink: light-dark(#1b1f1e, #edf0ee);
  --soft: light-dark(#4b504e, #b9c0bd);
  --accent: light-dark(#0a6570, #62c4cb);
  --on-accent: light-dark(#ffffff, #04262a);
  --red: light-dark(#a8261f, #f58f84);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 46rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
header { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline;
  color: var(--soft); }
header p { margin: 0; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0.5rem 0 1rem; }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem; }
a { color: var(--accent); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 1rem; top: 1rem; padding: 0.5rem; background: var(--surface); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
label { display: block; margin-top: 1.25rem; font-weight: 600; }
.hint { margin: 0.1rem 0 0.3rem; color: var(--soft); }
input, textarea, select { width: 100%; padding: 0.6rem; border: 1px solid var(--line); border-radius: 8px;
  background: var(--surface); color: var(--ink); font: inherit; }
textarea { min-height: 11rem; resize: vertical; }
[aria-invalid="true"] { border: 2px solid var(--red); }
.problem { padding: 0.75rem 1rem; border: 2px solid var(--red); border-radius: 8px;
  background: var(--surface); }
button { margin-top: 1.5rem; min-height: 44px; padding: 0.6rem 1.25rem; border: 0; border-radius: 8px;
  background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; cursor: pointer; }
dl { display: grid; grid-template-columns: minmax(9rem, auto) 1fr; gap: 0.5rem 1.5rem; padding: 1rem;
  border: 1px solid var(--line); border-radius: 8px; background: var(--surface); }
dt { color: var(--soft); }
dd { margin: 0; }
.plain { list-style: none; padding: 0; }
.told { white-space: pre-wrap; }
.level { padding: 0.75rem 1rem; border: 2px solid var(--line); border-radius: 8px;
  background: var(--surface); }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.3rem; }
th, td { text-align: left; vertical-align: top; padding: 0.4rem 0.6rem;
  border-bottom: 1px solid var(--line); }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0.1rem; }
  dd { margin-bottom: 0.75rem; }
  th, td { padding: 0.4rem 0.3rem; }
}
@media print {
  :root { color-scheme: light; }
  body { background: #fff; font-size: 11pt; }
  nav, .skip, button, form { display: none; }
  header, main, footer { max-width: none; padding: 0; }
  section, tr { break-inside: avoid; }
  main a[href^="https"]::after { content: " (" attr(href) ")"; }
}
`
